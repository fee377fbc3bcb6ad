/** The border where an answer becomes JSON: one payload of a body, read as its server meant it. */
import { isObject, type Json, type JsonObject, parseJson } from '../core/json.ts';

/**
 * `end`: the server says that nothing more comes. `words`: a remark that is no part of an answer, as gateways send while they
 * wait. `broken`: a piece of the answer that cannot be read.
 */
type ReadPayload = { type: 'objects'; objects: JsonObject[] } | { type: 'end' | 'words' | 'broken' };

export function readPayload(data: string): ReadPayload {
  // Nearly every payload is one object: the rest is only looked at where it is not.
  const plain = data.startsWith('{') ? parseJson(data) : undefined;
  if (isObject(plain)) return { type: 'objects', objects: [plain] };
  const text = data.replace(/^\s*(data:\s*)*/, '').trim();
  if (/^"?\[DONE\]"?$/i.test(text)) return { type: 'end' };
  const value = parseWireJson(text);
  // A gateway has written down as a text what it got as JSON.
  const inner = typeof value === 'string' ? (parseWireJson(value) ?? value) : value;
  if (isObject(inner)) return { type: 'objects', objects: [inner] };
  if (Array.isArray(inner) && inner.some(isObject)) return { type: 'objects', objects: inner.filter(isObject) };
  return { type: inner === undefined && /[{}"]/.test(text) ? 'broken' : 'words' };
}

/** JSON, also as some languages write it: with NaN and Infinity, and with line ends and tabs within texts. */
export function parseWireJson(text: string): Json | undefined {
  const parsed = parseJson(text);
  if (parsed !== undefined || !/NaN|Infinity|[\0-\x1f]/.test(text)) return parsed;
  return parseJson(
    text.replace(/"(?:[^"\\]|\\[\s\S])*"|-?\bNaN\b|-?\bInfinity\b/g, (token) => (token[0] === '"' ? escaped(token) : 'null')),
  );
}

function escaped(token: string): string {
  return token.replace(/[\0-\x1f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
