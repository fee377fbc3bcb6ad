/** Where characters (as a reader sees them) and words begin and end in a text; looks only at the neighbourhood of a place. */

/** The end of the character that begins at `offset`. */
export function nextBoundary(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  if (isPlain(text, offset) && (offset + 1 === text.length || isPlain(text, offset + 1))) return offset + 1;
  for (let size = 32; ; size *= 8) {
    const window = text.slice(offset, offset + size);
    for (const { segment } of CHARACTERS.segment(window)) {
      // A character that reaches the end of the window may go on behind it.
      if (segment.length < window.length || offset + size >= text.length) return offset + segment.length;
      break;
    }
  }
}

/** The start of the character that ends at `offset`. */
export function previousBoundary(text: string, offset: number): number {
  return offset <= 0 ? 0 : boundaryAtOrBefore(text, offset - 1);
}

/** Moves a place inside a character to its end. */
export function snapForward(text: string, offset: number): number {
  const place = Math.max(0, Math.min(offset, text.length));
  const start = boundaryAtOrBefore(text, place);
  return start === place ? place : nextBoundary(text, start);
}

/** Moves a place inside a character to its start. */
export function boundaryAtOrBefore(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  const safe = safePlace(text, offset);
  if (safe === offset) return offset;
  let start = safe;
  for (let end = nextBoundary(text, start); end <= offset; end = nextBoundary(text, start)) start = end;
  return start;
}

/** All the characters of a text. */
export function charactersOf(text: string): Iterable<{ segment: string; index: number }> {
  return CHARACTERS.segment(text);
}

export type Run = { start: number; end: number; isWord: boolean };

/** The runs of word characters and of other visible characters in a text; white space stands between them. */
export function runsOf(text: string): Run[] {
  return Array.from(text.matchAll(RUNS)).flatMap(({ 0: run, index }) => {
    if (!WORD.test(run)) return [{ start: index, end: index + run.length, isWord: CHIP.test(run) }];
    if (!WITHOUT_SPACES.test(run)) return [{ start: index, end: index + run.length, isWord: true }];
    return Array.from(WORDS.segment(run), (word) => ({
      start: index + word.index,
      end: index + word.index + word.segment.length,
      isWord: true,
    }));
  });
}

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Between two of these there is always a boundary: nothing in them joins with anything before it. */
const PLAIN = /[\n\x20-\x7e\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]/;
/** A lone surrogate stands for a chip and is a word of its own. */
const RUNS = /[\ud800-\udfff]|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_\ud800-\udfff]+/gu;
const CHIP = /^[\ud800-\udfff]/u;
const WORD = /^[\p{L}\p{N}\p{M}_]/u;
/** Scripts that write words without spaces: the segmenter's dictionary knows where they end. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function isPlain(text: string, offset: number): boolean {
  return PLAIN.test(text.charAt(offset));
}

/** The nearest place not behind `offset` that is a boundary for certain. */
function safePlace(text: string, offset: number): number {
  let place = offset;
  while (place > 0 && !(isPlain(text, place) && isPlain(text, place - 1))) place -= 1;
  return place;
}
