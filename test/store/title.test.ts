/** Titles of conversations: one clean line, however often it is cleaned. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanTitle } from '../../src/store/title.ts';

describe('a title', () => {
  it('has no control characters, no directions of text and no two spaces in a row', () => {
    expect(cleanTitle('a\u202e b\tc\n\u2066 d')).toBe('a b c d');
  });

  it('stays as it is when it is cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(' ', 'a', '\u202e', '\t', '\u2028', '漢', '😀') }), (text) => {
        expect(cleanTitle(cleanTitle(text))).toBe(cleanTitle(text));
      }),
    );
  });
});
