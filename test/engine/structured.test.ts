import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SottoError } from '../../src/core/errors.ts';
import type { MiddlewareEvent, ModelEvent } from '../../src/core/events.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { instruct } from '../../src/engine/fitting.ts';
import { bareJson, jsonTextIn, openSchemaCheck } from '../../src/engine/structured.ts';
import { ownTime } from '../support/own-time.ts';

const REQUEST: ModelRequest = { model: 'small', messages: [], stream: true };
const SIGNAL = new AbortController().signal;
const answer = (text: string) => ({ role: 'assistant' as const, parts: [{ type: 'text' as const, text }] });
const json = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.array(fc.jsonValue(), { minLength: 1 }));

describe('the JSON inside an answer', () => {
  it('is found bare, in a fence and among words, exactly as it was written', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), fc.constantFrom('', 'json', 'JSON'), (value, indent, language) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(jsonTextIn(text)).toBe(text);
        expect(jsonTextIn(`\n ${text}\n\n`)).toBe(text);
        expect(jsonTextIn(`Sure:\n\`\`\`${language}\n${text}\n\`\`\`\nDone.`)).toBe(text);
        expect(jsonTextIn(`It is ${text}, as asked.`)).toBe(text);
      }),
    );
  });

  it('may be a single value, but no word', () => {
    expect(jsonTextIn('42')).toBe('42');
    expect(jsonTextIn('"Lima"')).toBe('"Lima"');
    expect(jsonTextIn('Lima')).toBeUndefined();
    expect(jsonTextIn('')).toBeUndefined();
  });

  it('is the longest where there are several', () => {
    expect(jsonTextIn('From [1] follows {"city": "Lima", "why": "a } in a string"} {}')).toBe('{"city": "Lima", "why": "a } in a string"}');
  });

  it('is not made up of something broken, and takes no time', () => {
    const own = ownTime();
    expect(jsonTextIn(`{"a": ${'['.repeat(200_000)}`)).toBeUndefined();
    expect(jsonTextIn('{x} '.repeat(50_000))).toBeUndefined();
    expect(own.ms()).toBeLessThan(3000);
  });
});

describe('a schema check', () => {
  it('complains in words for the model', async () => {
    const check = await openSchemaCheck({
      type: 'object',
      properties: { n: { type: 'number' } },
      required: ['n'],
      additionalProperties: false,
    });
    expect(await check(answer('{"n":1}'))).toBeUndefined();
    expect(await check(answer('nothing'))).toBe('it is not JSON');
    expect(await check(answer('{"n":"1","m":2}'))).toMatch(/\(m\)[\s\S]*\/n must be number/);
  });

  it('knows formats and older dialects', async () => {
    const check = await openSchemaCheck({ $schema: 'http://json-schema.org/draft-04/schema#', type: 'string', format: 'date' });
    expect(await check(answer('"2026-11-20"'))).toBeUndefined();
    expect(await check(answer('"today"'))).toMatch(/date/);
  });

  it('refuses what is no schema', async () => {
    await expect(openSchemaCheck({ type: 'nonsense' })).rejects.toMatchObject({ kind: 'usage' });
  });
});

describe('an instruction', () => {
  it('follows the system prompt', () => {
    const schema = { name: 'answer', schema: { type: 'object' } };
    expect(instruct({ ...REQUEST, schema, system: 'Be brief.' }).system).toMatch(/^Be brief\.\n\n[\s\S]*\{"type":"object"\}$/);
    expect(instruct(REQUEST).system).toBeUndefined();
  });
});

describe('a stream of bare JSON', () => {
  async function collect(
    events: ModelEvent[],
    failure?: Error,
    request = REQUEST,
  ): Promise<{ events: (ModelEvent | MiddlewareEvent)[]; thrown: unknown }> {
    const stream = bareJson(async function* () {
      yield* events;
      if (failure) throw failure;
    });
    const seen: (ModelEvent | MiddlewareEvent)[] = [];
    try {
      for await (const event of stream(request, SIGNAL)) seen.push(event);
    } catch (thrown) {
      return { events: seen, thrown };
    }
    return { events: seen, thrown: undefined };
  }
  const START: ModelEvent = { type: 'request.start', provider: 'lab', model: 'small' };
  const part = (text: string, truth = text): ModelEvent[] => [
    { type: 'part.start', id: 'p', kind: 'text' },
    { type: 'part.delta', id: 'p', text },
    { type: 'part.end', id: 'p', part: { type: 'text', text: truth } },
  ];
  const finish = (reason: 'stop' | 'length' = 'stop'): ModelEvent => ({ type: 'finish', reason, raw: reason });

  it('gives the value when its part is complete, and everything else at once', async () => {
    const usage: ModelEvent = { type: 'usage', usage: { input: 1 } };
    const { events } = await collect([START, ...part('```json\n{"a":1}\n```'), usage, finish()]);
    expect(events).toEqual([
      START,
      { type: 'part.start', id: 'p', kind: 'text' },
      { type: 'part.end', id: 'p', part: { type: 'text', text: '{"a":1}' } },
      usage,
      finish(),
    ]);
  });

  it('gives what it had when the stream breaks off', async () => {
    const failure = new SottoError({ kind: 'network', message: 'gone' });
    const { events, thrown } = await collect([START, ...part('{"a":').slice(0, 2)], failure);
    expect(thrown).toBe(failure);
    expect(events.at(-1)).toEqual({ type: 'part.delta', id: 'p', text: '{"a":' });
  });

  it('leaves an answer that is no JSON as it is', async () => {
    const { events } = await collect([START, ...part('no idea'), finish()]);
    expect(events).toContainEqual({ type: 'part.end', id: 'p', part: { type: 'text', text: 'no idea' } });
  });

  it('fails at once where the token limit cut it, and where the model refused', async () => {
    expect((await collect([START, ...part('{"a":'), finish('length')])).thrown).toMatchObject({ kind: 'protocol', retryable: false });
    expect((await collect([START, ...part('{"a":1}'), finish('length')])).thrown).toBeUndefined();
    const refusal: ModelEvent[] = [
      START,
      { type: 'part.start', id: 'p', kind: 'text' },
      { type: 'part.end', id: 'p', part: { type: 'text', text: 'I cannot', refusal: true } },
    ];
    expect((await collect(refusal)).thrown).toMatchObject({ kind: 'content_filter', message: 'small refused to answer: I cannot' });
  });

  it('leaves what is said along with a call as it is, and takes the JSON out of the answer after it', async () => {
    const tools = [{ name: 'look', description: '', parameters: {} }];
    const call: ModelEvent[] = [
      { type: 'part.start', id: 'c', kind: 'tool_call', name: 'look' },
      { type: 'part.end', id: 'c', part: { type: 'tool_call', id: 'c1', name: 'look', arguments: '{}' } },
    ];
    const withCall = await collect([START, ...part('I look it up [1].'), ...call, finish('length')], undefined, { ...REQUEST, tools });
    expect(withCall.thrown).toBeUndefined();
    expect(withCall.events).toContainEqual({ type: 'part.end', id: 'p', part: { type: 'text', text: 'I look it up [1].' } });
    const without = await collect([START, ...part('Here: {"a":1}'), finish()], undefined, { ...REQUEST, tools });
    expect(without.events).toContainEqual({ type: 'part.end', id: 'p', part: { type: 'text', text: '{"a":1}' } });
  });
});
