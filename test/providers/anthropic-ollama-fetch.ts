/** A fetch for tests of whole providers: answers from a table of routes and remembers what was asked. */
import type { ProviderOptions } from '../../src/providers/options.ts';

export type Sent = { method: string; url: string; headers: Headers; body: string; redirect: string | undefined };
export type Route = (sent: Sent, signal: AbortSignal | undefined) => Response | Promise<Response>;

export function fakeFetch(route: Route): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const request = {
        method: init?.method ?? 'GET',
        url: String(input),
        headers: new Headers(init?.headers),
        body: String(init?.body ?? ''),
        redirect: init?.redirect,
      };
      sent.push(request);
      return route(request, init?.signal ?? undefined);
    },
  };
}

export function optionsWith(fetch: typeof globalThis.fetch, more: Partial<ProviderOptions> = {}): ProviderOptions {
  const plain: ProviderOptions = {
    name: 'anthropic',
    url: 'https://api.test.invalid',
    key: 'sk-secret',
    headers: {},
    fetch,
    timeoutMs: 5000,
    sleep: async () => {},
    facts: () => undefined,
  };
  return Object.assign(plain, more);
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
