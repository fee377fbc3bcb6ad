/** The input editor: keys and pastes in, a new composer and perhaps a request out. Pure; the chat's only door to this folder. */
import { chordOf, type Key } from '../keys.ts';
import { type Composer, emptyComposer, forget, insertFolded, type Keys, type Mode, replace } from './buffer.ts';
import { cleanText, expandChips } from './chips.ts';
import { runAction, typeText } from './editing.ts';
import { actionOf, isPrefix, type KeymapName } from './keymap.ts';
import { withKill } from './kills.ts';
import { roomFor } from './layout.ts';
import type { Pressed } from './requests.ts';
import { pressNormal, pressVi, settle, withVi } from './vi.ts';

export type { Composer, Keys, Mode } from './buffer.ts';
export { type ComposerLayout, type ComposerLayoutOptions, layoutComposer } from './layout.ts';
export type { ComposerRequest, Pressed } from './requests.ts';
export { pathWord, replaceWord, type WordBefore, wordBefore } from './word-before.ts';

/** `text` is where undo ends. */
export function createComposer({ keys, text = '' }: { keys: Keys; text?: string }): Composer {
  const empty = emptyComposer(keys);
  return text === '' ? empty : forget(setText(empty, text));
}

export function press(composer: Composer, key: Key): Pressed {
  if (composer.keys === 'vi') return pressVi(composer, key, pressPlain);
  return pressPlain(composer, key);
}

/** Literal, never sends. A large one becomes a chip; its content is in `textOf`. */
export function paste(composer: Composer, text: string): Composer {
  return settle(insertFolded(composer, text));
}

/** Text at the cursor, as if pasted, but always readable unless it is too large to edit. */
export function insert(composer: Composer, text: string): Composer {
  return settle(insertFolded(composer, text, isTooLargeToEdit));
}

/** All of the text is new, the cursor at its end; undo brings the old one back. */
export function setText(composer: Composer, outside: string): Composer {
  const text = cleanText(outside);
  if (text === textOf(composer)) return settle({ ...composer, cursor: composer.text.length, goal: undefined, last: undefined });
  if (isTooLargeToEdit(text)) return insert(replace(composer, { start: 0, end: composer.text.length, insert: '' }), text);
  return settle(replace(composer, { start: 0, end: composer.text.length, insert: text }));
}

/** `keep`: undo and yank bring the text back. Otherwise (it was sent) nothing of it is left. */
export function clear(composer: Composer, { keep }: { keep: boolean }): Composer {
  const { text, kills } = composer;
  const cleared = {
    ...replace(composer, { start: 0, end: text.length, insert: '' }),
    prefix: undefined,
    vi: { ...composer.vi, pending: [], recording: undefined },
  };
  return keep ? { ...cleared, kills: withKill(kills, { text, isLines: false }) } : forget({ ...cleared, mode: 'insert' });
}

/** Chips expanded. */
export function textOf(composer: Composer): string {
  return expandChips(composer.text, composer.chips);
}

export function isEmpty(composer: Composer): boolean {
  return composer.text === '';
}

/** True where only the cursor or the mode differs. */
export function isSameText(one: Composer, other: Composer): boolean {
  return one.text === other.text;
}

/** The columns that `layoutComposer` will get; Up, Down, Home and End go by the rows that are seen. */
export function resize(composer: Composer, columns: number, promptColumns = 2): Composer {
  const room = roomFor(columns, promptColumns);
  return room === composer.room ? composer : { ...composer, room, goal: undefined };
}

export function changeKeys(composer: Composer, keys: Keys): Composer {
  return keys === composer.keys ? composer : { ...composer, keys, mode: 'insert', prefix: undefined, vi: emptyComposer(keys).vi };
}

export function modeOf(composer: Composer): Mode {
  return composer.mode;
}

/** Each key lays the line of the cursor out anew: milliseconds for a line of this length. */
const LONGEST_LINE = 10_000;
const LARGEST_TEXT = 200_000;

function isTooLargeToEdit(text: string): boolean {
  return text.length > LARGEST_TEXT || text.split('\n').some((line) => line.length > LONGEST_LINE);
}

function pressPlain(before: Composer, key: Key): Pressed {
  const chord = chordOf(key);
  const map = mapOf(before);
  const composer = before.prefix === undefined ? before : { ...before, prefix: undefined };
  const paired = before.prefix === undefined ? undefined : actionOf(map, chord, before.prefix);
  if (paired) return settled(runAction(composer, paired));
  if (map === 'vi.normal' && chord === 'text') return pressNormal(composer, key.text);
  if (chord === 'text') return { composer: typeText(composer, key.text) };
  const isPending = composer.vi.pending.length > 0;
  const ready = isPending ? withVi(composer, { pending: [] }) : composer;
  if (isPending && chord === 'escape') return { composer: ready };
  if (isPrefix(map, chord)) return { composer: { ...ready, prefix: chord } };
  const action = actionOf(map, chord);
  return action ? settled(runAction(ready, action)) : { composer: ready, request: { type: 'unhandled', key } };
}

function settled({ composer, request }: Pressed): Pressed {
  return { composer: settle(composer), ...(request && { request }) };
}

function mapOf({ keys, mode }: Composer): KeymapName {
  return keys === 'emacs' ? 'emacs' : `vi.${mode}`;
}
