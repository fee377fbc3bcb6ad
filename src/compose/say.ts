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

/** Labels and what they say, one below the other; on a terminal a value that is too long goes on below its beginning. */
export async function writeFacts(
  facts: readonly (readonly [label: string, value: string])[],
  { stdout, isTerminal }: Pick<CommandContext, 'stdout' | 'isTerminal'>,
): Promise<void> {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  const room = (isTerminal.stdout ? stdout.columns || 80 : Number.POSITIVE_INFINITY) - width;
  const rows = facts.map(([label, value]) => ({ start: safeLine(label).padEnd(width), value: safeLine(value) }));
  const isLong = room >= NARROWEST && rows.some(({ value }) => value.length > room / 2);
  // What measures text is loaded where something may have to be broken only.
  const wrap = isLong && Number.isFinite(room) ? (await import('../format/width.ts')).wrap : undefined;
  const lines = rows.flatMap(({ start, value }) =>
    (wrap?.(value, room) ?? [value]).map((line, index) => `${index === 0 ? start : ' '.repeat(width)}${line}`),
  );
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** Below this a value is better off where the terminal breaks it. */
const NARROWEST = 12;

/** A value alone on stdout: exactly as it is in a pipe, for `$(…)`, and safe on a terminal. */
export function writeValue(text: string, { stdout, isTerminal }: Pick<CommandContext, 'stdout' | 'isTerminal'>): void {
  stdout.write(`${isTerminal.stdout ? safeLines(text) : text}\n`);
}

/** One object for programs, in a pipe and on a terminal: what a terminal obeys, and what cannot be seen, is written as `\u` escapes. */
export function writeJson(stdout: { write(text: string): unknown }, value: object): void {
  stdout.write(`${jsonText({ v: 1, ...value }, 2)}\n`);
}
