/** A stream that remembers what it was given, and events for outputs. */
import { Writable } from 'node:stream';
import type { StreamEvent, TurnEnd } from '../../src/core/events.ts';
import { openWriter, type Writer } from '../../src/output/writer.ts';

export type Sink = { stream: Writable; text(): string; writes: string[] };

/** `highWaterMark` in bytes; `slow` takes each write only when it is told to. */
export function openSink({ highWaterMark = 16_384, slow = false } = {}): Sink & { drain(): void } {
  const writes: string[] = [];
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark,
    write(chunk, _, done) {
      writes.push(String(chunk));
      if (slow) waiting = done;
      else done();
    },
  });
  return {
    stream,
    writes,
    text: () => writes.join(''),
    drain() {
      const done = waiting;
      waiting = undefined;
      done?.();
    },
  };
}

export function openTestWriter(sink: Sink, { onClosed = () => {}, interrupted = new AbortController().signal } = {}): Writer {
  return openWriter(sink.stream, { onClosed, interrupted });
}

export const REQUEST: StreamEvent = { type: 'request.start', provider: 'lab', model: 'small' };

export function end(changes: Partial<TurnEnd> = {}): TurnEnd {
  return {
    type: 'turn.end',
    finishReason: 'stop',
    rawFinishReason: 'stop',
    usage: null,
    cost: null,
    timing: { firstTokenMs: null, durationMs: 1 },
    attempts: [],
    error: null,
    ...changes,
  };
}

/** A text part in pieces; `truth` is what its end says. */
export function text(pieces: readonly string[], truth = pieces.join(''), id = 'p0'): StreamEvent[] {
  return [
    { type: 'part.start', id, kind: 'text' },
    ...pieces.map((piece): StreamEvent => ({ type: 'part.delta', id, text: piece })),
    { type: 'part.end', id, part: { type: 'text', text: truth } },
  ];
}

/** A reply with tools has ended, and the turn goes on. */
export const STEP: StreamEvent = {
  type: 'step.end',
  finishReason: 'tool_calls',
  rawFinishReason: 'tool_calls',
  usage: null,
  cost: null,
  timing: { firstTokenMs: null, durationMs: 1 },
  attempts: [],
};
