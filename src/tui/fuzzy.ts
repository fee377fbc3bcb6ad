/** How well a name fits what was typed: its words anywhere, or its letters in order, the better the closer together. */
import { fold } from '../store/folding.ts';

/** Text as a search compares it, each character at the place where it stands in the text. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower;
  // One unit for one unit, so that places in the folded text are places in the text.
  return text.replace(/[^\x00-\x7f]|[A-Z]/g, (unit) => (isHalf(unit) ? unit : single(fold(unit), unit)));
}

function single(folded: string, unit: string): string {
  return folded.length === 1 ? folded : unit;
}

/** Half of a character beyond the first plane is nothing by itself. */
function isHalf(unit: string): boolean {
  return unit >= '\ud800' && unit <= '\udfff';
}

/** What was typed as the words to look for. */
export function termsOf(query: string): string[] {
  return foldText(query)
    .split(' ')
    .filter((term) => term !== '');
}

/** Greater is better; undefined where one of the terms is not in the folded text. */
export function scoreOf(folded: string, terms: readonly string[]): number | undefined {
  let score = 0;
  for (const term of terms) {
    const found = findTerm(folded, term);
    if (found === undefined) return undefined;
    score += found.score;
  }
  // Of two names that fit alike the shorter one has less in it that was not asked for.
  return score - Math.min(folded.length, 200) / 50;
}

/** Where the letters of the terms are, in order. */
export function placesOf(folded: string, terms: readonly string[]): number[] {
  const places = new Set<number>();
  for (const term of terms) for (const place of findTerm(folded, term)?.places ?? []) places.add(place);
  return [...places].sort((one, other) => one - other);
}

/** Indexes of the texts that fit, best first; all of them, in their order, where nothing is asked for. */
export function rank(folded: readonly string[], terms: readonly string[]): number[] {
  if (terms.length === 0) return folded.map((_, index) => index);
  const found: { index: number; score: number }[] = [];
  for (const [index, text] of folded.entries()) {
    const score = scoreOf(text, terms);
    if (score !== undefined) found.push({ index, score });
  }
  return found.sort((one, other) => other.score - one.score || one.index - other.index).map(({ index }) => index);
}

const ASCII = /^[\x00-\x7f]*$/;

type Placed = { score: number; places: number[] };

function findTerm(text: string, term: string): Placed | undefined {
  return findWhole(text, term) ?? findSpread(text, term);
}

const WHOLE = { text: 120, start: 100, word: 80, inside: 60 } as const;

/** The term as it is: best at the beginning, then at the beginning of a word. */
function findWhole(text: string, term: string): Placed | undefined {
  const first = text.indexOf(term);
  if (first < 0) return undefined;
  let at = first;
  while (at > 0 && !isWordStart(text, at)) {
    at = text.indexOf(term, at + 1);
    if (at < 0) break;
  }
  const place = at < 0 ? first : at;
  const end = place + term.length;
  const isWhole = end === text.length || isWordStart(text, end);
  const kind = place === 0 ? (end === text.length ? 'text' : 'start') : at < 0 ? 'inside' : 'word';
  return { score: WHOLE[kind] + (isWhole ? 8 : 0), places: Array.from(term, (_, offset) => place + offset).slice(0, term.length) };
}

/** The letters in order, beginning with a word; few leaps, and leaps to the beginning of words, are better. */
function findSpread(text: string, term: string): Placed | undefined {
  let best: Placed | undefined;
  for (let start = text.indexOf(term.charAt(0)); start >= 0; start = text.indexOf(term.charAt(0), start + 1)) {
    if (!isWordStart(text, start)) continue;
    const found = spreadFrom(text, term, start);
    // What is not found from here is not found from further on.
    if (found === undefined) break;
    if (!best || found.score > best.score) best = found;
  }
  return best;
}

const SPREAD = { base: 50, leap: 6, toWord: 4 } as const;

function spreadFrom(text: string, term: string, start: number): Placed | undefined {
  const places = [start];
  let score: number = SPREAD.base;
  for (let letter = 1; letter < term.length; letter++) {
    const before = places.at(-1) ?? 0;
    const at = text.indexOf(term.charAt(letter), before + 1);
    if (at < 0) return undefined;
    if (at > before + 1) score -= isWordStart(text, at) ? SPREAD.leap - SPREAD.toWord : SPREAD.leap + Math.min(at - before, 20) / 10;
    places.push(at);
  }
  return score > 0 ? { score, places } : undefined;
}

/** Words begin after what is no letter, digits after letters; scripts without spaces begin one with every character. */
function isWordStart(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (at === 0 || unit >= 0x2e80) return true;
  const before = text.charCodeAt(at - 1);
  if (isDigit(unit)) return !isDigit(before);
  return !isLetter(before);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || unit >= 0xc0;
}
