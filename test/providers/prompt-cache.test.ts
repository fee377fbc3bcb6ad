/** A conversation against a server that keeps what it was sent: the next request has to begin with the same bytes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/messages.ts';
import { userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { foldOf, openRow, ROWS, type Row } from './contract-providers.ts';

// biome-ignore lint/suspicious/noExplicitAny: a server reads bodies as they come
type Body = any;

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

const tools = ['read_file', 'get_weather'].map((name) => ({
  name,
  description: `Does ${name}.`,
  parameters: { $schema: 'x', type: 'object', properties: { of: { type: 'string' } } },
}));

/** What is cached, piece by piece in the provider's order; a mark ends a piece that may be kept. */
function piecesOf(body: Body): { bytes: string; marked: boolean }[] {
  const system = typeof body.system === 'string' || !body.system ? [body.system ?? body.instructions ?? ''] : body.system;
  const blocks = (body.messages ?? body.input).flatMap((message: Body) =>
    Array.isArray(message.content) ? message.content.map((block: Body) => ({ role: message.role, ...block })) : [message],
  );
  return [...(body.tools ?? []), ...system, ...blocks].map((piece) => {
    const { cache_control: mark, ...bare } = typeof piece === 'string' ? { text: piece } : piece;
    return { bytes: JSON.stringify(bare), marked: mark !== undefined };
  });
}

/** One token per byte. Anthropic keeps what ends at a mark and looks for marks; the others keep everything. */
function createCache(marks: boolean) {
  const kept: string[] = [];
  return (body: Body): { input: number; cached: number } => {
    const pieces = piecesOf(body);
    let prefix = '';
    let cached = 0;
    const ends: string[] = [];
    for (const { bytes, marked } of pieces) {
      prefix += bytes;
      if (kept.some((one) => (marks ? one === prefix : one.startsWith(prefix)))) cached = prefix.length;
      if (!marks || marked) ends.push(prefix);
    }
    expect(ends.length).toBeLessThanOrEqual(marks ? 4 : Number.POSITIVE_INFINITY);
    kept.push(...(marks ? ends : [prefix]));
    return { input: prefix.length, cached };
  };
}

function answer(row: Row, { input, cached }: { input: number; cached: number }): Body {
  if (row.wire === 'anthropic')
    return {
      type: 'message',
      content: [{ type: 'text', text: 'So.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: input - cached, cache_read_input_tokens: cached, output_tokens: 1 },
    };
  if (row.wire === 'responses')
    return {
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', id: 'm', content: [{ type: 'output_text', text: 'So.' }] }],
      usage: { input_tokens: input, output_tokens: 1, input_tokens_details: { cached_tokens: cached } },
    };
  return {
    choices: [{ index: 0, message: { content: 'So.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: input, completion_tokens: 1, prompt_tokens_details: { cached_tokens: cached } },
  };
}

const rows = ROWS.filter(({ wire }) => wire !== 'ollama');

describe.each(rows)('$name', (row) => {
  it('reads from the cache what the turn before it was asked with, through a round of tools and beyond', async () => {
    const look = createCache(row.wire === 'anthropic');
    const sent: { input: number; cached: number }[] = [];
    const { url } = server.at((exchange) => {
      sent.push(look(exchange.received.body));
      exchange.send(200, answer(row, sent.at(-1) ?? { input: 0, cached: 0 }));
    });
    const provider = await openRow(row, url);
    const ask = async (messages: Message[]) => {
      const request: ModelRequest = { model: 'test-model-1', system: 'Be brief.', messages, tools, cacheKey: '01J', stream: false };
      const events = [];
      for await (const event of provider.stream(request, new AbortController().signal)) events.push(event);
      return foldOf(events);
    };
    const call = { type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: '{"of":"Lima"}' } as const;
    const turns: Message[] = [
      userText('How is it?'),
      { role: 'assistant', parts: [call] },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'call_a', name: 'get_weather', output: 'Rain.' }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'It rains.' }] },
      userText('And tomorrow?'),
    ];
    const reads: (number | undefined)[] = [];
    for (const length of [1, 3, 5]) reads.push((await ask(turns.slice(0, length))).usage?.cacheRead);
    expect(reads).toEqual([0, sent[0]?.input, sent[1]?.input]);
    expect(reads[2]).toBeGreaterThan(reads[1] ?? 0);
  });
});

describe('the key of a conversation', () => {
  const keyIn = async (row: Row, more: object = {}) => {
    const provider = await openRow(row, 'http://127.0.0.1:9', more);
    const request: ModelRequest = { model: 'm', messages: [userText('Hi')], cacheKey: '01J'.repeat(40), stream: true };
    return (await provider.preview(request, new AbortController().signal)).body.prompt_cache_key;
  };
  const row = (name: string) => ROWS.find((one) => one.name === name) as Row;

  it('is sent to OpenAI, on both wires, as long as it may be', async () => {
    expect(await keyIn(row('openai chat'))).toHaveLength(64);
    expect(await keyIn(row('openai responses'))).toHaveLength(64);
    expect(await keyIn(row('azure chat, v1'))).toHaveLength(64);
  });

  it('is not sent to servers that may refuse a field they do not know', async () => {
    expect(await keyIn(row('azure chat, dated'))).toBeUndefined();
    expect(await keyIn(row('compatible chat'))).toBeUndefined();
    expect(await keyIn(row('compatible chat'), { name: 'groq' })).toBeUndefined();
    expect(await keyIn(row('openai chat'), { url: 'https://api.groq.com/openai/v1' })).toBeUndefined();
    expect(await keyIn(row('compatible chat'), { name: 'moonshot' })).toHaveLength(64);
  });
});

describe('Anthropic’s marks', () => {
  const anthropic = ROWS.find((one) => one.name === 'anthropic') as Row;
  const bodyOf = async (request: Partial<ModelRequest>): Promise<Body> => {
    const provider = await openRow(anthropic, 'http://127.0.0.1:9');
    return (await provider.preview({ model: 'm', messages: [userText('Hi')], stream: true, ...request }, new AbortController().signal))
      .body;
  };
  const marked = (body: Body) => piecesOf(body).map((piece) => piece.marked);

  it('stand at the last tool, the system text and the last two turns of the user', async () => {
    const messages: Message[] = [1, 2, 3].flatMap((n) => [
      userText(`q${n}`),
      { role: 'assistant', parts: [{ type: 'text', text: `a${n}` }] },
    ]);
    const body = await bodyOf({ tools, system: 'S', messages: [...messages, userText('q4')] });
    expect(marked(body)).toEqual([false, true, true, false, false, false, false, true, false, true]);
  });

  it('are not paid for by a single question', async () => expect(marked(await bodyOf({ system: 'S' }))).toEqual([false, false]));

  it('are there from the first question of a conversation that will go on', async () =>
    expect(marked(await bodyOf({ system: 'S', cacheKey: '01J' }))).toEqual([true, true]));
});
