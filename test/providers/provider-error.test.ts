/** Refusals of all vendors, in their own words and shapes, and what each of them means. */
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/json.ts';
import { providerError } from '../../src/providers/provider-error.ts';
import { retryAfterOf } from '../../src/providers/retry-after.ts';
import { captures } from './anthropic-ollama-replay.ts';
import { google, REFUSALS } from './provider-refusals.ts';

describe('a refusal', () => {
  it.each(REFUSALS)('of %s (%s)', (_who, status, body, kind, words) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    for (const given of [text, body]) {
      const error = providerError({ provider: 'house', status, body: given });
      expect({ kind: error.kind, message: error.message }).toEqual({ kind, message: expect.stringContaining(words) });
      expect(error.message).toMatch(/^house: /);
      if (status !== undefined) expect(error.status).toBe(status);
    }
  });

  it('says what to do next where that is known', () => {
    const hint = (status: number, body: Json = {}, headers?: Headers) =>
      providerError({ provider: 'ollama', model: 'x', missingModelHint: 'Get it with: ollama pull x', status, body, headers }).hint;
    expect(hint(401)).toContain('sotto keys set ollama');
    expect(hint(404)).toContain('ollama pull x');
    expect(hint(402)).toContain('credit');
    expect(hint(429, {}, new Headers({ 'retry-after': '90' }))).toMatch(/^Wait 90 s and/);
    expect(hint(429, {}, new Headers({ 'retry-after': '600' }))).toMatch(/^Wait 10 min and/);
    expect(hint(503)).toContain('another provider');
  });

  it.each<[Json, string]>([
    [
      { error: { message: 'Extra inputs are not permitted', param: 'response_format' } },
      'p: response_format: Extra inputs are not permitted',
    ],
    [{ error: { message: "Unknown parameter: 'seed'.", param: 'seed' } }, "p: Unknown parameter: 'seed'."],
    [{ error: { message: 'Bad request', param: null } }, 'p: Bad request'],
    [{ Message: 'User: anonymous is not authorized' }, 'p: User: anonymous is not authorized'],
    [{ error: 'invalid_token', error_description: 'The token expired' }, 'p: invalid_token: The token expired'],
    [{ fault: { faultstring: 'Invalid ApiKey', detail: { errorcode: 'oauth.v2' } } }, 'p: Invalid ApiKey'],
    [{ reason: 'bad thing', errorCode: 7 }, 'p: {"reason":"bad thing","errorCode":7}'],
    [{ error: {}, ok: false }, 'p: no reason given'],
    [{ error: { message: 'x'.repeat(5000) } }, `p: ${'x'.repeat(2000)}…`],
  ])('%j says what and where', (body, words) => {
    expect(providerError({ provider: 'p', status: 400, body }).message).toBe(`${words} (HTTP 400)`);
  });

  it('names the request, from headers or body', () => {
    const id = (headers: Record<string, string>, body: Json = {}) =>
      providerError({ provider: 'p', status: 500, headers: new Headers(headers), body }).requestId;
    expect([
      id({ 'x-request-id': 'a' }),
      id({ 'request-id': 'b' }),
      id({ 'apim-request-id': 'c' }),
      id({}, { request_id: 'd' }),
      id({}),
    ]).toEqual(['a', 'b', 'c', 'd', undefined]);
  });

  it('can be tried again as its kind says, unless the provider says otherwise', () => {
    const again = (status: number, said?: string) =>
      providerError({ provider: 'p', status, body: '', headers: new Headers(said === undefined ? {} : { 'x-should-retry': said }) })
        .retryable;
    expect([again(429), again(503), again(400), again(401), again(404)]).toEqual([true, true, false, false, false]);
    expect([again(429, 'false'), again(503, 'false'), again(409, 'true'), again(400, 'true')]).toEqual([false, false, true, true]);
  });

  it('of 10 MB is not repeated at length', () =>
    expect(providerError({ provider: 'p', status: 500, body: 'x'.repeat(10_000_000) }).message.length).toBeLessThan(700));
});

describe('the time to wait', () => {
  const wait = (headers: Record<string, string>, body: Json = {}, words = '') =>
    retryAfterOf({ headers: new Headers(headers), body, words });

  it.each<[string, number | undefined]>([
    ['Please try again in 20s.', 20_000],
    ['Please try again in 6ms.', 6],
    ['Please try again in 7m12.5s. Visit', 432_500],
    ['Please try again in 1h2m3s', 3_723_000],
    ['Please retry after 60 seconds.', 60_000],
    ['Try again in 2 minutes', 120_000],
    ['retry after 1 hour 30 minutes', 5_400_000],
    ['Please try again later', undefined],
    ['try again in a moment', undefined],
    ['retry after 3 steps', undefined],
  ])('in the words "%s" is %s', (words, expected) => expect(wait({}, {}, words)).toBe(expected));

  it('comes from the headers first', () => {
    expect(wait({ 'retry-after-ms': '1500', 'retry-after': '9' }, {}, 'try again in 5s')).toBe(1500);
    expect(wait({ 'retry-after': '0.5' })).toBe(500);
    expect(wait({ 'retry-after': '-3' })).toBe(0);
    expect(wait({ 'retry-after': 'soon' })).toBeUndefined();
    expect(wait({ 'retry-after': '' })).toBeUndefined();
    expect(wait({ 'retry-after-ms': 'x', 'retry-after': '2' })).toBe(2000);
  });

  it('until a date is measured by the clock of the server', () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    expect(wait({ 'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT', date })).toBe(30_000);
    expect(wait({ 'retry-after': 'Mon, 31 Dec 2029 23:59:00 GMT', date })).toBe(0);
    expect(wait({ 'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT' })).toBeUndefined();
  });

  it('comes from the bodies of Google, OpenRouter and Hugging Face', () => {
    expect(wait({}, google(429, 'X', 'x', [{ retryDelay: '37.5s' }]))).toBe(37_500);
    expect(wait({}, { error: { metadata: { retry_after_seconds: 2 } } })).toBe(2000);
    expect(wait({}, { error: 'loading', estimated_time: 20.5 })).toBe(20_500);
  });
});

const captured = ['llama-server', 'llama-server-debian', 'ollama'].flatMap((server) =>
  captures(server, /error|auth|misc-root|no-truncate/)
    .filter(({ served }) => (served.status ?? 200) >= 400)
    .map((capture) => ({ server, ...capture })),
);

describe.skipIf(captured.length === 0)('captured refusals of local servers', () => {
  it.each(captured)('$server/$name keeps its words', ({ name, served }) => {
    const body = new TextDecoder().decode(served.body);
    const error = providerError({ provider: 'p', status: served.status, body });
    const said = /"message\\*":\s*\\*"(.*?)\\*"[,}]/.exec(body)?.[1] ?? JSON.parse(body).error;
    expect(error.message.replace(/\\/g, '')).toContain(said.replace(/\\/g, '').slice(0, 40));
    const expected: [RegExp, ErrorKind][] = [
      [/auth-error/, 'authentication'],
      [/context|no-truncate/, 'context_length'],
      [/error-(image|embed\w*-\w+-?\w*)$/, 'unsupported'],
      [/model-not-found|show-not-found|error-model$/, 'not_found'],
    ];
    const kind = expected.find(([sign]) => sign.test(name))?.[1];
    if (kind) expect(error.kind).toBe(kind);
  });
});
