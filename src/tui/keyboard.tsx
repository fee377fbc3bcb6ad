/** The keyboard as a component: Ink reads keys and pastes and hands the terminal over; it draws nothing. */
import { useApp, useInput, usePaste } from 'ink';
import { useEffect } from 'react';
import { type Typed, typedKeys } from './ink-keys.ts';

type KeyboardProps = {
  onTyped(typed: readonly Typed[]): void;
  onPaste(text: string): void;
  /** Told once how the terminal is handed over to another program while the action goes on. */
  onReady(handOver: (action: () => Promise<void>) => Promise<void>): void;
};

export function Keyboard({ onTyped, onPaste, onReady }: KeyboardProps) {
  const { suspendTerminal } = useApp();
  useInput((input, key) => onTyped(typedKeys(input, key)));
  usePaste(onPaste);
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  return null;
}
