import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSafeStream, safeLine, safeText } from '../../src/format/safety.ts';
import { anyText, inPieces } from './markdown-arbitraries.ts';

describe('safeText', () => {
  it('returns harmless text as it is, tabs, line ends and emoji included', () => {
    const text = 'a\tb\n中文 👩‍👩‍👧‍👦 ❤️ é नि';
    expect(safeText(text)).toBe(text);
  });

  it.each([
    ['\u001b]52;c;aGk=\u0007', '␛]52;c;aGk=␇'],
    ['\u009b31m', '<U+009B>31m'],
    ['a\u202eb\u2066c\u061cd', 'a<U+202E>b<U+2066>c<U+061C>d'],
    ['a\u200eb\u200fc', 'a<U+200E>b<U+200F>c'],
    ['\u0000\u0008\u007f', '␀␈␡'],
    ['one\r\ntwo\rthree\u2028four\u2029five', 'one\ntwo\nthree\nfour\nfive'],
    ['x\u{e0041}\u{e007f}y', 'xy'],
    ['\ufff9a\ufffb', '<U+FFF9>a<U+FFFB>'],
    ['\ud83d alone \udc00', '\ufffd alone \ufffd'],
  ])('makes %j visible', (text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it('leaves nothing that a terminal obeys, chunk by chunk', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = safeText(text);
        expect(safe.replaceAll(/[\n\t]/g, '')).not.toMatch(
          /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u206f\u200e\u200f\u061c\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u,
        );
        expect(safeText(safe)).toBe(safe);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('safeLine', () => {
  it('makes one line', () => {
    expect(safeLine('no such file:\r\n\t"a\u001b[2Jb"\n')).toBe('no such file: "a␛[2Jb"');
  });

  it.each([
    ['gpt\u200b-4', 'gpt<U+200B>-4'],
    ['ad\u200dmin', 'ad<U+200D>min'],
    ['a\u00adb\u2060c\ufeffd\u034fe', 'a<U+00AD>b<U+2060>c<U+FEFF>d<U+034F>e'],
    ['x\ufe0fy', 'x<U+FE0F>y'],
  ])('writes out what has no width: %j', (name, shown) => {
    expect(safeLine(name)).toBe(shown);
  });

  it.each([
    'family 👩\u200d👩\u200d👧, ❤\ufe0f, 1\ufe0f\u20e3, 🏳\ufe0f\u200d🌈, 👩🏽\u200d💻',
    'می\u200cخواهم',
    'क\u094d\u200dष',
    '辻\u{e0100}',
  ])('leaves what emoji and other scripts need: %s', (name) => {
    expect(safeLine(name)).toBe(name);
  });
});

describe('createSafeStream', () => {
  it('gives the same text wherever it was cut', () => {
    fc.assert(
      fc.property(
        anyText.chain((text) => fc.tuple(fc.constant(text), inPieces(text))),
        ([text, pieces]) => {
          const stream = createSafeStream();
          expect(pieces.map((piece) => stream.push(piece)).join('') + stream.end()).toBe(safeText(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('joins an emoji and a line end that were cut in two', () => {
    const stream = createSafeStream();
    expect([stream.push('a\ud83d'), stream.push('\ude00\r'), stream.push('\nb'), stream.end()]).toEqual(['a', '😀', '\nb', '']);
  });
});
