/** Lays styled text out into lines of a fixed width, word by word, so that finished lines can leave at once. */
import type { Role, Theme } from './theme.ts';
import { displayWidth, fittingCodePoints, fittingLength, graphemes } from './width.ts';

/** How a piece of text looks. `verbatim` keeps runs of spaces (code). */
export type Style = { readonly roles: readonly Role[]; readonly href?: string; readonly verbatim?: true };
export type Run = { readonly text: string; readonly style: Style };
export type Line = Run[];

/** A paragraph that is being filled: the line under work and the word at its end. */
export type Flow = {
  width: number;
  line: Run[];
  lineWidth: number;
  /** Spaces between line and word; they vanish where the line breaks. */
  space: Run | undefined;
  word: Run[];
  wordWidth: number;
  /** The word is an address: it stays whole, also where it is longer than a line, so that it can be clicked and copied. */
  isWhole: boolean;
};

export const PLAIN: Style = { roles: [] };

export function createFlow(width: number): Flow {
  return { width, line: [], lineWidth: 0, space: undefined, word: [], wordWidth: 0, isWhole: false };
}

export function cloneFlow(flow: Flow): Flow {
  return { ...flow, line: [...flow.line], word: [...flow.word] };
}

/** Adds text; every line that is full is handed to `out`. A `\n` ends a line. */
export function fillFlow(flow: Flow, runs: readonly Run[], out: (line: Line) => void): void {
  for (const { text, style } of runs) {
    for (const [token] of text.matchAll(TOKENS)) {
      if (token === '\n') {
        endWord(flow, out);
        endLine(flow, out);
      } else if (token.startsWith(' ')) {
        endWord(flow, out);
        flow.space = { text: style.verbatim ? token : ' ', style };
      } else {
        addToWord(flow, token, style, out);
      }
    }
  }
}

/** Hands out what is left; nothing at all makes no line. */
export function endFlow(flow: Flow, out: (line: Line) => void): void {
  endWord(flow, out);
  if (flow.line.length > 0) endLine(flow, out);
}

/** Goes on with another width; lines that this completes are handed to `out`. */
export function resizeFlow(flow: Flow, width: number, out: (line: Line) => void): void {
  const { line, space, word } = flow;
  Object.assign(flow, createFlow(width));
  fillFlow(flow, [...line, ...(space && word.length > 0 ? [space] : []), ...word], out);
  if (word.length === 0) {
    endWord(flow, out);
    flow.space = space;
  }
}

/** Breaks one line of code at the width wherever that falls: code keeps every space. Never makes no line. */
export function breakLine(runs: readonly Run[], width: number): Line[] {
  const lines: Line[] = [[]];
  let room = width;
  for (const run of runs) {
    let { text } = run;
    while (text !== '') {
      let length = fittingLength(text, room);
      if (length === 0 && room === width) length = fittingCodePoints(text, width);
      const piece = text.slice(0, length);
      lines.at(-1)?.push({ text: piece, style: run.style });
      text = text.slice(length);
      room -= displayWidth(piece);
      if (text === '') continue;
      lines.push([]);
      room = width;
    }
  }
  return lines;
}

/** The line as it is written: neighbours of one style painted together, no spaces at its end. */
export function paintLine(line: readonly Run[], theme: Theme): string {
  let painted = '';
  const runs = mergedRuns(line);
  for (const { text, style } of runs) {
    let piece = text;
    for (const role of style.roles.toReversed()) piece = theme.paint(role, piece);
    painted += style.href === undefined || theme.level === 0 ? piece : `\u001b]8;;${style.href}\u001b\\${piece}\u001b]8;;\u001b\\`;
  }
  return painted;
}

/** Width of a line's text. */
export function lineWidth(line: readonly Run[]): number {
  return displayWidth(line.map((run) => run.text).join(''));
}

const TOKENS = /\n| +|[^ \n]+/g;
const ASCII = /^[\x21-\x7e]*$/;
// Scripts written without spaces: a line may break between any two of these.
const IDEOGRAPH =
  /^[\u2e80-\u303e\u3041-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
/** Between words, and around each character of a script without spaces. */
export const WORD_ENDS = new RegExp(`\\s+|(?<=${IDEOGRAPH.source.slice(1)})|(?=${IDEOGRAPH.source.slice(1)})`, 'u');
// ... but not before a closing mark, and not after an opening one.
const CLOSING =
  /^[\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u301c\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30fb\u30fc\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d]/;
const OPENING = /[\u3008\u300a\u300c\u300e\u3010\u3014\u3016\uff08\uff3b\uff5b]$/;

/** An address is known by its `://` or `www.`, which may come in pieces; where that did not fit into a line, it breaks as words do. */
function addToWord(flow: Flow, text: string, style: Style, out: (line: Line) => void): void {
  let rest = text;
  while (!flow.isWhole) {
    const known = addressMark(endOf(flow), rest);
    addPiece(flow, rest.slice(0, known), { style, isWhole: false }, out);
    if (known === undefined) return;
    rest = rest.slice(known);
    flow.isWhole = ADDRESS_MARK.test(endOf(flow));
  }
  const end = asciiLength(rest);
  addPiece(flow, rest.slice(0, end), { style, isWhole: true }, out);
  addPiece(flow, rest.slice(end), { style, isWhole: false }, out);
}

const ADDRESS_MARK = /[\x21-\x7e]:\/\/|www\./i;
const MARK_LENGTH = 4;

/** How much of the text it takes until the word ends with a mark. */
function addressMark(before: string, text: string): number | undefined {
  const few = before.slice(1 - MARK_LENGTH);
  const mark = ADDRESS_MARK.exec(few + text);
  return mark ? mark.index + mark[0].length - few.length : undefined;
}

/** The last characters of the word, as many as a mark has. */
function endOf({ word }: Flow): string {
  let end = '';
  for (let at = word.length - 1; at >= 0 && end.length < MARK_LENGTH; at--) end = (word[at]?.text ?? '') + end;
  return end.slice(-MARK_LENGTH);
}

function asciiLength(text: string): number {
  let length = 0;
  while (length < text.length && ASCII.test(text.charAt(length))) length++;
  return length;
}

/** Where an address stands in a word, with the ASCII characters around it; what follows in another script may break. */
export function addressIn(text: string): { start: number; end: number } | undefined {
  const scheme = text.indexOf('://');
  const at = scheme >= 0 ? scheme : text.search(/www\./i);
  if (at < 0) return undefined;
  let start = at;
  while (start > 0 && ASCII.test(text.charAt(start - 1))) start--;
  let end = at;
  while (end < text.length && ASCII.test(text.charAt(end))) end++;
  return start < scheme || scheme < 0 ? { start, end } : undefined;
}

type Piece = { style: Style; isWhole: boolean };

function addPiece(flow: Flow, text: string, { style, isWhole }: Piece, out: (line: Line) => void): void {
  if (text === '') return;
  if (ASCII.test(text)) {
    if (IDEOGRAPH.test(lastOf(flow)) && !OPENING.test(lastOf(flow)) && /^[\w]/.test(text)) endWord(flow, out);
    flow.isWhole ||= isWhole;
    append(flow, text, { style, joins: false }, out);
    return;
  }
  for (const [index, grapheme] of graphemes(text).entries()) {
    const last = lastOf(flow);
    const breaks =
      last !== '' &&
      (IDEOGRAPH.test(grapheme) || (IDEOGRAPH.test(last) && /^[\p{L}\p{N}]/u.test(grapheme))) &&
      !CLOSING.test(grapheme) &&
      !OPENING.test(last);
    if (breaks) endWord(flow, out);
    append(flow, grapheme, { style, joins: index === 0 }, out);
  }
}

/** The last character of the word, by code point. */
function lastOf(flow: Flow): string {
  const text = flow.word.at(-1)?.text ?? '';
  return text === '' ? '' : text.slice(/[\udc00-\udfff]$/.test(text) ? -2 : -1);
}

/** `joins`: it may be one character with what stands before it (a variation selector), and change that one's width. */
function append(flow: Flow, text: string, { style, joins }: { style: Style; joins: boolean }, out: (line: Line) => void): void {
  const last = flow.word.at(-1);
  if (last?.style === style) flow.word[flow.word.length - 1] = { text: last.text + text, style };
  else flow.word.push({ text, style });
  flow.wordWidth = joins ? lineWidth(flow.word) : flow.wordWidth + (ASCII.test(text) ? text.length : displayWidth(text));
  if (flow.wordWidth > LONGEST_WORD) flow.isWhole = false;
  if (flow.wordWidth > flow.width && !flow.isWhole) spillWord(flow, out);
  else if ((last?.text.length ?? 0) > LONGEST_WORD) {
    // Characters without a width never fill a line.
    endWord(flow, out);
    endLine(flow, out);
  }
}

const LONGEST_WORD = 2000;

/** A word longer than a line: its full lines leave, the rest stays the word. */
function spillWord(flow: Flow, out: (line: Line) => void): void {
  if (flow.line.length > 0) endLine(flow, out);
  flow.space = undefined;
  const lines = breakLine(flow.word, flow.width);
  flow.word = lines.pop() ?? [];
  flow.wordWidth = lineWidth(flow.word);
  for (const line of lines) out(line);
}

function endWord(flow: Flow, out: (line: Line) => void): void {
  if (flow.word.length === 0) return;
  const { space } = flow;
  // Spaces at the start of a line are dropped, except in code.
  const gap = space && (flow.line.length > 0 || space.style.verbatim) ? [space] : [];
  const gapWidth = gap.length > 0 ? (space?.text.length ?? 0) : 0;
  if (flow.lineWidth + gapWidth + flow.wordWidth <= flow.width) {
    flow.line.push(...gap, ...flow.word);
    flow.lineWidth += gapWidth + flow.wordWidth;
  } else {
    if (flow.line.length > 0) endLine(flow, out);
    flow.line = flow.word;
    flow.lineWidth = flow.wordWidth;
  }
  flow.space = undefined;
  flow.word = [];
  flow.wordWidth = 0;
  flow.isWhole = false;
}

function endLine(flow: Flow, out: (line: Line) => void): void {
  out(flow.line);
  flow.line = [];
  flow.lineWidth = 0;
  flow.space = undefined;
}

function mergedRuns(line: readonly Run[]): Run[] {
  const merged: Run[] = [];
  for (const run of line) {
    const last = merged.at(-1);
    if (last?.style === run.style) merged[merged.length - 1] = { text: last.text + run.text, style: run.style };
    else if (run.text !== '') merged.push(run);
  }
  for (let last = merged.pop(); last; last = merged.pop()) {
    const text = last.text.trimEnd();
    if (text !== '') return [...merged, { text, style: last.style }];
  }
  return [];
}
