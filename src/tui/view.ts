/** What is on the screen below the scrollback: styled lines and a cursor. Components render it; nothing else does. */

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
