/** Lists in columns, without loading what measures every script of the world unless a list needs it. */
import { safeLine } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';

type Measure = {
  /** Columns that a line takes. */
  width(text: string): number;
  /** At most so many columns, with `dots` where something was cut off. */
  truncate(text: string, columns: number, dots: string): string;
};

export type Column = {
  head: string;
  align?: 'right';
  /** Gives way down to this width where the terminal is too narrow; the last column first. */
  least?: number;
};

type Listed = {
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
  /** Width of the terminal; undefined for a pipe, where nothing is cut off. */
  width: number | undefined;
  theme: Theme;
};

/** One line per row under a head, each with its `\n`; values are made safe for a terminal. */
export async function formatColumns({ columns, rows, width, theme }: Listed): Promise<string> {
  const cells = rows.map((row) => columns.map((_, index) => safeLine(row[index] ?? '')));
  // In a pipe the end of a line is as long as it is.
  const isEnd = (index: number): boolean => width === undefined && index === columns.length - 1 && columns[index]?.align === undefined;
  const measure = await openMeasure(cells.flatMap((row) => row.filter((_, index) => !isEnd(index))));
  const all = [columns.map(({ head }) => head), ...cells];
  const natural = columns.map((_, index) =>
    isEnd(index) ? 0 : all.reduce((most, row) => Math.max(most, measure.width(row[index] ?? '')), 0),
  );
  const widths = width === undefined ? natural : fitted(columns, natural, width);
  const lines = all.map((row) =>
    row
      .slice(0, widths.length)
      .map((cell, index) => fill(width === undefined ? cell : measure.truncate(cell, widths[index] ?? 0, theme.glyphs.dots), index))
      .join(GAP)
      .trimEnd(),
  );
  function fill(text: string, index: number): string {
    if (isEnd(index)) return text;
    const room = ' '.repeat(Math.max(0, (widths[index] ?? 0) - measure.width(text)));
    return columns[index]?.align === 'right' ? room + text : text + room;
  }
  return lines.map((line, index) => `${index === 0 ? theme.paint('tableHead', line) : line}\n`).join('');
}

/** Measures these texts. Letters that take one column and Chinese and Japanese signs need nothing; others load the tables of Unicode (30 ms). */
export async function openMeasure(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) {
    if (SIMPLE.test(text)) continue;
    const { displayWidth, truncate } = await import('../../format/width.ts');
    return { width: displayWidth, truncate };
  }
  return { width: widthSimple, truncate: truncateSimple };
}

const GAP = '  ';
const NARROWEST = 4;
/** Characters that take two columns each, as plain Chinese, Japanese and Korean does. */
const WIDE = '\u3001-\u3020\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60';
const EACH_WIDE = new RegExp(`[${WIDE}]`, 'g');
/** Characters of which each takes its columns wherever it stands: no marks, no emoji. */
const SIMPLE = new RegExp(
  `^[\\x20-\\x7e\\xa1-\\xac\\xae-\\u02ff\\u0370-\\u0482\\u048a-\\u052f\\u2010-\\u2027\\u2030-\\u203b\\u203d-\\u2048\\u20a0-\\u20bf${WIDE}]*$`,
);

function widthSimple(text: string): number {
  return text.length + (text.match(EACH_WIDE)?.length ?? 0);
}

function truncateSimple(text: string, columns: number, dots: string): string {
  if (widthSimple(text) <= columns) return text;
  if (columns <= dots.length) return dots.slice(0, Math.max(columns, 0));
  let kept = '';
  for (let at = 0, used = 0; at < text.length; at++) {
    used += widthSimple(text.charAt(at));
    if (used > columns - dots.length) break;
    kept += text.charAt(at);
  }
  return `${kept.trimEnd()}${dots}`;
}

/**
 * First every column that may give way goes down to its least width, the last one first; then they share what is left. Where
 * that is not enough, the last columns are left out.
 */
function fitted(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  for (let count = columns.length; count > 1; count--) {
    const widths = shrunk(columns.slice(0, count), natural.slice(0, count), room);
    if (widths.reduce((sum, width) => sum + width, GAP.length * (count - 1)) <= room) return widths;
  }
  return natural.slice(0, 1);
}

function shrunk(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - room;
  const shrink = (index: number, least: number): void => {
    const by = Math.min(excess, Math.max(0, (widths[index] ?? 0) - least));
    widths[index] = (widths[index] ?? 0) - by;
    excess -= by;
  };
  const flexible = columns.flatMap(({ least }, index) => (least === undefined ? [] : [{ index, least }])).reverse();
  for (const { index, least } of flexible) if (excess > 0) shrink(index, least);
  for (const { index } of flexible) if (excess > 0) shrink(index, NARROWEST);
  return widths;
}
