/** The menu of completions in the chat's state: it follows the word that is typed, and its keys. Pure. */
import {
  type Completion,
  type CompletionItem,
  type CompletionSource,
  filterCompletion,
  insertOf,
  type OpenMenu,
  openCompletion,
  pressMenu,
} from './composer/completion.ts';
import { clear, replaceWord, textOf, wordBefore } from './composer/composer.ts';
import type { Updated } from './effects.ts';
import type { Key } from './keys.ts';
import type { ScreenState } from './state.ts';

/** Completions have come. Those of a word that is not there any more are dropped. */
export function offerCompletion(state: ScreenState, source: CompletionSource): Updated {
  const query = state.overlay ? undefined : queryOf(state, source);
  if (query === undefined) return { state, effects: [] };
  const menu = openCompletion(source.items, query);
  if (!menu) return { state: withoutMenu(state), effects: [] };
  const [only] = menu.matches;
  if (source.isAsked && only && menu.matches.length === 1) return accept(state, source, only);
  return { state: { ...state, completion: { source, menu: keepChoice(state.completion, chosen(menu, source)) } }, effects: [] };
}

/** The composer has changed: the menu narrows with the word, and goes with it. */
export function followWord(state: ScreenState): ScreenState {
  const { completion } = state;
  if (!completion) return state;
  const query = queryOf(state, completion.source);
  const menu = query === undefined ? undefined : filterCompletion(completion.menu, query);
  if (menu === completion.menu) return state;
  return menu ? { ...state, completion: { ...completion, menu: chosen(menu, completion.source) } } : withoutMenu(state);
}

/** Undefined: the key is none of the menu's. */
export function pressCompletion(state: ScreenState, { source, menu }: OpenMenu, key: Key): Updated | undefined {
  const pressed = pressMenu(menu, key);
  if (!pressed) return undefined;
  const { completion, outcome } = pressed;
  if (!outcome) return { state: { ...state, completion: { source, menu: completion } }, effects: [] };
  if (outcome.type === 'closed') return { state: withoutMenu(state), effects: [] };
  const { item, by } = outcome;
  if (by === 'tab') return accept(state, source, item);
  if (item.sends) return send(state, source, item);
  // What is typed out already is not completed by Enter, but sent.
  return item.label === menu.query ? undefined : accept(state, source, item);
}

/** What is typed behind `base`; undefined where the word is another one by now. */
function queryOf({ composer }: ScreenState, { kind, start, base, isWhole }: CompletionSource): string | undefined {
  const word = wordBefore(composer);
  if (word?.kind !== kind || word.start !== start || !word.text.startsWith(base)) return undefined;
  const rest = word.text.slice(base.length);
  return kind === 'path' && !isWhole && rest.includes('/') ? undefined : rest;
}

/** An argument may be anything, and a lone @ no file at all: there, Enter takes nothing that was not chosen. */
function chosen(menu: Completion, { kind, isAsked }: CompletionSource): Completion {
  const isLoose = kind === 'argument' || (kind === 'path' && menu.query === '');
  return isLoose && !isAsked ? { ...menu, index: -1 } : menu;
}

/** The same list, asked for again after every letter: what was chosen in it stays chosen. */
function keepChoice(before: OpenMenu | undefined, menu: Completion): Completion {
  if (!before || before.menu.query !== menu.query) return menu;
  const label = before.menu.matches[before.menu.index]?.label;
  const index = menu.matches.findIndex((item) => item.label === label);
  return index < 0 ? menu : { ...menu, index };
}

function accept(state: ScreenState, { start }: CompletionSource, item: CompletionItem): Updated {
  const composer = replaceWord(state.composer, start, insertOf(item));
  const next = { ...withoutMenu(state), composer, browsing: undefined };
  return { state: next, effects: item.opens ? [{ type: 'complete', isAsked: false }] : [] };
}

/** A command, which is never queued. */
function send(state: ScreenState, source: CompletionSource, item: CompletionItem): Updated {
  const { state: accepted } = accept(state, source, item);
  const text = textOf(accepted.composer).trim();
  return { state: { ...accepted, composer: clear(accepted.composer, { keep: false }) }, effects: [{ type: 'submit', text }] };
}

function withoutMenu(state: ScreenState): ScreenState {
  return state.completion ? { ...state, completion: undefined } : state;
}
