/** Arguments of a call in one line for people, as far as they have come. */
import { parse } from 'partial-json';
import { describeArguments } from '../format/call-words.ts';
import { exactLine } from '../format/exact.ts';

/** JSON text that may not be finished; what is not JSON is shown as it is. */
export function describeRaw(raw: string): string {
  if (raw.trim() === '') return '';
  try {
    return describeArguments(parse(raw));
  } catch {
    return exactLine(raw.slice(0, LONGEST_LINE));
  }
}

const LONGEST_LINE = 600;
