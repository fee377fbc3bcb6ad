/** The Anthropic provider as a whole: addresses, headers, errors, lists, nothing from the environment. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelRequest } from '../../src/core/provider.ts';
import { openAnthropic } from '../../src/providers/anthropic.ts';
import { collect, fakeFetch, json, optionsWith } from './anthropic-ollama-fetch.ts';

const request: ModelRequest = {
  model: 'claude-3-7-sonnet-20250219',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  stream: true,
};
const fixture = readFileSync(new URL('../../fixtures/anthropic/thinking-and-tools.sse', import.meta.url));
const answer = () => new Response(fixture.toString(), { headers: { 'content-type': 'text/event-stream', 'request-id': 'req_42' } });
const never = new AbortController().signal;

afterEach(() => vi.unstubAllEnvs());

describe('a turn', () => {
  it('begins with request.start, ends with finish, and carries the request id', async () => {
    const { fetch } = fakeFetch(answer);
    const events = await collect((await openAnthropic(optionsWith(fetch))).stream({ ...request, seed: 7 }, never));
    expect(events[0]).toEqual({ type: 'request.start', provider: 'anthropic', model: request.model });
    expect(events[1]).toMatchObject({ type: 'notice', code: 'parameter_left_out' });
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool_calls', requestId: 'req_42', model: 'claude-fixture-1' });
  });

  it('sends the body it previews, the version gateways know, the key in x-api-key, and follows no redirect', async () => {
    const { fetch, sent } = fakeFetch(answer);
    const provider = await openAnthropic(optionsWith(fetch, { headers: { 'X-Team': 'blue' } }));
    await collect(provider.stream({ ...request, temperature: 0.5 }, never));
    const preview = await provider.preview({ ...request, temperature: 0.5 }, never);
    expect(sent).toHaveLength(1);
    expect({ url: sent[0]?.url, body: JSON.parse(sent[0]?.body ?? '') }).toEqual({ url: preview.url, body: preview.body });
    expect(sent[0]).toMatchObject({ method: 'POST', url: 'https://api.test.invalid/v1/messages', redirect: 'manual' });
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      accept: 'application/json',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
      'user-agent': 'sotto',
      'x-api-key': 'sk-secret',
      'x-team': 'blue',
    });
  });

  it('takes nothing from the environment: no key, no address, no headers, no log', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-env');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-env');
    vi.stubEnv('ANTHROPIC_BASE_URL', 'https://env.invalid');
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-env: 1');
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    const printed = vi.spyOn(console, 'log');
    const { fetch, sent } = fakeFetch(answer);
    await collect((await openAnthropic(optionsWith(fetch, { key: undefined }))).stream(request, never));
    expect(sent[0]?.url).toBe('https://api.test.invalid/v1/messages');
    expect([...(sent[0]?.headers.keys() ?? [])]).toEqual(['accept', 'anthropic-version', 'content-type', 'user-agent']);
    expect(printed).not.toHaveBeenCalled();
  });

  it.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1/', 'https://api.anthropic.com/v1/messages'],
    ['http://127.0.0.1:9/case/x', 'http://127.0.0.1:9/case/x/v1/messages'],
    ['http://host/v1/messages', 'http://host/v1/messages'],
  ])('at %s goes to %s', async (url, expected) => {
    const { fetch, sent } = fakeFetch(answer);
    const provider = await openAnthropic(optionsWith(fetch, { url }));
    await collect(provider.stream(request, never));
    expect([sent[0]?.url, (await provider.preview(request, never)).url]).toEqual([expected, expected]);
  });

  it('sends a schema in the form the API takes', async () => {
    const schema = { name: 'n', schema: { type: 'object', properties: { age: { type: 'integer', minimum: 0 } }, required: ['age'] } };
    const { fetch } = fakeFetch(answer);
    const { body } = await (await openAnthropic(optionsWith(fetch))).preview({ ...request, schema }, never);
    expect(body.output_config).toMatchObject({
      format: { type: 'json_schema', schema: { additionalProperties: false, properties: { age: { type: 'integer' } } } },
    });
    expect(JSON.stringify(body.output_config)).not.toContain('"minimum":');
  });
});

describe('failures', () => {
  const failing = async (route: Parameters<typeof fakeFetch>[0], signal = never) => {
    const { fetch } = fakeFetch(route);
    const provider = await openAnthropic(optionsWith(fetch));
    return collect(provider.stream(request, signal)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  };

  it('keep the provider’s own words, id and Retry-After', async () => {
    const error = { type: 'error', error: { type: 'rate_limit_error', message: 'This request would exceed your limit.' } };
    expect(await failing(() => json(error, 429, { 'retry-after': '7', 'request-id': 'req_9' }))).toMatchObject({
      kind: 'rate_limit',
      status: 429,
      retryAfterMs: 7000,
      requestId: 'req_9',
      message: expect.stringContaining('This request would exceed your limit.'),
    });
  });

  it('of the connection are named, also where the SDK hides their cause', async () => {
    const refuse = (code: string) => () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(`connect ${code}`), { code }) }));
    expect(await failing(refuse('ECONNREFUSED'))).toMatchObject({ kind: 'network', message: expect.stringContaining('nothing answers') });
    expect(await failing(refuse('ETIMEDOUT'))).toMatchObject({ kind: 'timeout', message: expect.stringContaining('ETIMEDOUT') });
  });

  it('of a redirect never send the key on', async () => {
    expect(await failing(() => new Response(null, { status: 302, headers: { location: 'https://elsewhere.invalid' } }))).toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('https://elsewhere.invalid'),
    });
  });

  it('by the user’s hand are cancelled, before and while the answer comes', async () => {
    const controller = new AbortController();
    const hanging: Parameters<typeof fakeFetch>[0] = (_, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
    setTimeout(() => controller.abort(), 20);
    expect(await failing(hanging, controller.signal)).toMatchObject({ kind: 'cancelled' });
    const later = new AbortController();
    const endless = new Response(new ReadableStream({ start: (stream) => stream.enqueue(fixture.subarray(0, 900)) }));
    setTimeout(() => later.abort(), 20);
    expect(await failing(() => endless, later.signal)).toMatchObject({ kind: 'cancelled' });
  });
});

describe('lists and details', () => {
  const row = (id: string) => ({
    id,
    display_name: 'Claude Test',
    created_at: '2026-07-24T00:00:00Z',
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    capabilities: {
      image_input: { supported: true },
      structured_outputs: { supported: false },
      thinking: { supported: true, types: { disabled: { supported: true } } },
      effort: { supported: true, low: { supported: true }, high: { supported: true }, max: { supported: false } },
    },
  });

  it('walk through every page', async () => {
    const { fetch, sent } = fakeFetch(({ url }) =>
      json(url.includes('after_id=a') ? { data: [row('b')], has_more: false } : { data: [row('a')], has_more: true, last_id: 'a' }),
    );
    const models = await (await openAnthropic(optionsWith(fetch))).models?.(never);
    expect(models?.map((model) => model.id)).toEqual(['a', 'b']);
    expect(sent[0]?.headers.get('x-api-key')).toBe('sk-secret');
    expect(models?.[0]).toEqual({
      id: 'a',
      name: 'Claude Test',
      contextWindow: 1_000_000,
      maxOutput: 128_000,
      released: '2026-07-24',
      abilities: { images: true, reasoning: true, schema: false },
      parameters: { effort: ['none', 'low', 'high'] },
      source: 'provider',
    });
  });

  it('say nothing that the server did not say', async () => {
    const { fetch } = fakeFetch(() => json({ data: [{ id: 'tiny', object: 'model' }] }));
    expect(await (await openAnthropic(optionsWith(fetch))).models?.(never)).toEqual([{ id: 'tiny', source: 'provider' }]);
  });

  it('of a model that is not there are undefined, and a refused key is an error', async () => {
    const missing = fakeFetch(() => json({ type: 'error', error: { type: 'not_found_error', message: 'model: nope' } }, 404));
    expect(await (await openAnthropic(optionsWith(missing.fetch))).describe?.('nope', never)).toBeUndefined();
    const refused = fakeFetch(() => json({ type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }, 401));
    await expect((await openAnthropic(optionsWith(refused.fetch))).check(never)).rejects.toMatchObject({
      kind: 'authentication',
      exitCode: 3,
    });
    expect(refused.sent[0]?.url).toBe('https://api.test.invalid/v1/models?limit=1');
  });
});
