/** Erases what was drawn for another width: most terminals lay long rows out anew, so that the same rows take more lines. */
import { displayWidth } from '../format/width.ts';

/**
 * `moves`: rows are laid out anew, and the cursor stays where it stood in them. `cuts`: they lose their ends. `xterm.js`: they
 * are laid out anew but for one, and the cursor goes down with every line that is added, also below it.
 */
export type Reflow = 'moves' | 'cuts' | 'xterm.js';

export type Shown = {
  /** As they were drawn; none was wider than the window. */
  rows: readonly string[];
  /** Where the cursor stands in them; undefined: below the last one. */
  cursor: { x: number; y: number } | undefined;
  /** The width of the window now. */
  columns: number;
  /** By how many rows the window is lower than it was. */
  rowsLost?: number;
  reflow: Reflow;
};

/** Up to the first line that the rows take now, and everything from there on is gone. Nothing above them is touched. */
export function eraseShown({ rows, cursor, columns, rowsLost = 0, reflow }: Shown): string {
  if (rows.length === 0) return '';
  const at = cursor?.y ?? rows.length;
  const up =
    at +
    LINES_ADDED[reflow]({
      added: rows.map((row) => addedLines(row, columns)),
      at,
      rowsLost,
      beyond: cursor ? Math.floor(cursor.x / columns) : 0,
    });
  return `${up > 0 ? `\x1b[${up}A` : ''}${ERASE_DOWN}`;
}

type Grown = {
  /** How many lines more each row takes. */
  added: readonly number[];
  /** The row of the cursor. */
  at: number;
  rowsLost: number;
  /** How many lines of its row the cursor has before it. */
  beyond: number;
};

/** How many lines the cursor went down from the first row. */
const LINES_ADDED: Record<Reflow, (grown: Grown) => number> = {
  moves: ({ added, at, beyond }) => added.slice(0, at).reduce((sum, more) => sum + more, beyond),
  cuts: () => 0,
  'xterm.js'({ added, at, rowsLost }) {
    // A lower window loses what is below the cursor first: the line behind the last row, then that row.
    const last = Math.max(at, added.length - Math.max(1, rowsLost));
    // From the last row to the first: each line that is added takes the cursor down, and the row where it is by then is left alone.
    let cursor = at;
    for (let row = last; row >= 0; row--) if (row !== cursor) cursor += added[row] ?? 0;
    return cursor - at;
  },
};

/**
 * From the cursor's line on. The first line goes by itself: tmux keeps what is erased from the corner of the window in its
 * history, where it would stand for good.
 */
export const ERASE_DOWN = '\r\x1b[K\x1b7\x1b[B\x1b[J\x1b8';

function addedLines(row: string, columns: number): number {
  return Math.max(0, Math.ceil(displayWidth(row) / columns) - 1);
}

/** What the environment says, before the terminal itself has. */
export function reflowOf(env: Readonly<Record<string, string | undefined>>): Reflow {
  if (env.TERM_PROGRAM === 'vscode') return 'xterm.js';
  const isScreen = env.STY !== undefined && env.TMUX === undefined;
  return env.TERM === 'linux' || env.XTERM_VERSION !== undefined || isScreen ? 'cuts' : 'moves';
}

/** Asks a terminal who it is ("secondary device attributes"). */
export const WHO_ARE_YOU = '\x1b[>c';

/** The answers of those that differ from the others; undefined: one that does not, or none. */
export function reflowSaid(answer: string): Reflow | undefined {
  return SAID.find(([pattern]) => pattern.test(answer))?.[1];
}

const SAID: readonly (readonly [answer: RegExp, reflow: Reflow])[] = [
  [/^>0;276;/, 'xterm.js'],
  // xterm and screen.
  [/^>(41|83);/, 'cuts'],
  // tmux, also inside of something that set the variables above.
  [/^>84;/, 'moves'],
];
