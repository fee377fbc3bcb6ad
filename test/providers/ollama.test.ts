/** The Ollama provider as a whole: bodies, windows, lists, failures, silence on stdout. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { openOllama } from '../../src/providers/ollama.ts';
import type { ProviderOptions } from '../../src/providers/options.ts';
import { collect, fakeFetch, json, optionsWith, type Route } from './anthropic-ollama-fetch.ts';

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const ask = (more: Partial<ModelRequest> = {}): ModelRequest => ({ model: 'llama3.1', messages: [user('Hi')], stream: true, ...more });
const fixture = readFileSync(new URL('../../fixtures/ollama/thinking-and-tools.ndjson', import.meta.url));
const never = new AbortController().signal;
const show = (more: object = {}) => ({ model_info: { 'general.architecture': 'llama', 'llama.context_length': 131_072 }, ...more });

function server(route: Route = () => new Response(fixture.toString()), more: Partial<ProviderOptions> = {}) {
  const { fetch, sent } = fakeFetch(route);
  return { sent, provider: openOllama(optionsWith(fetch, { name: 'ollama', url: 'http://127.0.0.1:11434', key: undefined, ...more })) };
}

async function bodyOf(request: ModelRequest, more: Partial<ProviderOptions> = {}, route?: Route) {
  const { provider } = server(route, more);
  return (await (await provider).preview(request, never)).body;
}

afterEach(() => vi.unstubAllEnvs());

describe('a turn', () => {
  it('is one request, with the body it previews', async () => {
    const { provider, sent } = server();
    const events = await collect((await provider).stream(ask({ verbosity: 'low' }), never));
    expect(events[0]).toEqual({ type: 'request.start', provider: 'ollama', model: 'llama3.1' });
    expect(events[1]).toMatchObject({ type: 'notice', code: 'parameter_left_out' });
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool_calls' });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: 'POST', url: 'http://127.0.0.1:11434/api/chat', redirect: 'manual' });
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual(await bodyOf(ask()));
    expect(sent[0]?.headers.has('authorization')).toBe(false);
  });

  it.each(['http://host:1/', 'http://host:1/api', 'http://host:1/v1'])('finds its path below %s', async (url) => {
    const { provider, sent } = server(undefined, { url, key: 'k' });
    await collect((await provider).stream(ask(), never));
    expect(sent[0]?.url).toBe('http://host:1/api/chat');
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer k');
  });

  it('carries every parameter under Ollama’s names', async () => {
    const body = await bodyOf(
      ask({
        system: 'Be brief',
        temperature: 0,
        topP: 0.9,
        seed: 3,
        maxTokens: 50,
        schema: { name: 's', schema: { type: 'object' } },
        tools: [{ name: 'f', description: 'd', parameters: { type: 'object' } }],
      }),
      {
        keepAlive: '10m',
      },
    );
    expect(body).toEqual({
      model: 'llama3.1',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } }],
      format: { type: 'object' },
      options: { temperature: 0, top_p: 0.9, seed: 3, num_predict: 50 },
      keep_alive: '10m',
      truncate: false,
      stream: true,
    });
    expect((await bodyOf(ask(), { keepAlive: '-1' })).keep_alive).toBe(-1);
  });

  it('asks for thinking only when there is a wish, in levels where the model knows no other way', async () => {
    expect(await bodyOf(ask())).not.toHaveProperty('think');
    expect((await bodyOf(ask({ effort: 'none' }))).think).toBe(false);
    expect((await bodyOf(ask({ effort: 'medium' }))).think).toBe(true);
    expect((await bodyOf(ask({ model: 'gpt-oss:20b', effort: 'max' }))).think).toBe('high');
  });

  it('sends pictures, calls and results of the history', async () => {
    const messages: Message[] = [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'look' },
          { type: 'media', mediaType: 'image/png', data: 'AA==' },
          { type: 'text', text: 'here' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'mine', original: { wire: 'ollama', item: {} } },
          { type: 'reasoning', text: 'theirs', original: { wire: 'anthropic', item: {} } },
          { type: 'text', text: 'I call' },
          { type: 'tool_call', id: 'call_1', name: 'f', arguments: '{"x":1}' },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'call_1', name: 'f', output: 'ok' }] },
    ];
    expect((await bodyOf(ask({ messages }))).messages).toEqual([
      { role: 'user', content: 'look\n\nhere', images: ['AA=='] },
      {
        role: 'assistant',
        content: 'I call',
        thinking: 'mine',
        tool_calls: [{ id: 'call_1', function: { name: 'f', arguments: { x: 1 } } }],
      },
      { role: 'tool', tool_name: 'f', tool_call_id: 'call_1', content: 'ok' },
    ]);
    await expect(
      bodyOf(ask({ messages: [{ role: 'user', parts: [{ type: 'media', mediaType: 'application/pdf', data: '', name: 'a.pdf' }] }] })),
    ).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

describe('the window', () => {
  const long = ask({ messages: [user('word '.repeat(6000))] });
  const numCtx = async (request: ModelRequest, route: Route, more: Partial<ProviderOptions> = {}) =>
    ((await bodyOf(request, more, route)).options as { num_ctx?: number } | undefined)?.num_ctx;

  it('is the user’s setting, and else nobody is asked for a short prompt', async () => {
    const nobody: Route = () => {
      throw new Error('asked');
    };
    expect(await numCtx(ask(), nobody, { contextWindow: 16_384 })).toBe(16_384);
    expect(await numCtx(ask(), nobody)).toBeUndefined();
  });

  it('is the next power of two for a long prompt, at most what the model holds', async () => {
    expect(await numCtx(long, () => json(show()))).toBe(16_384);
    expect(await numCtx(long, () => json(show({ model_info: { 'x.context_length': 9000 } })))).toBe(9000);
  });

  it('is left to Ollama where the model’s own file asks for enough', async () => {
    expect(await numCtx(long, () => json(show({ parameters: 'temperature 0\nnum_ctx                        32768' })))).toBeUndefined();
  });

  it('does without an answer when the look fails, with what the table knows', async () => {
    expect(await numCtx(long, () => json({ error: 'boom' }, 500))).toBe(16_384);
    expect(await numCtx(long, () => new Response('<html>'), { facts: () => ({ contextWindow: 8192 }) })).toBe(8192);
  });

  it('that cannot hold the prompt is an error before anything is sent', async () => {
    const { provider, sent } = server(({ url }) =>
      url.endsWith('/api/show') ? json(show({ model_info: { 'llama.context_length': 4096 } })) : new Response(fixture.toString()),
    );
    await expect(collect((await provider).stream(long, never))).rejects.toMatchObject({
      kind: 'context_length',
      exitCode: 5,
      message: expect.stringContaining('4096'),
    });
    expect(sent.map((request) => request.url)).toEqual(['http://127.0.0.1:11434/api/show']);
    await expect(bodyOf(long, { contextWindow: 2048 })).rejects.toMatchObject({ kind: 'context_length' });
  });
});

describe('lists and details', () => {
  it('give what Ollama knows of its models', async () => {
    const { provider } = server(() =>
      json({
        models: [
          { name: 'tiny:latest', details: { context_length: 8192 }, capabilities: ['completion', 'vision'] },
          { name: 'old:7b', details: {} },
        ],
      }),
    );
    expect(await (await provider).models?.(never)).toEqual([
      {
        id: 'tiny:latest',
        contextWindow: 8192,
        abilities: { images: true, tools: false, reasoning: false, schema: true },
        source: 'provider',
      },
      { id: 'old:7b', source: 'provider' },
    ]);
  });

  it('describe one model, and nothing where there is none', async () => {
    const { provider } = server(() => json(show({ capabilities: ['completion', 'tools', 'thinking'] })));
    expect(await (await provider).describe?.('llama3.1', never)).toEqual({
      id: 'llama3.1',
      contextWindow: 131_072,
      abilities: { images: false, tools: true, reasoning: true, schema: true },
      source: 'provider',
    });
    const missing = server(() => json({ error: "model 'nope:latest' not found" }, 404));
    expect(await (await missing.provider).describe?.('nope', never)).toBeUndefined();
  });

  it('take nothing from the environment and print nothing, whatever the server says', async () => {
    vi.stubEnv('OLLAMA_API_KEY', 'env-key');
    const printed = vi.spyOn(console, 'log');
    const { provider, sent } = server(() => new Response('gateway broke', { status: 502 }), { url: 'https://ollama.com' });
    await expect((await provider).check(never)).rejects.toMatchObject({
      kind: 'overloaded',
      message: expect.stringContaining('gateway broke'),
    });
    const web = server(() => new Response('<html>'));
    await expect((await web.provider).check(never)).rejects.toMatchObject({ kind: 'protocol' });
    expect(sent[0]?.url).toBe('https://ollama.com:443/api/version');
    expect(sent[0]?.headers.has('authorization')).toBe(false);
    expect(printed).not.toHaveBeenCalled();
  });

  it('are given up when nobody listens or the user leaves', async () => {
    const refused: Route = () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }));
    await expect((await server(refused).provider).check(never)).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const controller = new AbortController();
    const hanging: Route = (_, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
    setTimeout(() => controller.abort(), 20);
    await expect((await server(hanging).provider).models?.(controller.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('failures of a turn', () => {
  it('name the model that has to be pulled', async () => {
    const { provider } = server(() => json({ error: "model 'llama3.1' not found" }, 404));
    await expect(collect((await provider).stream(ask(), never))).rejects.toMatchObject({
      kind: 'not_found',
      exitCode: 5,
      hint: 'Get it with: ollama pull llama3.1',
    });
  });
});
