/** The SDKs build and send; what comes back stays as it came. */
import { describe, expect, it } from 'vitest';
import { rawResponse } from '../../src/providers/raw-response.ts';

describe('a raw response', () => {
  it('is handed over untouched, whatever its status', async () => {
    for (const status of [200, 302, 400, 429, 500]) {
      const response = await rawResponse(
        async () => new Response('its own words', { status }),
        (fetch) => fetch('http://x.invalid'),
      );
      expect([response.status, await response.text()]).toEqual([status, 'its own words']);
    }
  });

  it('is asked for without following redirects, whatever the SDK wanted', async () => {
    let redirect: string | undefined;
    await rawResponse(
      async (_input, init) => {
        redirect = init?.redirect;
        return new Response();
      },
      (fetch) => fetch('http://x.invalid', { redirect: 'follow' }),
    );
    expect(redirect).toBe('manual');
  });

  it('of a refusal never reaches the error handling of the SDK', async () => {
    let handled = false;
    const response = await rawResponse(
      async () => new Response('no', { status: 400 }),
      async (fetch) => {
        const answer = await fetch('http://x.invalid');
        handled = true;
        return answer;
      },
    );
    expect([response.status, handled]).toEqual([400, false]);
  });

  it('that never came fails with what the network said, not with what the SDK made of it', async () => {
    const network = new TypeError('fetch failed');
    const sdk = async (fetch: typeof globalThis.fetch) =>
      fetch('http://x.invalid').catch(() => Promise.reject(new Error('Connection error.')));
    await expect(rawResponse(() => Promise.reject(network), sdk)).rejects.toBe(network);
  });

  it('that the SDK could not even ask for fails with its words', async () => {
    const own = new Error('a header is wrong');
    await expect(
      rawResponse(
        async () => new Response(),
        () => Promise.reject(own),
      ),
    ).rejects.toBe(own);
  });
});
