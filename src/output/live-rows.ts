/** Rows below the finished lines of an answer, redrawn in place without ever taking a finished line away. */
import { BEGIN_DRAWING, change, END_DRAWING, erase, HIDE_CURSOR, NOTHING, SHOW_CURSOR, WRAP_OFF, WRAP_ON } from '../format/drawing.ts';
import type { Writer } from './writer.ts';

type LiveRows = {
  /** Finished lines go where the rows stood, and these stand below them. */
  draw(finished: readonly string[], rows: readonly string[]): void;
  clear(): void;
  /** They go, the other writes, they come back. */
  aside(write: () => void): void;
  /** They stay as they are, and whoever writes next does so below them. */
  leave(): void;
};

/**
 * How many lines the rows take is known to nobody: the window may have become narrower while they were on their way. So the cursor
 * rests in the first of them, from where all of them go without counting; it stays there when a terminal lays them out anew.
 */
export function createLiveRows(writer: Pick<Writer, 'write'>): LiveRows {
  let shown: readonly string[] = [];

  const taken = () => (shown.length > 0 ? erase(0) : '');

  /** The cursor is back where it is seen whenever no row is shown. */
  function drawn(rows: readonly string[]): string {
    const wasShown = shown.length > 0;
    shown = rows;
    if (rows.length === 0) return wasShown ? SHOW_CURSOR : '';
    return `${wasShown ? '' : HIDE_CURSOR}${WRAP_OFF}${change(NOTHING, { rows, cursor: undefined }, undefined)}${WRAP_ON}`;
  }

  function draw(finished: readonly string[], rows: readonly string[]): void {
    const bytes = `${taken()}${finished.map((line) => `${line}\n`).join('')}${drawn(rows)}`;
    if (bytes !== '') writer.write(`${BEGIN_DRAWING}${bytes}${END_DRAWING}`);
  }

  return {
    draw,
    clear: () => draw([], []),
    aside(write) {
      const rows = shown;
      draw([], []);
      write();
      draw([], rows);
    },
    leave() {
      if (shown.length > 0) writer.write(`${'\n'.repeat(shown.length)}\r${SHOW_CURSOR}`);
      shown = [];
    },
  };
}
