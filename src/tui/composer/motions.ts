/** Where a motion leads to: from a composer to a place in its text. */
import type { Composer } from './buffer.ts';
import { chipLabel, hasSeveralChips } from './chips.ts';
import { type LabelOf, offsetIn, placeIn, type Row, rowsOf } from './rows.ts';
import { previousBoundary, type Run, runsOf } from './segments.ts';

export type Line = { start: number; end: number };

export function lineAt(text: string, offset: number): Line {
  const end = text.indexOf('\n', offset);
  return { start: offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length : end };
}

/** The runs of the line that a place is in, as places of the whole text. */
export function runsAt(text: string, offset: number): Run[] {
  const { start, end } = lineAt(text, offset);
  return runsOf(text.slice(start, end)).map((run) => ({ ...run, start: run.start + start, end: run.end + start }));
}

/** The end of this word, or of the next one. */
export function wordEnd(text: string, offset: number): number {
  for (let place = offset; ; ) {
    const word = runsAt(text, place).find((run) => run.isWord && run.end > offset);
    if (word) return word.end;
    const { end } = lineAt(text, place);
    if (end >= text.length) return text.length;
    place = end + 1;
  }
}

/** The start of this word, or of the one before. */
export function wordStart(text: string, offset: number): number {
  for (let place = offset; ; ) {
    const word = runsAt(text, place).findLast((run) => run.isWord && run.start < offset);
    if (word) return word.start;
    const { start } = lineAt(text, place);
    if (start === 0) return 0;
    place = start - 1;
  }
}

/** Back over white space and then to the next white space or chip. */
export function spaceStart(text: string, offset: number): number {
  let place = offset;
  while (place > 0 && SPACE.test(text.charAt(place - 1))) place -= 1;
  const end = place;
  while (place > 0 && !SPACE.test(text.charAt(place - 1))) {
    const before = previousBoundary(text, place);
    const isChip = LONE.test(text.slice(before, place));
    if (isChip && place < end) break;
    place = before;
    if (isChip) break;
  }
  return place;
}

const SPACE = /\s/;
const LONE = /^[\ud800-\udbff]$/u;

/** How this composer's chips are shown. */
export function labelsOf({ chips, text }: Composer): LabelOf {
  if (chips.length === 0) return noLabel;
  const several = hasSeveralChips(text, chips);
  return (character) => chipLabel(character, chips, several);
}

function noLabel(): undefined {
  return undefined;
}

/** Undefined: there is no row further up. */
export function rowUp(composer: Composer): { cursor: number; goal: number } | undefined {
  const { text, room } = composer;
  const { line, rows, row, goal } = visualPlace(composer);
  if (row > 0) return { cursor: line.start + offsetInRows(rows, row - 1, goal), goal };
  if (line.start === 0) return undefined;
  const above = lineAt(text, line.start - 1);
  const rowsAbove = rowsOf(text.slice(above.start, above.end), room, labelsOf(composer));
  return { cursor: above.start + offsetInRows(rowsAbove, rowsAbove.length - 1, goal), goal };
}

export function rowDown(composer: Composer): { cursor: number; goal: number } | undefined {
  const { text, room } = composer;
  const { line, rows, row, goal } = visualPlace(composer);
  if (row < rows.length - 1) return { cursor: line.start + offsetInRows(rows, row + 1, goal), goal };
  if (line.end === text.length) return undefined;
  const below = lineAt(text, line.end + 1);
  const rowsBelow = rowsOf(text.slice(below.start, below.end), room, labelsOf(composer));
  return { cursor: below.start + offsetInRows(rowsBelow, 0, goal), goal };
}

/** The start of the row; from there, of the line. */
export function rowStart(composer: Composer): number {
  const { line, rows, row } = visualPlace(composer);
  const start = line.start + (rows[row]?.start ?? line.end - line.start);
  return start === composer.cursor ? line.start : start;
}

export function rowEnd(composer: Composer): number {
  const { line, rows, row } = visualPlace(composer);
  const here = rows[row];
  if (!here || row >= rows.length - 1) return line.end;
  const end = line.start + offsetIn(here, composer.room, false);
  return end === composer.cursor ? line.end : end;
}

function visualPlace(composer: Composer): { line: Line; rows: Row[]; row: number; goal: number } {
  const { text, cursor, room, goal } = composer;
  const line = lineAt(text, cursor);
  const rows = rowsOf(text.slice(line.start, line.end), room, labelsOf(composer));
  const { row, column } = placeIn(rows, cursor - line.start, room);
  return { line, rows, row, goal: goal ?? column };
}

function offsetInRows(rows: readonly Row[], index: number, column: number): number {
  const row = rows[index];
  return row ? offsetIn(row, column, index === rows.length - 1) : 0;
}
