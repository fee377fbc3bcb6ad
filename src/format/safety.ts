/** Makes text that is not ours safe for a terminal: nothing in it can move the cursor, hide text or reorder it. */

/**
 * Control characters become visible, invisible trouble becomes visible or is dropped; `\n` and `\t` stay and every
 * kind of line end becomes `\n`. Stateless: a sequence split over two chunks is harmless, because its ESC is gone.
 * (Only a `\r\n` or a surrogate pair split over two chunks needs memory: see `createSafeStream`.)
 */
export function safeText(text: string): string {
  return UNSAFE.test(text) ? text.replace(UNSAFE_EACH, visible) : text;
}

/**
 * The same for one-line values (error messages, names): line ends and tabs become a space, and what has no width is written out,
 * so that two names that look the same are the same. What joins emoji or letters of a script that needs it stays.
 */
export function safeLine(text: string): string {
  const safe = safeLines(text);
  return LINE_BREAKS.test(safe) ? safe.replace(LINE_BREAKS_EACH, ' ').trim() : safe;
}

/** The same for messages of several lines. */
export function safeLines(text: string): string {
  const safe = safeText(text);
  return WITHOUT_WIDTH.test(safe) ? withoutHidden(safe) : safe;
}

export type SafeStream = {
  /** The safe text of a chunk; a trailing `\r` or half of a surrogate pair waits for the next chunk. */
  push(text: string): string;
  /** What still waited. */
  end(): string;
};

/** `safeText` over chunks: the result does not depend on where the chunks were cut. */
export function createSafeStream(): SafeStream {
  let waiting = '';
  return {
    push(text) {
      const all = waiting + text;
      const cut = WAITS.test(all) ? all.length - 1 : all.length;
      waiting = all.slice(cut);
      return safeText(all.slice(0, cut));
    },
    end() {
      const rest = safeText(waiting);
      waiting = '';
      return rest;
    },
  };
}

const WAITS = /[\r\ud800-\udbff]$/;
const LINE_BREAKS = /[\n\t]/;
const LINE_BREAKS_EACH = /[\n\t]+/g;

// C0 but \t and \n, DEL, C1; bidi marks, embeddings, overrides, isolates and the deprecated format characters after
// them; line and paragraph separator; interlinear annotation; tag characters; lone surrogates (with the u flag a
// surrogate range matches only those). ZWJ and variation selectors are part of emoji and stay.
const CLASS =
  '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f\\ufff9-\\ufffb\\ud800-\\udfff\\u{e0000}-\\u{e007f}]';
const UNSAFE = new RegExp(CLASS, 'u');
const UNSAFE_EACH = new RegExp(`\\r\\n|${CLASS}`, 'gu');

// Soft hyphen, joiners, fillers, variation selectors, byte order mark: each is drawn as nothing.
const NO_WIDTH =
  '[\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200d\\u2060-\\u2065\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0080}-\\u{e0fff}]';
const WITHOUT_WIDTH = new RegExp(NO_WIDTH, 'u');

function withoutHidden(text: string): string {
  return text.replace(new RegExp(NO_WIDTH, 'gu'), (found, at: number) =>
    isNeeded(found, text.slice(Math.max(0, at - 8), at), text.slice(at + found.length, at + found.length + 4)) ? found : codeOf(found),
  );
}

/** Scripts whose letters change their shape beside a joiner, and their marks. */
const JOINING = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada'],
  ...['Malayalam', 'Sinhala', 'Khmer', 'Myanmar'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/** Does the writing around it look different without it? */
function isNeeded(found: string, before: string, after: string): boolean {
  switch (found) {
    case '\u200d':
      if (/(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u.test(before)) return /^\p{Extended_Pictographic}/u.test(after);
      return new RegExp(`[${JOINING}]$`, 'u').test(before);
    case '\u200c':
      return new RegExp(`[${JOINING}]$`, 'u').test(before) && new RegExp(`^[${JOINING}]`, 'u').test(after);
    case '\ufe0e':
    case '\ufe0f':
      return /\p{Extended_Pictographic}$/u.test(before) || (/[0-9#*]$/.test(before) && after.startsWith('\u20e3'));
    default:
      return /[\u{e0100}-\u{e01ef}]/u.test(found) ? /\p{Script=Han}$/u.test(before) : false;
  }
}

/** What stands in for one unsafe character. */
function visible(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  if (code === 0x0d || code === 0x2028 || code === 0x2029) return '\n';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  if (code >= 0xe0000) return '';
  return codeOf(found);
}

function codeOf(found: string): string {
  return `<U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
