/** How much of a picker a window has room for: title, list, preview, keys. */
import type { Theme } from '../format/theme.ts';
import type { PickItem, PickKey } from './actions.ts';
import type { Cells } from './picker-columns.ts';
import { keyRows } from './picker-keys.ts';

/** What there is to show. */
type Shown = {
  items: readonly PickItem<unknown>[];
  preview?: unknown;
  cells: Cells;
  enter: string;
  keys: readonly PickKey[];
};

/** A bar between two spaces. */
const BESIDE_COLUMNS = 3;
const WIDE_COLUMNS = 100;

type Room = {
  hasTitle: boolean;
  keyRows: readonly string[];
  /** An empty row before the keys: a preview is above them. */
  hasGap: boolean;
  hasHead: boolean;
  listRows: number;
  listColumns: number;
  preview: { columns: number; rows: number } | undefined;
  isBeside: boolean;
};

/** The list keeps its height while it is narrowed, so that nothing jumps under the eyes. */
export function roomOf(picker: Shown, { columns, rows, theme }: { columns: number; rows: number; theme: Theme }): Room {
  const { items, preview, cells } = picker;
  const hasTitle = rows >= 3;
  const keys = rows >= 7 ? keyRows(picker, { columns, dots: theme.glyphs.dots }).slice(0, rows >= 10 ? 2 : 1) : [];
  const hasHead = rows >= 8 && cells.columns.length > 0;
  const free = rows - (hasTitle ? 2 : 1) - keys.length - (hasHead ? 1 : 0);
  const wanted = Math.max(1, items.length);
  const isBeside = preview !== undefined && columns >= WIDE_COLUMNS;
  const hasBelow = preview !== undefined && !isBeside && free >= 9;
  const listColumns = isBeside ? Math.floor((columns - BESIDE_COLUMNS) / 2) : columns;
  if (isBeside) {
    const listRows = Math.min(free, Math.max(wanted, 10));
    return {
      hasTitle,
      keyRows: keys,
      hasGap: false,
      hasHead,
      listRows,
      listColumns,
      isBeside,
      preview: { columns: columns - listColumns - BESIDE_COLUMNS, rows: listRows },
    };
  }
  // Between the list and the preview is a line, and a gap below it.
  const previewRows = hasBelow ? Math.min(8, Math.floor(free / 2) - 1) : 0;
  const listRows = Math.min(wanted, hasBelow ? free - previewRows - 2 : free);
  return {
    hasTitle,
    keyRows: keys,
    hasGap: hasBelow,
    hasHead,
    listRows,
    listColumns,
    isBeside,
    preview: hasBelow ? { columns, rows: previewRows } : undefined,
  };
}
