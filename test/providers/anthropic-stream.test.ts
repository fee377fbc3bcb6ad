/** The decoder of the Messages API: broken, cut and unusual answers. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { reasoningOf, textOf } from '../../src/core/messages.ts';
import { decodeAnthropic } from '../../src/providers/anthropic-stream.ts';
import { everyByte, type Outcome, replay, type Wire } from './anthropic-ollama-replay.ts';

const wire: Wire = { framing: 'sse', createDecoder: (emit) => decodeAnthropic({ provider: 'anthropic', model: 'claude-test' }, emit) };
const fixture = readFileSync(new URL('../../fixtures/anthropic/thinking-and-tools.sse', import.meta.url));

function sse(...events: Json[]): Uint8Array {
  return new TextEncoder().encode(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
}

const START = { type: 'message_start', message: { model: 'claude-test-1', usage: { input_tokens: 5, output_tokens: 1 } } };
const end = (reason: string, more: { [key: string]: Json } = {}) => [
  { type: 'message_delta', delta: { stop_reason: reason, ...more }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];
const delta = (index: number, piece: { [key: string]: Json }) => ({ type: 'content_block_delta', index, delta: piece });
const text = (index: number, words: string) => delta(index, { type: 'text_delta', text: words });

function summary({ reply, error }: Outcome) {
  return { parts: reply.message.parts, usage: reply.usage, finish: reply.finish, error: error?.message };
}

describe('a whole answer', () => {
  it('is text, signed thought, calls, totals and the reason', async () => {
    expect(summary(await replay(wire, { body: fixture }))).toEqual({
      parts: [
        {
          type: 'reasoning',
          text: 'Which city? 日本 perhaps.',
          original: {
            wire: 'anthropic',
            provider: 'test',
            model: 'test-model',
            item: { type: 'thinking', thinking: 'Which city? 日本 perhaps.', signature: 'c2lnbmVk' },
          },
        },
        { type: 'text', text: 'I look at two cities 👍🏽 — one moment.\n' },
        { type: 'tool_call', id: 'toolu_fixture_1', name: 'get_weather', arguments: '{"city": "Tokyo"}' },
        { type: 'tool_call', id: 'toolu_fixture_2', name: 'list_cities', arguments: '{}' },
      ],
      usage: { input: 120, output: 57, cacheRead: 100, cacheWrite: 8, reasoning: 20 },
      finish: { reason: 'tool_calls', raw: 'tool_use', model: 'claude-fixture-1' },
      error: undefined,
    });
  });

  it('is the same however the network splits it', async () => {
    const whole = summary(await replay(wire, { body: fixture }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(fixture.length), { maxLength: 40 }), async (splitAt) => {
        expect(summary(await replay(wire, { body: fixture, splitAt }))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same without its index numbers and with CRLF lines', async () => {
    const body = new TextEncoder().encode(
      new TextDecoder()
        .decode(fixture)
        .replace(/"index":\d,/g, '')
        .replaceAll('\n', '\r\n'),
    );
    expect(summary(await replay(wire, { body }))).toEqual(summary(await replay(wire, { body: fixture })));
  });
});

describe('an answer that was cut', () => {
  const finishAt = new TextDecoder().decode(fixture).indexOf('"stop_reason":"tool_use"');
  const finishByte = new TextEncoder().encode(new TextDecoder().decode(fixture).slice(0, finishAt)).length;

  it('before its stop reason is never complete and keeps the text before the cut', async () => {
    const whole = await replay(wire, { body: fixture });
    await fc.assert(
      fc.asyncProperty(fc.nat(finishByte), fc.boolean(), async (cut, disconnect) => {
        const { reply, error } = await replay(wire, { body: fixture.subarray(0, cut), disconnect });
        expect(error?.kind).toBe(disconnect ? 'network' : 'protocol');
        expect(reply.finish).toBeUndefined();
        expect(textOf(whole.reply.message).startsWith(textOf(reply.message))).toBe(true);
        expect(reasoningOf(whole.reply.message).startsWith(reasoningOf(reply.message))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('loses no word of the events before the cut', async () => {
    const body = sse(START, text(0, 'one '), text(0, 'two '), text(0, 'three'));
    const { reply, error } = await replay(wire, { body: body.subarray(0, body.length - 4), disconnect: true });
    expect(textOf(reply.message)).toBe('one two ');
    expect(error?.kind).toBe('network');
  });

  it('after the stop reason counts as complete', async () => {
    const { error, reply } = await replay(wire, {
      body: sse(START, text(0, 'done'), ...end('end_turn')).subarray(0, -30),
      disconnect: true,
    });
    expect(error).toBeUndefined();
    expect(reply.finish?.reason).toBe('stop');
  });

  it('keeps what can be read of a whole JSON body', async () => {
    const body = new TextEncoder().encode('{"type":"message","model":"m","content":[{"type":"text","text":"half a sent');
    const { reply, error } = await replay(wire, { body });
    expect(textOf(reply.message)).toBe('half a sent');
    expect(error?.kind).toBe('protocol');
  });
});

describe('stop reasons', () => {
  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
  ])('%s is %s', async (raw, reason) => {
    const { reply } = await replay(wire, { body: sse(START, text(0, 'x'), ...end(raw)) });
    expect(reply.finish).toMatchObject({ reason, raw });
  });

  it('a refusal is explained in the provider’s words', async () => {
    const { events } = await replay(wire, {
      body: sse(START, ...end('refusal', { stop_details: { type: 'refusal', explanation: 'Not that.' } })),
    });
    expect(events).toContainEqual({ type: 'notice', level: 'warning', code: 'refusal', message: 'anthropic: Not that.' });
  });
});

describe('answers of servers that are not quite Anthropic', () => {
  it('takes input that is complete from the beginning, as object or text', async () => {
    const call = (id: string, input: Json) => ({ type: 'content_block_start', content_block: { type: 'tool_use', id, name: 'f', input } });
    const stop = { type: 'content_block_stop' };
    const { reply } = await replay(wire, { body: sse(START, call('a', { x: 1 }), stop, call('b', '{"y":2}'), stop, ...end('tool_use')) });
    expect(reply.message.parts.map((part) => (part.type === 'tool_call' ? part.arguments : ''))).toEqual(['{"x":1}', '{"y":2}']);
  });

  it('gives calls without an id or with the same id ids of their own', async () => {
    const call = (index: number, id: Json) => ({
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id, name: 'f', input: {} },
    });
    const { reply } = await replay(wire, { body: sse(START, call(0, ''), call(1, null), call(2, 'x'), call(3, 'x'), ...end('end_turn')) });
    expect(reply.message.parts.map((part) => (part.type === 'tool_call' ? part.id : ''))).toEqual(['call_1', 'call_2', 'x', 'x_2']);
    expect(reply.finish?.reason).toBe('tool_calls');
  });

  it('reads pieces of blocks that were never announced, and blocks that all have the number 0', async () => {
    const begin = (type: string) => ({ type: 'content_block_start', index: 0, content_block: { type } });
    const unannounced = [delta(0, { type: 'thinking_delta', thinking: 'hm' }), text(0, 'a'), text(1, 'b')];
    const one = await replay(wire, { body: sse(START, ...unannounced, ...end('end_turn')) });
    expect([reasoningOf(one.reply.message), textOf(one.reply.message)]).toEqual(['hm', 'ab']);
    const two = await replay(wire, { body: sse(START, begin('text'), text(0, 'a'), begin('text'), text(0, 'b'), ...end('end_turn')) });
    expect(two.reply.message.parts).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
  });

  it('goes by the event’s name where the data has no type', async () => {
    const body = new TextEncoder().encode('event: content_block_delta\ndata: {"delta":{"text":"hi"}}\n\nevent: message_stop\ndata: {}\n\n');
    const { reply, error } = await replay(wire, { body });
    expect([textOf(reply.message), reply.finish?.reason, error]).toEqual(['hi', 'stop', undefined]);
  });

  it('keeps counts that a later event repeats as zero, and takes those that grow', async () => {
    const last = {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: 0, output_tokens: 40, cache_read_input_tokens: 3 },
    };
    const { reply } = await replay(wire, { body: sse(START, text(0, 'x'), last) });
    expect(reply.usage).toEqual({ input: 8, output: 40, cacheRead: 3 });
  });

  it('ignores events, pieces and words it does not know, with one notice each', async () => {
    const odd = [{ type: 'weather_report' }, { type: 'weather_report' }, delta(0, { type: 'smell_delta', smell: 'x' })];
    const body = Buffer.concat([
      sse(START, ...odd),
      new TextEncoder().encode('data: still there\n\n'),
      sse(text(0, 'fine'), ...end('end_turn')),
    ]);
    const { reply, events } = await replay(wire, { body });
    expect(textOf(reply.message)).toBe('fine');
    expect(events.flatMap((event) => (event.type === 'notice' ? [event.code] : []))).toEqual([
      'unknown_event',
      'unknown_event',
      'unreadable_event',
    ]);
  });

  it('keeps a part of an unknown type to send it back, and says so', async () => {
    const block = { type: 'hologram', data: 'x' };
    const { reply, events } = await replay(wire, {
      body: sse(START, { type: 'content_block_start', index: 0, content_block: block }, ...end('end_turn')),
    });
    expect(reply.message.parts).toEqual([
      { type: 'hosted', name: 'hologram', original: { wire: 'anthropic', provider: 'test', model: 'test-model', item: block } },
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'notice', code: 'unknown_part' }));
  });

  it('does not keep a thought without a signature for later turns', async () => {
    const { reply } = await replay(wire, {
      body: sse(
        START,
        delta(0, { type: 'thinking_delta', thinking: 'hm' }),
        delta(0, { type: 'signature_delta', signature: '' }),
        ...end('end_turn'),
      ),
    });
    expect(reply.message.parts).toEqual([{ type: 'reasoning', text: 'hm' }]);
  });
});

describe('errors inside a 200 answer', () => {
  it('are thrown after the text before them, with kind, words and id', async () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' };
    const outcome = await replay(wire, { body: sse(START, text(0, 'so far'), error), splitAt: everyByte(fixture) });
    expect(textOf(outcome.reply.message)).toBe('so far');
    expect(outcome.error).toMatchObject({ kind: 'overloaded', requestId: 'req_1', message: expect.stringContaining('Overloaded') });
  });

  it('are found without a type and as bare text', async () => {
    const untyped = await replay(wire, { body: sse({ error: { message: 'prompt is too long: 9 tokens' } }) });
    expect(untyped.error?.kind).toBe('context_length');
    const bare = await replay(wire, { body: new TextEncoder().encode('event: error\ndata: the engine died\n\n') });
    expect(bare.error?.message).toContain('the engine died');
  });
});
