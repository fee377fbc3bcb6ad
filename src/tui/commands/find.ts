/** Tells a command from a prompt that happens to begin with a slash. */
import type { SlashCommand } from '../actions.ts';
import { COMMANDS } from './list.ts';
import { namedCommand, nearestCommands } from './names.ts';

type FoundCommand = { command: SlashCommand; argument: string } | { unknown: string; message: string };

/** Undefined: it is no command. */
export function findCommand(text: string): FoundCommand | undefined {
  const match = COMMAND.exec(text.trimEnd());
  if (!match) return undefined;
  const [, name = '', argument = ''] = match;
  const command = namedCommand(name, COMMANDS);
  if (command) return { command, argument: argument.trim() };
  const near = nearestCommands(name, COMMANDS);
  const hint = near === '' ? 'See /help.' : `Did you mean ${near}?`;
  return { unknown: name, message: `There is no command /${name}. ${hint} With a space before it, it is sent as text.` };
}

/** A word without a further slash or dot: `/etc/hosts` and `//` are what somebody writes about. */
const COMMAND = /^\/([a-z?][\w:-]*|\?)(?:\s+([\s\S]*))?$/i;
