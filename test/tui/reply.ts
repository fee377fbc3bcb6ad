/** Replies for tests of their view: events in short, what is printed of them, and what a screen would hold. */
import fc from 'fast-check';
import type { ErrorReport } from '../../src/core/errors.ts';
import type { StreamEvent, TurnEnd } from '../../src/core/events.ts';
import type { ReplyPart } from '../../src/core/messages.ts';
import type { MarkdownParsers } from '../../src/format/markdown-parsers.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { PLAIN_PARSERS } from '../../src/tui/reply-answer.ts';
import { openReplyView, type ReplyView, type ReplyViewOptions } from '../../src/tui/reply-view.ts';

export const turnStart: StreamEvent = { type: 'turn.start', conversation: null, provider: 'openai', model: 'gpt-4o' };
export const requestStart: StreamEvent = { type: 'request.start', provider: 'openai', model: 'gpt-4o' };
export const finish: StreamEvent = { type: 'finish', reason: 'stop', raw: 'stop' };

export function turnEnd(facts: Partial<TurnEnd> = {}): TurnEnd {
  return {
    type: 'turn.end',
    finishReason: 'stop',
    rawFinishReason: null,
    usage: null,
    cost: null,
    timing: { firstTokenMs: null, durationMs: 0 },
    attempts: [],
    error: null,
    ...facts,
  };
}

export function failure(facts: Partial<ErrorReport> = {}): ErrorReport {
  return {
    kind: 'overloaded',
    message: 'Overloaded',
    hint: null,
    status: 529,
    provider: 'openai',
    retryAfterMs: null,
    requestId: null,
    ...facts,
  };
}

export function retry(attempt = 1, facts: Partial<ErrorReport> = {}): StreamEvent {
  return { type: 'retry', attempt, of: 3, waitMs: 2000, error: failure(facts) };
}

/** A part with its pieces; without any it comes whole. */
export function part(id: string, whole: ReplyPart, pieces?: readonly string[]): StreamEvent[] {
  const known = whole.type === 'tool_call' ? { name: whole.name, callId: whole.id } : {};
  return [
    { type: 'part.start', id, kind: whole.type, ...known },
    ...(pieces ?? [contentOf(whole)]).map((piece): StreamEvent => ({ type: 'part.delta', id, text: piece })),
    { type: 'part.end', id, part: whole },
  ];
}

export const text = (words: string, pieces?: readonly string[]) => part('t', { type: 'text', text: words }, pieces);
export const thought = (words: string, pieces?: readonly string[]) => part('r', { type: 'reasoning', text: words }, pieces);
export const call = (id: string, name: string, args: string, pieces?: readonly string[]) =>
  part(`p-${id}`, { type: 'tool_call', id, name, arguments: args }, pieces);

/** A turn of one request. */
export function turn(...parts: StreamEvent[][]): StreamEvent[] {
  return [turnStart, requestStart, ...parts.flat(), finish, turnEnd()];
}

export function contentOf(whole: ReplyPart): string {
  if (whole.type === 'text' || whole.type === 'reasoning') return whole.text;
  return whole.type === 'tool_call' ? whole.arguments : '';
}

export type Setup = Partial<Omit<ReplyViewOptions, 'now'>>;

/** A view with a clock that stands still until it is moved. */
export function openView({ parsers = PLAIN_PARSERS, ...setup }: Setup = {}): { view: ReplyView; clock: { ms: number } } {
  const clock = { ms: 1000 };
  const view = openReplyView({
    columns: 60,
    theme: PLAIN_THEME,
    parsers,
    showReasoning: false,
    hyperlinks: false,
    linear: false,
    now: () => clock.ms,
    ...setup,
  });
  return { view, clock };
}

/** Everything that is printed of the events; `drawAfter` says after which of them the screen is drawn. */
export function printed(events: readonly StreamEvent[], setup: Setup = {}, drawAfter: (index: number) => boolean = () => true): string[] {
  const { view } = openView(setup);
  const lines: string[] = [];
  for (const [index, event] of events.entries()) {
    view.take(structuredClone(event));
    if (drawAfter(index)) lines.push(...view.frame().print);
  }
  return [...lines, ...view.end()];
}

export function withoutDeltas(events: readonly StreamEvent[]): StreamEvent[] {
  return events.filter((event) => event.type !== 'part.delta');
}

/** The same events with every delta cut at the places that `cut` gives. */
export function recut(events: readonly StreamEvent[], cut: (text: string) => readonly string[]): StreamEvent[] {
  return events.flatMap((event): StreamEvent[] =>
    event.type === 'part.delta' ? cut(event.text).map((piece) => ({ ...event, text: piece })) : [event],
  );
}

/** Parsers that count the characters they are given. */
export function counting(parsers: MarkdownParsers): { parsers: MarkdownParsers; count(): number } {
  let characters = 0;
  const counted =
    <More extends unknown[], Result>(read: (text: string, ...more: More) => Result) =>
    (text: string, ...more: More): Result => {
      characters += text.length;
      return read(text, ...more);
    };
  return { parsers: { ...parsers, lexInline: counted(parsers.lexInline), complete: counted(parsers.complete) }, count: () => characters };
}

/** Replies of every kind: thoughts, text, calls, steps, failures. Parts of one reply come one after the other. */
export function anyTurn(words: fc.Arbitrary<string>): fc.Arbitrary<StreamEvent[]> {
  const onePart = fc.oneof(
    { weight: 4, arbitrary: words.map((one): ReplyPart => ({ type: 'text', text: one })) },
    { weight: 2, arbitrary: words.map((one): ReplyPart => ({ type: 'reasoning', text: one })) },
    {
      weight: 1,
      arbitrary: fc.tuple(words, words).map(([name, args]): ReplyPart => ({ type: 'tool_call', id: 'c', name, arguments: args })),
    },
    { weight: 1, arbitrary: words.map((name): ReplyPart => ({ type: 'media', mediaType: 'image/png', data: 'QUJD', name })) },
  );
  const step = fc
    .tuple(fc.array(onePart, { maxLength: 5 }), fc.constantFrom('finish', 'retry', 'cut'), words)
    .map(([parts, ending, output]) => {
      const events: StreamEvent[] = [requestStart, ...parts.flatMap((one, index) => part(`p${index}`, one))];
      if (ending === 'retry') return [...events, retry(1, { message: output })];
      if (ending === 'cut') return events;
      const calls = parts.flatMap((one) => (one.type === 'tool_call' ? [one] : []));
      const results = calls.flatMap(({ id, name }): StreamEvent[] => [
        { type: 'tool.start', callId: id, name, arguments: { path: output }, summary: null, details: null },
        { type: 'tool.progress', callId: id, message: output, fraction: 0.5 },
        { type: 'tool.end', callId: id, name, outcome: 'ok', output, durationMs: 200 },
      ]);
      const notice: StreamEvent = { type: 'notice', level: 'warning', code: 'n', message: output };
      return [...events, finish, ...results, notice];
    });
  return fc
    .tuple(fc.array(step, { minLength: 1, maxLength: 4 }), words, fc.constantFrom('stop', 'length', 'cancelled', 'error'))
    .map(([steps, message, finishReason]): StreamEvent[] => [
      turnStart,
      ...steps.flat(),
      turnEnd({
        finishReason: finishReason as TurnEnd['finishReason'],
        error: finishReason === 'error' ? failure({ message, hint: message }) : null,
      }), // one of the four above
    ]);
}
