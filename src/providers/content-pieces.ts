/** The content of an answer, whatever a server puts where a text belongs. */
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { wordsIn } from './wire-values.ts';

/** What content is made of: texts, and parts that say what they are. What a server has read as JSON (true, an object) is text again. */
export function contentPieces(value: Json | undefined): readonly (string | JsonObject)[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((piece) => (isObject(piece) ? [piece] : contentPieces(piece)));
  if (!isObject(value)) return [String(value)];
  return isPart(value) ? [value] : [JSON.stringify(value)];
}

const PART_KEYS = ['type', 'text', 'thinking', 'content', 'summary', 'refusal', 'image_url'];

/** An empty one says nothing either way. */
function isPart(value: JsonObject): boolean {
  return PART_KEYS.some((key) => key in value) || Object.keys(value).length === 0;
}

/** Content where only text belongs. */
export function contentText(value: Json | undefined): string {
  return contentPieces(value).map(wordsIn).join('');
}
