import fc from 'fast-check';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMarkdownRenderer } from '../../src/format/markdown.ts';
import { loadParsers, type MarkdownParsers } from '../../src/format/markdown-parsers.ts';
import { openTheme, PLAIN_THEME, type Theme } from '../../src/format/theme.ts';
import { anyText, inPieces, markdownText } from './markdown-arbitraries.ts';

let parsers: MarkdownParsers;
let dark: Theme;
beforeAll(async () => {
  parsers = await loadParsers({ highlight: true });
  dark = await openTheme({ name: 'dark', colorLevel: 3 });
});

function rendered(pieces: string[], columns: number, theme: Theme, hyperlinks = false): string[] {
  const renderer = createMarkdownRenderer({ columns, theme, hyperlinks }, parsers);
  return [...pieces.flatMap((piece) => renderer.push(piece).commit), ...renderer.end().commit];
}

const columns = fc.oneof(fc.constantFrom(20, 33, 40, 80, 120), fc.integer({ min: 20, max: 200 }));

describe('whatever the markdown', () => {
  it('commits the same lines wherever the text was cut', () => {
    const cut = markdownText.chain((text) => fc.tuple(fc.constant(text), inPieces(text)));
    fc.assert(
      fc.property(cut, columns, ([text, pieces], width) => {
        expect(rendered(pieces, width, dark)).toEqual(rendered([text], width, dark));
      }),
      { numRuns: 400 },
    );
  });

  it('commits the same lines when long lines and paragraphs are cut', () => {
    const long = fc
      .array(markdownText, { minLength: 4, maxLength: 12 })
      .map((texts) => texts.join('').replaceAll(/\n+/g, (ends) => (ends.length > 2 ? ends : ' ')));
    const cut = long.chain((text) => fc.tuple(fc.constant(text), inPieces(text)));
    fc.assert(
      fc.property(cut, columns, ([text, pieces], width) => {
        expect(rendered(pieces, width, PLAIN_THEME)).toEqual(rendered([text], width, PLAIN_THEME));
      }),
      { numRuns: 150 },
    );
  });

  it('commits the same lines character by character', () => {
    fc.assert(
      fc.property(markdownText, columns, (text, width) => {
        expect(rendered(text.split(''), width, dark)).toEqual(rendered([text], width, dark));
      }),
      { numRuns: 60 },
    );
  });

  it('makes no line wider than the window but for an address, and none with spaces at its end', () => {
    fc.assert(
      fc.property(anyText, columns, (text, width) => {
        for (const line of rendered([text], width, PLAIN_THEME)) {
          if (!/:\/\/|www\./i.test(line)) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/ $/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets no control or bidi character through but line ends between lines', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const output = rendered([text], 40, PLAIN_THEME).join('');
        expect(output).not.toMatch(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u2028\u2029]|[\u{e0000}-\u{e007f}]/u);
        expect(output.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('writes only colours and closed hyperlinks of its own', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const line of rendered([text], 40, dark, true)) {
          const own = line.replaceAll(/\u001b\[[\d;]+m/g, '').replaceAll(/\u001b\]8;;((?:https?:|mailto:)[\x21-\x7e]+)?\u001b\\/g, '');
          expect(own).not.toMatch(/\p{Cc}/u);
          expect(line.match(/\u001b\]8;;[^\u001b]+/g)?.length ?? 0).toBe(line.match(/\u001b\]8;;\u001b/g)?.length ?? 0);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('loses no word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 });
    const decorated = words.chain((list) =>
      fc
        .array(
          fc.constantFrom(
            ' ',
            '\n',
            '\n\n',
            '\n- ',
            '\n  - ',
            '\n1. ',
            '\n> ',
            ' **',
            '** ',
            ' `',
            '\n```\n',
            '\n# ',
            '\n    ',
            ' | ',
            '\n| ',
          ),
          { minLength: list.length, maxLength: list.length },
        )
        .map((gaps) => ({ list, text: list.map((word, index) => gaps[index] + word).join('') })),
    );
    fc.assert(
      fc.property(decorated, columns, ({ list, text }, width) => {
        const letters = rendered([text], width, PLAIN_THEME)
          .join('')
          .replaceAll(/[^a-z]/g, '');
        expect(letters).toBe(list.join(''));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps words apart and whole', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1, maxLength: 400 });
    const gap = fc.constantFrom(' ', ' ', ' ', ' ', '  ', '\n');
    const cases = words.chain((list) => fc.tuple(fc.constant(list), fc.array(gap, { minLength: list.length, maxLength: list.length })));
    fc.assert(
      fc.property(cases, columns, ([list, gaps], width) => {
        const text = list.map((word, index) => word + gaps[index]).join('');
        expect(rendered([text], width, PLAIN_THEME).join(' ').split(/ +/)).toEqual(list);
      }),
      { numRuns: 200 },
    );
  });

  it('breaks overlong lines of code the same way wherever they were cut', () => {
    const code = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('👩‍👩‍👧‍👦', '中文', 'x'.repeat(90), '\t')),
      { minLength: 300, maxLength: 500 },
    );
    const cut = code
      .map((pieces) => `\`\`\`ts\n${pieces.join('').replaceAll(/[\r\n]/g, '')}\nend`)
      .chain((text) => fc.tuple(fc.constant(text), inPieces(text)));
    fc.assert(
      fc.property(cut, columns, ([text, pieces], width) => {
        expect(rendered(pieces, width, dark)).toEqual(rendered([text], width, dark));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the tail short', () => {
    fc.assert(
      fc.property(markdownText.chain(inPieces), fc.integer({ min: 1, max: 8 }), (pieces, maxTailLines) => {
        const renderer = createMarkdownRenderer({ columns: 30, theme: PLAIN_THEME, maxTailLines }, parsers);
        for (const piece of pieces) {
          const { tail } = renderer.push(piece);
          // The blank line that parts it from what is final is not counted.
          expect(tail.length - (tail[0] === '' ? 1 : 0)).toBeLessThanOrEqual(maxTailLines);
        }
        expect(renderer.end().tail).toEqual([]);
      }),
    );
  });
});
