/** Earlier prompts in the chat's state: Up and Down go through them, Ctrl+R opens the search. Pure. */
import { beginBrowsing, beginSearch, browse, extendSearch } from './composer/history.ts';
import type { Updated } from './effects.ts';
import type { ScreenState } from './state.ts';

/** `prompts` come with the first step, newest first; later ones go on with those that are there. */
type HistoryStep = { prompts?: readonly string[]; step: 'back' | 'forward' | 'search' };

export function browseHistory(state: ScreenState, { prompts, step }: HistoryStep): Updated {
  if (step === 'search') return { state: search(state, prompts ?? []), effects: [] };
  // Meanwhile something else has the keys.
  if (state.overlay) return { state, effects: [] };
  const browsing = state.browsing ?? (prompts && beginBrowsing(prompts, state.composer));
  if (!browsing) return { state, effects: [] };
  const found = browse(browsing, state.composer, step);
  if (!found) return { state: browsing.prompts.length > 0 ? state : { ...state, hint: 'There are no earlier prompts.' }, effects: [] };
  // Back at the draft there is nothing to come back from.
  const isDraft = found.browsing.index < 0;
  const next = { ...state, composer: found.composer, browsing: isDraft ? undefined : found.browsing, completion: undefined };
  return { state: next, effects: [] };
}

function search(state: ScreenState, prompts: readonly string[]): ScreenState {
  const { overlay } = state;
  if (overlay && overlay.kind !== 'history') return state;
  const found = overlay ? extendSearch(overlay.search, prompts) : beginSearch(prompts);
  return { ...state, overlay: { kind: 'history', search: found }, completion: undefined };
}
