/** JSON as text that no reader takes apart and no terminal obeys: the same value, a few characters written as escapes. */

/** `indent` spreads it over several lines. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return RISKY.test(text) ? text.replace(RISKY_EACH, escaped) : text;
}

// JSON.stringify leaves DEL, C1 (a terminal obeys them), bidi marks and overrides (they reorder what is seen), what has no width
// (two names look the same) and the two Unicode line ends (some readers split there) as they are. In a pipe too: it is the same
// value, and what comes out of the pipe is often looked at.
const CLASS =
  '[\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb]|[\\udb40-\\udb43][\\udc00-\\udfff]|\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd73-\\udd7a]';
const RISKY = new RegExp(CLASS);
const RISKY_EACH = new RegExp(CLASS, 'g');

/** A character beyond U+FFFF is two of them. */
function escaped(characters: string): string {
  return characters.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
