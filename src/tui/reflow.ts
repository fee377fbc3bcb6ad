/** Erases what was drawn for another width: most terminals lay long rows out anew, so that the same rows take more lines. */
import { displayWidth } from '../format/width.ts';

/**
 * `moves`: rows are laid out anew, and the cursor stays where it stood in them. `cuts`: they lose their ends. `xterm.js`: they
 * are laid out anew but for the one with the cursor, which goes down with every line that is added, also below it.
 */
export type Reflow = 'moves' | 'cuts' | 'xterm.js';

export type Shown = {
  /** As they were drawn; none was wider than the window. */
  rows: readonly string[];
  /** Where the cursor stands in them; undefined: below the last one. */
  cursor: { x: number; y: number } | undefined;
  /** The width of the window now. */
  columns: number;
  reflow: Reflow;
};

/** Up to the first line that the rows take now, and everything from there on is gone. Nothing above them is touched. */
export function eraseShown({ rows, cursor, columns, reflow }: Shown): string {
  if (rows.length === 0) return '';
  const at = cursor?.y ?? rows.length;
  const more = (some: readonly string[]): number => some.reduce((sum, row) => sum + addedLines(row, columns), 0);
  const added = {
    moves: () => more(rows.slice(0, at)) + (cursor ? Math.floor(cursor.x / columns) : 0),
    cuts: () => 0,
    'xterm.js': () => more(rows.filter((_, index) => index !== at)),
  } satisfies Record<Reflow, () => number>;
  const up = at + added[reflow]();
  return `${up > 0 ? `\x1b[${up}A` : ''}${ERASE_DOWN}`;
}

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
