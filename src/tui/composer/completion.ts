/** The menu of completions under a word: which items match what is typed, which one is chosen, how it looks. Pure. */
import { safeLine } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import { displayWidth, pad, truncate } from '../../format/width.ts';
import { chordOf, type Key } from '../keys.ts';
import type { WordBefore } from './word-before.ts';

export type CompletionItem = {
  label: string;
  detail?: string;
  /** Takes the place of the word; absent: the label does. */
  insert?: string;
  /** Other names that it is found by. */
  also?: readonly string[];
  /** With it in place there is more to complete: a folder, a command that takes an argument. */
  opens?: true;
  /** Enter takes it and sends at once. */
  sends?: true;
};

/** What there is for a word: it holds while the word before the cursor begins at `start` with `base`; the labels name what may follow that. */
export type CompletionSource = {
  kind: WordBefore['kind'];
  start: number;
  base: string;
  items: readonly CompletionItem[];
  /** Asked for with Tab: a single match goes in at once. */
  isAsked: boolean;
  /** A slash in a label is no folder. */
  isWhole?: true;
};

/** A menu on the screen, and what it was made from. */
export type OpenMenu = { readonly source: CompletionSource; readonly menu: Completion };

export type Completion = {
  /** Everything there is, in the order of the source. */
  readonly items: readonly CompletionItem[];
  readonly query: string;
  /** What matches the query, best first; never empty. */
  readonly matches: readonly CompletionItem[];
  /** The one that Tab and Enter take; -1: none is chosen yet. */
  readonly index: number;
};

type CompletionOutcome = { type: 'accepted'; item: CompletionItem; by: 'tab' | 'enter' } | { type: 'closed' };

const MOST_ROWS = 8;

/** Undefined: nothing matches, there is no menu. */
export function openCompletion(items: readonly CompletionItem[], query: string): Completion | undefined {
  const matches = matching(items, query);
  return matches.length === 0 ? undefined : { items, query, matches, index: 0 };
}

/** After typing on; undefined: nothing matches any more. */
export function filterCompletion(completion: Completion, query: string): Completion | undefined {
  return query === completion.query ? completion : openCompletion(completion.items, query);
}

/** Undefined: the key is none of the menu's, the composer gets it. */
export function pressMenu(completion: Completion, key: Key): { completion: Completion; outcome?: CompletionOutcome } | undefined {
  const chord = chordOf(key);
  const steps = STEPS[chord];
  if (steps !== undefined) return { completion: move(completion, steps) };
  if (chord === 'escape') return { completion, outcome: { type: 'closed' } };
  const item = completion.matches[completion.index];
  if ((chord === 'tab' || chord === 'enter') && item) return { completion, outcome: { type: 'accepted', item, by: chord } };
  return undefined;
}

/** What the accepted item puts in the place of the word. */
export function insertOf(item: CompletionItem): string {
  return item.insert ?? item.label;
}

export function layoutCompletion(completion: Completion, options: { columns: number; maxRows: number; theme: Theme }): string[] {
  const { columns, theme } = options;
  const { matches, index } = completion;
  const rows = Math.max(1, Math.min(MOST_ROWS, options.maxRows));
  const isCut = matches.length > rows && rows > 1;
  const shown = isCut ? rows - 1 : rows;
  const first = Math.max(0, Math.min(index - Math.floor(shown / 2), matches.length - shown));
  const visible = matches
    .slice(first, first + shown)
    .map(({ label, detail }) => ({ label: safeLine(label), detail: safeLine(detail ?? '') }));
  const widest = Math.max(...visible.map(({ label }) => displayWidth(label)));
  const labelColumns = Math.min(widest, Math.max(12, Math.floor(columns / 2)));
  const lines = visible.map((item, at) => row(item, { columns, labelColumns, isChosen: first + at === index, theme }));
  if (isCut)
    lines.push(
      theme.paint(
        'dim',
        truncate(index < 0 ? `  (${matches.length})` : `  (${index + 1} of ${matches.length})`, columns, theme.glyphs.dots),
      ),
    );
  return lines;
}

const STEPS: Readonly<Record<string, number>> = { down: 1, 'ctrl+n': 1, up: -1, 'ctrl+p': -1, 'shift+tab': -1 };

function move(completion: Completion, steps: number): Completion {
  const { index, matches } = completion;
  // From nowhere, up leads to the last one.
  const from = index < 0 && steps < 0 ? 0 : index;
  return { ...completion, index: (from + steps + matches.length) % matches.length };
}

type RowOptions = { columns: number; labelColumns: number; isChosen: boolean; theme: Theme };

function row(item: { label: string; detail: string }, { columns, labelColumns, isChosen, theme }: RowOptions): string {
  const head = truncate(
    `${isChosen ? '> ' : '  '}${pad(truncate(item.label, labelColumns, theme.glyphs.dots), labelColumns)}`,
    columns,
    theme.glyphs.dots,
  );
  const room = columns - displayWidth(head) - 2;
  const tail = item.detail === '' || room < 8 ? '' : `  ${truncate(item.detail, room, theme.glyphs.dots)}`;
  return `${isChosen ? theme.paint('accent', head) : head}${theme.paint('dim', tail)}`;
}

/** What is the query first, then what begins with it, then what contains it, then what has its letters in order. */
function matching(items: readonly CompletionItem[], query: string): readonly CompletionItem[] {
  if (query === '') return items;
  const wanted = query.toLowerCase();
  const ranked = items.flatMap((item) => {
    const ranks = [item.label, ...(item.also ?? [])].flatMap((name) => rankOf(name.toLowerCase(), wanted) ?? []);
    return ranks.length === 0 ? [] : [{ item, rank: Math.min(...ranks) }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

function rankOf(label: string, wanted: string): number | undefined {
  if (label === wanted) return -1;
  if (label.startsWith(wanted)) return 0;
  const found = label.indexOf(wanted);
  if (found > 0) return isWordStart(label, found) ? 1 : 2;
  let at = -1;
  let gaps = 0;
  for (const letter of wanted) {
    const next = label.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    if (next > at + 1) gaps += 1;
    at = next;
  }
  return 2 + gaps;
}

function isWordStart(label: string, at: number): boolean {
  return /[^\p{L}\p{N}]/u.test(label[at - 1] ?? ' ');
}
