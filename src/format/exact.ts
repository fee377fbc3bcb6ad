/** Text exactly as it is, for whoever is to approve it or reads afterwards what was done: nothing in it is invisible. */

/**
 * Line by line: `\n` alone ends a line. Every control, invisible, reordering or unassigned character, every blank that is no
 * space, tabs, trailing spaces, and marks without a letter of their own are written out in place: ␍ ␛ ␉ ␠ ⟨U+2028⟩. What stands
 * for one of them is itself written out, so that two different texts never look the same. Emoji are taken apart: they are joined
 * by what cannot be seen.
 */
export function exactText(text: string): string {
  return SUSPECT.test(text) ? text.split('\n').map(exactLine).join('\n') : text;
}

/** The same in one row: a line end is a sign too. */
export function exactLine(text: string): string {
  if (!SUSPECT.test(text) && !text.includes('\n')) return text;
  const written = ASCII.test(text) ? text : spelled(text);
  const end = lengthWithout(' ', written);
  return end === written.length ? written : written.slice(0, end) + '␠'.repeat(written.length - end);
}

/** Without the line ends that a text ends with. (A pattern for them takes quadratic time.) */
export function withoutLineEnds(text: string): string {
  return text.slice(0, lengthWithout('\n', text));
}

const SUSPECT = /[^\x20-\x7e\n]| (?=\n|$)/;
const ASCII = /^[\x20-\x7e]*$/;

// Said by what can be seen, because what cannot is no list that ends: letters, marks, numbers, punctuation and symbols stay.
// Of them those are written out that are blank or have no width of their own (conjoining jamo), and the signs used here.
const HIDDEN = new RegExp(
  [
    '[^\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]',
    '\\p{Default_Ignorable_Code_Point}',
    '[\\u2800\\ufffc\\u{13441}\\u{13442}\\u{16fe4}\\u{1d159}\\u1100-\\u11ff\\ua960-\\ua97f\\ud7b0-\\ud7ff]',
    '[\\u2400-\\u2426\\u21b3]',
    '\\u27e8(?=U\\+)',
  ].join('|'),
  'gu',
);
/** Marks, and the letter under them. */
const MARKED = /([\p{L}\p{N}]?)(\p{M}+)/gu;
/** Writing whose letters take no marks of other writing: those of India and its neighbours often have no form of their own, and no width. */
const PLAIN_LETTER =
  /[\p{N}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Cherokee}\p{Script=Common}]/u;
const PLAIN_MARKS = /^[\p{Script=Inherited}\p{Script=Cyrillic}\p{Script=Hangul}]*$/u;
/** More of them cover the rows above and below. */
const MOST_MARKS = 4;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Letters that are taken for Latin ones, where they stand in one word with those: of Greek only such, as "Δt" is a usual name. */
const ALIKE = /[\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανοικρτυχϲϳ]/gu;

function spelled(line: string): string {
  return line
    .replace(HIDDEN, sign)
    .replace(MARKED, (whole, letter: string, marks: string) =>
      isLetter(whole, letter, marks) ? whole : letter + marks.replace(/./gsu, code),
    )
    .replace(/[^\x00-\x7f]/gu, (one) => (one.normalize('NFC') === one ? one : code(one)))
    .replace(WORD, (word) => (LATIN.test(word) ? word.replace(ALIKE, code) : word));
}

/** Not one that also exists in one piece, which would look the same. */
function isLetter(whole: string, letter: string, marks: string): boolean {
  if (letter === '' || (PLAIN_LETTER.test(letter) && !PLAIN_MARKS.test(marks))) return false;
  return [...marks].length <= MOST_MARKS && whole.normalize('NFC') === whole;
}

/** U+000D is ␍. */
function sign(one: string): string {
  const point = one.codePointAt(0) ?? 0;
  if (point < 0x20) return String.fromCodePoint(0x2400 + point);
  return point === 0x7f ? '␡' : code(one);
}

function code(one: string): string {
  return `⟨U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

function lengthWithout(ending: string, text: string): number {
  let end = text.length;
  while (end > 0 && text[end - 1] === ending) end -= 1;
  return end;
}
