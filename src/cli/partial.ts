/** What could only be done in part: told line by line on stderr, and by the exit code. */
import { safeLine } from '../format/safety.ts';
import type { CommandContext } from './context.ts';

/** "Done in part", as for every command that goes over many things. */
export const PARTIAL_EXIT_CODE = 7;

/** One line for each thing that could not be read. */
export function tellUnread(lines: readonly string[], { stderr }: Pick<CommandContext, 'stderr'>): void {
  for (const line of lines) stderr.write(`sotto: ${safeLine(line)}\n`);
}
