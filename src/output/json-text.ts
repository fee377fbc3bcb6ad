/** JSON as text that no reader takes apart and no terminal obeys: the same value, a few characters written as escapes. */

/** `indent` spreads it over several lines. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return RISKY.test(text) ? text.replace(RISKY_EACH, escaped) : text;
}

// JSON.stringify leaves DEL, C1 (a terminal obeys them), bidi marks and overrides (they reorder what is seen) and the two
// Unicode line ends (some readers split there) as they are.
const CLASS = '[\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]';
const RISKY = new RegExp(CLASS);
const RISKY_EACH = new RegExp(CLASS, 'g');

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
