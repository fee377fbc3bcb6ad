/** Completions that MCP servers have to do with: their names, their resources behind `@`, their prompts behind `/`. */
import { safeLine } from '../format/safety.ts';
import type { McpPrompt, McpResource } from '../tools/mcp/hub.ts';
import type { CompletionItem } from './composer/completion.ts';
import { pathWord, type WordBefore } from './composer/composer.ts';
import { detailOf } from './server-prompt.ts';
import { type ServerName, type ServerReference, serverWord, splitReference } from './server-words.ts';
import type { Servers } from './servers.ts';

type ServerCompletion = {
  base: string;
  /** Starts the server where need be; none where it cannot be asked. */
  items(): Promise<readonly CompletionItem[]>;
};

/** What there is for a word that names a server; undefined: it names none. */
export async function serverCompletion(word: WordBefore, servers: Servers): Promise<ServerCompletion | undefined> {
  const complete = COMPLETIONS[word.kind];
  const lead = word.kind === 'argument' ? '' : (/^(?:@"?|\/)/.exec(word.text)?.[0] ?? '');
  const text = word.kind === 'argument' ? (word.command ?? '') : word.text.slice(lead.length);
  if (!complete || !text.includes(':')) return undefined;
  const reference = splitReference(text, await servers.names());
  if (!reference) return undefined;
  const { base, items } = complete({ word, lead, reference, servers });
  return { base, items: () => items().catch(() => []) };
}

type Asked = { word: WordBefore; lead: string; reference: ServerReference; servers: Servers };

const COMPLETIONS: Partial<Record<WordBefore['kind'], (asked: Asked) => ServerCompletion>> = {
  path: ({ lead, reference: { server }, servers }) => ({
    base: `${lead}${server.word}:`,
    items: async () => (await servers.resources(server.name)).flatMap((resource) => resourceItem(resource, server)),
  }),
  command: ({ reference: { server }, servers }) => ({
    base: `/${server.word}:`,
    items: async () => (await servers.prompts(server.name)).map((prompt) => promptItem(prompt, server, serverWord(prompt.name))),
  }),
  argument({ word, reference: { server, rest }, servers }) {
    const base = word.text.slice(0, word.text.search(/\S*$/));
    const isThere = (name: string) => ` ${base}`.includes(` ${name}=`);
    return {
      base,
      async items() {
        const prompt = (await servers.prompts(server.name)).find(({ name }) => serverWord(name) === rest);
        return (prompt?.arguments ?? []).filter(({ name }) => !isThere(name)).map((argument) => argumentItem(argument, base));
      },
    };
  },
};

/** The servers themselves, for somebody who has typed no name yet; prompts that are known already by their own names. */
export async function serverItems(word: WordBefore, servers: Servers): Promise<CompletionItem[]> {
  const names = await servers.names();
  if (word.kind === 'path')
    return names.flatMap((server) =>
      servers.knownResources(server.name)?.length === 0 ? [] : [nameItem(server, '@', 'resources of an MCP server')],
    );
  if (word.kind !== 'command') return [];
  servers.learnPrompts();
  return names.flatMap((server) => {
    const known = servers.knownPrompts(server.name);
    if (!known) return [nameItem(server, '/', 'prompts of an MCP server')];
    return known.map((prompt) => promptItem(prompt, server, `${server.word}:${serverWord(prompt.name)}`));
  });
}

function nameItem({ word }: ServerName, lead: '@' | '/', detail: string): CompletionItem {
  return { label: `${word}:`, detail, insert: `${lead}${word}:`, opens: true };
}

/** None for one whose address could not be typed. */
function resourceItem({ uri, name, description }: McpResource, { word }: ServerName): CompletionItem[] {
  if (uri === '' || /["\p{C}]/u.test(uri)) return [];
  const detail = [name === uri ? '' : name, description?.split('\n', 1)[0] ?? ''].filter((words) => words !== '').join(': ');
  return [{ label: uri, detail, insert: `${pathWord(`${word}:${uri}`)} `, also: [name] }];
}

function promptItem(prompt: McpPrompt, { word }: ServerName, label: string): CompletionItem {
  const command = `/${word}:${serverWord(prompt.name)}`;
  const takesSome = prompt.arguments.length > 0;
  return {
    label,
    detail: detailOf(prompt),
    insert: takesSome ? `${command} ` : command,
    ...(takesSome ? { opens: true as const } : {}),
    ...(prompt.arguments.some(({ required }) => required) ? {} : { sends: true as const }),
  };
}

function argumentItem({ name, description, required }: McpPrompt['arguments'][number], base: string): CompletionItem {
  const detail = [description ?? '', required ? '' : '(may be left out)'].filter((words) => words !== '').join(' ');
  return { label: `${safeLine(name)}=`, detail, insert: `${base}${name}=` };
}
