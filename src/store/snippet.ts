/** A short piece of a text around what was found in it. */
import { fold } from './folding.ts';
import { placesOf, type Term } from './search-text.ts';
import type { Snippet } from './store.ts';

const BEFORE = 40;
const LENGTH = 160;

/** The surroundings of the first place where one of the terms stands, on one line, with every place in it. */
export function snippetOf(text: string, terms: readonly Term[]): Snippet {
  const [from, to] = pieceWith(text, terms);
  const map = foldWithPlaces(text.slice(from, to));
  const places = terms
    .flatMap((term) => placesOf(term, map.folded, 20))
    .map(([start, end]): [number, number] => [from + map.startOf(start), from + map.endOf(end)])
    .sort((one, other) => one[0] - other[0]);
  const first = places[0]?.[0] ?? 0;
  const start = edge(text, first <= BEFORE ? 0 : first - BEFORE);
  const end = edge(text, Math.min(text.length, Math.max(start + LENGTH, places[0]?.[1] ?? 0)));
  const before = start > 0 ? '…' : '';
  const shown = text.slice(start, end).replace(/[\s\u0000]/g, ' ');
  const shift = before.length - start;
  return {
    text: `${before}${shown}${end < text.length ? '…' : ''}`,
    matches: joined(places.filter(([from, to]) => from >= start && to <= end)).map(([from, to]) => [from + shift, to + shift]),
  };
}

const PIECE = 500;

/** Where to look closely: telling from which characters folded ones came takes a hundred times longer than folding. */
function pieceWith(text: string, terms: readonly Term[]): [from: number, to: number] {
  const overlap = LENGTH + 4 * Math.max(...terms.map((term) => term.text.length));
  for (let from = 0; from < text.length; ) {
    const next = endOfPiece(text, from + PIECE);
    const to = endOfPiece(text, next + overlap);
    const folded = fold(text.slice(from, to));
    if (terms.some((term) => placesOf(term, folded, 1).length > 0)) return [endOfPiece(text, Math.max(0, from - LENGTH)), to];
    from = next;
  }
  return [0, Math.min(text.length, PIECE)];
}

/** Behind a word where there are words, so that none seems to begin or to end there. */
function endOfPiece(text: string, place: number): number {
  if (place === 0 || place >= text.length) return Math.min(place, text.length);
  const space = text.slice(place, place + LENGTH).search(/\s/);
  return edge(text, space < 0 ? place : place + space);
}

type FoldedText = { folded: string; startOf: (place: number) => number; endOf: (place: number) => number };

/** The folded text and, for each place in it, where it came from. Plain texts keep their length: then nothing is counted. */
function foldWithPlaces(text: string): FoldedText {
  const folded = fold(text);
  if (folded.length === text.length && /^[\u0000-\u007f]*$/.test(text))
    return { folded, startOf: (place) => place, endOf: (place) => place };
  // Pieces are joined once: looking at the end of a string that grows copies it at every look.
  const pieces: string[] = [];
  let last = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  const known = new Map<string, string>();
  for (const [character] of text.matchAll(TOGETHER)) {
    let piece = known.get(character) ?? fold(character);
    known.set(character, piece);
    if (piece === ' ' && last === ' ') piece = '';
    for (let unit = 0; unit < piece.length; unit++) {
      starts.push(at);
      ends.push(at + character.length);
    }
    if (piece !== '') {
      pieces.push(piece);
      last = piece.at(-1) ?? last;
    }
    at += character.length;
  }
  return {
    folded: pieces.join(''),
    startOf: (place) => starts[place] ?? text.length,
    endOf: (place) => (place === 0 ? 0 : (ends[place - 1] ?? text.length)),
  };
}

/** What may become one character: a letter and its marks, the parts of a Korean syllable. */
const TOGETHER = /[\u1100-\u11ff]+|.[\p{M}ﾞﾟ]*/gsu;

/** Never between the halves of a character. */
function edge(text: string, place: number): number {
  const code = text.charCodeAt(place);
  return code >= 0xdc00 && code <= 0xdfff ? place - 1 : place;
}

function joined(places: readonly [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [start, end] of places) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
