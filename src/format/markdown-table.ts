/** Tables of markdown: cells, column widths that fit the window, rows as lines. */
import type { Glyphs } from './glyphs.ts';
import {
  addressIn,
  createFlow,
  endFlow,
  fillFlow,
  type Line,
  lineWidth,
  PLAIN,
  type Run,
  type Style,
  WORD_ENDS,
} from './markdown-layout.ts';
import { type Align, displayWidth } from './width.ts';

export type Cells = Run[][];

/** How a table is drawn: with these column widths, or, where the window is too narrow for columns, row by row as a list. */
export type TableLayout = { widths: number[] } | { list: true };

/** Alignment of each column if this is the line under a table's head. */
export function delimiterRow(text: string): Align[] | undefined {
  if (!/^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/.test(text) || !text.includes('-')) return undefined;
  return splitRow(text).map((cell) => (!cell.endsWith(':') ? 'left' : cell.startsWith(':') ? 'center' : 'right'));
}

/** Cells of a row. A `|` in code splits nothing when the row otherwise had more cells than the head. */
export function splitRow(text: string, count?: number): string[] {
  const line = text
    .trim()
    .replace(/^\|/, '')
    .replace(/(^|[^\\])\|$/, '$1');
  const cells = line.split(/(?<!\\)\|/);
  const parted =
    count !== undefined && cells.length > count
      ? (line.match(/(?:`+[^`]*`+|\\\||[^|])*(?:\||$)/g)?.map((cell) => cell.replace(/\|$/, '')) ?? [])
      : cells;
  const sound = count !== undefined && parted.length > count && parted.at(-1) === '' ? parted.slice(0, -1) : parted;
  return sound.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Width that the longest line of a cell would like. */
export function naturalWidth(cell: readonly Run[]): number {
  return Math.max(0, ...cellLines(cell, Number.POSITIVE_INFINITY).map(lineWidth));
}

/** Width of the longest address in a cell, which is never broken. */
export function addressWidth(cell: readonly Run[]): number {
  let widest = 0;
  for (const { text } of cell) {
    if (!/:\/\/|www\./i.test(text)) continue;
    for (const word of text.split(/\s+/)) {
      const address = addressIn(word);
      if (address) widest = Math.max(widest, address.end - address.start);
    }
  }
  return widest;
}

/** Width of the longest word of a cell, as far as words are kept whole. */
export function wordWidth(cell: readonly Run[]): number {
  const words = cell
    .map(({ text }) => text)
    .join('')
    .split(WORD_ENDS);
  return Math.min(LONGEST_WHOLE, Math.max(0, ...words.map(displayWidth)));
}

/** Names of files, keys and hashes are longer: they break as they do elsewhere. */
const LONGEST_WHOLE = 14;

/** What the cells of each column ask for: `natural` without a line break, `least` for the addresses in them, `words` for whole words. */
type Wishes = { natural: readonly number[]; least: readonly number[]; words: readonly number[] };

/** Widths for columns in `width` columns of terminal. */
export function fitTable({ natural, words, ...wishes }: Wishes, width: number): TableLayout {
  const room = width - GAP * (natural.length - 1);
  const least = wishes.least.map((address, index) => Math.max(address, words[index] ?? 0));
  // A list breaks no words.
  if (least.reduce((sum, column) => sum + column, 0) > room) return { list: true };
  const at = (level: number): number[] => natural.map((column, index) => Math.max(Math.min(column, level), least[index] ?? 0));
  const sum = (level: number): number => at(level).reduce((total, column) => total + column, 0);
  // What is wider than the window makes no difference.
  let level = Math.max(1, Math.min(Math.max(...natural), room));
  // The widest columns give way to one common level, so that short columns keep their width.
  while (level > 0 && sum(level) > room) level -= 1;
  const isTight = natural.some((column, index) => column > level && (least[index] ?? 0) <= level);
  const narrowest = wishes.least.some((address) => address > level) ? NARROWEST_BESIDE_ADDRESSES : NARROWEST;
  if (sum(level) > room || (level < narrowest && isTight)) return { list: true };
  return { widths: at(level).map((column) => Math.max(1, column)) };
}

/**
 * Widths for the rows to come, once some are printed: a column takes what it needs while the window has room. The rows above keep
 * theirs, so what is drawn as columns or as a list stays that.
 */
export function widenTable(layout: TableLayout, wishes: Wishes, width: number): TableLayout {
  if ('list' in layout) return layout;
  if (wishes.natural.every((column, index) => column <= (layout.widths[index] ?? 0))) return layout;
  const wider = fitTable(wishes, width);
  return 'list' in wider ? layout : wider;
}

/** `hasEdge`: a bar stands at the left, as at code. */
export type TableLook = { glyphs: Glyphs; hasEdge: boolean };

/** The head and the line under it; nothing for a list. */
export function headLines(head: Cells, align: readonly Align[], layout: TableLayout, look: TableLook): Line[] {
  if ('list' in layout) return [];
  const { line, cross, tee } = look.glyphs;
  const rule = layout.widths.map((width) => line.repeat(width)).join(`${line}${cross}${line}`);
  return [...columnLines(head, align, layout.widths, look), [{ text: look.hasEdge ? `${tee}${line}${rule}` : rule, style: BORDER }]];
}

export function rowLines(
  cells: Cells,
  table: { head: Cells; align: readonly Align[]; layout: TableLayout; look: TableLook; width: number; isFirst: boolean },
): Line[] {
  const { head, align, layout, look, width, isFirst } = table;
  if ('widths' in layout) return columnLines(cells, align, layout.widths, look);
  const lines: Line[] = isFirst ? [] : [[]];
  for (const [column, cell] of cells.entries()) {
    const label = head[column] ?? [];
    const entry = label.length === 0 ? cell : [...label, { text: ': ', style: PLAIN }, ...cell];
    lines.push(...cellLines(entry, width));
  }
  return lines;
}

const GAP = 3;
/** Columns narrower than this are no longer readable. */
const NARROWEST = 6;
/** Where addresses take the room, words are better off in a list sooner. */
const NARROWEST_BESIDE_ADDRESSES = 12;
const BORDER: Style = { roles: ['tableBorder'] };

function columnLines(cells: Cells, align: readonly Align[], widths: readonly number[], { glyphs, hasEdge }: TableLook): Line[] {
  const columns = widths.map((width, column) => cellLines(cells[column] ?? [], width));
  const height = Math.max(1, ...columns.map((lines) => lines.length));
  const edge = hasEdge ? [{ text: `${glyphs.bar} `, style: BORDER }] : [];
  const between = { text: ` ${glyphs.bar} `, style: BORDER };
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap((lines, column) => {
      const padded = padLine(lines[row] ?? [], widths[column] ?? 0, align[column] ?? 'left');
      return [...(column === 0 ? edge : [between]), ...padded];
    }),
  );
}

function cellLines(cell: readonly Run[], width: number): Line[] {
  const lines: Line[] = [];
  const flow = createFlow(width);
  fillFlow(flow, cell, (line) => lines.push(line));
  endFlow(flow, (line) => lines.push(line));
  return lines;
}

function padLine(line: Line, width: number, align: Align): Line {
  const room = Math.max(0, width - lineWidth(line));
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0;
  const spaces = (count: number): Run => ({ text: ' '.repeat(count), style: PLAIN });
  return [spaces(before), ...line, spaces(room - before)];
}
