/** Texts of everything that deceives, and how what is shown of them is read back. */
import fc from 'fast-check';

/** Ends of lines for somebody, controls, what has no width or reorders, blanks, marks, wide and look-alike letters, our own signs. */
export const TRICKY = [
  ...['\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029', '\u001c', '\u001d', '\u001e', '\0', '\b', '\u001b[2J', '\u001b]8;;x\u0007'],
  ...['\u007f', '\u009b31m', '\u0090', '\u00ad', '\u034f', '\u061c', '\u115f', '\u1160', '\u17b4', '\u180b', '\u180e', '\u200b', '\u200c'],
  ...['\u200d', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2060', '\u2061', '\u2062', '\u2063', '\u2064'],
  ...['\u2066', '\u2067', '\u2068', '\u2069', '\u206a', '\u3164', '\uffa0', '\ufeff', '\ufff9', '\ufffb', '\u{e0001}', '\u{e0041}'],
  ...['\ufe00', '\ufe0f', '\u{e0100}', '\u00a0', '\u1680', '\u2000', '\u2003', '\u202f', '\u205f', '\u3000', '\u2800', '\ue000', '\u0378'],
  ...['\ud83d', '\udc00', '\u0301', '\u0338', '\u20e3', '\u0489', 'e\u0301', 'q\u0323', '\u1112', '\u1161', '\u037e', '\u212a', '\u0430'],
  ...[
    '\u{1f468}\u200d\u{1f469}',
    '\u{1f44d}\u{1f3fd}',
    '\u{1f1e9}\u{1f1ea}',
    '\u4e2d',
    '\uff21',
    '\u0e33',
    '\u0928\u093f',
    '\u05d0',
    '\u0627',
  ],
  ...[
    '␍',
    '␠',
    '␉',
    '↳',
    '⟨U+2028⟩',
    '⟨',
    '\t',
    ' ',
    '  ',
    '+',
    '-',
    '@@ -1,1 +1,1 @@',
    '\\ No newline at end of file',
    'a',
    'b',
    'paypal',
  ],
];

export const trickyText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...TRICKY, '\n') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    {
      maxLength: 40,
    },
  )
  .map((pieces) => pieces.join(''));

/** The text that was written out. A tab may be followed by the spaces that it takes. */
export function readBack(exact: string): string {
  return exact
    .replace(/[\u2400-\u241f]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x2400))
    .replaceAll('␠', ' ')
    .replaceAll('␡', '\x7f')
    .replace(/⟨U\+([0-9A-F]+)⟩/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}
