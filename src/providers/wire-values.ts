/** Reads the fields of an answer as servers write them: a number where a text belongs, a text where a number does, one thing where a list is meant. */
import { isObject, type Json, type JsonObject } from '../core/json.ts';

/** A text, or a number that was meant as one; undefined where there is neither. */
export function saidAt(value: unknown, key: string): string | undefined {
  return said(isObject(value) ? value[key] : undefined);
}

export function said(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** The text of a thought or piece that some send as parts: a list of texts, or of objects with a text. */
export function wordsIn(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map(wordsIn).join('');
  if (isObject(value)) return wordsIn(value.text ?? value.thinking ?? value.content ?? value.summary);
  return said(value) ?? '';
}

/** Where something stands: 0, or "0". */
export function indexAt(value: unknown, key: string): number | undefined {
  return wholeNumber(isObject(value) ? value[key] : undefined);
}

/** More tokens than any request ever had: such a number is a mistake. */
const MOST_TOKENS = 1_000_000_000;

/** A count of tokens at the first of the keys that has one; null where there is something that cannot be one (negative, a fraction). */
export function countAt(value: unknown, ...keys: readonly string[]): number | null | undefined {
  const found = keys.flatMap((key) => (isObject(value) ? [value[key] ?? null] : [])).filter((count) => count !== null);
  const counts = found.map(wholeNumber).filter((count) => count !== undefined && count <= MOST_TOKENS);
  return counts[0] ?? (found.length === 0 ? undefined : null);
}

function wholeNumber(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

export const MOST_DOLLARS = 1_000_000;

/** An amount in dollars; one that is negative, or more than any request ever cost, is not known. */
export function amountAt(value: unknown, key: string, most = MOST_DOLLARS): number | undefined {
  const found = isObject(value) ? value[key] : undefined;
  const number = typeof found === 'string' && /^\s*\d*\.?\d+(e-?\d+)?\s*$/i.test(found) ? Number(found) : found;
  return typeof number === 'number' && number >= 0 && number <= most ? number : undefined;
}

/** The list at a key; a single object stands for a list of one. */
export function itemsAt(value: unknown, key: string): readonly Json[] {
  const found = isObject(value) ? value[key] : undefined;
  if (Array.isArray(found)) return found;
  return isObject(found) ? [found] : NONE;
}

const NONE: readonly Json[] = [];

/** Yes, in the ways it is written. */
export function isYes(value: Json | undefined): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(true|1|yes)$/i.test(value));
}

/** A reason to end; servers that have none yet leave it empty, or write the word for nothing. */
export function reasonAt(value: unknown, key: string): string | undefined {
  const found = saidAt(value, key)?.trim();
  return found && !/^(null|none|undefined|nil)$/i.test(found) ? found : undefined;
}

/** An error where there should be an answer: beside it, instead of it, or under the name of its event. */
export function errorIn(event: JsonObject, eventName: string | undefined): Json | undefined {
  const told = isTold(event.error) ? event.error : isTold(event.errors) ? event.errors : undefined;
  if (told !== undefined) return { ...event, error: told };
  const type = event.type ?? event.object;
  if (eventName === 'error' || (typeof type === 'string' && type.endsWith('error') && /(^|[._])error$/.test(type))) return event;
  return undefined;
}

/** Servers that always send the field leave it empty where nothing is wrong. */
export function isTold(error: Json | undefined): error is Json {
  if (Array.isArray(error)) return error.some(isTold);
  if (isObject(error)) return Object.values(error).some((value) => value !== null && value !== '' && value !== 0 && value !== false);
  return error !== undefined && error !== null && error !== '' && error !== false && error !== 0;
}

/** What some send instead of an answer: words for the user, and nothing of an answer beside them. */
export function complaintIn(event: JsonObject): JsonObject | undefined {
  return ['message', 'detail', 'msg', 'error_msg', 'error_message'].some((key) => typeof event[key] === 'string' && event[key] !== '')
    ? event
    : undefined;
}
