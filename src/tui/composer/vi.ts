/** vi's normal mode: typed characters are collected until they are a command, then it is run; `.` types the last change again. */
import { graphemes } from '../../format/width.ts';
import { chordOf, type Key } from '../keys.ts';
import { type Composer, moveTo } from './buffer.ts';
import { runAction } from './editing.ts';
import { lineAt } from './motions.ts';
import type { Pressed } from './requests.ts';
import { previousBoundary } from './segments.ts';
import { VI_MOTIONS } from './vi-motions.ts';
import { operate, spanOf } from './vi-operators.ts';
import { parseCommand, type ViCommand } from './vi-parse.ts';
import { VI_SIMPLE } from './vi-simple.ts';

type Press = (composer: Composer, key: Key) => Pressed;

/** Wraps the press of one key. Several characters typed at once are several commands, until one of them begins to insert. */
export function pressVi(composer: Composer, key: Key, press: Press): Pressed {
  if (chordOf(key) !== 'text') return remember(composer, key, press);
  let pressed: Pressed = { composer };
  const characters = graphemes(key.text);
  for (const [index, character] of characters.entries()) {
    if (pressed.composer.mode === 'insert') return remember(pressed.composer, { ...key, text: characters.slice(index).join('') }, press);
    const isRepeat = character === '.' && pressed.composer.vi.pending.length === 0;
    pressed = isRepeat ? repeat(pressed.composer, press) : remember(pressed.composer, { ...key, text: character }, press);
    if (pressed.request) break;
  }
  return pressed;
}

/** One typed character in normal mode. */
export function pressNormal(composer: Composer, character: string): Pressed {
  const pending = [...composer.vi.pending, character];
  const command = parseCommand(pending);
  if (command === 'incomplete') return { composer: withVi(composer, { pending }) };
  const ready = withVi(composer, { pending: [] });
  if (!command) return { composer: ready };
  const { composer: done, request } = run(ready, command);
  return { composer: settle(done), ...(request && { request }) };
}

/** In normal mode the cursor stands on a character, where the line has one. */
export function settle(composer: Composer): Composer {
  const { mode, text, cursor } = composer;
  if (mode !== 'normal') return composer;
  const { start, end } = lineAt(text, cursor);
  if (cursor < end || start === end) return composer;
  return { ...composer, cursor: previousBoundary(text, cursor) };
}

export function withVi(composer: Composer, change: Partial<Composer['vi']>): Composer {
  return { ...composer, vi: { ...composer.vi, ...change } };
}

/** A longer change is not repeated: nobody means that. */
const LONGEST_CHANGE = 2_000;

function remember(composer: Composer, key: Key, press: Press): Pressed {
  const { recording } = composer.vi;
  const pressed = press(composer, key);
  const isNew = isIdle(composer);
  if (!isNew && !recording) return pressed;
  const keys = isNew ? [key] : [...(recording?.keys ?? []), key];
  const text = isNew ? composer.text : (recording?.text ?? '');
  if (!isIdle(pressed.composer)) {
    return { ...pressed, composer: withVi(pressed.composer, { recording: keys.length > LONGEST_CHANGE ? undefined : { keys, text } }) };
  }
  // After an undo there is something to redo: then it was no change.
  const isChange = pressed.composer.text !== text && pressed.composer.undo.future.length === 0;
  if (!isChange && !pressed.composer.vi.recording) return pressed;
  return { ...pressed, composer: withVi(pressed.composer, { recording: undefined, ...(isChange && { change: keys }) }) };
}

function isIdle({ mode, vi }: Composer): boolean {
  return mode === 'normal' && vi.pending.length === 0;
}

function repeat(composer: Composer, press: Press): Pressed {
  let repeated = composer;
  for (const key of composer.vi.change) repeated = press(repeated, key).composer;
  return { composer: repeated };
}

function run(composer: Composer, command: ViCommand): Pressed {
  const count = command.count ?? 1;
  if (command.type === 'simple')
    return { composer: VI_SIMPLE[command.name]?.(composer, { count, argument: command.argument }) ?? composer };
  const found = command.type === 'motion' ? resolveFind(composer, command) : command;
  if (!found) return { composer };
  const ready =
    found.type === 'motion' && 'fFtT'.includes(found.motion) && command === found ? withVi(composer, { find: found }) : composer;
  if (found.operator) {
    const span = spanOf(ready, found);
    return { composer: span ? operate(ready, found.operator, span) : ready };
  }
  if (found.type !== 'motion') return { composer: ready };
  if (found.motion === 'j' || found.motion === 'k') return moveRows(ready, found.motion, count);
  const target = VI_MOTIONS[found.motion]?.move(ready, { count: found.count, argument: found.argument });
  return { composer: target === undefined ? ready : moveTo(ready, target) };
}

const OPPOSITE: Readonly<Record<string, string>> = { f: 'F', F: 'f', t: 'T', T: 't' };

type MotionCommand = Extract<ViCommand, { type: 'motion' }>;

/** `;` and `,` are the last f, F, t or T again. */
function resolveFind(composer: Composer, command: MotionCommand): MotionCommand | undefined {
  if (command.motion !== ';' && command.motion !== ',') return command;
  const { find } = composer.vi;
  if (!find) return undefined;
  const motion = command.motion === ';' ? find.motion : (OPPOSITE[find.motion] ?? find.motion);
  return { ...command, motion, argument: find.argument };
}

function moveRows(composer: Composer, motion: 'j' | 'k', count: number): Pressed {
  let pressed: Pressed = { composer };
  for (let left = count; left > 0 && !pressed.request; left -= 1) pressed = runAction(pressed.composer, motion === 'j' ? 'down' : 'up');
  // Only a single step asks for the history: 5k in three rows ends on the first one.
  return count > 1 ? { composer: pressed.composer } : pressed;
}
