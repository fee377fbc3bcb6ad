/** How a row of a picker and the preview beside it look. */
import type { Theme } from '../format/theme.ts';
import { displayWidth, graphemes, pad, truncate, wrap } from '../format/width.ts';
import { type Cells, GAP, type Grid, gridFor } from './picker-columns.ts';

export type Row =
  | { kind: 'words'; text: string }
  /** `places`: letters of the label that were typed. */
  | {
      kind: 'item';
      label: string;
      detail: string;
      cells: readonly string[];
      places: readonly number[];
      isChosen: boolean;
      isCurrent: boolean;
    };

type Look = { columns: number; theme: Theme };

/** The styled line, and the columns that it takes. One marker: where the cursor is, otherwise what is in use. */
export function rowLine(row: Row, { columns, theme, cells }: Look & { cells: Cells }): { line: string; width: number } {
  if (row.kind === 'words') {
    const text = truncate(row.text === '' ? '' : `  ${row.text}`, columns, theme.glyphs.dots);
    return { line: theme.paint('dim', text), width: displayWidth(text) };
  }
  const sign = columns > 4 ? (row.isChosen ? '> ' : row.isCurrent ? '* ' : '  ') : '';
  const room = columns - sign.length;
  if (cells.columns.length > 0) {
    const grid = gridFor(cells, room);
    const name = truncate(row.label, grid.labelWidth, theme.glyphs.dots);
    const facts = cellsLine(row.cells, grid, theme);
    const words = wordsBehind(row.detail, { grid, room, theme });
    const behind =
      `${' '.repeat(grid.labelWidth - displayWidth(name))}${words === '' ? facts : pad(facts, grid.cellsWidth)}${words}`.trimEnd();
    const mark = row.isChosen || row.isCurrent ? theme.paint('accent', sign) : sign;
    return {
      line: `${mark}${markedLabel(name, row, theme)}${theme.paint('dim', behind)}`,
      width: sign.length + displayWidth(name) + displayWidth(behind),
    };
  }
  const detailRoom = row.detail === '' || room < 24 ? 0 : Math.max(Math.floor(room / 3), room - displayWidth(row.label) - 2);
  const detail = detailRoom === 0 ? '' : truncate(row.detail, detailRoom, theme.glyphs.dots);
  const label = truncate(row.label, detail === '' ? room : room - displayWidth(detail) - 2, theme.glyphs.dots);
  const width = sign.length + displayWidth(label) + (detail === '' ? 0 : 2 + displayWidth(detail));
  const head = row.isChosen || row.isCurrent ? theme.paint('accent', sign) : sign;
  return { line: `${head}${markedLabel(label, row, theme)}${detail === '' ? '' : `  ${theme.paint('dim', detail)}`}`, width };
}

/** What the columns leave; a few letters would say nothing. */
function wordsBehind(detail: string, { grid, room, theme }: { grid: Grid; room: number; theme: Theme }): string {
  const left = room - grid.labelWidth - grid.cellsWidth - GAP.length;
  return detail === '' || left < FEWEST ? '' : GAP + truncate(detail, left, theme.glyphs.dots);
}

const FEWEST = 12;

/** What the columns are. */
export function headLine(label: string, { columns, theme, cells }: Look & { cells: Cells }): string {
  const grid = gridFor(cells, columns - 2);
  const heads = cellsLine(
    cells.columns.map(({ head }) => head),
    grid,
    theme,
  );
  return theme.paint(
    'dim',
    truncate(
      `  ${pad(truncate(label, grid.labelWidth, theme.glyphs.dots), grid.labelWidth)}${heads}`,
      columns,
      theme.glyphs.dots,
    ).trimEnd(),
  );
}

function cellsLine(cells: readonly string[], { shown }: Grid, theme: Theme): string {
  return shown
    .map(({ column, index, width }) => `${GAP}${pad(truncate(cells[index] ?? '', width, theme.glyphs.dots), width, column.align)}`)
    .join('')
    .trimEnd();
}

/** Prose is wrapped; what does not fit is left out at the end. */
export function previewLines(lines: readonly string[], { columns, rows, theme }: Look & { rows: number }): string[] {
  const shown: string[] = [];
  for (const line of lines) {
    if (shown.length >= rows) break;
    shown.push(...(line === '' ? [''] : wrap(line, columns)).slice(0, rows - shown.length));
  }
  return shown.map((line) => theme.paint('dim', displayWidth(line) > columns ? truncate(line, columns, theme.glyphs.dots) : line));
}

/** Runs of typed letters in the accent; a character of several units counts as typed when one of them is. */
function markedLabel(label: string, { places, isChosen }: { places: readonly number[]; isChosen: boolean }, theme: Theme): string {
  const plain = (text: string) => (isChosen ? theme.paint('strong', text) : text);
  if (places.length === 0 || theme.level === 0) return plain(label);
  const typed = new Set(places);
  let line = '';
  let run = '';
  let isTyped = false;
  let at = 0;
  const flush = () => {
    line += isTyped ? theme.paint('accent', run) : plain(run);
    run = '';
  };
  for (const character of graphemes(label)) {
    let has = false;
    for (let unit = at; unit < at + character.length; unit++) has ||= typed.has(unit);
    if (has !== isTyped) flush();
    isTyped = has;
    run += character;
    at += character.length;
  }
  flush();
  return line;
}
