/** Rows that are redrawn in place, as bytes that are safe in a window of any size. */

/*
 * A terminal may get another size between any two of these bytes. So they only move relative to where the cursor is, up by a count
 * and down by line feeds: neither ever leads above the first row, wherever the terminal cut or folded.
 */

export type Drawing = {
  /** One line each, self-contained. */
  rows: readonly string[];
  /** Undefined: it is hidden. */
  cursor: { x: number; y: number } | undefined;
};

export const NOTHING: Drawing = { rows: [], cursor: undefined };

/** Where the cursor is left; a hidden one at the beginning, from where all that was drawn goes without counting. */
export function restingPlace({ rows, cursor }: Drawing): { x: number; y: number } {
  return cursor ?? { x: rows.length > 0 ? 1 : 0, y: 0 };
}

/** From one drawing to the next. `width`: the cursor is set from the right edge of so many columns. */
export function change(before: Drawing, after: Drawing, width: number | undefined): string {
  const { length } = after.rows;
  const { x, y } = restingPlace(after);
  let at = restingPlace(before).y;
  const rows = rowsToWrite(before, after);
  if (rows === undefined && before.cursor?.x === after.cursor?.x && before.cursor?.y === after.cursor?.y) return '';
  let bytes = before.cursor ? HIDE_CURSOR : '';
  // A line feed, because moving down ends at the last line of a window that has become lower; then all that follows stands too high.
  const go = (row: number) => {
    bytes += row < at ? `\x1b[${at - row}A` : '\n'.repeat(row - at);
    at = row;
  };
  for (let row = rows?.from ?? length; row < (rows?.to ?? length); row++) {
    go(row);
    bytes += `\r\x1b[K${after.rows[row] ?? ''}`;
  }
  // A line stays free below the last row.
  if (length !== before.rows.length) go(length);
  if (length < before.rows.length) bytes += '\r\x1b[J';
  go(y);
  return `${bytes}${width === undefined ? fromLeft(x) : fromRight(x, width)}${after.cursor ? SHOW_CURSOR : ''}`;
}

/** What was drawn goes, `up` lines above the cursor and all below. */
export function erase(up: number): string {
  return `${up > 0 ? `\x1b[${up}A` : ''}${ERASE_DOWN}`;
}

/**
 * From the cursor's line on. The first line goes by itself: tmux keeps what is erased from the corner of the window in its
 * history, where it would stand for good.
 */
export const ERASE_DOWN = '\r\x1b[K\n\x1b[J\x1b[A';

/**
 * Rows of the live region are never wrapped by the terminal: for a moment it may be narrower than its last message said, and a
 * row that took two lines would leave one behind with every drawing. Printed lines are.
 */
export const WRAP_ON = '\x1b[?7h';
export const WRAP_OFF = '\x1b[?7l';
export const BEGIN_DRAWING = '\x1b[?2026h';
export const END_DRAWING = '\x1b[?2026l';

export const HIDE_CURSOR = '\x1b[?25l';
export const SHOW_CURSOR = '\x1b[?25h';

/**
 * From the first row that differs to the last one, and every row on the way down: a row that is passed may have been folded below
 * the cursor, and put together again above it, it would leave the cursor too near to the lines that are finished.
 */
function rowsToWrite(before: Drawing, after: Drawing): { from: number; to: number } | undefined {
  const differs = (row: string, index: number) => index >= before.rows.length || before.rows[index] !== row;
  const at = restingPlace(before).y;
  const { y } = restingPlace(after);
  const first = after.rows.findIndex(differs);
  const isShorter = after.rows.length < before.rows.length;
  if (first < 0 && !isShorter && y <= at) return undefined;
  const from = Math.min(at, first < 0 ? after.rows.length : first);
  return { from, to: isShorter ? after.rows.length : Math.max(after.rows.findLastIndex(differs), y) + 1 };
}

function fromLeft(x: number): string {
  return x > 0 ? `\r\x1b[${x}C` : '\r';
}

/** Where the terminal has another width by now, this is another column: the cursor tells of it when it is asked for later. */
function fromRight(x: number, width: number): string {
  const back = width - 1 - x;
  return `${RIGHT_EDGE}${back > 0 ? `\x1b[${back}D` : ''}`;
}

export const RIGHT_EDGE = '\x1b[9999C';
