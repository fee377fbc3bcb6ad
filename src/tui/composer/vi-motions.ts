/** The motions of vi's normal mode as a table: where each leads, and which part of the text it spans for an operator. */
import type { Composer } from './buffer.ts';
import { lineAt } from './motions.ts';
import { boundaryAtOrBefore, nextBoundary, previousBoundary, runsOf } from './segments.ts';

/** `count` is undefined where none was typed; `argument` is the character after f, F, t, T. */
export type Motion = (composer: Composer, given: { count: number | undefined; argument: string }) => number | undefined;

/** `inclusive`: the character it leads to belongs to the span; `lines`: whole lines do. */
type ViMotion = { span: 'exclusive' | 'inclusive' | 'lines'; move: Motion };

export const VI_MOTIONS: Readonly<Record<string, ViMotion>> = {
  h: { span: 'exclusive', move: times(({ text }, at) => Math.max(lineAt(text, at).start, previousBoundary(text, at))) },
  l: { span: 'exclusive', move: times(({ text }, at) => Math.min(lineAt(text, at).end, nextBoundary(text, at))) },
  ' ': { span: 'exclusive', move: times(({ text }, at) => nextBoundary(text, at)) },
  j: { span: 'lines', move: lines(1) },
  k: { span: 'lines', move: lines(-1) },
  w: { span: 'exclusive', move: times(({ text }, at) => nextStart(text, at, 'small')) },
  W: { span: 'exclusive', move: times(({ text }, at) => nextStart(text, at, 'big')) },
  b: { span: 'exclusive', move: times(({ text }, at) => previousStart(text, at, 'small')) },
  B: { span: 'exclusive', move: times(({ text }, at) => previousStart(text, at, 'big')) },
  e: { span: 'inclusive', move: times(({ text }, at) => nextEnd(text, at, 'small')) },
  E: { span: 'inclusive', move: times(({ text }, at) => nextEnd(text, at, 'big')) },
  '0': { span: 'exclusive', move: ({ text, cursor }) => lineAt(text, cursor).start },
  '^': { span: 'exclusive', move: ({ text, cursor }) => firstVisible(text, cursor) },
  $: { span: 'exclusive', move: ({ text, cursor }, { count = 1 }) => lineAt(text, lineBy(text, cursor, count - 1)).end },
  gg: { span: 'lines', move: ({ text }, { count = 1 }) => firstVisible(text, lineBy(text, 0, count - 1)) },
  G: { span: 'lines', move: ({ text }, { count }) => firstVisible(text, count === undefined ? text.length : lineBy(text, 0, count - 1)) },
  f: { span: 'inclusive', move: find({ direction: 1, stops: 'at' }) },
  t: { span: 'inclusive', move: find({ direction: 1, stops: 'before' }) },
  F: { span: 'exclusive', move: find({ direction: -1, stops: 'at' }) },
  T: { span: 'exclusive', move: find({ direction: -1, stops: 'before' }) },
};

type Size = 'small' | 'big';

/** The word at a place with, for `around`, the white space behind it. */
export function wordObject(
  text: string,
  at: number,
  { size, isAround }: { size: Size; isAround: boolean },
): { start: number; end: number } {
  const line = lineAt(text, at);
  const runs = runsIn(text, line, size);
  const run = runs.find(({ end }) => end > at);
  if (!run) return { start: Math.max(runs.at(-1)?.end ?? line.start, line.start), end: line.end };
  if (run.start > at) return { start: runs[runs.indexOf(run) - 1]?.end ?? line.start, end: isAround ? run.end : run.start };
  const next = runs[runs.indexOf(run) + 1];
  return { start: run.start, end: isAround ? (next?.start ?? line.end) : run.end };
}

/** The first visible character of the line that a place is in. */
export function firstVisible(text: string, at: number): number {
  const { start, end } = lineAt(text, at);
  const indent = text.slice(start, end).search(/\S/);
  return indent < 0 ? start : start + indent;
}

/** The start of the line some lines further down or up; the last or first one where there are not as many. */
export function lineBy(text: string, at: number, steps: number): number {
  let { start } = lineAt(text, at);
  for (let left = Math.abs(steps); left > 0; left -= 1) {
    const { end } = lineAt(text, start);
    if (steps > 0 ? end >= text.length : start === 0) break;
    start = steps > 0 ? end + 1 : lineAt(text, start - 1).start;
  }
  return start;
}

function times(step: (composer: Composer, at: number) => number): Motion {
  return (composer, { count = 1 }) => {
    let at = composer.cursor;
    for (let left = count; left > 0; left -= 1) {
      const next = step(composer, at);
      if (next === at) break;
      at = next;
    }
    return at;
  };
}

function lines(direction: 1 | -1): Motion {
  return ({ text, cursor }, { count = 1 }) => {
    const target = lineBy(text, cursor, direction * count);
    return target === lineAt(text, cursor).start ? undefined : target;
  };
}

function find({ direction, stops }: { direction: 1 | -1; stops: 'at' | 'before' }): Motion {
  return ({ text, cursor }, { count = 1, argument }) => {
    const { start, end } = lineAt(text, cursor);
    let at = cursor;
    for (let left = count; left > 0; left -= 1) {
      at = direction === 1 ? text.indexOf(argument, nextBoundary(text, at)) : at === start ? -1 : text.lastIndexOf(argument, at - 1);
      if (at < start || at >= end) return undefined;
    }
    if (stops === 'at') return at;
    return direction === 1 ? previousBoundary(text, at) : nextBoundary(text, at);
  };
}

type Span = { start: number; end: number };

function runsIn(text: string, { start, end }: Span, size: Size): Span[] {
  const line = text.slice(start, end);
  const runs =
    size === 'small' ? runsOf(line) : Array.from(line.matchAll(/\S+/g), ({ 0: run, index }) => ({ start: index, end: index + run.length }));
  return runs.map((run) => ({ start: start + run.start, end: start + run.end }));
}

function nextStart(text: string, at: number, size: Size): number {
  const line = lineAt(text, at);
  const run = runsIn(text, line, size).find(({ start }) => start > at);
  if (run) return run.start;
  if (line.end >= text.length) return text.length;
  const below = lineAt(text, line.end + 1);
  // An empty line is a word of its own.
  return runsIn(text, below, size)[0]?.start ?? below.start;
}

function previousStart(text: string, at: number, size: Size): number {
  const line = lineAt(text, at);
  const run = runsIn(text, line, size).findLast(({ start }) => start < at);
  if (run) return boundaryAtOrBefore(text, run.start);
  if (line.start === 0) return 0;
  const above = lineAt(text, line.start - 1);
  return boundaryAtOrBefore(text, runsIn(text, above, size).at(-1)?.start ?? above.start);
}

/** The last character of the next word, not the place behind it. */
function nextEnd(text: string, at: number, size: Size): number {
  const from = nextBoundary(text, at);
  for (let place = at; ; ) {
    const line = lineAt(text, place);
    const run = runsIn(text, line, size).find(({ end }) => end > from);
    if (run) return Math.max(previousBoundary(text, run.end), at);
    if (line.end >= text.length) return text.length;
    place = line.end + 1;
  }
}
