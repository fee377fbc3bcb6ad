import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { createFold } from '../../src/core/fold.ts';
import { jsonOutput, ndjsonOutput } from '../../src/output/json.ts';
import { jsonText } from '../../src/output/json-text.ts';
import { end, openSink, openTestWriter, REQUEST, text } from './stream.ts';

function print(open: typeof jsonOutput, events: StreamEvent[]): string {
  const sink = openSink();
  const output = open(openTestWriter(sink));
  for (const event of events) void output.take(event);
  return sink.text();
}

/** The answer to these events of a model, whose message the engine has folded. */
function answerTo(events: StreamEvent[]) {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  return JSON.parse(print(jsonOutput, [START, ...events, { type: 'message', message: fold.reply().message }, end()]));
}

const START: StreamEvent = { type: 'turn.start', conversation: 'c1', provider: 'lab', model: 'small' };
const risky = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u2028', '\u2029', '\r', '\n', '\u0085', '\u009b', '\u001b', '\u202e', '"', '\\'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
});

describe('JSON text', () => {
  it('is the same value, in one line for every reader and harmless for every terminal', () => {
    fc.assert(
      fc.property(risky, (value) => {
        const written = jsonText({ value });
        expect(JSON.parse(written).value).toBe(value);
        expect(written).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/);
      }),
    );
  });
});

describe('ndjson', () => {
  it('is every event as it was, with the version, one per line', () => {
    fc.assert(
      fc.property(fc.array(risky, { maxLength: 5 }), (pieces) => {
        const events = [START, REQUEST, ...text(pieces), end()];
        const lines = print(ndjsonOutput, events).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line))).toEqual(events.map((event) => ({ v: 1, ...event })));
      }),
    );
  });
});

describe('json', () => {
  it('is one object, only at the end', () => {
    expect(print(jsonOutput, [START, REQUEST, ...text(['a'])])).toBe('');
    const answer = answerTo([REQUEST, ...text(['a', 'b'])]);
    expect(answer).toMatchObject({
      v: 1,
      conversation: 'c1',
      provider: 'lab',
      model: 'small',
      text: 'ab',
      finishReason: 'stop',
      error: null,
    });
  });

  it('names who really answered', () => {
    const other: StreamEvent = { type: 'request.start', provider: 'other', model: 'big' };
    expect(answerTo([REQUEST, ...text(['lost']), other, ...text(['kept'])])).toMatchObject({
      provider: 'other',
      model: 'big',
      text: 'kept',
    });
  });

  it('keeps arguments that are no JSON as they were written', () => {
    const call: StreamEvent[] = [
      { type: 'part.start', id: 't', kind: 'tool_call' },
      { type: 'part.end', id: 't', part: { type: 'tool_call', id: 'c', name: 'f', arguments: '{"a":' } },
    ];
    expect(answerTo([REQUEST, ...call]).toolCalls).toEqual([{ id: 'c', name: 'f', arguments: null, argumentsRaw: '{"a":' }]);
  });

  it('has the sources of the answer where there are any', () => {
    const part: StreamEvent[] = [
      { type: 'part.start', id: 'p', kind: 'text' },
      { type: 'part.end', id: 'p', part: { type: 'text', text: 'a', citations: [{ url: 'https://a.org', title: 'A' }] } },
    ];
    expect(answerTo([REQUEST, ...part]).citations).toEqual([{ url: 'https://a.org', title: 'A' }]);
    expect(answerTo([REQUEST, ...text(['a'])])).not.toHaveProperty('citations');
  });
});
