/** What each action of the key map does: to the composer, or as a request to the chat. */
import { type Composer, insertFolded, type LastAction, moveTo, replace } from './buffer.ts';
import { cleanText, isLarge } from './chips.ts';
import type { ActionName } from './keymap.ts';
import { cut, yank, yankEarlier } from './kills.ts';
import { lineAt, rowDown, rowEnd, rowStart, rowUp, runsAt, spaceStart, wordEnd, wordStart } from './motions.ts';
import type { ComposerRequest, Pressed } from './requests.ts';
import { nextBoundary, previousBoundary, snapForward } from './segments.ts';
import { redoStep, undoStep } from './undo.ts';

export function runAction(composer: Composer, action: ActionName): Pressed {
  return ACTIONS[action](composer);
}

/** Typed characters: undone word by word in emacs mode, from Esc to Esc in vi mode. */
export function typeText(composer: Composer, typed: string): Composer {
  const text = cleanText(typed);
  if (isLarge(text)) return insertFolded(composer, text);
  const { cursor } = composer;
  const isNewWord = /\S/.test(text.charAt(0)) && /\s/.test(composer.text.charAt(cursor - 1));
  const joins = composer.last?.type === 'typing' && (composer.keys === 'vi' || !isNewWord);
  return after(replace(composer, { start: cursor, end: cursor, insert: text }, joins), { type: 'typing' });
}

type Edit = (composer: Composer) => Pressed;

const ACTIONS = {
  send: (composer) => (endsInBackslash(composer) ? edited(newLineForBackslash(composer)) : asks({ type: 'send' })(composer)),
  newline: edits((composer) => typeText(composer, '\n')),
  complete: asks({ type: 'complete' }),
  'history.search': asks({ type: 'history.search' }),
  editor: asks({ type: 'editor' }),
  stop: asks({ type: 'stop' }),
  'normal.mode': edits((composer) => ({ ...moveTo(composer, leftInLine(composer)), mode: 'normal', last: undefined })),
  interrupt: asks({ type: 'interrupt' }),
  leave: (composer) => (composer.text === '' ? asks({ type: 'leave' })(composer) : edited(deleteRight(composer))),
  'reasoning.toggle': asks({ type: 'reasoning.toggle' }),
  'tool.cancel': asks({ type: 'tool.cancel' }),
  suspend: asks({ type: 'suspend' }),
  redraw: asks({ type: 'redraw' }),
  left: moves(({ text, cursor }) => previousBoundary(text, cursor)),
  right: moves(({ text, cursor }) => nextBoundary(text, cursor)),
  'word.left': moves(({ text, cursor }) => wordStart(text, cursor)),
  'word.right': moves(({ text, cursor }) => wordEnd(text, cursor)),
  'row.start': moves(rowStart),
  'row.end': moves(rowEnd),
  'line.start': moves(({ text, cursor }) => lineAt(text, cursor).start),
  'line.end': moves(({ text, cursor }) => lineAt(text, cursor).end),
  up: (composer) => vertical(composer, 'back'),
  down: (composer) => vertical(composer, 'forward'),
  'text.start': moves(() => 0),
  'text.end': moves(({ text }) => text.length),
  'delete.left': edits(deleteLeft),
  'delete.right': edits(deleteRight),
  'kill.word.left': edits((composer) => cutLeft(composer, wordStart(composer.text, composer.cursor))),
  'kill.space.left': edits((composer) => cutLeft(composer, spaceStart(composer.text, composer.cursor))),
  'kill.word.right': edits((composer) => cutRight(composer, wordEnd(composer.text, composer.cursor))),
  'kill.line.right': edits((composer) => {
    const { end } = lineAt(composer.text, composer.cursor);
    return cutRight(composer, end === composer.cursor ? nextBoundary(composer.text, end) : end);
  }),
  'kill.line.left': edits((composer) => {
    const { start } = lineAt(composer.text, composer.cursor);
    return cutLeft(composer, start === composer.cursor ? previousBoundary(composer.text, start) : start);
  }),
  yank: edits(yank),
  'yank.earlier': edits(yankEarlier),
  'word.transpose': edits(transposeWords),
  'word.upper': edits((composer) => changeWord(composer, (word) => word.toUpperCase())),
  'word.lower': edits((composer) => changeWord(composer, (word) => word.toLowerCase())),
  'word.capital': edits((composer) => changeWord(composer, capital)),
  undo: edits((composer) => restored(composer, undoStep(composer.text, composer.undo))),
  redo: edits((composer) => restored(composer, redoStep(composer.text, composer.undo))),
} as const satisfies Record<ActionName, Edit>;

function edited(composer: Composer): Pressed {
  return { composer };
}

function edits(change: (composer: Composer) => Composer): Edit {
  return (composer) => ({ composer: change(composer) });
}

function moves(motion: (composer: Composer) => number): Edit {
  return (composer) => ({ composer: moveTo(composer, motion(composer)) });
}

function asks(request: ComposerRequest): Edit {
  return (composer) => ({ composer, request });
}

function after(composer: Composer, last: LastAction): Composer {
  return { ...composer, last };
}

function endsInBackslash({ text, cursor }: Composer): boolean {
  return text.charAt(cursor - 1) === '\\' && lineAt(text, cursor).end === cursor;
}

function newLineForBackslash(composer: Composer): Composer {
  const { cursor } = composer;
  return replace(composer, { start: cursor - 1, end: cursor, insert: '\n' });
}

function leftInLine({ text, cursor }: Composer): number {
  return cursor === lineAt(text, cursor).start ? cursor : previousBoundary(text, cursor);
}

function vertical(composer: Composer, direction: 'back' | 'forward'): Pressed {
  const place = direction === 'back' ? rowUp(composer) : rowDown(composer);
  if (!place) return { composer, request: { type: 'history', direction } };
  return { composer: { ...moveTo(composer, place.cursor), goal: place.goal } };
}

function deleteLeft(composer: Composer): Composer {
  const { text, cursor, last, keys } = composer;
  if (cursor === 0) return composer;
  const joins = last?.type === 'erasing' || (keys === 'vi' && last?.type === 'typing');
  const changed = replace(composer, { start: previousBoundary(text, cursor), end: cursor, insert: '' }, joins);
  return after(changed, { type: keys === 'vi' ? 'typing' : 'erasing' });
}

function deleteRight(composer: Composer): Composer {
  const { text, cursor } = composer;
  return cursor === text.length ? composer : replace(composer, { start: cursor, end: nextBoundary(text, cursor), insert: '' });
}

function cutLeft(composer: Composer, start: number): Composer {
  return cut(composer, { start, end: composer.cursor, direction: 'left' });
}

function cutRight(composer: Composer, end: number): Composer {
  return cut(composer, { start: composer.cursor, end: snapForward(composer.text, end), direction: 'right' });
}

function transposeWords(composer: Composer): Composer {
  const { text, cursor } = composer;
  const words = runsAt(text, cursor).filter((run) => run.isWord);
  const found = words.findIndex((word) => word.end > cursor);
  const index = found < 0 ? words.length - 1 : Math.max(1, found);
  const [first, second] = [words[index - 1], words[index]];
  if (!first || !second) return composer;
  const insert = text.slice(second.start, second.end) + text.slice(first.end, second.start) + text.slice(first.start, first.end);
  return replace(composer, { start: first.start, end: second.end, insert });
}

function changeWord(composer: Composer, change: (word: string) => string): Composer {
  const { text, cursor } = composer;
  const end = wordEnd(text, cursor);
  const word = text.slice(cursor, end);
  const changed = change(word);
  return changed === word ? moveTo(composer, end) : replace(composer, { start: cursor, end, insert: changed });
}

function capital(word: string): string {
  return word.toLowerCase().replace(/\p{L}/u, (letter) => letter.toUpperCase());
}

function restored(composer: Composer, state: Pick<Composer, 'text' | 'cursor' | 'undo'> | undefined): Composer {
  return state ? { ...composer, ...state, goal: undefined, last: undefined } : composer;
}
