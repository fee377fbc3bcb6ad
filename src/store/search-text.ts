/** Text as the search index sees it: folded the same way when it is stored and when it is looked for. */
import type { Message } from '../core/messages.ts';
import type { SearchField } from './store.ts';

/**
 * Lower case, without accents, full-width forms as usual ones, every run of white space as one space. What is stored under
 * this folding must be deleted from the index under the same one: changing it needs a migration that indexes anew.
 */
export function fold(text: string): string {
  const plain = ASCII.test(text) ? text.toLowerCase() : foldUnicode(text);
  // The tokenizer of SQLite stops at a NUL. A single space is left as it is: four times faster.
  return plain.replace(/[\s\u0000]{2,}|[^\S ]|\u0000/g, ' ');
}

const ASCII = /^[\u0000-\u007f]*$/;

function foldUnicode(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(MARKS, '').normalize('NFC').replace(/ß/g, 'ss').replace(/ς/g, 'σ');
}

/** Accents of Latin, Greek and Cyrillic, vowel signs of Hebrew and Arabic, variants of emoji. Signs that make another letter (が, की) stay. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u0640]|\ufe0e|\ufe0f/g;

export type FieldTexts = { field: SearchField; text: string }[];

/** What can be found of a message, by the place where it stands. */
export function fieldTexts(message: Message): FieldTexts {
  const texts: FieldTexts = [];
  for (const part of message.parts) {
    switch (part.type) {
      case 'text':
        texts.push({ field: message.role === 'user' ? 'prompt' : 'reply', text: part.text });
        break;
      case 'reasoning':
        texts.push({ field: 'reasoning', text: part.text });
        break;
      case 'tool_call':
        texts.push({ field: 'tool', text: `${part.name} ${part.arguments}` });
        break;
      case 'tool_result':
        texts.push({ field: 'tool', text: `${part.name} ${part.output}` });
        break;
      case 'hosted':
        texts.push({ field: 'tool', text: part.name });
        break;
      case 'media':
        if (part.name !== undefined) texts.push({ field: 'file', text: part.name });
        break;
    }
  }
  return texts.filter(({ text }) => text !== '');
}

/** What goes into the index for a message. */
export function indexText(message: Message): string {
  return fieldTexts(message)
    .map(({ text }) => fold(text))
    .join('\n');
}

/**
 * The words that three letters in a row cannot find: words of one or two letters, and in scripts that write no spaces (and
 * among emoji) each character and each pair.
 */
export function shortTerms(folded: string): string {
  if (ASCII.test(folded)) return [...new Set(folded.match(SHORT_ASCII))].join(' ');
  const terms = new Set<string>();
  const { word, unspacedRun } = unicodeClasses();
  for (const [found] of folded.replace(unspacedRun, ' ').matchAll(word)) {
    if (found.length <= 2) terms.add(found);
  }
  for (const [run] of folded.matchAll(unspacedRun)) {
    const characters = [...run];
    for (const [index, character] of characters.entries()) {
      terms.add(character);
      const next = characters[index + 1];
      if (next !== undefined) terms.add(character + next);
    }
  }
  return [...terms].join(' ');
}

/** Words of one and two letters in a folded text without other scripts: three times faster than looking at every word. */
const SHORT_ASCII = /(?<![a-zA-Z0-9_#+])[a-zA-Z0-9_#+]{1,2}(?![a-zA-Z0-9_#+])/g;

const SCRIPTS =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Extended_Pictographic}\\p{RI}ー々';

type UnicodeClasses = { word: RegExp; inWord: RegExp; unspaced: RegExp; unspacedRun: RegExp };
let classes: UnicodeClasses | undefined;

/** Made when first needed: classes of Unicode take two milliseconds to compile, and a plain text needs none. */
function unicodeClasses(): UnicodeClasses {
  classes ??= {
    word: /[\p{L}\p{M}\p{N}_#+]+/gu,
    inWord: /[\p{L}\p{M}\p{N}_#+]/u,
    unspaced: new RegExp(`[${SCRIPTS}]`, 'u'),
    unspacedRun: new RegExp(`[${SCRIPTS}]+`, 'gu'),
  };
  return classes;
}

/** Where the term stands in a folded text, as [start, end). Short ones only as whole words, where there are words. */
export function placesOf(term: Term, folded: string, most: number): [number, number][] {
  const places: [number, number][] = [];
  const whole = term.short && !unicodeClasses().unspaced.test(term.text);
  for (let at = folded.indexOf(term.text); at >= 0 && places.length < most; at = folded.indexOf(term.text, at + 1)) {
    const end = at + term.text.length;
    if (!whole || (isEdge(term.text, folded.slice(Math.max(0, at - 2), at), -1) && isEdge(term.text, folded.slice(end, end + 2), 1))) {
      places.push([at, end]);
    }
  }
  return places;
}

/** Does a word end here? Signs that are no part of words end nowhere and everywhere. */
function isEdge(term: string, neighbours: string, side: -1 | 1): boolean {
  const inner = side < 0 ? [...term].at(0) : [...term].at(-1);
  const outer = side < 0 ? [...neighbours].at(-1) : [...neighbours].at(0);
  const { inWord, unspaced } = unicodeClasses();
  if (inner === undefined || outer === undefined || !inWord.test(inner)) return true;
  return !inWord.test(outer) || unspaced.test(outer);
}

export type Term = { text: string; short: boolean };

const MOST_TERMS = 16;

/** What the user typed: words, and phrases in quotes. An open quote goes to the end. */
export function parseTerms(query: string): Term[] {
  const terms = new Map<string, Term>();
  for (const match of query.matchAll(/["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^\s"“”„«»]+)/gu)) {
    const text = fold(match[1] ?? match[2] ?? '').trim();
    if (text !== '' && terms.size < MOST_TERMS) terms.set(text, { text, short: [...text].length < 3 });
  }
  return [...terms.values()];
}

/** A query of the index that every text with the term answers, and few others: the text decides afterwards. */
export function trigramQuery(terms: readonly Term[]): string {
  const trigrams = new Set<string>();
  for (const { text } of terms) for (const trigram of trigramsOf(text)) trigrams.add(trigram);
  return [...trigrams].map(quoted).join(' AND ');
}

export function shortQuery(terms: readonly Term[]): string {
  return terms.map(({ text }) => quoted(text)).join(' AND ');
}

/** Can the index of short terms answer for it? Two signs of punctuation, for one, are in no index. */
export function isIndexedShort({ text }: Term): boolean {
  return shortTerms(text).split(' ').includes(text);
}

const MOST_TRIGRAMS = 8;

/**
 * Every third one and the last, which together cover a word; of a longer text evenly spread ones. Reading the lists of more of
 * them takes longer than looking at the few texts that only seem to have the word (measured at 200,000 messages).
 */
function trigramsOf(text: string): string[] {
  const characters = [...text];
  const last = characters.length - 3;
  const count = Math.min(Math.ceil(last / 3) + 1, MOST_TRIGRAMS);
  return Array.from({ length: count }, (_, index) => {
    const at = count === 1 ? 0 : Math.min(last, Math.round((index * Math.max(last, 3 * (count - 1))) / (count - 1)));
    return characters.slice(at, at + 3).join('');
  });
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
