/** The columns of a picker: how wide each is, and which of them a window has room for. */
import { displayWidth } from '../format/width.ts';
import type { PickColumn, PickItem } from './actions.ts';

/** What stands behind the labels; `widths` are those of the widest cells, the head's included. */
export type Cells = { columns: readonly PickColumn[]; widths: readonly number[]; labelWidth: number };

/** `cellsWidth`: of all that are shown, with the gaps before them. */
export type Grid = { labelWidth: number; cellsWidth: number; shown: readonly { column: PickColumn; index: number; width: number }[] };

/** Measured once for all of the items, not with every key. */
export function measureCells(items: readonly PickItem<unknown>[], columns: readonly PickColumn[]): Cells {
  const widest = (texts: readonly string[]) => texts.reduce((width, text) => Math.max(width, displayWidth(text)), 0);
  return {
    columns,
    widths: columns.map(({ head }, index) => Math.min(WIDEST, widest([head, ...items.map(({ cells }) => cells?.[index] ?? '')]))),
    labelWidth: columns.length === 0 ? 0 : widest(items.map(({ label }) => label)),
  };
}

const WIDEST = 28;
export const GAP = '  ';

/** `room`: what a row has without its marker. The names get what the columns leave, and no more than they need. */
export function gridFor({ columns, widths, labelWidth }: Cells, room: number): Grid {
  const shown = columns.flatMap((column, index) => (room >= column.from ? [{ column, index, width: widths[index] ?? 0 }] : []));
  const taken = shown.reduce((sum, { width }) => sum + GAP.length + width, 0);
  return { labelWidth: Math.max(1, Math.min(Math.max(labelWidth, NARROWEST), room - taken)), cellsWidth: taken, shown };
}

const NARROWEST = 12;
