/** Text as it is written out for whoever approves it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactLine, exactText } from '../../src/format/exact.ts';
import { readBack, trickyText } from './exact-arbitraries.ts';

describe('exact text', () => {
  it('is text in which all can be seen, as it is', () => {
    const text = 'const a = "b";\n中文 かな 한글 é が q̣ नि क् ខ្មែរ שָׁלוֹם Привет Δt …\n  x 👍 – “quoted”';
    expect(exactText(text)).toBe(text);
  });

  it.each([
    ['a\rb', 'a␍b'],
    ['a\u2028b\u2029c\u0085d\u000be\u000cf', 'a⟨U+2028⟩b⟨U+2029⟩c⟨U+0085⟩d␋e␌f'],
    ['\u001b[8m\u009b2J\u007f\u0000', '␛[8m⟨U+009B⟩2J␡␀'],
    [
      'a\u200bb\u2060c\ufeffd\u00ade\u034ff\u115fg\u3164h\u180ei',
      'a⟨U+200B⟩b⟨U+2060⟩c⟨U+FEFF⟩d⟨U+00AD⟩e⟨U+034F⟩f⟨U+115F⟩g⟨U+3164⟩h⟨U+180E⟩i',
    ],
    ['\u202eabc\u2066d\u200f', '⟨U+202E⟩abc⟨U+2066⟩d⟨U+200F⟩'],
    ['\u{e0041}\ufe0f\u{e0100}', '⟨U+E0041⟩⟨U+FE0F⟩⟨U+E0100⟩'],
    ['a\u00a0b\u3000c\u2003d\u2800e', 'a⟨U+00A0⟩b⟨U+3000⟩c⟨U+2003⟩d⟨U+2800⟩e'],
    ['\ud83d|\udc00|\ue000|\u0378', '⟨U+D83D⟩|⟨U+DC00⟩|⟨U+E000⟩|⟨U+0378⟩'],
    ['👩\u200d💻 ❤\ufe0f', '👩⟨U+200D⟩💻 ❤⟨U+FE0F⟩'],
    ['a\tb', 'a␉b'],
    ['end  ', 'end␠␠'],
    ['e\u0301 \u0338x', 'e⟨U+0301⟩ ⟨U+0338⟩x'],
    [`q${'\u0323'.repeat(5)}`, `q${'⟨U+0323⟩'.repeat(5)}`],
    ['a\u037e b\u212a', 'a⟨U+037E⟩ b⟨U+212A⟩'],
    ['p\u0430ypal сору', 'p⟨U+0430⟩ypal сору'],
    // Marks that join letters of their own writing, and of others are drawn as nothing.
    ['ls\u17d2 a\u1039.js 7\u2d7f 文\u{11133}', 'ls⟨U+17D2⟩ a⟨U+1039⟩.js 7⟨U+2D7F⟩ 文⟨U+11133⟩'],
    ['\u1112\u1161', '⟨U+1112⟩⟨U+1161⟩'],
    ['␍ ⟨U+2028⟩ ↳', '⟨U+240D⟩ ⟨U+27E8⟩U+2028⟩ ⟨U+21B3⟩'],
  ])('writes out %j', (text, exact) => {
    expect(exactText(text)).toBe(exact);
  });

  it('in one row shows its line ends', () => {
    expect(exactLine('git add .\ngit push\n')).toBe('git add .␊git push␊');
  });

  it('is never the same for two texts, and has nothing in it that a terminal obeys or hides', () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        const exact = exactText(text);
        expect(readBack(exact)).toBe(text);
        expect(exact).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} \n]*$/u);
        expect(exact).not.toMatch(/\p{Default_Ignorable_Code_Point}| $/u);
        expect(exact.split('\n')).toHaveLength(text.split('\n').length);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time for what is long', () => {
    const spaces = `${' '.repeat(2_000_000)}x`;
    expect(exactLine(spaces)).toBe(spaces);
    expect(exactText('\n'.repeat(2_000_000))).toHaveLength(2_000_000);
    expect(exactLine('\u0301'.repeat(100_000))).toHaveLength(800_000);
  });
});
