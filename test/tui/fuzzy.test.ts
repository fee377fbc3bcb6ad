/** How well a name fits what was typed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, placesOf, rank, scoreOf, termsOf } from '../../src/tui/fuzzy.ts';

function found(query: string, ...names: string[]): string[] {
  return rank(names.map(foldText), termsOf(query)).map((index) => names[index] ?? '');
}

describe('the order', () => {
  it('has the beginning before the beginning of a word, that before the inside, and that before scattered letters', () => {
    expect(found('mini', 'm-i-n-i', 'gemini', 'gpt-4o-mini', 'mini-max')).toEqual(['mini-max', 'gpt-4o-mini', 'gemini', 'm-i-n-i']);
  });

  it('has the shorter of two names that fit alike first', () => {
    expect(found('gpt-4o', 'gpt-4o-mini', 'gpt-4o')).toEqual(['gpt-4o', 'gpt-4o-mini']);
  });

  it('wants every word, in any order, and does not mind capitals and accents', () => {
    expect(found('soup onion', 'Onion Soup', 'fish soup')).toEqual(['Onion Soup']);
    expect(found('creme', 'Crème brûlée')).toEqual(['Crème brûlée']);
    expect(found('日本', '今日の日本語')).toEqual(['今日の日本語']);
    expect(found("don't", 'Why I don’t')).toEqual(['Why I don’t']);
    expect(found('dong lodz', 'Łódź, Đồng 😀')).toEqual(['Łódź, Đồng 😀']);
  });

  it('is the given one where nothing is asked for', () => {
    expect(found('  ', 'b', 'a')).toEqual(['b', 'a']);
  });
});

describe('whatever is typed', () => {
  it('is where it is said to be, letter by letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ maxLength: 6 }), (text, query) => {
        const folded = foldText(text);
        const terms = termsOf(query);
        expect(folded).toHaveLength(text.length);
        const places = placesOf(folded, terms);
        if (scoreOf(folded, terms) === undefined) return;
        const letters = new Set(places.map((place) => folded[place]));
        for (const letter of terms.join('').split('')) expect(letters.has(letter)).toBe(true);
        for (const place of places) expect(terms.join('')).toContain(folded[place]);
      }),
    );
  });

  it('finds every text by any part of it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9/.-]{1,20}$/), fc.nat(), fc.nat(), (text, one, other) => {
        const [start, end] = [one % text.length, (other % text.length) + 1].sort((a, b) => a - b) as [number, number];
        expect(found(text.slice(start, Math.max(end, start + 1)), text)).toEqual([text]);
      }),
    );
  });
});
