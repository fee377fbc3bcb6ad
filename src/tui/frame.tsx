/** The live region as components: each part of the view as it is, and the real cursor where text is typed. */
import { Box, Text, useApp, useCursor, useInput, usePaste } from 'ink';
import { memo, useEffect } from 'react';
import { type Typed, typedKeys } from './ink-keys.ts';
import type { View } from './view.ts';

export type FrameProps = {
  view: View;
  onTyped(typed: readonly Typed[]): void;
  onPaste(text: string): void;
  /** Told once how the terminal is handed over to another program while the action goes on. */
  onReady(handOver: (action: () => Promise<void>) => Promise<void>): void;
};

export function Frame({ view, onTyped, onPaste, onReady }: FrameProps) {
  const { suspendTerminal } = useApp();
  const { setCursorPosition } = useCursor();
  useInput((input, key) => onTyped(typedKeys(input, key)));
  usePaste(onPaste);
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  setCursorPosition(cursorIn(view));
  return (
    <Box flexDirection="column">
      <Part lines={view.live} />
      <Part lines={view.panel} />
      <Part lines={view.input} />
      <Part lines={view.footer} />
    </Box>
  );
}

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

/** Lines are laid out before; an empty one must still be a row. */
const Part = memo(function Part({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return <Text wrap="truncate">{lines.map((line) => (line === '' ? ' ' : line)).join('\n')}</Text>;
}, hasSameLines);

function hasSameLines({ lines: before }: { lines: readonly string[] }, { lines: now }: { lines: readonly string[] }): boolean {
  return before === now || (before.length === now.length && before.every((line, index) => line === now[index]));
}
