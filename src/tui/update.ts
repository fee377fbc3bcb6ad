/** The chat's reducer: a key or a message in; the next state, and what is to be done about it, out. Touches nothing itself. */
import {
  type ComposerRequest,
  changeKeys,
  clear,
  isEmpty,
  isSameText,
  paste,
  press,
  resize,
  setText,
  textOf,
} from './composer/composer.ts';
import type { Action, Effect, Updated } from './effects.ts';
import type { Key } from './keys.ts';
import { isLeavingWord } from './leaving.ts';
import { takeQueueBack } from './queued.ts';
import type { ScreenState } from './state.ts';
import { followWord, offerCompletion, pressCompletion } from './update-completion.ts';
import { browseHistory } from './update-history.ts';
import { addToPicker, openOverlay, pasteIntoOverlay, pressOverlay, readyOverlay } from './update-overlay.ts';

export function update(state: ScreenState, action: Action): Updated {
  switch (action.type) {
    case 'key':
      return pressKey(state, action.key);
    case 'paste':
      return pasteText(state, action.text);
    case 'resize':
      return only({ ...state, size: action.size, composer: resize(state.composer, action.size.columns) });
    case 'working':
      return only({ ...state, isWorking: action.isWorking, live: action.isWorking ? state.live : [] });
    case 'live':
      return only({ ...state, live: action.lines });
    case 'status':
      return only(action.line === state.status ? state : { ...state, status: action.line });
    case 'hint':
      return only({ ...state, hint: action.text });
    case 'queue.taken':
      return only({ ...state, queue: state.queue.slice(1) });
    case 'compose':
      return only({ ...state, composer: setText(state.composer, action.text), replaces: action.replaces, completion: undefined });
    case 'attached':
      return only({ ...state, attached: action.names });
    case 'bindings':
      return only({ ...state, composer: changeKeys(state.composer, action.keys) });
    case 'history':
      return browseHistory(state, action);
    case 'completion':
      return offerCompletion(state, action.source);
    case 'overlay':
      return only(openOverlay(state, action.overlay));
    case 'overlay.ready':
      return only(readyOverlay(state, action.id));
    case 'overlay.items':
      return only(addToPicker(state, action));
    case 'overlay.close':
      return only(state.overlay && 'id' in state.overlay && state.overlay.id === action.id ? { ...state, overlay: undefined } : state);
  }
}

function only(state: ScreenState): Updated {
  return { state, effects: [] };
}

function pressKey(before: ScreenState, key: Key): Updated {
  // A hint is read by now, and what a second key would have done is off.
  const state = before.hint === undefined && !before.armed ? before : { ...before, hint: undefined, armed: undefined };
  if (state.overlay) return pressOverlay(state, state.overlay, key);
  if (state.completion) {
    const taken = pressCompletion(state, state.completion, key);
    if (taken) return taken;
  }
  const { composer, request } = press(state.composer, key);
  // Moving about in an earlier prompt is not editing it: the way back to the draft stays.
  const isEdited = !request && !isSameText(composer, state.composer);
  const next = composer === state.composer ? state : { ...state, composer, ...(isEdited ? { browsing: undefined } : {}) };
  return request ? handle(next, request, before.armed) : afterTyping(state, next);
}

/** A menu opens by itself while a command or the name of a file is typed. */
function afterTyping(before: ScreenState, state: ScreenState): Updated {
  if (before.composer === state.composer) return only(state);
  return { state: followWord(state), effects: [{ type: 'complete', isAsked: false }] };
}

function pasteText(state: ScreenState, text: string): Updated {
  if (state.overlay) return only(pasteIntoOverlay(state, state.overlay, text));
  return only({
    ...state,
    composer: paste(state.composer, text),
    completion: undefined,
    browsing: undefined,
    hint: undefined,
    armed: undefined,
  });
}

function handle(state: ScreenState, request: ComposerRequest, armed: ScreenState['armed']): Updated {
  const does = (...effects: Effect[]): Updated => ({ state, effects });
  switch (request.type) {
    case 'send':
      return submit(state);
    case 'stop':
      return state.isWorking ? stop(state) : pressEscape(state, armed);
    case 'interrupt':
      return interrupt(state, armed);
    case 'history':
      return request.direction === 'back' && !state.browsing ? recall(state) : browseHistory(state, { step: request.direction });
    case 'history.search':
      return does({ type: 'history.load', step: 'search' });
    case 'complete':
      return does({ type: 'complete', isAsked: true });
    case 'leave':
      return state.isWorking ? only({ ...state, hint: 'A reply is being written: Ctrl+C stops it.' }) : does({ type: 'leave' });
    case 'editor':
      return does({ type: 'editor', text: textOf(state.composer) });
    case 'reasoning.toggle':
    case 'tool.cancel':
    case 'suspend':
    case 'redraw':
      return does({ type: request.type });
    case 'unhandled':
      return only(state);
  }
}

/** The reply ends, and nothing follows it by itself. */
function stop(state: ScreenState): Updated {
  return { state: takeQueueBack(state), effects: [{ type: 'stop' }] };
}

/** Enter: sends, queues while a reply streams, and on an empty line hands what is queued over at once. */
function submit(state: ScreenState): Updated {
  const text = textOf(state.composer);
  if (text.trim() === '' && state.attached.length === 0) {
    const steers = state.isWorking && state.queue.length > 0;
    return { state, effects: steers ? [{ type: 'stop' }] : [] };
  }
  const cleared = { ...state, composer: clear(state.composer, { keep: false }), browsing: undefined, completion: undefined };
  if (!state.isWorking || isUrgent(text) || isLeavingWord(text)) return { state: cleared, effects: [{ type: 'submit', text }] };
  return only({ ...cleared, queue: [...state.queue, text] });
}

/** Commands are judged by whoever runs them: those that cannot wait run now, the others come back to the queue. */
function isUrgent(text: string): boolean {
  return /^\/[a-z]/.test(text);
}

/** Up on an empty line: first what is queued comes back, then earlier prompts. */
function recall(state: ScreenState): Updated {
  const last = state.queue.at(-1);
  if (last !== undefined && isEmpty(state.composer)) {
    return only({ ...state, composer: setText(state.composer, last), queue: state.queue.slice(0, -1) });
  }
  return { state, effects: [{ type: 'history.load', step: 'back' }] };
}

function pressEscape(state: ScreenState, armed: ScreenState['armed']): Updated {
  if (!isEmpty(state.composer)) return only(state);
  if (state.replaces !== undefined) return only({ ...state, replaces: undefined, hint: 'The next prompt goes on at the end again.' });
  if (armed === 'edit') return { state, effects: [{ type: 'edit.earlier' }] };
  return only({ ...state, armed: 'edit', hint: 'Esc again: go back to an earlier prompt.' });
}

function interrupt(state: ScreenState, armed: ScreenState['armed']): Updated {
  if (state.isWorking) return stop(state);
  if (!isEmpty(state.composer) || state.attached.length > 0 || state.replaces !== undefined) {
    const cleared = {
      ...state,
      composer: clear(state.composer, { keep: true }),
      replaces: undefined,
      attached: [],
      browsing: undefined,
      completion: undefined,
      hint: 'Cleared. Ctrl+_ brings the text back.',
    };
    return { state: cleared, effects: state.attached.length > 0 ? [{ type: 'attachments.drop' }] : [] };
  }
  if (armed === 'leave') return { state, effects: [{ type: 'leave' }] };
  return only({ ...state, armed: 'leave', hint: 'Ctrl+C again leaves.' });
}
