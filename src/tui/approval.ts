/** How the chat asks whether a tool may run: what it would do, what there is to look at, and the keys to answer with. */
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { coverLine, DECISIONS, detailsBeside, wantsTo } from '../format/approval.ts';
import { detailRows, moreLines, wordRows, writtenRows } from '../format/detail-rows.ts';
import { exactLine } from '../format/exact.ts';
import type { Theme } from '../format/theme.ts';
import { displayWidth, truncate } from '../format/width.ts';
import { chordOf, type Key } from './keys.ts';

/** Undefined: no answer yet; `ask-reason`: the user says no and wants to say why. */
export function approvalKey(key: Key): ApprovalAnswer | 'ask-reason' | undefined {
  const chord = chordOf(key) === 'text' ? key.text.toLowerCase() : chordOf(key);
  if (chord === 'r') return 'ask-reason';
  const decision = chord === 'escape' ? 'no' : DECISIONS[chord];
  return decision && { decision };
}

type Look = { columns: number; theme: Theme };

/**
 * What is approved must have been seen: long lines are wrapped, not cut, and what there is no room for is counted. The keys
 * are always there, also where `rows` are not enough for anything else.
 */
export function layoutApproval(
  request: ApprovalRequest,
  { columns, rows, theme, isHeld = false }: Look & { rows: number; isHeld?: boolean },
): string[] {
  const keys = keyRows(request, { columns, theme, isHeld });
  const room = Math.max(0, rows - keys.length);
  const whole = seenIn(room, request, { columns, theme });
  if (whole.left === undefined) return [...whole.lines, ...keys].slice(0, Math.max(1, rows));
  const { lines, left = '' } = seenIn(room - 1, request, { columns, theme });
  // The key matters more than the number.
  const number = truncate(left, Math.max(0, columns - (isHeld ? 2 : SEE_ALL.length + 2)), theme.glyphs.dots);
  const more = isHeld
    ? theme.paint('dim', `  ${number}`)
    : `${withKeys(SEE_ALL.slice(0, columns), theme)}${number === '' ? '' : `  ${theme.paint('dim', number)}`}`;
  return [...lines, ...(room > 0 ? [more] : []), ...keys].slice(0, Math.max(1, rows));
}

/** As much as there is room for; `left` says what is missing. */
function seenIn(room: number, request: ApprovalRequest, { columns, theme }: Look): { lines: string[]; left?: string } {
  const head = headLines(request, { columns, theme });
  const lines = head.slice(0, Math.max(0, room));
  const summary = wordRows(request.plan.summary, { columns, most: room - lines.length });
  lines.push(...summary.lines);
  const details = detailRows(detailsBeside(request), { columns, most: room - lines.length, theme });
  lines.push(...details.lines);
  const isUnsaid = summary.left > 0 && summary.lines.length === 0;
  const missing = Math.max(0, head.length - Math.max(0, room)) + (isUnsaid ? 1 : 0) + details.left.lines;
  const characters = (isUnsaid ? 0 : summary.left) + details.left.characters;
  return missing + characters === 0 ? { lines } : { lines, left: moreLines(missing, characters) };
}

/** All there is to look at, for the scrollback. */
export function wholeApproval(request: ApprovalRequest, { columns, theme }: Look): string[] {
  const { details = '', summary } = request.plan;
  const { lines, left } = detailRows(details, { columns, most: MOST_SHOWN, theme });
  const more = left.lines + left.characters === 0 ? [] : [theme.paint('dim', `  ${moreLines(left.lines, left.characters)}`)];
  return [...headLines(request, { columns, theme }), ...wordRows(summary, { columns, most: MOST_SHOWN }).lines, ...lines, ...more, ''];
}

const MOST_SHOWN = 1_000_000;

function headLines(request: ApprovalRequest, look: Look): string[] {
  const { note } = request;
  const changed = note === undefined ? [] : wordRows(note, { columns: look.columns, most: MOST_SHOWN }).lines;
  return [...titleLines(request, look), ...changed.map((line) => look.theme.paint('warning', line))];
}

/** A line that does not fit loses its style, not its beginning. */
function titleLines({ name, access }: ApprovalRequest, { columns, theme }: Look): string[] {
  const safe = exactLine(name);
  const plain = `Allow? ${safe}  ${wantsTo({ access })}`.trimEnd();
  if (displayWidth(plain) > columns) return writtenRows(plain, columns);
  return [`${theme.paint('warning', 'Allow?')} ${theme.paint('strong', safe)}  ${wantsTo({ access })}`.trimEnd()];
}

/** What a yes for longer covers stands by itself: the words of a model never stand where keys are painted. */
function keyRows(request: ApprovalRequest, { columns, theme, isHeld }: Look & { isHeld: boolean }): string[] {
  const keys = beside(isHeld ? HELD_KEYS : ANSWER_KEYS, columns).map((line) => withKeys(line, theme));
  return isHeld ? keys : [...keys, ...writtenRows(coverLine(request), columns)];
}

/** The brightest thing on the screen. */
function withKeys(line: string, theme: Theme): string {
  return line.replaceAll(/\[\w+\]/g, (key) => theme.paint('key', key));
}

const ANSWER_KEYS = ['[y] yes', '[n] no', '[r] no, because', '[c] this conversation', '[a] always'];
const SEE_ALL = '[v] see all';

/** While a line is being typed. */
const HELD_KEYS = ['[Tab] answer', '[Enter] queues what you type'];

/** Beside each other as far as there is room. */
function beside(keys: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const key of keys) {
    const joined = `${lines.at(-1) ?? ''}${GAP}${key}`;
    if (lines.length > 0 && displayWidth(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(...writtenRows(key, columns));
  }
  return lines;
}

const GAP = '   ';
