/** Junctions: where one word ends and the next begins, as words of the search index. A phrase is rarer than its trigrams by these. */

/**
 * The junctions of a folded text, separated by spaces: one word of three letters for each space, made of up to three characters
 * before and behind it. Different junctions share a word now and then.
 */
export function junctionWords(folded: string): string {
  let words = '';
  for (let space = folded.indexOf(' '); space >= 0; space = folded.indexOf(' ', space + 1)) {
    const start = startOf(folded, space);
    const end = endOf(folded, space);
    if (start < space && end > space + 1) words += `${wordOf(folded, start, end)} `;
  }
  return words;
}

/** The junctions that every text with this piece has. At its edges the piece may begin or end within a word. */
export function junctionsWithin(piece: string): string[] {
  const words = new Set<string>();
  for (let space = piece.indexOf(' '); space >= 0; space = piece.indexOf(' ', space + 1)) {
    const start = startOf(piece, space);
    const end = endOf(piece, space);
    const isKnown = (start > 0 || space - start === REACH) && (end < piece.length || end - space - 1 === REACH);
    if (isKnown && start < space && end > space + 1) words.add(wordOf(piece, start, end));
  }
  return [...words];
}

/** UTF-16 code units. */
const REACH = 3;
const SPACE = 32;
/** Between the texts of a message. */
const LINE_END = 10;

function startOf(text: string, space: number): number {
  let start = space;
  while (start > 0 && space - start < REACH && !isBreak(text.charCodeAt(start - 1))) start--;
  return start;
}

function endOf(text: string, space: number): number {
  let end = space + 1;
  while (end < text.length && end - space - 1 < REACH && !isBreak(text.charCodeAt(end))) end++;
  return end;
}

function isBreak(code: number): boolean {
  return code === SPACE || code === LINE_END;
}

/**
 * One of 17,576 words, by a hash (FNV-1a): of a million texts three thousand share one by chance. Three times as many words would
 * make an import a fifth slower.
 */
function wordOf(text: string, start: number, end: number): string {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  const value = (hash >>> 0) % 17_576;
  return String.fromCharCode(97 + (value % 26), 97 + (Math.floor(value / 26) % 26), 97 + Math.floor(value / 676));
}
