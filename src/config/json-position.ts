/** Finds where a text stops being JSON: `JSON.parse` gives no line for many mistakes, and its messages quote the text, keys included. */

import { DEEPEST } from '../core/json.ts';

type JsonMistake = {
  /** Both from 1; columns count UTF-16 units. */
  line: number;
  column: number;
  problem: string;
};

/** The first mistake, or undefined for valid JSON; what is nested deeper than anybody means is one. */
export function findJsonMistake(text: string): JsonMistake | undefined {
  try {
    const end = skipSpace(text, readValue(text, skipSpace(text, 0)));
    if (end < text.length) stop(end, 'there is something after the end of the JSON value');
    return undefined;
  } catch (thrown) {
    if (!isMistake(thrown)) throw thrown;
    const before = text.slice(0, thrown.at);
    const lines = before.split('\n');
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, problem: thrown.problem };
  }
}

type Mistake = { at: number; problem: string };

function stop(at: number, problem: string): never {
  throw { at, problem } satisfies Mistake;
}

function isMistake(thrown: unknown): thrown is Mistake {
  return typeof thrown === 'object' && thrown !== null && 'at' in thrown && 'problem' in thrown;
}

/** Each reader takes the index where its piece begins and returns the index after it. */
function readValue(text: string, at: number, levels = DEEPEST): number {
  const character = text[at];
  if (levels === 0 && (character === '{' || character === '[')) stop(at, `it is nested more than ${DEEPEST} levels deep here`);
  if (character === '{') return readObject(text, at, levels - 1);
  if (character === '[') return readArray(text, at, levels - 1);
  if (character === '"') return readString(text, at);
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length;
  const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
  number.lastIndex = at;
  if (number.test(text)) return number.lastIndex;
  return stop(at, missing(text, at, 'a value'));
}

function readObject(text: string, start: number, levels: number): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    if (text[at] !== '"') stop(at, text[at] === '}' ? 'there is a comma before this "}"' : missing(text, at, 'a name in double quotes'));
    at = skipSpace(text, readString(text, at));
    if (text[at] !== ':') stop(at, missing(text, at, '":"'));
    at = skipSpace(text, readValue(text, skipSpace(text, at + 1), levels));
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') stop(at, missing(text, at, '"," or "}"'));
    at = skipSpace(text, at + 1);
  }
}

function readArray(text: string, start: number, levels: number): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === ']') return at + 1;
  for (;;) {
    if (text[at] === ']') stop(at, 'there is a comma before this "]"');
    at = skipSpace(text, readValue(text, at, levels));
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') stop(at, missing(text, at, '"," or "]"'));
    at = skipSpace(text, at + 1);
  }
}

function readString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') return at + 1;
    if (character < ' ') stop(at, character === '\n' ? 'a text is not closed on this line' : 'a text holds a raw control character');
    if (character === '\\') {
      const sequence = /\\(["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
      sequence.lastIndex = at;
      if (!sequence.test(text)) stop(at, 'a text holds a wrong escape after "\\"');
      at = sequence.lastIndex - 1;
    }
  }
  return stop(text.length, 'a text is not closed');
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function missing(text: string, at: number, expected: string): string {
  if (at >= text.length) return `the file ends where ${expected} is expected`;
  if (text[at] === '/' || text[at] === '#') return 'JSON has no comments';
  return `${expected} is expected here`;
}
