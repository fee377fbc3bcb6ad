/** Junctions of words in the search index: every piece of a text asks only for what the text has. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../src/store/folding.ts';
import { junctionsWithin, junctionWords } from '../../src/store/junctions.ts';
import { parseTerms } from '../../src/store/search-text.ts';

const words = (text: string): string[] => junctionWords(fold(text)).trim().split(' ').filter(Boolean);

describe('the junctions of a text', () => {
  it('are one word of three letters for each space between words', () => {
    expect(words('The answer is 42')).toHaveLength(3);
    expect(words('The answer is 42').every((word) => /^[a-z]{3}$/.test(word))).toBe(true);
    expect(words('alone')).toEqual([]);
    expect(words(' at  the edges ')).toHaveLength(2);
  });

  it('are the same whatever stands between the words and however they are written', () => {
    expect(words('Réponse\n\n  FINALE')).toEqual(words('reponse finale'));
  });

  it('depend on three characters before and behind', () => {
    expect(words('the answer')).toEqual(words('breathe answers'));
    expect(words('the answer')).not.toEqual(words('the other'));
    expect(words('is at')).not.toEqual(words('this at'));
  });

  it('do not reach over the end of one of the texts of a message', () => {
    expect(junctionWords('one\ntwo')).toBe('');
    expect(junctionWords('first one\ntwo last')).not.toBe(junctionWords('first one two last'));
  });
});

describe('the junctions that a phrase asks for', () => {
  it('leave out those that a longer word at its edge would change', () => {
    expect(junctionsWithin('the answer is')).toEqual(words('the answer'));
    expect(junctionsWithin('is to where')).toEqual(words('to where'));
    expect(junctionsWithin('is at')).toEqual([]);
    expect(junctionsWithin('of the answer')).toEqual(words('the answer'));
  });

  it('are junctions of every text that it stands in', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'the', ' ', '  ', '\n', 'é', '数', '😀', '.', 'word', '\ud83d') });
    fc.assert(
      fc.property(piece, piece, piece, (before, phrase, behind) => {
        const there = new Set(words(before + phrase + behind));
        for (const { text } of parseTerms(`"${phrase.replaceAll('"', '')}"`)) {
          // Folding looks at neighbors: only where the phrase is still there afterwards.
          if (!fold(before + phrase + behind).includes(text)) continue;
          expect(junctionsWithin(text).filter((word) => !there.has(word))).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
