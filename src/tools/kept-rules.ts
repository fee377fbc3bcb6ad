/** Stored rules that allow nothing any more: kept, because the user once said them, and shown with the reason. */
import type { ToolRule } from '../core/tool-rules.ts';
import { coverOf } from './command-table.ts';

/** Undefined: it allows what it says. `builtIn`: the names of the tools that come with sotto. */
export function whyAsksAgain({ tool, pattern, identity }: ToolRule, builtIn: readonly string[]): string | undefined {
  if (!builtIn.includes(tool)) return identity === undefined ? 'it does not say which tool it was for' : undefined;
  if (pattern === undefined) return 'it does not say what it was for';
  return tool !== 'run_command' || EXACT.test(pattern) || coverOf(OF_TABLE.exec(pattern)?.[1] ?? '') !== undefined
    ? undefined
    : 'it allowed more than can be checked';
}

/** As run_command writes them; before, a star and a backslash of a command were written the same as others. */
const EXACT = /^= in (?:[^\\:]|\\\\|\\u[\da-f]{4})*: (?:[^\\]|\\\\|\\u[\da-f]{4})*$/;
const OF_TABLE = /^in [^:]*: ([a-z]+) \*$/;
