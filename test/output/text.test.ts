import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { createSafeStream, safeText } from '../../src/format/safety.ts';
import { type TextOptions, textOutput } from '../../src/output/text.ts';
import { end, openSink, openTestWriter, REQUEST, STEP, text } from './stream.ts';

function print(events: StreamEvent[], options: TextOptions = { streamed: true }): string {
  const sink = openSink();
  const output = textOutput(openTestWriter(sink), options);
  for (const event of events) void output.take(event);
  return sink.text();
}

const anyText = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', ' ', '漢', '\u001b', '\u202e', '👩') });

describe('text output', () => {
  it('is the text with exactly one line end behind it, however it was cut', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 8 }), fc.boolean(), (pieces, streamed) => {
        const whole = pieces.join('');
        const printed = print([REQUEST, ...text(pieces), end()], { streamed });
        const body = whole.replace(/[\r\n]+$/, '');
        if (body === '') expect(printed).toBe('');
        else expect([`${body}\n`, `${body}\r\n`]).toContain(printed);
      }),
    );
  });

  it('is the same for each way of cutting', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(40), { maxLength: 6 }), (whole, cuts) => {
        const points = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const pieces = points.slice(1).map((point, index) => whole.slice(points[index], point));
        const printed = print([REQUEST, ...text(pieces), end()]);
        const once = print([REQUEST, ...text([whole]), end()]);
        // A \r\n that is cut in two is a \r and a \n.
        expect(printed.replace(/[\r\n]+$/, '')).toBe(once.replace(/[\r\n]+$/, ''));
      }),
    );
  });

  it('is safe on a terminal, however it was cut', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 8 }), (pieces) => {
        const printed = print([REQUEST, ...text(pieces), end()], { streamed: true, safe: createSafeStream() });
        expect(printed).not.toMatch(/[\u001b\r\u202e]/);
        expect(printed.trimEnd()).toBe(safeText(pieces.join('')).trimEnd());
      }),
    );
  });

  it('adds what the pieces left out when the part ends', () => {
    expect(print([REQUEST, ...text(['Hel'], 'Hello'), end()])).toBe('Hello\n');
    expect(print([REQUEST, ...text([], 'Hello'), end()])).toBe('Hello\n');
  });

  it('waits for the truth where nothing is streamed, and keeps what has no end', () => {
    const taken = [REQUEST, ...text(['a thought'], '', 'p1'), ...text(['Hello'], 'Hello', 'p2'), end()];
    expect(print(taken, { streamed: false })).toBe('Hello\n');
    expect(print(taken)).toBe('a thought\nHello\n');
    const broken = [REQUEST, ...text(['Hel']).slice(0, -1), end()];
    expect(print(broken, { streamed: false })).toBe('Hel\n');
  });

  it('puts parts behind each other and leaves out reasoning', () => {
    const reasoning: StreamEvent[] = [
      { type: 'part.start', id: 'r', kind: 'reasoning' },
      { type: 'part.delta', id: 'r', text: 'hm' },
      { type: 'part.end', id: 'r', part: { type: 'reasoning', text: 'hm' } },
    ];
    expect(print([REQUEST, ...reasoning, ...text(['a']), ...text(['b'], 'b', 'p1'), end()])).toBe('ab\n');
  });

  it('forgets an attempt that failed where nothing was shown yet', () => {
    expect(print([REQUEST, ...text(['lost']), REQUEST, ...text(['kept']), end()], { streamed: false })).toBe('kept\n');
    expect(print([REQUEST, ...text(['lost']), REQUEST, end()], { streamed: false })).toBe('');
  });

  it('hands an answer that failed its check to somebody else', () => {
    const error = {
      kind: 'protocol',
      message: 'no',
      hint: null,
      status: null,
      provider: null,
      retryAfterMs: null,
      requestId: null,
    } as const;
    const rejected: string[] = [];
    const onRejected = (answer: string) => rejected.push(answer);
    expect(print([REQUEST, ...text(['wrong']), end({ error })], { streamed: false, onRejected })).toBe('');
    expect(print([REQUEST, ...text(['right']), end()], { streamed: false, onRejected })).toBe('right\n');
    expect(print([REQUEST, end({ error })], { streamed: false, onRejected })).toBe('');
    expect(rejected).toEqual(['wrong\n']);
  });

  it('waits for a slow reader', async () => {
    const sink = openSink({ highWaterMark: 4, slow: true });
    const output = textOutput(openTestWriter(sink), { streamed: true });
    const [start, ...rest] = text(['much more than four']);
    if (start) void output.take(start);
    const waits = rest[0] && output.take(rest[0]);
    expect(waits).toBeInstanceOf(Promise);
    sink.drain();
    await waits;
    expect(sink.text()).toBe('much more than four');
  });
});

describe('text of a turn in several steps', () => {
  const turn = (first: string[], second: string[]): StreamEvent[] => [REQUEST, ...text(first), STEP, REQUEST, ...text(second), end()];

  it.each([
    [['I look.'], ['Done.'], 'I look.\n\nDone.\n'],
    [['I look.\n\n'], ['Done.'], 'I look.\n\nDone.\n'],
    [[], ['Done.'], 'Done.\n'],
    [['I look.'], [], 'I look.\n'],
    [['half \ud83d', '\ude00'], ['x'], 'half \ud83d\ude00\n\nx\n'],
  ])('is the text of each, a blank line between: %j %j', (first, second, expected) => {
    expect(print(turn(first, second))).toBe(expected);
    expect(print(turn(first, second), { streamed: false })).toBe(expected);
    expect(print(turn(first, second), { streamed: true, safe: createSafeStream() })).toBe(expected);
  });

  it('forgets an attempt that was repeated, but not the steps before it', () => {
    const events = [REQUEST, ...text(['I look.']), STEP, REQUEST, ...text(['Ha']).slice(0, 2), REQUEST, ...text(['Done.']), end()];
    expect(print(events, { streamed: false })).toBe('I look.\n\nDone.\n');
  });

  it('is only the answer where that is checked', () => {
    expect(print(turn(['I look.'], ['{}']), { streamed: false, onRejected: () => {} })).toBe('{}\n');
  });
});
