/** Where the first line of a drawing is after the window changed: most terminals lay long rows out anew, so that they take more lines. */
import { stripVTControlCharacters } from 'node:util';
import { type Drawing, restingPlace } from '../format/drawing.ts';
import { displayWidth, graphemes } from '../format/width.ts';

/**
 * `moves`: rows are laid out anew, and the cursor stays where it stood in them. `cuts`: they lose their ends. `xterm.js`: they
 * are laid out anew but for one, and the cursor goes down with every line that is added, also below it.
 */
export type Reflow = 'moves' | 'cuts' | 'xterm.js';

type Changed = {
  /** As it was drawn; no row was wider than the window. */
  drawing: Drawing;
  /** The width of the window now. */
  columns: number;
  /** By how many rows the window is lower than it was. */
  rowsLost?: number;
  reflow: Reflow;
};

/** How many lines the first row stands above the cursor now, if all was drawn before the window changed. */
export function linesAbove({ drawing, columns, rowsLost = 0, reflow }: Changed): number {
  const { x, y } = restingPlace(drawing);
  if (drawing.rows.length === 0) return 0;
  const added = drawing.rows.map((row) => addedLines(row, columns));
  // Behind the last character of a line that is full, the cursor stays in it.
  const beyond = Math.min(Math.floor(x / columns), added[y] ?? 0);
  return y + LINES_ADDED[reflow]({ added, at: y, rowsLost, beyond });
}

/**
 * Was the drawing there before the window changed? The cursor was set from the right edge of `width` columns: a drawing that came
 * later, into another width, has left it in another column. Both may be the same one; then it counts whether it is `old`.
 */
export function isDrawnBefore({ drawing, columns, reflow }: Changed, { width, column, old }: Seen): boolean {
  const { x, y } = restingPlace(drawing);
  const beyond = reflow === 'moves' ? Math.min(Math.floor(x / columns), addedLines(drawing.rows[y] ?? '', columns)) : 0;
  const before = Math.min(x - beyond * columns, columns - 1);
  const since = Math.max(0, x - (width - columns));
  return column - 1 === before && (old || columns === width || before !== since);
}

/** `column`: where the cursor is, counted from 1. */
type Seen = { width: number; column: number; old: boolean };

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

/** At least so many: what takes more leaves a line behind, what takes fewer would take a finished one away. */
function addedLines(row: string, columns: number): number {
  const text = stripVTControlCharacters(row).trimEnd();
  if (text.length * 2 <= columns) return 0;
  if (/^[\x20-\x7e]*$/.test(text)) return Math.max(0, Math.ceil(text.length / columns) - 1);
  let lines = 0;
  let used = 0;
  for (const character of graphemes(text)) {
    const width = leastWidth(character);
    if (used + width > columns) {
      lines++;
      used = 0;
    }
    used += width;
  }
  return lines;
}

/** Terminals differ in what consists of several characters; none makes it narrower than this. */
function leastWidth(character: string): number {
  const [first = ''] = character;
  return Math.min(displayWidth(character), Math.max(1, displayWidth(first)));
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
