/** Earlier prompts: going back and forward through them with the draft kept, and searching them as one types. Pure. */
import { safeLine } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import { displayWidth, fittingLength, graphemes, truncate } from '../../format/width.ts';
import { foldText } from '../fuzzy.ts';
import { chordOf, type Key } from '../keys.ts';
import { type Composer, changeKeys, setText } from './composer.ts';

export type HistoryBrowsing = {
  /** Newest first. */
  readonly prompts: readonly string[];
  /** Which of them is in the composer; -1: the draft. */
  readonly index: number;
  readonly draft: Composer;
};

export function beginBrowsing(prompts: readonly string[], draft: Composer): HistoryBrowsing {
  return { prompts, index: -1, draft };
}

/** Undefined: there is nothing further in that direction. */
export function browse(
  browsing: HistoryBrowsing,
  composer: Composer,
  direction: 'back' | 'forward',
): { browsing: HistoryBrowsing; composer: Composer } | undefined {
  const { prompts, draft } = browsing;
  const step = direction === 'back' ? 1 : -1;
  let index = browsing.index + step;
  // The same prompt sent several times in a row is one stop.
  while (index > 0 && index < prompts.length && prompts[index] === prompts[browsing.index]) index += step;
  if (index < -1 || index >= prompts.length) return undefined;
  const here = { ...changeKeys(draft, composer.keys), room: composer.room };
  const prompt = prompts[index];
  return { browsing: { ...browsing, index }, composer: prompt === undefined ? here : setText(here, prompt) };
}

export type HistorySearch = {
  /** Newest first, each once. */
  readonly prompts: readonly string[];
  readonly query: string;
  readonly matches: readonly string[];
  readonly index: number;
};

type SearchOutcome = { type: 'taken'; text: string } | { type: 'left' };

export function beginSearch(prompts: readonly string[], query = ''): HistorySearch {
  return ask({ prompts: [...new Set(prompts)], query: '', matches: [], index: 0 }, query);
}

/** More prompts came in; what is chosen stays chosen. */
export function extendSearch(search: HistorySearch, prompts: readonly string[]): HistorySearch {
  const extended = beginSearch(prompts, search.query);
  const chosen = search.matches[search.index];
  const index = chosen === undefined ? -1 : extended.matches.indexOf(chosen);
  return { ...extended, index: Math.max(0, index) };
}

export function pressSearch(search: HistorySearch, key: Key): { search: HistorySearch; outcome?: SearchOutcome } {
  const chord = chordOf(key);
  if (chord === 'text') return { search: ask(search, search.query + key.text.replaceAll(/\s/g, ' ')) };
  const action = SEARCH_KEYS[chord];
  if (action === undefined) return { search };
  switch (action) {
    case 'older':
      return { search: { ...search, index: Math.min(search.index + 1, Math.max(0, search.matches.length - 1)) } };
    case 'newer':
      return { search: { ...search, index: Math.max(0, search.index - 1) } };
    case 'shorten':
      return { search: ask(search, graphemes(search.query).slice(0, -1).join('')) };
    case 'empty':
      return { search: ask(search, '') };
    case 'take': {
      const text = search.matches[search.index];
      return { search, outcome: text === undefined ? { type: 'left' } : { type: 'taken', text } };
    }
    case 'leave':
      return { search, outcome: { type: 'left' } };
  }
}

export function pasteIntoSearch(search: HistorySearch, text: string): HistorySearch {
  return ask(search, search.query + text.slice(0, 1_000).replaceAll(/\s+/g, ' '));
}

/** The query on top, below it what matches, newest first; in a single row the query and the match. */
export function layoutSearch(
  search: HistorySearch,
  { columns, rows, theme }: { columns: number; rows: number; theme: Theme },
): { lines: string[]; cursor: { row: number; column: number } } {
  const { dots } = theme.glyphs;
  const head = truncate('(history) ', columns, dots);
  const query = lastColumns(
    safeLine(search.query) + (search.query.endsWith(' ') ? ' ' : ''),
    Math.max(0, columns - displayWidth(head) - 1),
  );
  const cursor = { row: 0, column: Math.min(Math.max(0, columns - 1), displayWidth(head) + displayWidth(query)) };
  const said = `${theme.paint('dim', head)}${query}`;
  const room = columns - displayWidth(head) - displayWidth(query);
  const { matches, index } = search;
  if (rows <= 1) {
    const match = matches[index];
    return {
      lines: [
        said +
          theme.paint(
            'dim',
            room < 6
              ? ''
              : truncate(`: ${match === undefined ? 'no match' : preview(match, search.query, { columns: room - 2, dots })}`, room, dots),
          ),
      ],
      cursor,
    };
  }
  const count = matches.length === 0 ? '  no match' : `  ${index + 1} of ${matches.length}`;
  const first = Math.max(0, Math.min(index - Math.floor((rows - 1) / 2), matches.length - (rows - 1)));
  const list = matches.slice(first, first + rows - 1).map((match, at) => {
    const line = truncate(
      `${first + at === index ? '> ' : '  '}${preview(match, search.query, { columns: columns - 2, dots })}`,
      columns,
      dots,
    );
    return first + at === index ? theme.paint('accent', line) : line;
  });
  return { lines: [`${said}${room > displayWidth(count) ? theme.paint('dim', count) : ''}`, ...list], cursor };
}

type SearchAction = 'older' | 'newer' | 'shorten' | 'empty' | 'take' | 'leave';

const SEARCH_KEYS: Readonly<Record<string, SearchAction>> = {
  'ctrl+r': 'older',
  up: 'older',
  'ctrl+p': 'older',
  'ctrl+s': 'newer',
  down: 'newer',
  'ctrl+n': 'newer',
  backspace: 'shorten',
  'ctrl+h': 'shorten',
  'ctrl+u': 'empty',
  enter: 'take',
  tab: 'take',
  right: 'take',
  escape: 'leave',
  'ctrl+g': 'leave',
  'ctrl+c': 'leave',
};

function ask(search: HistorySearch, query: string): HistorySearch {
  // What is typed on can only match what matched before.
  const narrows = search.query !== '' && query.startsWith(search.query);
  const among = narrows ? search.matches : search.prompts;
  return { ...search, query, matches: among.filter((prompt) => placeOf(prompt, query) >= 0), index: 0 };
}

/** Small letters find what a search would, capitals only themselves. */
function placeOf(prompt: string, query: string): number {
  return query === query.toLowerCase() ? foldText(prompt).indexOf(foldText(query)) : prompt.indexOf(query);
}

/** One line of the prompt, from its start or, where the match stands further back, from shortly before the match. */
function preview(prompt: string, query: string, { columns, dots }: { columns: number; dots: string }): string {
  const place = placeOf(prompt, query);
  const isFar = place + query.length > columns;
  const start = isFar ? Math.max(0, place - Math.floor(columns / 4)) : 0;
  const text = safeLine(prompt.slice(start, start + columns * 4).toWellFormed());
  return truncate(isFar ? `${dots}${text}` : text, columns, dots);
}

/** The end of a text that does not fit. */
function lastColumns(text: string, columns: number): string {
  let rest = text;
  while (displayWidth(rest) > columns) rest = rest.slice(Math.max(1, fittingLength(rest, displayWidth(rest) - columns)));
  return rest;
}
