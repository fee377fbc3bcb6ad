/** What the parts of the chat's screen share: the world, the state, and the ways to show something. */
import type { SottoError } from '../core/errors.ts';
import type { MarkdownParsers } from '../format/markdown-parsers.ts';
import type { Theme } from '../format/theme.ts';
import type { Action } from './effects.ts';
import type { Overlay, ScreenState, Size } from './state.ts';
import type { TurnFigures } from './turn-figures.ts';
import type { ChatWorld } from './world.ts';

export type Screen = {
  readonly world: ChatWorld;
  readonly hyperlinks: boolean;
  state(): ScreenState;
  theme(): Theme;
  size(): Size;
  /** Loaded in the background from the start; the first reply waits for them, not the first paint. */
  parsers(): Promise<MarkdownParsers>;
  /** Changes the state, carries out what follows from it, and shows the result. */
  dispatch(action: Action): void;
  /** Finished lines into the scrollback. */
  print(lines: readonly string[]): void;
  /** Both in one drawing. */
  printAnd(lines: readonly string[], action: Action): void;
  say(message: string, level?: 'info' | 'warning' | 'error'): void;
  fail(error: SottoError): void;
  /** A turn is over. */
  ended(figures: TurnFigures): void;
  /** Prompts of this run, newest first. */
  sent(): readonly string[];
  /** Opens something above the composer, and resolves with what comes of it. */
  open<Value>(overlay: (id: number) => Overlay, signal?: AbortSignal): Promise<Value | undefined>;
};
