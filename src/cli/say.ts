/** The one way in which commands print words and values that are not theirs: nothing in them reaches a terminal raw. */
import { safeLine, safeLines } from '../format/safety.ts';
import { jsonText } from '../output/json-text.ts';
import type { CommandContext } from './context.ts';

/** What was done, for the person, on stderr: a line, or several. stdout stays for what a script wants to read. */
export function say(message: string | readonly string[], { stderr }: Pick<CommandContext, 'stderr'>): void {
  for (const line of [message].flat()) stderr.write(`${line.match(/^ */)?.[0] ?? ''}${safeLine(line).trimStart()}\n`);
}

/** Rows of a list on stdout, each a line: safe in a pipe too, because lists are for reading; programs take JSON. */
export function writeRows(rows: readonly string[], { stdout }: Pick<CommandContext, 'stdout'>): void {
  stdout.write(rows.map((row) => `${safeLine(row)}\n`).join(''));
}

/** A value alone on stdout: exactly as it is in a pipe, for `$(…)`, and safe on a terminal. */
export function writeValue(text: string, { stdout, isTerminal }: Pick<CommandContext, 'stdout' | 'isTerminal'>): void {
  stdout.write(`${isTerminal.stdout ? safeLines(text) : text}\n`);
}

/** One object for programs, in a pipe and on a terminal: what a terminal obeys, and what cannot be seen, is written as `\u` escapes. */
export function writeJson(stdout: { write(text: string): unknown }, value: object): void {
  stdout.write(`${jsonText({ v: 1, ...value }, 2)}\n`);
}
