/** `/server:prompt`: a prompt that an MCP server offers, with its arguments, made into what is sent. */

import { usageError } from '../core/errors.ts';
import type { MediaPart, Message } from '../core/messages.ts';
import { counted } from '../core/words.ts';
import type { Prompt } from '../engine/chat.ts';
import { safeLine } from '../format/safety.ts';
import type { McpPrompt } from '../tools/mcp/hub.ts';
import type { ChatActions } from './actions.ts';
import { describeArguments, readPromptArguments } from './prompt-arguments.ts';
import { type ServerName, serverWord, splitReference, splitServerCommand } from './server-words.ts';
import { type Servers, sayWaiting, unlessAborted } from './servers.ts';

type WantedPrompt = { server: ServerName; word: string; argument: string };

/** Undefined: the text names no server that there is. */
export async function findServerPrompt(text: string, servers: Servers | undefined): Promise<WantedPrompt | undefined> {
  const found = servers && splitServerCommand(text);
  const reference = found && splitReference(found.command, await servers.names());
  return reference && { server: reference.server, word: reference.rest, argument: found.argument };
}

/** Undefined: the user does not want it after all. */
export async function askServerForPrompt(
  wanted: WantedPrompt,
  { actions, servers }: { actions: Pick<ChatActions, 'say' | 'line' | 'pick'>; servers: Servers },
  signal: AbortSignal,
): Promise<Prompt | undefined> {
  const { server } = wanted;
  sayWaiting(server.name, servers, actions.say);
  const offered = await unlessAborted(servers.prompts(server.name), signal);
  const prompt = wanted.word === '' ? await choose(server, offered, actions) : named(wanted, offered);
  if (!prompt) return undefined;
  const command = `${server.word}:${serverWord(prompt.name)}`;
  const { values, missing } = readPromptArguments(wanted.argument, prompt, command);
  for (const { name, description } of missing) {
    const answer = (await actions.line(description === undefined ? `${name}:` : `${name} (${description}):`))?.trim();
    if (answer === undefined || answer === '') {
      actions.say(`Nothing was sent: /${command} needs ${name}.`);
      return undefined;
    }
    values[name] = answer;
  }
  const messages = await unlessAborted(servers.prompt({ server: server.name, name: prompt.name, arguments: values }, signal), signal);
  return joined(messages, { command, say: actions.say });
}

/** What `/help` says of it; throws a usage error where there is no such prompt. */
export function helpOfPrompt(wanted: WantedPrompt, offered: readonly McpPrompt[]) {
  const prompt = named(wanted, offered);
  const [first = '', ...others] = (prompt.description ?? '').split('\n').map(safeLine);
  return {
    name: `${wanted.server.word}:${serverWord(prompt.name)}`,
    argument: prompt.arguments.map(({ name, required }) => (required ? `${safeLine(name)}=…` : `[${safeLine(name)}=…]`)).join(' '),
    summary: first,
    details: [
      ...others.filter((line) => line !== ''),
      ...prompt.arguments.flatMap(({ name, description }) => (description === undefined ? [] : [safeLine(`${name}: ${description}`)])),
      `A prompt of the MCP server ${wanted.server.name}.`,
    ],
  };
}

/** Of those that have come by now. */
export async function knownPromptNames(servers: Servers): Promise<string[]> {
  const known = (server: ServerName) => servers.knownPrompts(server.name) ?? [];
  return (await servers.names()).flatMap((server) => known(server).map(({ name }) => `${server.word}:${serverWord(name)}`));
}

function named({ server, word }: WantedPrompt, offered: readonly McpPrompt[]): McpPrompt {
  const found = offered.find(({ name }) => name === word) ?? offered.find(({ name }) => serverWord(name) === word);
  if (found) return found;
  const names = offered.map(({ name }) => `/${server.word}:${serverWord(name)}`).join(', ');
  throw usageError(
    `The MCP server ${server.name} has no prompt "${word}".`,
    names === '' ? 'It offers no prompts.' : `There are: ${names}`,
  );
}

function choose(server: ServerName, offered: readonly McpPrompt[], { pick }: Pick<ChatActions, 'pick'>): Promise<McpPrompt | undefined> {
  return pick({
    title: `Prompts of ${server.name}`,
    empty: `The MCP server ${server.name} offers no such prompt.`,
    items: offered.map((prompt) => ({ value: prompt, label: prompt.name, detail: detailOf(prompt) })),
  });
}

/** For menus and lists: what it does, else what it wants. */
export function detailOf({ description, arguments: wanted }: McpPrompt): string {
  return description?.split('\n', 1)[0] ?? describeArguments(wanted);
}

/** Parts of one speaker are joined; a talk of several becomes one text, each turn under the name of its speaker. */
function joined(messages: readonly Message[], { command, say }: { command: string; say: ChatActions['say'] }): Prompt {
  const isTalk = messages.some(({ role }) => role !== 'user');
  const text = messages
    .map((message) => ({ speaker: message.role === 'user' ? 'User' : 'Assistant', words: wordsOf(message) }))
    .filter(({ words }) => words !== '')
    .map(({ speaker, words }) => (isTalk ? `${speaker}: ${words}` : words))
    .join('\n\n');
  const attachments = messages.flatMap(({ parts }) => parts.filter((part): part is MediaPart => part.type === 'media'));
  if (text === '' && attachments.length === 0) throw usageError(`/${command} is empty: the server gave nothing to send.`);
  if (isTalk)
    say(`/${command} is a talk of ${counted(messages.length, 'message')}. It is sent as one, each under the name of its speaker.`);
  return { text, ...(attachments.length > 0 ? { attachments } : {}) };
}

function wordsOf({ parts }: Message): string {
  return parts
    .flatMap((part) => (part.type === 'text' ? [part.text.trim()] : []))
    .filter((words) => words !== '')
    .join('\n\n');
}
