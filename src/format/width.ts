/** How much room text takes on a terminal, and fitting it: width, tabs, wrapping, padding, truncating. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Columns that one line takes; right for wide characters, emoji and combining marks; escape sequences count nothing. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return WIDE.test(text) ? text.length * 2 : stringWidth(text);
}

/** Tabs as spaces up to the next stop, because a tab has no width of its own. */
export function expandTabs(text: string, tabSize = 4): string {
  if (!text.includes('\t')) return text;
  return text
    .split('\n')
    .map((line) => line.split('\t').reduce((done, piece) => `${done}${' '.repeat(tabSize - (displayWidth(done) % tabSize))}${piece}`))
    .join('\n');
}

/** Lines of at most `columns`; words longer than that are broken. Styled text keeps its styles on every line. */
export function wrap(text: string, columns: number): string[] {
  const most = Math.max(columns, 2);
  return wrapAnsi(expandTabs(text), most, { hard: true, trim: true })
    .split('\n')
    .map((line) => withoutLastGaps(line, most));
}

/** A word without a width (a Hangul filler) is put behind a full line with a space, which has no room there. */
function withoutLastGaps(line: string, columns: number): string {
  let fitted = line;
  while (displayWidth(fitted) > columns && / \S*$/.test(fitted)) fitted = fitted.replace(/ (\S*)$/, '$1');
  return fitted;
}

export type Align = 'left' | 'right' | 'center';

/** Fills up to `columns` with spaces; longer text stays as it is. */
export function pad(text: string, columns: number, align: Align = 'left'): string {
  const room = columns - displayWidth(text);
  if (room <= 0) return text;
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0;
  return ' '.repeat(before) + text + ' '.repeat(room - before);
}

/** Plain text of at most `columns`, with `dots` (those of the theme's glyphs) where something was cut off. */
export function truncate(text: string, columns: number, dots: string): string {
  if (displayWidth(text) <= columns) return text;
  if (columns <= dots.length) return dots.slice(0, Math.max(columns, 0));
  return `${text.slice(0, fittingLength(text, columns - dots.length)).trimEnd()}${dots}`;
}

/**
 * How many code units of plain text fit into `columns`, never splitting what is seen as one character: 0 when not even
 * the first one fits. Looks no further than it must, so that it can be called again and again along a long text.
 */
export function fittingLength(text: string, columns: number): number {
  for (let size = columns * 2 + 32; ; size *= 4) {
    const window = text.slice(0, size);
    if (ASCII.test(window)) return Math.min(columns, text.length);
    const fits = fittingGraphemes(window, columns);
    // The last character of a window that was cut may go on behind the cut.
    if (size >= text.length) return fits?.length ?? text.length;
    if (fits?.whole) return fits.length;
  }
}

/** For a character wider than a whole line (a pile of jamo): as many of its code points as fit, at least one. */
export function fittingCodePoints(text: string, columns: number): number {
  let length = 0;
  for (const point of text) {
    if (length > 0 && displayWidth(text.slice(0, length + point.length)) > columns) break;
    length += point.length;
  }
  return length;
}

/** Characters as a reader sees them. */
export function graphemes(text: string): string[] {
  return Array.from(SEGMENTER.segment(text), (part) => part.segment);
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ASCII = /^[\x20-\x7e]*$/;
/** Plain Chinese, Japanese and Korean, which string-width measures ten times slower than this. */
const WIDE =
  /^[\u3001\u3002\u3008-\u3011\u3014-\u301b\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]+$/;

/** Undefined: everything fits. `whole`: the character that did not fit ends inside the text. */
function fittingGraphemes(text: string, columns: number): { length: number; whole: boolean } | undefined {
  let used = 0;
  for (const { segment, index } of SEGMENTER.segment(text)) {
    used += displayWidth(segment);
    if (used > columns) return { length: index, whole: index + segment.length < text.length };
  }
  return undefined;
}
