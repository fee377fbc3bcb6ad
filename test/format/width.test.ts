import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { displayWidth, expandTabs, fittingLength, pad, truncate, wrap } from '../../src/format/width.ts';

const grapheme = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('displayWidth', () => {
  it('agrees with string-width on every character of Chinese, Japanese and Korean, and on their neighbours', () => {
    for (let code = 0x3000; code <= 0xffef; code++) {
      if (code >= 0xd800 && code < 0xf900) continue;
      const pair = String.fromCharCode(code, code);
      if (displayWidth(pair) !== stringWidth(pair)) expect.fail(`U+${code.toString(16)}`);
    }
  });

  it.each([
    ['abc', 3],
    ['中文', 4],
    ['中文，字。', 10],
    ['👩‍👩‍👧‍👦', 2],
    ['🇩🇪', 2],
    ['e\u0301', 1],
    ['\u001b[1mbold\u001b[22m', 4],
    ['', 0],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('agrees with string-width where it takes a short cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0x3000, max: 0xff10 }), { maxLength: 4 }), (codes) => {
        const text = String.fromCharCode(...codes);
        expect(displayWidth(text)).toBe(stringWidth(text));
      }),
    );
  });
});

describe('expandTabs', () => {
  it('goes to the next stop, counted in columns', () => {
    expect(expandTabs('a\tb\n中\tb\n\tc')).toBe('a   b\n中  b\n    c');
  });
});

describe('wrap', () => {
  it('breaks at words, and words that are too long', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    // A Hangul filler has no width, and the space before it would be one too many.
    expect(wrap('국어 \u3164 x', 4).map(displayWidth)).toEqual([4, 1]);
  });

  it('never makes a line wider than asked', () => {
    fc.assert(
      fc.property(grapheme, fc.integer({ min: 4, max: 40 }), (text, columns) => {
        for (const line of wrap(text, columns)) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('pad and truncate', () => {
  it('fills on the side asked for', () => {
    expect([pad('中', 4), pad('中', 4, 'right'), pad('a', 4, 'center'), pad('long', 2)]).toEqual(['中  ', '  中', ' a  ', 'long']);
  });

  it('shows that something was cut off', () => {
    const all = (dots: string) =>
      (
        [
          ['abcdef', 6],
          ['abcdefg', 6],
          ['中文字符', 6],
          ['ab cdefg', 6],
          ['abc', 2],
        ] as const
      ).map(([text, columns]) => truncate(text, columns, dots));
    expect(all('...')).toEqual(['abcdef', 'abc...', '中...', 'ab...', '..']);
    expect(all('…')).toEqual(['abcdef', 'abcde…', '中文…', 'ab cd…', 'a…']);
  });

  it('never truncates to more than asked', () => {
    fc.assert(
      fc.property(grapheme, fc.nat({ max: 30 }), (text, columns) => {
        for (const dots of ['...', '…']) expect(displayWidth(truncate(text, columns, dots))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('fittingLength', () => {
  it('splits no character that is seen as one', () => {
    expect([
      fittingLength('a👩‍👩‍👧‍👦b', 2),
      fittingLength('a👩‍👩‍👧‍👦b', 3),
      fittingLength('👩‍👩‍👧‍👦', 1),
      fittingLength('abc', 10),
    ]).toEqual([1, 12, 0, 3]);
  });

  it('finds a long pile of marks whole', () => {
    const pile = `e${'\u0301'.repeat(500)}`;
    expect(fittingLength(`${pile}x`, 1)).toBe(501);
  });
});
