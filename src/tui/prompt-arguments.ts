/** Arguments of a server's prompt as they are typed: `name=value`, quoted where a value would be misread; or just the one value. Pure. */
import { usageError } from '../core/errors.ts';
import type { McpPrompt } from '../tools/mcp/hub.ts';

type PromptArguments = { values: Record<string, string>; missing: McpPrompt['arguments'] };

/** Throws a usage error for words that belong to no argument. */
export function readPromptArguments(text: string, { arguments: wanted }: McpPrompt, command: string): PromptArguments {
  const { rest, values } = split(text.trim(), wanted);
  if (rest !== '') {
    const required = wanted.filter((argument) => argument.required && !values.has(argument.name));
    const [only, ...others] = wanted.length === 1 ? wanted : required;
    if (!only || others.length > 0 || values.has(only.name)) throw misplaced(rest, wanted, command);
    values.set(only.name, unquoted(rest));
  }
  return { values: Object.fromEntries(values), missing: wanted.filter(({ name, required }) => required && !values.has(name)) };
}

/** "language, style (may be left out)". */
export function describeArguments(wanted: McpPrompt['arguments']): string {
  return wanted.map(({ name, required }) => (required ? name : `${name} (may be left out)`)).join(', ');
}

function misplaced(rest: string, wanted: McpPrompt['arguments'], command: string) {
  if (wanted.length === 0) return usageError(`/${command} takes no arguments.`);
  const words = rest.length > 40 ? `${rest.slice(0, 40)}…` : rest;
  return usageError(`/${command}: "${words}" is of no argument.`, `Write them as name=value. There are: ${describeArguments(wanted)}.`);
}

/** A value goes on to the next `name=` of an argument that there is. */
function split(text: string, wanted: McpPrompt['arguments']): { rest: string; values: Map<string, string> } {
  const names = wanted.map(({ name }) => name).sort((one, other) => other.length - one.length);
  const marks: { name: string; start: number; from: number }[] = [];
  for (let at = 0; at < text.length; ) {
    const name = at === 0 || /\s/.test(text[at - 1] ?? '') ? names.find((one) => text.startsWith(`${one}=`, at)) : undefined;
    // The text of a single argument may be about anything, "name=" included.
    if (name === undefined || (names.length === 1 && at > 0)) {
      at += 1;
      continue;
    }
    const from = at + name.length + 1;
    marks.push({ name, start: at, from });
    QUOTED.lastIndex = from;
    at = from + (QUOTED.exec(text)?.[0].length ?? 0);
  }
  const values = marks.map(({ name, from }, index): [string, string] => [name, unquoted(text.slice(from, marks[index + 1]?.start).trim())]);
  return { rest: text.slice(0, marks[0]?.start).trim(), values: new Map(values) };
}

const QUOTED = /"(?:[^"\\]|\\[\s\S])*"/y;

function unquoted(text: string): string {
  const [, inside] = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(text) ?? [];
  return inside === undefined ? text : inside.replace(/\\(["\\])/g, '$1');
}
