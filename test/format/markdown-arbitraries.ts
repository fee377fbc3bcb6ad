/** Markdown of every kind, well-formed and broken, for property tests. */
import fc from 'fast-check';

const word = fc.oneof(
  fc.constantFrom(
    'the',
    'quick',
    'brown',
    'jumps',
    'over',
    'extraordinarily',
    'a',
    'I',
    '42',
    '2*3*4',
    'snake_case_name',
    '5',
    '$5',
    '$x_1$',
    '中文字符',
    '你好，世界。',
    '日本語の「テキスト」',
    '한국어',
    '👩‍👩‍👧‍👦',
    '🇩🇪🇫🇷',
    '❤️',
    'é',
    'نص',
    'ไทย',
    'x'.repeat(70),
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const mark = fc.constantFrom(
  '*',
  '**',
  '***',
  '_',
  '__',
  '~~',
  '~',
  '`',
  '``',
  '[',
  '](http://x.example/a)',
  ']',
  '![',
  '(',
  ')',
  '<br>',
  '<b>',
  '\\',
  '\\(',
  '\\)',
  '$',
  '$$',
  '&amp;',
  '&#27;[31m',
  '&#x202e;',
  '|',
  ' | ',
  '  ',
  '\t',
  '[^1]',
  '**「x」**の',
  '**注意：**',
  '&mdash;',
  '$x^2 + 1$',
  '$5 and $10',
  '\\(\\frac{a}{b}\\)',
  '&lrm;',
  '[t][1]',
  '[1]',
  '\u001b[31m',
  '\u009b2J',
  '\u202e',
  '\r',
  '\r\n',
);
const inline = fc
  .array(fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: mark }), { maxLength: 14 })
  .chain((pieces) =>
    fc
      .array(fc.constantFrom(' ', ' ', ' ', ''), { minLength: pieces.length, maxLength: pieces.length })
      .map((gaps) => pieces.map((piece, index) => piece + gaps[index]).join('')),
  );
const start = fc.constantFrom(
  '',
  '',
  '',
  '',
  '- ',
  '* ',
  '1. ',
  '2. ',
  '10) ',
  '  - ',
  '    - ',
  '   ',
  '    ',
  '> ',
  '>> ',
  '> - ',
  '- [ ] ',
  '- [x] ',
  '# ',
  '## ',
  '###### ',
  '```',
  '```ts',
  '   ```',
  '~~~',
  '---',
  '===',
  '***',
  '| a | b |\n|---|:-:|\n| ',
  '|---|---|',
  '| ',
  '<div>',
  '<!-- ',
  '-->',
  '$$',
  '\\[',
  '$$\n\\alpha_1\n$$\n',
  '\\begin{cases}\nx & y\n\\end{cases}\n',
  '\t',
  '[1]: ',
  '[1]: http://x.example/b\n',
  '[^1]: ',
  ' '.repeat(1200),
  '> '.repeat(600),
);
const line = fc.tuple(start, inline).map(([mark, text]) => mark + text);
const newline = fc.constantFrom('\n', '\n', '\n\n', '\r\n');

export const markdownText = fc
  .array(fc.tuple(line, newline), { maxLength: 16 })
  .map((lines) => lines.map((pair) => pair.join('')).join(''));

/** Anything at all, lone surrogates and control characters too. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('\u200e', '\u200f', '\u061c', '\u202e', '\u2066', '\u009b', '\u001b', 'a', ' '), maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80 }).map((codes) => String.fromCharCode(...codes)),
  markdownText,
);

/** The text in pieces, cut anywhere, also inside a surrogate pair. */
export function inPieces(text: string): fc.Arbitrary<string[]> {
  return fc.array(fc.nat({ max: Math.max(text.length, 1) }), { maxLength: 24 }).map((cuts) => {
    const sorted = [0, ...cuts.filter((cut) => cut <= text.length).sort((a, b) => a - b), text.length];
    return sorted.slice(1).map((cut, index) => text.slice(sorted[index], cut));
  });
}
