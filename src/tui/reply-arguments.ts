/** Arguments of a call in one line for people, whole or as far as they have come. */
import { parse } from 'partial-json';
import { safeLine } from '../format/safety.ts';

/** "git log --oneline", or "path: a.txt  line: 3"; a summary is better than many of them. */
export function describeArguments(value: unknown, summary?: string | null): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wordOf(value);
  const entries = Object.entries(value);
  const [first] = entries;
  if (first && entries.length === 1 && typeof first[1] === 'string' && first[1] !== '') return wordOf(first[1]);
  if (summary) return safeLine(summary);
  const pieces: string[] = [];
  let length = 0;
  for (const [name, argument] of entries) {
    const piece = `${safeLine(name.slice(0, LONGEST_WORD))}: ${wordOf(argument)}`;
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_LINE) break;
  }
  return pieces.join('  ');
}

/** JSON text that may not be finished; what is not JSON is shown as it is. */
export function describeRaw(raw: string): string {
  if (raw.trim() === '') return '';
  try {
    return describeArguments(parse(raw));
  } catch {
    return safeLine(raw.slice(0, LONGEST_LINE));
  }
}

const LONGEST_WORD = 300;
const LONGEST_LINE = 600;

function wordOf(value: unknown): string {
  const text = typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? '');
  return safeLine(text.slice(0, LONGEST_WORD)).replaceAll(/ {2,}/g, ' ');
}
