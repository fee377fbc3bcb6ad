/** Plain JSON values: everything that crosses a border (event, file, wire) is one of these. */

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json | undefined };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Levels. What is deeper was made to break whoever walks through it, which takes a call for each: nobody means it. */
export const DEEPEST = 200;

/** Parses JSON text; undefined for what is not JSON (JSON has no undefined, so the two never mix) or is deeper than anybody means. */
export function parseJson(text: string): Json | undefined {
  const value = parseDeepJson(text);
  return text.length > 2 * DEEPEST && isTooDeep(value) ? undefined : value;
}

/** For whoever has an answer to what is too deep as well: it is to be asked for before anything else. */
export function parseDeepJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/** The same value where all of its texts are well-formed; otherwise a copy with U+FFFD for each half of a character. */
export function wellFormed<Value>(value: Value): Value {
  // What is made has the shape of what is given.
  if (typeof value === 'string') return value.toWellFormed() as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => wellFormed(item));
    return items.every((item, index) => item === value[index]) ? value : (items as Value);
  }
  const fields = Object.entries(value);
  const clean = fields.map(([key, inner]) => [wellFormed(key), wellFormed(inner)] as const);
  const isSame = clean.every(([key, inner], index) => key === fields[index]?.[0] && inner === fields[index]?.[1]);
  return isSame ? value : (Object.fromEntries(clean) as Value);
}

/** For `JSON.stringify`: equal text for equal values, whatever the order of their fields. */
export function sortedKeys(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The object at a key, or undefined where there is none: for reading answers whose shape is not ours. */
export function objectAt(value: unknown, key: string): JsonObject | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : undefined;
}

/** The list at a key, or an empty one (always the same: this is asked for every piece of an answer). */
export function listAt(value: unknown, key: string): readonly Json[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : NONE;
}

const NONE: readonly Json[] = [];

/** The text at a key, or undefined when it is missing or not text. */
export function textAt(value: unknown, key: string): string | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The name or the number by which something is called, as text: the same thing is a number to one program and a text to the next. */
export function idAt(value: unknown, key: string): string | undefined {
  const number = numberAt(value, key);
  return number === undefined ? textAt(value, key) : String(number);
}

/** The finite number at a key, or undefined. */
export function numberAt(value: unknown, key: string): number | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}
