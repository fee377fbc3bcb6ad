/** Text as the search index sees it: what goes in for a message, what is asked of it, and where a term stands in a text. */
import type { Message } from '../core/messages.ts';
import { ASCII, fold } from './folding.ts';
import type { SearchField } from './store.ts';

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
    if (isShort(found)) terms.add(found);
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
export function unicodeClasses(): UnicodeClasses {
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

/** What the user typed: words, and phrases in quotes. An open quote goes to the end. */
export function parseTerms(query: string): Term[] {
  const terms = new Map<string, Term>();
  for (const match of query.matchAll(/["“”„‟«»＂]([^"“”„‟«»＂]*)(?:["“”„‟«»＂]|$)|([^\s"“”„‟«»＂]+)/gu)) {
    const text = fold(match[1] ?? match[2] ?? '').trim();
    if (text !== '') terms.set(text, { text, short: isShort(text) });
  }
  return [...terms.values()];
}

/** Fewer than three characters: a large piece of text is not counted for that. */
function isShort(text: string): boolean {
  return text.length < 6 && [...text].length < 3;
}
