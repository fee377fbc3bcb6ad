/** The composer's value: text, cursor, what can be undone and yanked; and the one way in which its text changes. */
import { addChip, type Chip, cleanText, hasChip, isLarge } from './chips.ts';
import { snapForward } from './segments.ts';
import { recordStep, type Step, type UndoState } from './undo.ts';
import { EMPTY_VI, type ViState } from './vi-state.ts';

export type Keys = 'emacs' | 'vi';
export type Mode = 'insert' | 'normal';

/** Immutable. Only the files of this folder look inside. */
export type Composer = {
  readonly keys: Keys;
  readonly mode: Mode;
  /** Cells that a row of text has. */
  readonly room: number;
  readonly text: string;
  /** Always between two characters as a reader sees them. */
  readonly cursor: number;
  /** The column that Up and Down want to come back to. */
  readonly goal: number | undefined;
  readonly chips: readonly Chip[];
  readonly undo: UndoState;
  /** Newest first. */
  readonly kills: readonly Kill[];
  /** What the last key did, where the next one depends on it. */
  readonly last: LastAction | undefined;
  /** The first half of a chord of two keys. */
  readonly prefix: string | undefined;
  readonly vi: ViState;
};

export type Kill = { readonly text: string; readonly isLines: boolean };

export type LastAction =
  | { type: 'typing' }
  | { type: 'erasing' }
  | { type: 'kill' }
  | { type: 'yank'; start: number; end: number; kill: number };

export function emptyComposer(keys: Keys): Composer {
  return {
    keys,
    mode: 'insert',
    room: 78,
    text: '',
    cursor: 0,
    goal: undefined,
    chips: [],
    undo: { past: [], future: [] },
    kills: [],
    last: undefined,
    prefix: undefined,
    vi: EMPTY_VI,
  };
}

type Replacement = { start: number; end: number; insert: string; cursor?: number };

/** Every change goes through here. The text that goes in may hold chips. `joins`: undone together with the change before it. */
export function replace(composer: Composer, { start, end, insert, cursor }: Replacement, joins = false): Composer {
  const { text } = composer;
  if (start === end && insert === '') return moveTo(composer, cursor ?? start);
  const changed = text.slice(0, start) + insert + text.slice(end);
  const place = snapForward(changed, cursor ?? start + insert.length);
  const step: Step = { at: start, removed: text.slice(start, end), inserted: insert, before: composer.cursor, after: place };
  return { ...composer, text: changed, cursor: place, goal: undefined, last: undefined, undo: recordStep(composer.undo, step, joins) };
}

export function moveTo(composer: Composer, cursor: number): Composer {
  const place = snapForward(composer.text, cursor);
  if (place === composer.cursor && composer.goal === undefined && composer.last === undefined) return composer;
  return { ...composer, cursor: place, goal: undefined, last: undefined };
}

/** Text from outside; a large one is folded into a chip. */
export function insertFolded(composer: Composer, outside: string, fold: (text: string) => boolean = isLarge): Composer {
  const text = cleanText(outside);
  const { cursor } = composer;
  if (!fold(text)) return replace(composer, { start: cursor, end: cursor, insert: text });
  const { chips, character } = addChip(composer.chips, text);
  return replace({ ...composer, chips }, { start: cursor, end: cursor, insert: character });
}

/** Nothing to undo, and no chip kept that cannot come back. */
export function forget(composer: Composer): Composer {
  const keepsChips = hasChip(composer.text) || composer.kills.some((kill) => hasChip(kill.text));
  return { ...composer, undo: { past: [], future: [] }, chips: keepsChips ? composer.chips : [] };
}
