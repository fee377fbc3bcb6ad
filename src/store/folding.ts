/** Text as it is compared: what people do not distinguish when they look for something becomes the same. */

/**
 * Lower case, without accents, letters with a stroke as those without (đ, ø, ł), letters that are two as two (ß, æ, þ), one kind
 * of apostrophe, quote and dash, full-width forms and ligatures as usual ones, nothing invisible, every run of white space as one
 * space. What is in the search index under this folding must be deleted from it under the same one: whoever changes it adds a
 * migration that makes everything wait to be indexed again.
 */
export function fold(text: string): string {
  const plain = ASCII.test(text) ? text.toLowerCase() : foldUnicode(text);
  // The tokenizer of SQLite stops at a NUL. A single space is left as it is: four times faster.
  return plain.replace(/[\s\u0000]{2,}|[^\S ]|\u0000/g, ' ');
}

export const ASCII = /^[\u0000-\u007f]*$/;

function foldUnicode(text: string): string {
  return text
    .toWellFormed()
    .replace(SPACING_SIGNS, (sign) => SIGNS.get(sign) ?? sign)
    .normalize('NFKD')
    .toLowerCase()
    .replace(UNSEEN, '')
    .normalize('NFC')
    .replace(OTHERS, (sign) => SIGNS.get(sign) ?? sign);
}

/** Accents of Latin, Greek and Cyrillic, vowel signs of Hebrew and Arabic, variants of emoji. Signs that make another letter (が, की) stay. */
const MARKS =
  '\\u0300-\\u036f\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u0640\\ufe00-\\ufe0f';
/** Soft hyphens, zero widths, joiners, marks of direction. */
const INVISIBLE = '\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff';
const UNSEEN = new RegExp(`[${MARKS}${INVISIBLE}]`, 'g');

/** These would become a space and an accent. */
const SPACING_SIGNS = /[\u00b4\u2033\u2036]/g;

/** What stands for each of the characters behind it. */
const SAME: readonly [sign: string, others: string][] = [
  ["'", '´‘’‚‛′‵ʹʻʼʽˈ‹›׳ꞌ'],
  ['"', '″‶“”„‟«»״'],
  ['-', '‐‑‒–—―−⁃﹘'],
  ['/', '⁄∕'],
  ['a', 'ⱥ'],
  ['b', 'ƀɓ'],
  ['c', 'ȼƈ'],
  ['d', 'đðɖɗ'],
  ['e', 'ɇ'],
  ['f', 'ƒ'],
  ['g', 'ǥɠ'],
  ['h', 'ħ'],
  ['i', 'ıɨ'],
  ['j', 'ȷɉ'],
  ['k', 'ƙ'],
  ['l', 'łƚɫ'],
  ['n', 'ŋɲƞ'],
  ['o', 'øɵ'],
  ['p', 'ƥ'],
  ['r', 'ɍ'],
  ['t', 'ŧƭʈ'],
  ['u', 'ʉ'],
  ['y', 'ƴɏ'],
  ['z', 'ƶ'],
  ['ss', 'ß'],
  ['ae', 'æ'],
  ['oe', 'œ'],
  ['th', 'þ'],
  ['σ', 'ς'],
  // Persian and Arabic keyboards write the same letters with other characters.
  ['ك', 'ک'],
  ['ي', 'یى'],
  ['ه', 'ة'],
];

const SIGNS = new Map(SAME.flatMap(([sign, others]) => [...others].map((other): [string, string] => [other, sign])));
const OTHERS = new RegExp(`[${[...SIGNS.keys()].join('')}]`, 'g');
