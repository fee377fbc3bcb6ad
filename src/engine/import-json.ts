/** The conversations of a JSON list one after the other, however large the file is; a broken one does not take the others with it. */
import { createReadStream } from 'node:fs';
import { type Json, parseJson } from '../core/json.ts';

/** `value` is undefined for what is not JSON, for a reason. */
export type JsonItem = { index: number; value: Json | undefined; reason?: string };
export type JsonList = {
  /** What stands before the list, where it stands under the name `conversations`; null for a bare one. */
  head: Json;
  items: AsyncGenerator<JsonItem>;
  /** After the items: the file ended before the list did. */
  isCut: () => boolean;
};

/** Undefined for a file that does not begin like a list, or like an object that holds one of `conversations`. */
export function listIn(path: string, beginning: string): JsonList | undefined {
  const opening = OPENING.exec(beginning)?.[0];
  if (opening === undefined) return undefined;
  const isWrapped = opening.includes('{');
  const head = (isWrapped ? parseJson(`${opening.replace('\ufeff', '')}]}`) : null) ?? null;
  const scan: Scan = { depth: 0, isInString: false, backslashes: 0, isOver: false };
  return { head, items: itemsOf(path, { start: Buffer.byteLength(opening), isWrapped, scan }), isCut: () => !scan.isOver };
}

const OPENING = /^\ufeff?\s*(?:\{(?:\s*"\w+"\s*:\s*(?:[\w.-]+|"[^"\\]*")\s*,)*\s*"conversations"\s*:\s*)?\[/;

/** How far the bytes have been looked at. */
type Scan = { depth: number; isInString: boolean; backslashes: number; isOver: boolean };

async function* itemsOf(
  path: string,
  { start, isWrapped, scan }: { start: number; isWrapped: boolean; scan: Scan },
): AsyncGenerator<JsonItem> {
  const reading: Reading = { index: 0, signature: undefined };
  const pieces: Buffer[] = [];
  let held = 0;
  for await (const chunk of createReadStream(path, { start, highWaterMark: 1 << 18 })) {
    const bytes: Buffer = chunk;
    let from = 0;
    for (let end = itemEnd(bytes, from, scan); end >= 0; end = itemEnd(bytes, from, scan)) {
      pieces.push(bytes.subarray(from, end));
      from = end + 1;
      yield* itemsIn(pieces.splice(0), reading);
      if (isWrapped && scan.isOver) return;
    }
    pieces.push(bytes.subarray(from));
    held = (from === 0 ? held : 0) + bytes.length - from;
    if (held > LONGEST_TEXT) throw tooLong();
  }
  yield* itemsIn(pieces.splice(0), reading);
}

/** No text can be longer: what never ends is not collected. */
export const LONGEST_TEXT = 512 * 1024 * 1024 - 24;

export function tooLong(): Error {
  return Object.assign(new Error('too long'), { code: 'EFBIG' });
}

type Reading = {
  index: number;
  /** How the first item begins. */
  signature: string | undefined;
};

/** Usually one. Whoever reads its value takes it away: a conversation can be as large as the memory. */
function itemsIn(pieces: Buffer[], reading: Reading): JsonItem[] {
  const text = (pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)).toString('utf8').trim();
  pieces.length = 0;
  if (text === '') return [];
  return partsOf(text, reading.signature).map((part) => {
    const value = parseLoosely(part);
    if (value === undefined) return { index: reading.index++, value, reason: jsonFault(part) };
    reading.signature ??= /^\{\s*"\w+"\s*:/.exec(part)?.[0];
    return { index: reading.index++, value };
  });
}

/** Why this is not JSON. */
export function jsonFault(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPEN: readonly number[] = [0x5b, 0x7b];
const [CLOSE_LIST, CLOSE_OBJECT] = [0x5d, 0x7d];

/** Where the item that is being read ends, at a comma or the end of the list; −1 when it goes on behind these bytes. */
function itemEnd(bytes: Buffer, from: number, scan: Scan): number {
  for (let at = from; at < bytes.length; at++) {
    if (scan.isInString) {
      at = stringEnd(bytes, at, scan);
      continue;
    }
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) scan.isInString = true;
    else if (OPEN.includes(byte)) scan.depth++;
    else if (byte === COMMA && scan.depth === 0) return at;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (scan.depth > 0) scan.depth--;
      else if (byte === CLOSE_LIST) {
        scan.isOver = true;
        return at;
      }
    }
  }
  return -1;
}

/** The quote that ends the string, or the last byte there is. An odd number of backslashes before a quote makes it a part of the string. */
function stringEnd(bytes: Buffer, from: number, scan: Scan): number {
  for (let at = from; ; ) {
    const quote = bytes.indexOf(QUOTE, at);
    const end = quote < 0 ? bytes.length : quote;
    let first = end;
    while (first > at && bytes[first - 1] === BACKSLASH) first--;
    const backslashes = end - first + (first === from ? scan.backslashes : 0);
    scan.backslashes = quote < 0 ? backslashes : 0;
    if (quote < 0) return bytes.length;
    if (backslashes % 2 === 0) {
      scan.isInString = false;
      return quote;
    }
    at = quote + 1;
  }
}

/** Python writes numbers that are none as words. */
function parseLoosely(text: string): Json | undefined {
  const value = parseJson(text);
  if (value !== undefined || !/NaN|Infinity/.test(text)) return value;
  return parseJson(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:NaN|Infinity)\b/gs, (found) => (found.startsWith('"') ? found : 'null')));
}

/** A brace too few swallows what follows: it is cut where something begins like the items before. */
function partsOf(text: string, signature: string | undefined): string[] {
  if (signature === undefined || !text.includes(signature, 1) || parseLoosely(text) !== undefined) return [text];
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf(signature, at + 1);
    const part = text.slice(at, next < 0 ? text.length : next).replace(/[\s,]+$/, '');
    const whole = [part, part.replace(/\s*\]$/, '')].find((one) => parseLoosely(one) !== undefined);
    if (whole !== undefined || parts.length === 0) parts.push(whole ?? part);
    at = next < 0 ? text.length : next;
  }
  return parts;
}
