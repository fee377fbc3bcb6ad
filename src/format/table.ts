/** Tables of commands (models, keys, settings): aligned columns without borders, fitted to the terminal. */
import { safeLine } from './safety.ts';
import type { Theme } from './theme.ts';
import { type Align, displayWidth, pad, truncate } from './width.ts';

export type TableOptions = {
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
    cells
      .map((cell, column) =>
        pad(options.columns === undefined ? cell : truncate(cell, widths[column] ?? 0), widths[column] ?? 0, align[column]),
      )
      .join(GAP)
      .trimEnd();
  return [theme.paint('tableHead', lineOf(head)), ...rows.map(lineOf)].map((line) => `${line}\n`).join('');
}

const GAP = '  ';
const NARROWEST = 8;

/** Natural widths; where they do not fit, the last column gives way first, then the widest ones. */
function fittedWidths(lines: string[][], columns: number | undefined): number[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => displayWidth(line[column] ?? ''))));
  if (columns === undefined) return widths;
  const last = widths.length - 1;
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * last - columns;
  const shrink = (column: number, least: number): void => {
    const width = widths[column] ?? 0;
    const by = Math.min(excess, Math.max(0, width - least));
    widths[column] = width - by;
    excess -= by;
  };
  if (excess > 0) shrink(last, NARROWEST);
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 1) break;
    shrink(widest, Math.max(1, secondWidest(widths, widest)));
  }
  return widths;
}

/** Where the widest column stops giving way alone. */
function secondWidest(widths: number[], widest: number): number {
  const others = Math.max(0, ...widths.filter((_, column) => column !== widest));
  const own = widths[widest] ?? 0;
  return others < own ? others : own - 1;
}
