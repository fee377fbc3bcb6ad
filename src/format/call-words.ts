/** Arguments of a call of a tool in one line for people. */
import { exactLine } from './exact.ts';

/** "git log --oneline", or "path: a.txt  line: 3"; a summary is better than many of them. Nothing where there are none. */
export function describeArguments(value: unknown, summary?: string | null): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wordOf(value);
  const entries = Object.entries(value);
  const [first] = entries;
  if (!first) return '';
  if (entries.length === 1 && typeof first[1] === 'string' && first[1] !== '') return wordOf(first[1]);
  if (summary) return exactLine(summary);
  const pieces: string[] = [];
  let length = 0;
  for (const [name, argument] of entries) {
    const piece = `${exactLine(name.slice(0, LONGEST_WORD))}: ${wordOf(argument)}`;
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_LINE) break;
  }
  return pieces.join('  ');
}

const LONGEST_WORD = 300;
const LONGEST_LINE = 600;

function wordOf(value: unknown): string {
  const text = typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? '');
  const shown = exactLine(text.slice(0, LONGEST_WORD)).replaceAll(/ {2,}/g, ' ');
  return text.length > LONGEST_WORD ? `${shown}...` : shown;
}
