/** What is on the screen below the scrollback: styled lines and a cursor. The terminal shows it; nothing else does. */

/** Every line is at most as wide as the window and already styled; nothing in it moves the cursor. */
export type View = {
  /** The unfinished end of what is being printed. */
  live: readonly string[];
  /** Queued prompts, a picker, an approval, a search: whatever stands above the input. */
  panel: readonly string[];
  input: readonly string[];
  /** A hint and the status line. */
  footer: readonly string[];
  /** Where the real cursor stands, in cells; undefined: it is hidden. */
  cursor: { part: 'panel' | 'input'; row: number; column: number } | undefined;
};

export const EMPTY_VIEW: View = { live: [], panel: [], input: [], footer: [], cursor: undefined };

/** The rows of the view in their order. */
export function rowsOf({ live, panel, input, footer }: View): readonly string[] {
  return [...live, ...panel, ...input, ...footer];
}

/** Where the cursor is in all rows; undefined: it is hidden. */
export function cursorIn({ live, panel, cursor }: View): { x: number; y: number } | undefined {
  if (!cursor) return undefined;
  const above = live.length + (cursor.part === 'input' ? panel.length : 0);
  return { x: cursor.column, y: above + cursor.row };
}
