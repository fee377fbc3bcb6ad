/** How two forms of one message relate: for an import that meets a message again, unchanged, grown, or read less well before. */
import { isObject, type Json, parseJson, textAt } from '../core/json.ts';
import type { Message } from '../core/messages.ts';
import type { MessageStatus } from './store.ts';

/** Of the form that comes in to the one that is stored. `fuller`: the same words, and files or sources that were missing. */
export type Relation = 'same' | 'fuller' | 'longer' | 'shorter' | 'different';

type Form = {
  /** What packParts writes: text of JSON, with hashes instead of bytes. */
  parts: string;
  status: MessageStatus;
};

/** Without words only an id says that they are one. */
export function relationOf(
  role: Message['role'],
  { stored, incoming, hasSameId }: { stored: Form; incoming: Form; hasSameId: boolean },
): Relation {
  if (stored.parts === incoming.parts) return 'same';
  const [before, after] = [partsIn(stored.parts), partsIn(incoming.parts)];
  if (isDeepStrictEqual(before, after)) return 'same';
  const words = wordsOf(before);
  if ((hasSameId || words.length > 0) && isDeepStrictEqual(words, wordsOf(after)))
    return extrasIn(after) > extrasIn(before) ? 'fuller' : 'same';
  // What a person wrote does not grow: another text of theirs is another message.
  if (role === 'user') return 'different';
  if (begins(after, before, stored.status)) return 'longer';
  return begins(before, after, incoming.status) ? 'shorter' : 'different';
}

/** The same for every order of keys. */
export function contentKey(role: Message['role'], parts: string): string {
  return process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(role + JSON.stringify(parseJson(parts) ?? parts, inOrder))
    .digest('base64');
}

function inOrder(_key: string, value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value;
}

function isDeepStrictEqual(one: unknown, other: unknown): boolean {
  return process.getBuiltinModule('node:util').isDeepStrictEqual(one, other);
}

function partsIn(text: string): Json[] {
  const parts = parseJson(text);
  return Array.isArray(parts) ? parts : [];
}

/** What a person would read, without files, the words that stand for missing ones, and sources. */
function wordsOf(parts: readonly Json[]): unknown[] {
  return parts.flatMap((part) => {
    if (isFile(part)) return [];
    const text = textAt(part, 'text');
    return [isObject(part) && text !== undefined ? { type: part.type ?? null, text: text.trim() } : part];
  });
}

const MISSING = /^\s*\[attachment: [^\n]*\]$/;

function isFile(part: Json): boolean {
  return textAt(part, 'type') === 'media' || MISSING.test(textAt(part, 'text') ?? '');
}

/** A file counts more than the word for it. */
function extrasIn(parts: readonly Json[]): number {
  const worth = (part: Json): number =>
    textAt(part, 'type') === 'media' ? 2 : isFile(part) || (isObject(part) && Array.isArray(part.citations)) ? 1 : 0;
  return parts.reduce<number>((sum, part) => sum + worth(part), 0);
}

/** Further parts have come, or the last text went on because it was not at its end. */
function begins(whole: readonly Json[], beginning: readonly Json[], status: MessageStatus): boolean {
  const last = beginning.length - 1;
  if (last < 0 || whole.length < beginning.length) return false;
  if (!isDeepStrictEqual(whole.slice(0, last), beginning.slice(0, last))) return false;
  return isDeepStrictEqual(whole[last], beginning[last]) || (status !== 'complete' && goesOn(whole[last], beginning[last]));
}

function goesOn(whole: Json | undefined, beginning: Json | undefined): boolean {
  return ['text', 'output'].some((key) => {
    const [text, start] = [textAt(whole, key), textAt(beginning, key)];
    const rest = (part: Json | undefined) => (isObject(part) ? { ...part, [key]: '' } : part);
    return !!start && text?.startsWith(start) === true && isDeepStrictEqual(rest(whole), rest(beginning));
  });
}
