/** One line of text as rows of a given width: where they break, where the cursor is in them, which place a column is. */
import { ASCII_GLYPHS } from '../../format/glyphs.ts';
import { safeText } from '../../format/safety.ts';
import { displayWidth, fittingCodePoints, truncate } from '../../format/width.ts';
import { charactersOf } from './segments.ts';

/** One character as a reader sees it, ready for the screen. */
type Cell = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly width: number;
  readonly isChip: boolean;
};

/** `cells` are absent where every character is plain ASCII: then each takes one column. */
export type Row = { readonly start: number; readonly end: number; readonly width: number; readonly cells?: readonly Cell[] };

export type LabelOf = (character: string) => string | undefined;

const TAB = 4;
const ASCII = /^[\x20-\x7e]*$/;
const SPACE = /^\s$/;
/** What a row of Chinese or Japanese does not begin with. */
const CLOSING = /^[\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff1a\uff1b\uff09\u300d\u300f\u3011\u300b\u3009\u3015]/;

/** Never empty; the rows together are the line. */
export function rowsOf(line: string, room: number, labelOf: LabelOf): Row[] {
  return ASCII.test(line) ? asciiRows(line, room) : cellRows(line, room, labelOf);
}

/** A cursor at the end of a full row stands in the row below, also where there is no text for it yet. */
export function placeIn(rows: readonly Row[], offset: number, room: number): { row: number; column: number } {
  const last = rows.length - 1;
  let row = last;
  while (row > 0 && (rows[row]?.start ?? 0) > offset) row -= 1;
  const column = columnIn(rows[row], offset);
  if (row === last && column >= room) return { row: rows.length, column: 0 };
  // A mark without a width may stand behind a full row.
  return { row, column: Math.min(column, room - 1) };
}

/** The place in a row that is nearest to a column, not behind it. Only the last row of a line has a place behind its text. */
export function offsetIn(row: Row, column: number, isLast: boolean): number {
  const lastPlace = isLast ? row.end : (row.cells?.at(-1)?.start ?? Math.max(row.start, row.end - 1));
  if (!row.cells) return Math.min(row.start + column, lastPlace);
  let used = 0;
  for (const cell of row.cells) {
    used += cell.width;
    if (used > column) return Math.min(cell.start, lastPlace);
  }
  return lastPlace;
}

function columnIn(row: Row | undefined, offset: number): number {
  if (!row) return 0;
  if (!row.cells) return offset - row.start;
  let used = 0;
  for (const cell of row.cells) {
    if (cell.start >= offset) break;
    used += cell.width;
  }
  return used;
}

function asciiRows(line: string, room: number): Row[] {
  const rows: Row[] = [];
  let start = 0;
  while (line.length - start > room) {
    let end = start + room;
    while (end > start && !(line[end - 1] === ' ' && line[end] !== ' ')) end -= 1;
    if (end === start) end = start + room;
    rows.push({ start, end, width: end - start });
    start = end;
  }
  return [...rows, { start, end: line.length, width: line.length - start }];
}

function cellRows(line: string, room: number, labelOf: LabelOf): Row[] {
  const cells = cellsOf(line, room, labelOf);
  const rows: Row[] = [];
  let first = 0;
  let place = 0;
  let used = 0;
  let lastBreak = 0;
  let row: Cell[] = [];
  const close = (): void => {
    const end = cells[place]?.start ?? line.length;
    rows.push({ start: cells[first]?.start ?? 0, end, width: used, cells: row });
  };
  for (; place < cells.length; place += 1) {
    const cell = cells[place];
    if (!cell) break;
    if (place > first && mayBreak(cells[place - 1], cell)) lastBreak = place;
    const fitted = cell.text === '\t' ? tabCell(cell, used, room) : cell;
    if (used + fitted.width > room && place > first) {
      if (lastBreak > first) {
        place = lastBreak;
        row = row.slice(0, place - first);
        used = row.reduce((sum, { width }) => sum + width, 0);
      }
      close();
      first = place;
      used = 0;
      row = [];
      place -= 1;
      continue;
    }
    row.push(fitted);
    used += fitted.width;
  }
  close();
  return rows;
}

/** After white space, and around wide characters and chips; white space itself stays with what stands before it. */
function mayBreak(before: Cell | undefined, cell: Cell): boolean {
  if (!before || SPACE.test(cell.text)) return false;
  if (SPACE.test(before.text)) return true;
  const isOpen = before.isChip || cell.isChip || before.width > 1 || cell.width > 1;
  return isOpen && !CLOSING.test(cell.text);
}

function tabCell(cell: Cell, used: number, room: number): Cell {
  const width = Math.min(TAB - (used % TAB), room);
  return { ...cell, text: ' '.repeat(width), width };
}

function cellsOf(line: string, room: number, labelOf: LabelOf): Cell[] {
  return Array.from(charactersOf(line), ({ segment, index }) => {
    const label = labelOf(segment);
    const text = label === undefined ? visible(segment, room) : label.length <= room ? label : truncate(label, room, ASCII_GLYPHS.dots);
    return { start: index, end: index + segment.length, text, width: widthOf(text), isChip: label !== undefined };
  });
}

const PLAIN = /^[\x20-\x7e\t]$/;

/** Measuring one emoji takes 30 microseconds, and a line has the same ones over and over. */
const WIDTHS = new Map<string, number>();
const MOST_WIDTHS = 2_000;

function widthOf(text: string): number {
  if (text === '\t') return 1;
  if (ASCII.test(text)) return text.length;
  const known = WIDTHS.get(text);
  if (known !== undefined) return known;
  const width = displayWidth(text);
  if (WIDTHS.size >= MOST_WIDTHS) WIDTHS.clear();
  if (text.length <= 40) WIDTHS.set(text, width);
  return width;
}

/** Nothing that moves the cursor, nothing wider than a row. A tab stays one until its column is known. */
function visible(character: string, room: number): string {
  if (PLAIN.test(character)) return character;
  const safe = safeText(character).replaceAll('\n', ' ');
  return widthOf(safe) <= room ? safe : clipped(safe, room);
}

function clipped(text: string, room: number): string {
  const start = text.slice(0, fittingCodePoints(text, room));
  return displayWidth(start) <= room ? start : '?';
}
