/** Tables of commands (models, keys, settings): aligned columns without borders, fitted to the terminal. */
import { safeLine } from './safety.ts';
import type { Theme } from './theme.ts';
import { type Align, displayWidth, pad, truncate } from './width.ts';

type TableOptions = {
  head: string[];
  rows: string[][];
  /** Width of the terminal; undefined for a pipe, where nothing is cut off. */
  columns?: number | undefined;
  theme: Theme;
  /** Per column; left where not given. */
  align?: Align[];
};

/** One line per row, each with its `\n`; values are made safe for a terminal. */
export function formatTable(options: TableOptions): string {
  const { theme, align = [] } = options;
  const head = options.head.map(safeLine);
  const rows = options.rows.map((row) => head.map((_, column) => safeLine(row[column] ?? '')));
  const widths = fittedWidths([head, ...rows], options.columns);
  const lineOf = (cells: string[]): string =>
    widths
      .map((width, column) =>
        pad(
          options.columns === undefined ? (cells[column] ?? '') : truncate(cells[column] ?? '', width, theme.glyphs.dots),
          width,
          align[column],
        ),
      )
      .join(GAP)
      .trimEnd();
  return [theme.paint('tableHead', lineOf(head)), ...rows.map(lineOf)].map((line) => `${line}\n`).join('');
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * Natural widths. Where they do not fit, the last column gives way first, then the widest ones; then the last columns are left out.
 * The first one has the names, with which the reader goes on: it is cut when it does not fit alone.
 */
function fittedWidths(lines: string[][], columns: number | undefined): number[] {
  const natural = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => displayWidth(line[column] ?? ''))));
  if (columns === undefined) return natural;
  for (let count = natural.length; count > 1; count--) {
    const [name = 0, ...others] = natural.slice(0, count);
    const room = columns - name - GAP.length * (count - 1);
    if (others.reduce((sum, width) => sum + Math.min(width, NARROWEST), 0) <= room) return [name, ...shrunk(others, room)];
  }
  return natural.slice(0, 1).map((name) => Math.min(name, columns));
}

/** Each keeps what it needs up to the least width. */
function shrunk(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  const shrink = (column: number, least: number): void => {
    const width = widths[column] ?? 0;
    const by = Math.min(excess, Math.max(0, width - Math.max(least, NARROWEST)));
    widths[column] = width - by;
    excess -= by;
  };
  if (excess > 0) shrink(widths.length - 1, NARROWEST);
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    shrink(widest, secondWidest(widths, widest));
  }
  return widths;
}

/** Where the widest column stops giving way alone. */
function secondWidest(widths: number[], widest: number): number {
  const others = Math.max(0, ...widths.filter((_, column) => column !== widest));
  const own = widths[widest] ?? 0;
  return others < own ? others : own - 1;
}
