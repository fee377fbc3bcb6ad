/** Keys while something stands above the composer: a picker, an approval, a question, a search. */
import type { PickItem } from './actions.ts';
import { approvalKey } from './approval.ts';
import { clear, createComposer, insert, isEmpty, paste, press, setText, textOf } from './composer/composer.ts';
import { pasteIntoSearch, pressSearch } from './composer/history.ts';
import type { Updated } from './effects.ts';
import { chordOf, type Key } from './keys.ts';
import { addItems, pastePicker, pressPicker } from './picker.ts';
import { takeQueueBack } from './queued.ts';
import type { Overlay, ScreenState } from './state.ts';

type Of<Kind extends Overlay['kind']> = Extract<Overlay, { kind: Kind }>;

/** A question that comes in the middle of a line is not answered by the rest of it. */
export function openOverlay(state: ScreenState, overlay: Overlay): ScreenState {
  const isHeld = overlay.kind === 'approval' && !isEmpty(state.composer);
  return { ...state, overlay: isHeld ? { ...overlay, isHeld } : overlay, completion: undefined };
}

/** An approval that came held because nobody can have read it yet. */
export function readyOverlay(state: ScreenState, id: number): ScreenState {
  const { overlay } = state;
  if (overlay?.kind !== 'approval' || overlay.id !== id || !isEmpty(state.composer)) return state;
  return { ...state, overlay: { ...overlay, isHeld: false } };
}

export function pressOverlay(state: ScreenState, overlay: Overlay, key: Key): Updated {
  switch (overlay.kind) {
    case 'pick':
      return pressPick(state, overlay, key);
    case 'approval':
      return overlay.isHeld ? pressHeld(state, overlay, key) : pressApproval(state, overlay, key);
    case 'confirm':
      return pressConfirm(state, overlay, key);
    case 'line':
      return pressLine(state, overlay, key);
    case 'history':
      return pressHistory(state, overlay, key);
  }
}

export function pasteIntoOverlay(state: ScreenState, overlay: Overlay, text: string): ScreenState {
  const line = text.replaceAll(/\s*\n\s*/g, ' ').trim();
  switch (overlay.kind) {
    case 'pick':
      return { ...state, overlay: { ...overlay, picker: pastePicker(overlay.picker, line) } };
    case 'line':
      return { ...state, overlay: { ...overlay, composer: insert(overlay.composer, line) } };
    case 'history':
      return { ...state, overlay: { ...overlay, search: pasteIntoSearch(overlay.search, line) } };
    case 'approval':
    case 'confirm':
      // A paste is never an answer. It goes where it would have gone a moment earlier.
      return { ...state, composer: paste(state.composer, text) };
  }
}

/** What comes for a picker that is gone is of no interest any more. */
export function addToPicker(state: ScreenState, { id, items }: { id: number; items: readonly PickItem<unknown>[] }): ScreenState {
  const { overlay } = state;
  if (overlay?.kind !== 'pick' || overlay.id !== id || items.length === 0) return state;
  return { ...state, overlay: { ...overlay, picker: addItems(overlay.picker, items) } };
}

function close(state: ScreenState, id: number, value: unknown): Updated {
  return { state: { ...state, overlay: undefined }, effects: [{ type: 'answer', id, value }] };
}

function stay(state: ScreenState, overlay: Overlay): Updated {
  return { state: { ...state, overlay }, effects: [] };
}

function pressPick(state: ScreenState, overlay: Of<'pick'>, key: Key): Updated {
  const pressed = pressPicker(overlay.picker, key);
  if (pressed.outcome === undefined) return stay(state, { ...overlay, picker: pressed.picker });
  const { outcome } = pressed;
  if (outcome.type === 'left') return close(state, overlay.id, undefined);
  const { query } = overlay.picker;
  return close(
    state,
    overlay.id,
    outcome.type === 'key' ? { value: outcome.value, key: outcome.key, query } : { value: outcome.value, query },
  );
}

/** Lines are finished first: Enter queues them. Only Tab, or Enter on an empty line, lets the question have the keys. */
function pressHeld(state: ScreenState, overlay: Of<'approval'>, key: Key): Updated {
  if (chordOf(key) === 'tab') return stay(state, { ...overlay, isHeld: false });
  const { composer, request } = press(state.composer, key);
  switch (request?.type) {
    case undefined:
      return stay({ ...state, composer }, overlay);
    case 'send': {
      const text = textOf(state.composer);
      if (text.trim() === '') return stay(state, { ...overlay, isHeld: false });
      return stay({ ...state, composer: clear(state.composer, { keep: false }), queue: [...state.queue, text] }, overlay);
    }
    case 'stop':
    case 'interrupt':
      return stopFor(state, overlay);
    case 'tool.cancel':
      return { state, effects: [{ type: 'tool.cancel' }] };
    default:
      return stay(state, overlay);
  }
}

function stopFor(state: ScreenState, { id }: Of<'approval'>): Updated {
  const { state: closed, effects } = close(takeQueueBack(state), id, { decision: 'no', reason: 'cancelled by the user' });
  return { state: closed, effects: [...effects, { type: 'stop' }] };
}

function pressApproval(state: ScreenState, overlay: Of<'approval'>, key: Key): Updated {
  if (chordOf(key) === 'ctrl+c') return stopFor(state, overlay);
  // Of those that run meanwhile.
  if (chordOf(key) === 'ctrl+o') return { state, effects: [{ type: 'tool.cancel' }] };
  if (chordOf(key) === 'text' && key.text.toLowerCase() === 'v')
    return { state, effects: [{ type: 'approval.show', request: overlay.request }] };
  const answer = approvalKey(key);
  if (answer === undefined) return stay(state, overlay);
  if (answer !== 'ask-reason') return close(state, overlay.id, answer);
  const question = `Why not? (goes to the model) `;
  return stay(state, {
    kind: 'line',
    id: overlay.id,
    question,
    purpose: 'reason',
    isSecret: false,
    composer: createComposer({ keys: 'emacs' }),
  });
}

function pressConfirm(state: ScreenState, overlay: Of<'confirm'>, key: Key): Updated {
  const chord = chordOf(key) === 'text' ? key.text.toLowerCase() : chordOf(key);
  if (chord === 'y') return close(state, overlay.id, true);
  if (['n', 'escape', 'enter', 'ctrl+c'].includes(chord)) return close(state, overlay.id, false);
  return stay(state, overlay);
}

function pressLine(state: ScreenState, overlay: Of<'line'>, key: Key): Updated {
  const answered = (text: string | undefined) =>
    close(state, overlay.id, overlay.purpose === 'reason' ? { decision: 'no', ...(text ? { reason: text } : {}) } : text);
  const chord = chordOf(key);
  if (chord === 'escape' || chord === 'ctrl+c' || chord === 'ctrl+d') return answered(undefined);
  const { composer, request } = press(overlay.composer, key);
  if (request?.type === 'send') return answered(textOf(overlay.composer));
  return stay(state, { ...overlay, composer });
}

function pressHistory(state: ScreenState, overlay: Of<'history'>, key: Key): Updated {
  const pressed = pressSearch(overlay.search, key);
  if (pressed.outcome === undefined) return stay(state, { kind: 'history', search: pressed.search });
  const taken = pressed.outcome.type === 'taken' ? setText(state.composer, pressed.outcome.text) : state.composer;
  return { state: { ...state, overlay: undefined, composer: taken }, effects: [] };
}
