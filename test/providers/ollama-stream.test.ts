/** The decoder of Ollama's chat API: broken, cut and unusual answers. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { reasoningOf, textOf } from '../../src/core/messages.ts';
import { decodeOllama } from '../../src/providers/ollama-stream.ts';
import { type Outcome, replay, type Wire } from './anthropic-ollama-replay.ts';

const wire: Wire = { framing: 'ndjson', createDecoder: (emit) => decodeOllama({ provider: 'ollama', model: 'test' }, emit) };
const fixture = readFileSync(new URL('../../fixtures/ollama/thinking-and-tools.ndjson', import.meta.url));

function lines(...values: Json[]): Uint8Array {
  return new TextEncoder().encode(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

const said = (content: string) => ({ model: 'test', message: { role: 'assistant', content }, done: false });
const DONE = { model: 'test', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' };

function summary({ reply, error }: Outcome) {
  return { parts: reply.message.parts, usage: reply.usage, finish: reply.finish, error: error?.message };
}

describe('a whole answer', () => {
  it('is text, thought, calls with ids, counts and the reason', async () => {
    expect(summary(await replay(wire, { body: fixture }))).toEqual({
      parts: [
        {
          type: 'reasoning',
          text: 'Which city? 日本 perhaps.',
          original: { wire: 'ollama', item: {}, provider: 'test', model: 'test-model' },
        },
        { type: 'text', text: 'I look at two cities 👍🏽 — one moment.\n' },
        { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: '{"city":"Tokyo"}' },
        { type: 'tool_call', id: 'call_2', name: 'list_cities', arguments: '{}' },
      ],
      usage: { input: 42, output: 57 },
      finish: { reason: 'tool_calls', raw: 'stop', model: 'fixture:1b' },
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

  it('leaves a count out that Ollama left out', async () => {
    const { reply } = await replay(wire, { body: lines(said('hi'), { ...DONE, eval_count: 2 }) });
    expect(reply.usage).toEqual({ output: 2 });
    const without = await replay(wire, { body: lines(said('hi'), DONE) });
    expect(without.reply.usage).toBeUndefined();
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['load', 'stop'],
    [undefined, 'stop'],
  ])('done_reason %s is %s', async (raw, reason) => {
    const { reply } = await replay(wire, { body: lines(said('hi'), { ...DONE, done_reason: raw }) });
    expect(reply.finish).toMatchObject({ reason, raw: raw ?? null });
  });
});

describe('an answer that was cut', () => {
  it('before it says done is never complete and keeps the text before the cut', async () => {
    const whole = await replay(wire, { body: fixture });
    const doneAt = fixture.indexOf('"done":true');
    await fc.assert(
      fc.asyncProperty(fc.nat(doneAt), fc.boolean(), async (cut, disconnect) => {
        const { reply, error } = await replay(wire, { body: fixture.subarray(0, cut), disconnect });
        expect(error?.kind).toBe(disconnect ? 'network' : 'protocol');
        expect(reply.finish).toBeUndefined();
        expect(textOf(whole.reply.message).startsWith(textOf(reply.message))).toBe(true);
        expect(reasoningOf(whole.reply.message).startsWith(reasoningOf(reply.message))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('loses no word of the lines before the cut', async () => {
    const body = lines(said('one '), said('two '), said('three'));
    const { reply } = await replay(wire, { body: body.subarray(0, body.length - 60), disconnect: true });
    expect(textOf(reply.message)).toBe('one two ');
  });

  it('of one JSON object is salvaged', async () => {
    const body = new TextEncoder().encode('{"model":"test","message":{"role":"assistant","content":"half a sent');
    const { reply, error } = await replay(wire, { body });
    expect(textOf(reply.message)).toBe('half a sent');
    expect(error?.kind).toBe('protocol');
  });
});

describe('thoughts in the text', () => {
  it('are told apart at the beginning of an answer', async () => {
    const { reply } = await replay(wire, { body: lines(said('<thi'), said('nk>hm'), said('</think>\n\nYes'), DONE) });
    expect([reasoningOf(reply.message), textOf(reply.message)]).toEqual(['hm', 'Yes']);
  });

  it('are text when the server tells thoughts apart itself', async () => {
    const apart = { message: { role: 'assistant', content: '', thinking: 'hm' }, done: false };
    const { reply } = await replay(wire, { body: lines(apart, said('<think>'), said(' is a tag'), DONE) });
    expect([reasoningOf(reply.message), textOf(reply.message)]).toEqual(['hm', '<think> is a tag']);
  });

  it('are text after all when they never end', async () => {
    const { reply } = await replay(wire, { body: lines(said('<think>no end'), DONE) });
    expect([reasoningOf(reply.message), textOf(reply.message)]).toEqual(['', '<think>no end']);
  });

  it('that the template had opened are thoughts, and the stream says so', async () => {
    const { reply, events } = await replay(wire, { body: lines(said('let me see\n</th'), said('ink>\n\n'), said('The answer'), DONE) });
    expect([reasoningOf(reply.message), textOf(reply.message)]).toEqual(['let me see', 'The answer']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'notice', code: 'thought_as_text' }));
  });
});

describe('errors', () => {
  it('inside a 200 stream are thrown after the text before them', async () => {
    const { reply, error } = await replay(wire, { body: lines(said('so far'), { error: 'model runner has unexpectedly stopped' }) });
    expect(textOf(reply.message)).toBe('so far');
    expect(error).toMatchObject({ kind: 'overloaded', message: expect.stringContaining('model runner has unexpectedly stopped') });
  });

  it('that the engine behind Ollama wrote as JSON in a string are understood', async () => {
    const error = JSON.stringify({
      error: { code: 400, type: 'exceed_context_size_error', message: 'request (24008 tokens) exceeds the available context size' },
    });
    const outcome = await replay(wire, { body: lines({ error }), status: 400 });
    expect(outcome.error).toMatchObject({ kind: 'context_length', message: expect.stringContaining('request (24008 tokens) exceeds') });
  });
});
