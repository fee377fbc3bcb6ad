/** What comes of a key: the composer after it, and what the chat is asked to do where the composer cannot. */
import type { Key } from '../keys.ts';
import type { Composer } from './buffer.ts';

export type ComposerRequest =
  | { type: 'send' }
  /** Up on the first row, Down on the last. */
  | { type: 'history'; direction: 'back' | 'forward' }
  | { type: 'history.search' }
  | { type: 'complete' }
  | { type: 'editor' }
  | { type: 'stop' }
  | { type: 'interrupt' }
  | { type: 'leave' }
  | { type: 'reasoning.toggle' }
  | { type: 'tool.cancel' }
  | { type: 'suspend' }
  | { type: 'redraw' }
  | { type: 'unhandled'; key: Key };

export type Pressed = { composer: Composer; request?: ComposerRequest };
