/** What there is to look at of a call, in rows that fit: each says to which line it belongs, and no line shows less than it is. */

import { nounOf } from '../core/words.ts';
import { exactLine, withoutLineEnds } from './exact.ts';
import { formatCount } from './numbers.ts';
import type { Role, Theme } from './theme.ts';
import { displayWidth } from './width.ts';

/** What has no place: whole lines, and the characters of a line that is shown in part. */
type Left = { lines: number; characters: number };

/**
 * The first rows of the details, at most `most`; looks no further than it must. Of a diff each row begins with the sign of its
 * line, also where a line takes many; `edge`, which takes room, stands before each.
 */
export function detailRows(
  given: string,
  { columns, most, theme, edge = marginOf(columns) }: { columns: number; most: number; theme: Theme; edge?: string },
): { lines: string[]; left: Left } {
  const details = withoutLineEnds(given);
  const { length: end } = details;
  const isChange = isDiff(details);
  const lines: string[] = [];
  for (let from = 0; end > 0 && from <= end; ) {
    if (lines.length >= most) return { lines, left: { lines: countLines(details, { from, end }), characters: 0 } };
    const at = details.indexOf('\n', from);
    const stop = at < 0 ? end : Math.min(at, end);
    const sign = isChange ? details.slice(from, Math.min(from + 1, stop)) : '';
    const rows = exactRows(details, {
      from: from + sign.length,
      end: stop,
      margin: sign,
      columns: columns - displayWidth(edge),
      most: most - lines.length,
    });
    // What does not change, and what is no difference, is read as well: it keeps the weight of text.
    const role = ROLES[sign];
    for (const row of rows.lines) lines.push(edge + (role === undefined ? row : theme.paint(role, row)));
    if (rows.left > 0) return { lines, left: { lines: countLines(details, { from: stop, end }) - 1, characters: rows.left } };
    from = stop + 1;
  }
  return { lines, left: { lines: 0, characters: 0 } };
}

/** A change of a file, and no command or arguments. */
export function isDiff(details: string): boolean {
  return DIFF.test(details);
}

const DIFF = /^@@ -\d+,\d+ \+\d+,\d+ @@\n/;
const ROLES: Readonly<Record<string, Role>> = { '+': 'syntaxAddition', '-': 'syntaxDeletion', '@': 'dim' };

/** Words in rows, line ends and all. */
export function wordRows(
  text: string,
  { columns, most, margin = marginOf(columns) }: { columns: number; most: number; margin?: string },
): { lines: string[]; left: number } {
  return exactRows(text, { from: 0, end: text.length, margin, columns, most });
}

/** The same for words that are written out exactly already. */
export function writtenRows(text: string, columns: number): string[] {
  const { lines } = exactRows(text, { from: 0, end: text.length, margin: '', columns, most: Number.POSITIVE_INFINITY, isWritten: true });
  return lines.map((line) => line.trimEnd());
}

type Piece = { from: number; end: number; margin: string; columns: number; most: number; isWritten?: true };

/** `left`: characters that have no place in `most` rows. */
function exactRows(text: string, { from, end, margin, columns, most, isWritten }: Piece): { lines: string[]; left: number } {
  if (most <= 0) return { lines: [], left: end - from };
  const room = Math.max(2, columns - margin.length);
  const mark = room < 4 ? '' : CONTINUED;
  const lines: string[] = [];
  let row: Unit[] = [];
  let used = 0;
  let column = 0;
  const add = (units: readonly Unit[]) => {
    const before = lines.length === 0 ? margin : margin + mark;
    lines.push(before + units.map(({ shown }) => shown).join(''));
  };
  for (let at = from; at < end; ) {
    const stop = chunkEnd(text, at, end);
    const exact = isWritten ? text.slice(at, stop) : exactLine(text.slice(at, stop));
    if (lines.length === 0 && stop === end && exact.length <= room && ASCII.test(exact)) return { lines: [margin + exact], left: 0 };
    const units = unitsOf(exact, room - mark.length);
    for (const [index, read] of units.entries()) {
      const unit = read.shown === TAB ? tabAt(column, room) : read;
      if (used + unit.width > room - (lines.length === 0 ? 0 : mark.length)) {
        const kept = breakOf(row, room);
        add(row.slice(0, kept));
        row = row.slice(kept);
        used = row.reduce((sum, { width }) => sum + width, 0);
        if (lines.length >= most) return { lines, left: row.length + units.length - index + end - stop };
      }
      row.push(unit);
      used += unit.width;
      column += unit.width;
    }
    at = stop;
  }
  add(row);
  return { lines, left: 0 };
}

function marginOf(columns: number): string {
  return columns < 24 ? '' : '  ';
}

/** The sign of a row that goes on with the line above it. */
const CONTINUED = '↳';
const ASCII = /^[\x20-\x7e]*$/;

/** A line of megabytes is read in pieces, none of which ends within a word where that can be. */
const LONGEST_CHUNK = 4000;
const BREAKS = /[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e](?=[^\p{M}])/u;

function chunkEnd(text: string, from: number, end: number): number {
  if (end - from <= LONGEST_CHUNK) return end;
  for (let at = from + LONGEST_CHUNK; at > from + LONGEST_CHUNK / 2; at -= 1) if (BREAKS.test(text.slice(at - 1, at + 1))) return at;
  const isPair = /[\ud800-\udbff]/.test(text[from + LONGEST_CHUNK - 1] ?? '');
  return from + LONGEST_CHUNK - (isPair ? 1 : 0);
}

/** What is not broken over two rows. */
type Unit = { shown: string; width: number };

function unitsOf(exact: string, room: number): Unit[] {
  const units: Unit[] = [];
  for (const [shown] of exact.matchAll(UNIT)) {
    const width = widthOf(shown);
    if (width <= room) units.push({ shown, width });
    else for (const one of shown) units.push({ shown: one, width: widthOf(one) });
  }
  return units;
}

const UNIT = /⟨U\+[0-9A-F]+⟩|[\s\S]\p{M}*/gu;

/**
 * As wide as any terminal makes it: what is shown shorter leaves a gap, what is shown longer would be cut or go on in an unmarked
 * row. Which symbols are wide changes with the version of Unicode, so all are but arrows, signs, lines and shapes.
 */
function widthOf(unit: string): number {
  if (ASCII.test(unit)) return unit.length;
  let width = 0;
  for (const point of unit) width += NO_ROOM.test(point) ? 0 : WIDE.test(point) ? 2 : Math.max(1, displayWidth(point));
  return width;
}

const NO_ROOM = /[\p{Mn}\p{Me}]/u;
const WIDE = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]|(?![\u2190-\u2426\u2500-\u25ff])\p{So}/u;

const TAB = '␉';
const TAB_COLUMNS = 4;

function tabAt(column: number, room: number): Unit {
  const width = room < 2 * TAB_COLUMNS ? 1 : TAB_COLUMNS - (column % TAB_COLUMNS);
  return { shown: TAB + ' '.repeat(width - 1), width };
}

/** Behind a space near the end of the row, where there is one: so many units stay. */
function breakOf(row: readonly Unit[], room: number): number {
  for (let at = row.length - 1; at > (room * 2) / 3; at -= 1) if (row[at]?.shown === ' ' && row[at + 1]?.shown !== ' ') return at + 1;
  return row.length;
}

function countLines(text: string, { from, end }: { from: number; end: number }): number {
  let count = 1;
  for (let at = text.indexOf('\n', from); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** "(+180 lines)"; `characters` more of a line that is shown in part: "(+4,000 characters)", "(+4,000 characters, +1 line)". */
export function moreLines(count: number, characters = 0): string {
  const lines = `+${formatCount(count)} ${nounOf(count, 'line')}`;
  if (characters === 0) return `(${lines})`;
  return `(+${formatCount(characters)} ${nounOf(characters, 'character')}${count === 0 ? '' : `, ${lines}`})`;
}
