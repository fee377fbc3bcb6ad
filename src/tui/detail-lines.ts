/** What there is to look at of a call, in lines: before it is allowed, and after a change was made. */
import { safeText } from '../format/safety.ts';
import type { Role, Theme } from '../format/theme.ts';
import { expandTabs, wrap } from '../format/width.ts';
import { moreLines } from './reply-words.ts';

type Look = { columns: number; theme: Theme };

/** The beginning of the diff that a call has made true; nothing where the details are none. */
export function changedLines(details: string | null, look: Look): string[] {
  if (!details?.startsWith('@@ ')) return [];
  // No line of a diff begins with a point: this one counts those that were not sent.
  const [whole, unsent] = /\n\.\.\. (\d+) more lines?$/.exec(details) ?? ['', '0'];
  const { lines, left } = detailLines(details.slice(0, details.length - whole.length), { ...look, rows: MOST_CHANGED });
  const more = Math.max(0, lines.length - MOST_CHANGED) + left + Number(unsent);
  const rest = more === 0 ? [] : [look.theme.paint('dim', `${look.columns < 24 ? '' : '  '}${moreLines(more)}`)];
  return [...lines.slice(0, MOST_CHANGED), ...rest];
}

const MOST_CHANGED = 12;

/** The first lines of the details, enough to fill the rows, and how many lines are `left`; looks no further than it must. */
export function detailLines(details: string, { columns, rows, theme }: Look & { rows: number }): { lines: string[]; left: number } {
  const text = details.replace(/\n+$/, '');
  if (text === '') return { lines: [], left: 0 };
  const lines: string[] = [];
  let from = 0;
  while (from <= text.length && lines.length < rows) {
    const at = text.indexOf('\n', from);
    const end = at < 0 ? text.length : at;
    // A line of megabytes is looked at as far as it can be shown.
    const line = expandTabs(safeText(text.slice(from, Math.min(end, from + columns * (rows + 1) * 2))));
    const role = roleOf(line);
    lines.push(...wrapped(line, columns).map((piece) => theme.paint(role, piece)));
    from = end + 1;
  }
  return { lines, left: from > text.length ? 0 : text.slice(from).split('\n').length };
}

/** With the spaces that a line of code begins with, as far as they leave room for the rest. */
export function wrapped(line: string, columns: number): string[] {
  const margin = columns < 24 ? '' : '  ';
  const own = /^ */.exec(line)?.[0].slice(0, Math.floor(columns / 3)) ?? '';
  const indent = margin + own;
  return wrap(line.trimStart(), columns - indent.length).map((piece) => (piece === '' ? '' : indent + piece));
}

function roleOf(line: string): Role {
  if (line.startsWith('+')) return 'syntaxAddition';
  return line.startsWith('-') ? 'syntaxDeletion' : 'dim';
}
