/** What a model is told of a tool's output: clean text of a bounded length, with the way to the rest. */

import { stripVTControlCharacters } from 'node:util';
import { nounOf, oneLine } from '../core/words.ts';
import { withoutLineEnds } from '../format/exact.ts';

export type OutputPorts = {
  /** Most characters that are sent. */
  cap: number;
  /** Puts a whole output where the model can read it, and gives the path; undefined where it could not. */
  keepOutput?: ((callId: string, text: string) => Promise<string | undefined>) | undefined;
  /** Takes out what no model shall be told. */
  redact?: ((text: string) => string) | undefined;
  /** Is there a tool that reads files? */
  canRead: boolean;
};

/** More than this is not looked at, whatever it is. */
const MOST_CHARACTERS = 16_000_000;

export async function fitOutput(text: string, callId: string, { cap, keepOutput, redact, canRead }: OutputPorts): Promise<string> {
  const readable = cleanText(text.slice(0, MOST_CHARACTERS));
  const clean = redact?.(readable) ?? readable;
  if (clean.length <= cap) return clean;
  const file = await keepOutput?.(callId, clean).catch(() => undefined);
  const headLength = Math.ceil(cap * 0.75);
  const head = clean.slice(0, headLength).toWellFormed();
  const tail = clean.slice(clean.length - (cap - headLength)).toWellFormed();
  const rest = file === undefined ? '' : ` The whole output is in ${file}${canRead ? '; read the part you need with read_file' : ''}.`;
  return `${head}\n[... ${text.length - head.length - tail.length} characters left out.${rest} ...]\n${tail}`;
}

/** Text without escape sequences and control characters; every kind of line end becomes `\n`. */
function cleanText(text: string): string {
  // Most outputs have nothing of the kind.
  const plain = CONTROL.test(text) ? stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(CONTROL_EACH, '') : text;
  return plain.toWellFormed();
}

/** One line for showing. */
export function cleanLine(text: string): string {
  const line = oneLine(cleanText(text.slice(0, 2000)));
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 3)}...` : line;
}

const LONGEST_LINE = 200;

/** What a call was said to do, as it was said, as far as a line goes: whoever shows it writes out what is invisible. */
export function summaryLine(summary: string): string {
  return summary.length > LONGEST_LINE ? `${summary.slice(0, LONGEST_LINE - 3).toWellFormed()}...` : summary;
}

/** The same of its details, as far as anybody looks; null where there are none. */
export function beginningOf(details: string | undefined): string | null {
  const text = withoutLineEnds(details ?? '');
  if (text.length <= LONGEST_DETAILS) return text === '' ? null : text;
  const end = text.lastIndexOf('\n', LONGEST_DETAILS);
  const shown = text.slice(0, end < 0 ? LONGEST_DETAILS : end).toWellFormed();
  const left = text.slice(shown.length + 1).split('\n').length;
  return `${shown}\n... ${left} more ${nounOf(left, 'line')}`;
}

const LONGEST_DETAILS = 20_000;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const CONTROL_EACH = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
