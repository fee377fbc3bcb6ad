/** What is asked of the search index: the rarest pieces of the words, which every text with them has and few others. */
import type { Connection } from './connection.ts';
import { junctionsWithin } from './junctions.ts';
import { type Term, unicodeClasses } from './search-text.ts';

export type IndexQuery = { table: 'search_trigrams' | 'search_short'; match: string };

/** Undefined where no index can tell, as with two signs. */
export function indexQuery(connection: Connection, terms: readonly Term[]): IndexQuery | undefined {
  const junctions = rarestJunctions(connection, terms);
  const long = terms.filter((term) => !term.short);
  if (long.length > 0 && junctions.share > FEW_ENOUGH) {
    const frequency = (trigram: string) => frequencyOf(connection, 'search_trigrams', trigram);
    return { table: 'search_trigrams', match: trigramQuery(long, frequency) };
  }
  const short = terms.filter((term) => term.short);
  const words = new Set([...junctions.words, ...short.flatMap(shortWords)]);
  return words.size > 0 ? { table: 'search_short', match: allOf(words) } : undefined;
}

/** Three thousand of a million texts: reading them takes less time than the lists of trigrams. */
const FEW_ENOUGH = 0.004;
const MOST_JUNCTIONS = 12;

/** Of a phrase, and the share of the messages that has them. */
function rarestJunctions(connection: Connection, terms: readonly Term[]): { words: string[]; share: number } {
  const all = new Set(terms.flatMap(({ text }) => junctionsWithin(text)));
  const rates = [...all].slice(0, MOST_JUNCTIONS).map((word) => ({ word, rate: frequencyOf(connection, 'search_short', word) }));
  const words: string[] = [];
  let share = 1;
  for (const { word, rate } of rates.sort((one, other) => one.rate - other.rate)) {
    if (share <= ENOUGH) break;
    words.push(word);
    share *= rate;
  }
  return { words, share };
}

/** What every text with this short term has in the index of short ones: of `'s` the `s`, of 👍🏽 the hand. */
function shortWords({ text }: Term): string[] {
  const { unspacedRun, word } = unicodeClasses();
  return text.match(unspacedRun) ?? text.match(word) ?? [];
}

const MOST_TRIGRAMS = 5;
const MOST_TERMS_ASKED = 12;
/** Looking at how common one is takes 50 µs in a million messages. */
const MOST_COMPARED = 48;

/** The longest terms say most. Each gives its rarest trigrams: the lists of common ones take longer to read than they spare. */
export function trigramQuery(terms: readonly Term[], frequency: (trigram: string) => number): string {
  const asked = terms.toSorted((one, other) => other.text.length - one.text.length).slice(0, MOST_TERMS_ASKED);
  const each = { most: Math.max(2, Math.ceil(MOST_TRIGRAMS / asked.length)), compared: MOST_COMPARED / asked.length };
  return allOf(new Set(asked.flatMap(({ text }) => rarest(trigramsOf(text, each.compared), each.most, frequency))));
}

type Trigram = { at: number; text: string };

/** All of a word, evenly spread ones of a longer text. */
function trigramsOf(text: string, most: number): Trigram[] {
  const characters = [...text];
  const last = characters.length - 3;
  const step = Math.max(1, last / most);
  const places = new Set(Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => Math.round(index * step)));
  return [...places].map((at) => ({ at, text: characters.slice(at, at + 3).join('') }));
}

/** Neighbors share two characters and stand in nearly the same texts: a second one says less than its frequency. */
const NEIGHBOR_FACTOR = 4;
/** With so little of all texts left, reading them is faster than another list. */
const ENOUGH = 1e-6;

function rarest(trigrams: readonly Trigram[], most: number, frequency: (trigram: string) => number): string[] {
  const left = new Map(trigrams.map((trigram) => [trigram, frequency(trigram.text)]));
  const chosen: string[] = [];
  for (let share = 1; left.size > 0 && chosen.length < most && (share > ENOUGH || chosen.length < 2); ) {
    const [best, rate] = [...left].reduce((one, other) => (other[1] < one[1] ? other : one));
    chosen.push(best.text);
    left.delete(best);
    share *= rate;
    for (const [near, itsRate] of left) if (Math.abs(near.at - best.at) === 1) left.set(near, Math.min(1, itsRate * NEIGHBOR_FACTOR));
  }
  return chosen;
}

const SAMPLED = 300;

/** In which share of the messages a word of the index stands, by the first of them. */
function frequencyOf(connection: Connection, table: IndexQuery['table'], word: string): number {
  const found = connection.get<{ count: number; through: number; newest: number }>(
    `SELECT count(*) AS count, max(rowid) AS through, (SELECT max(id) FROM messages) AS newest FROM
       (SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid > 0 LIMIT ${SAMPLED})`,
    allOf([word]),
  );
  if (!found || found.count === 0) return 0;
  return found.count / (found.count < SAMPLED ? found.newest : found.through);
}

function allOf(words: Iterable<string>): string {
  return [...words].map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
}
