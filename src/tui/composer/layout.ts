/** The composer on the screen: styled rows, the cursor in them, what is out of sight. Lays out only what is near the cursor. */
import { nounOf } from '../../core/words.ts';
import type { Theme } from '../../format/theme.ts';
import { displayWidth, pad, truncate } from '../../format/width.ts';
import type { Composer } from './buffer.ts';
import { type Line, labelsOf, lineAt } from './motions.ts';
import { type LabelOf, placeIn, type Row, rowsOf } from './rows.ts';

export type ComposerLayoutOptions = {
  columns: number;
  maxRows: number;
  /** Before the first row. */
  prompt: string;
  /** Before the others; as wide as the prompt. */
  continuation: string;
  placeholder?: string;
  theme: Theme;
};

export type ComposerLayout = {
  /** Styled, each at most `columns` wide, at most `maxRows`, at least one. */
  lines: string[];
  cursor: { row: number; column: number };
  /** How much of the text is out of sight: rows nearby, lines further away. */
  hiddenAbove: number;
  hiddenBelow: number;
};

const FEWEST_ROWS_WITH_MARKS = 4;

export function layoutComposer(composer: Composer, options: ComposerLayoutOptions): ComposerLayout {
  const { columns, theme, placeholder } = options;
  const prefix = prefixOf(options);
  if (composer.text === '') {
    const hint = theme.paint('dim', truncate(placeholder ?? '', columns - prefix.columns, theme.glyphs.dots));
    return { lines: [prefix.first + hint], cursor: { row: 0, column: prefix.columns }, hiddenAbove: 0, hiddenBelow: 0 };
  }
  const maxRows = Math.max(1, options.maxRows);
  const near = nearRows(composer, { room: roomFor(columns, prefix.columns), maxRows });
  const { first, end, hiddenAbove, hiddenBelow } = visiblePart(near, maxRows);
  const rows = near.rows.slice(first, end).map((shown) => paintRow(shown, theme));
  const hasMarks = maxRows >= FEWEST_ROWS_WITH_MARKS;
  const mark = (count: number, where: string) =>
    theme.paint('dim', truncate(`(${count} more ${nounOf(count, 'line')} ${where})`, columns - prefix.columns, theme.glyphs.dots));
  const above = hasMarks && hiddenAbove > 0 ? [mark(hiddenAbove, 'above')] : [];
  const below = hasMarks && hiddenBelow > 0 ? [mark(hiddenBelow, 'below')] : [];
  const lines = [...above, ...rows, ...below].map((line, index) => (index === 0 ? prefix.first : prefix.next) + line);
  const row = above.length + near.cursor.row - first;
  return { lines, cursor: { row, column: prefix.columns + near.cursor.column }, hiddenAbove, hiddenBelow };
}

/** The columns that text has beside a prompt; in a very narrow window the prompt gives way. */
export function roomFor(columns: number, promptColumns: number): number {
  return columns - promptColumns >= 2 ? columns - promptColumns : Math.max(1, columns);
}

function prefixOf({ columns, prompt, continuation, theme }: ComposerLayoutOptions): { first: string; next: string; columns: number } {
  const width = Math.max(displayWidth(prompt), displayWidth(continuation));
  if (columns - width < 2) return { first: '', next: '', columns: 0 };
  return { first: theme.paint('accent', pad(prompt, width)), next: pad(continuation, width), columns: width };
}

type Shown = { line: string; row: Row };

type Near = {
  rows: readonly Shown[];
  cursor: { row: number; column: number };
  /** Lines that were not even laid out. */
  linesAbove: number;
  linesBelow: number;
};

/** The rows of the cursor's line and of as many lines around it as could be seen. */
function nearRows(composer: Composer, { room, maxRows }: { room: number; maxRows: number }): Near {
  const { text, cursor } = composer;
  const labelOf = labelsOf(composer);
  const here = lineAt(text, cursor);
  const own = rowsOf(text.slice(here.start, here.end), room, labelOf);
  const place = placeIn(own, cursor - here.start, room);
  const line = text.slice(here.start, here.end);
  const rows = own.map((row): Shown => ({ line, row }));
  if (place.row === own.length) rows.push({ line, row: { start: line.length, end: line.length, width: 0 } });
  const above: Shown[] = [];
  let start = here.start;
  while (start > 0 && above.length + place.row < maxRows) {
    const next = lineAt(text, start - 1);
    above.unshift(...shownRows(text, next, { room, labelOf }));
    start = next.start;
  }
  const below: Shown[] = [];
  let end = here.end;
  while (end < text.length && below.length + rows.length - place.row <= maxRows) {
    const next = lineAt(text, end + 1);
    below.push(...shownRows(text, next, { room, labelOf }));
    end = next.end;
  }
  return {
    rows: [...above, ...rows, ...below],
    cursor: { row: above.length + place.row, column: place.column },
    linesAbove: countLineEnds(text, 0, start),
    linesBelow: countLineEnds(text, end, text.length),
  };
}

function shownRows(text: string, { start, end }: Line, { room, labelOf }: { room: number; labelOf: LabelOf }): Shown[] {
  const line = text.slice(start, end);
  return rowsOf(line, room, labelOf).map((row) => ({ line, row }));
}

function countLineEnds(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Keeps the cursor about in the middle; a mark takes the place of the row at its edge. */
function visiblePart(
  { rows, cursor, linesAbove, linesBelow }: Near,
  maxRows: number,
): { first: number; end: number; hiddenAbove: number; hiddenBelow: number } {
  const marks = maxRows >= FEWEST_ROWS_WITH_MARKS ? 1 : 0;
  const lastFirst = Math.max(0, rows.length - maxRows);
  const windowStart = Math.max(0, Math.min(cursor.row - Math.floor(maxRows / 2), lastFirst));
  const windowEnd = Math.min(rows.length, windowStart + maxRows);
  const first = windowStart + linesAbove > 0 ? windowStart + marks : windowStart;
  const end = windowEnd < rows.length || linesBelow > 0 ? windowEnd - marks : windowEnd;
  return { first, end, hiddenAbove: linesAbove + first, hiddenBelow: linesBelow + rows.length - end };
}

function paintRow({ line, row }: Shown, theme: Theme): string {
  if (!row.cells) return line.slice(row.start, row.end);
  return row.cells.map(({ text, isChip }) => (isChip ? theme.paint('accent', text) : text)).join('');
}
