/** Adds a server to the user's own MCP servers, and takes one out. */

import type { Command } from 'commander';
import type { CommandContext } from '../compose/context.ts';
import { mcpPorts } from '../compose/mcp-ports.ts';
import { inHome, mcpFileOf, projectMcpFiles, surroundingsOf } from '../compose/mcp-servers.ts';
import { noticeWriter } from '../compose/world.ts';
import { hideAddress } from '../config/address-parts.ts';
import { readMcpServer } from '../config/mcp/entry.ts';
import { addMcpServer, removeMcpServer } from '../config/mcp/file.ts';
import { openLogins } from '../config/mcp/logins.ts';
import type { McpServer } from '../config/mcp/server.ts';
import { readMcpServers } from '../config/mcp/servers.ts';
import { expandServer } from '../config/mcp/variables.ts';
import { usageError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { counted, shellWord } from '../core/words.ts';
import { nearest } from '../models/near.ts';
import { checkMcpServer } from '../tools/mcp/check.ts';
import { formByQuestions } from './ask-form.ts';
import { settingsOf } from './options.ts';

type AddOptions = { env?: string[]; header?: string[]; cwd?: string; replace?: true; check: boolean };
type AddRequest = { name: string; words: readonly string[]; command: Command; context: CommandContext };

const CHECK_LIMIT_MS = 60_000;

export async function addServer({ name, words, command, context }: AddRequest): Promise<void> {
  const options = command.opts<AddOptions>();
  const settings = settingsOf(command, context);
  const notice = noticeWriter(context, { quiet: settings.get('quiet') });
  const file = mcpFileOf(context);
  if (!/^[A-Za-z0-9][\w.-]{0,39}$/.test(name))
    throw usageError(
      `A server cannot be called ${JSON.stringify(name)}.`,
      'A name is letters, digits, _ - and ., at most 40, and its tools begin with it.',
    );
  const entry = entryOf(name, words, { ...options, ...folderOf(words, options, context) });
  const server = readMcpServer(entry, { name, file });
  context.secrets.push(...secretsOf(server, context));
  if (!(await addMcpServer(file, { name, entry, replace: options.replace === true }, context.interrupted)))
    throw usageError(
      `There is a server ${name} already; nothing was changed.`,
      `Replace it with: sotto mcp add --replace ${shellWord(name)} …    or see: sotto mcp list`,
    );
  notice(`added ${name} to ${file}`);
  if (holdsLiteral(entry))
    notice(`a value that was typed is in the history of your shell now, and in that file. With '\${NAME}' it would stand in neither.`);
  if (!options.check) return;
  const secret = (text: string) => void context.secrets.push(text);
  const found = await checkMcpServer(
    inHome(server, context),
    { ports: mcpPorts(settings, context, formByQuestions(context)), startLimitMs: CHECK_LIMIT_MS, secret },
    context.interrupted,
  );
  if (found.ok)
    notice(
      `${name} works: ${counted(found.tools.length, 'tool')}, ${counted(found.resources, 'resource')}, ${counted(found.prompts, 'prompt')}. Use them with: --tools mcp`,
    );
  else if (found.error.hint?.includes('sotto mcp login') && (await agreesToSignIn(name, context))) {
    const added = inHome(server, context);
    if (added.transport === 'http') await (await import('./mcp-login.ts')).signInTo(added, { command, context, browser: true });
  } else notice(`it does not work yet: ${found.error.message} ${found.error.hint ?? ''}`.trim());
}

export async function removeServer(name: string, context: CommandContext): Promise<void> {
  const file = mcpFileOf(context);
  const notice = noticeWriter(context);
  if (await removeMcpServer(file, name, context.interrupted)) {
    await openLogins(context.paths.data, context.interrupted).forget({ name, file });
    return notice(`removed ${name} from ${file}`);
  }
  const inProject = projectMcpFiles(context).find((project) => readMcpServers([project]).servers.some((server) => server.name === name));
  if (inProject) throw usageError(`The server ${name} is not yours but of this folder; nothing was changed.`, `It stands in ${inProject}`);
  const { servers, problems } = readMcpServers([file]);
  const names = [...servers, ...problems].flatMap((one) => one.name ?? []);
  const near = nearest(name, names, 1)[0];
  throw usageError(
    `There is no server ${name} in ${file}.`,
    near ? `Did you mean ${near}?` : names.length === 0 ? 'There is none at all.' : `There are: ${names.join(', ')}`,
  );
}

/** Words that name files of the folder that the user is in mean those files, from wherever the server is started later. */
function folderOf(words: readonly string[], { cwd }: AddOptions, context: CommandContext): Pick<AddOptions, 'cwd'> {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { isAbsolute, resolve } = process.getBuiltinModule('node:path');
  const folder = context.folder();
  const isNamed = (word: string, index: number) =>
    word !== '' && !isAbsolute(word) && (index > 0 || /[\\/]/.test(word)) && existsSync(resolve(folder, word));
  return cwd === undefined && folder !== context.home && words.some(isNamed) ? { cwd: folder } : {};
}

function entryOf(name: string, words: readonly string[], options: AddOptions): JsonObject {
  const [first, ...rest] = words;
  if (first === undefined)
    throw usageError(
      `What is the server ${name}?`,
      `A program: sotto mcp add ${shellWord(name)} -- npx -y PACKAGE    or an address: sotto mcp add ${shellWord(name)} https://…`,
    );
  if (/^https?:\/\//.test(first)) {
    if (rest.length > 0) throw usageError(`After the address stands "${rest[0]}", which means nothing.`, 'See: sotto help mcp add');
    if (options.env || options.cwd !== undefined) throw usageError('--env and --cwd are for programs; an address takes --header.');
    if (!URL.canParse(first)) throw usageError(`${hideAddress(first)} is no address.`);
    return { type: 'http', url: first, ...(options.header ? { headers: pairsOf(options.header, 'header') } : {}) };
  }
  if (options.header) throw usageError('--header is for addresses; a program takes --env.');
  return {
    command: first,
    args: rest,
    ...(options.env ? { env: pairsOf(options.env, 'env') } : {}),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
}

/** `NAME=VALUE`; a header also as it is written elsewhere, `Name: value`. The value is never repeated: it may be a key. */
function pairsOf(texts: readonly string[], kind: 'env' | 'header'): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = (kind === 'env' ? /^([A-Za-z_]\w*)=([\s\S]*)$/ : /^([\w-]+)(?:=|:\s*)([^\r\n]*)$/).exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw usageError(
          `--${kind} needs NAME=VALUE.`,
          kind === 'env' ? `Such as: --env 'TOKEN=\${TOKEN}'` : `Such as: --header 'Authorization=Bearer \${TOKEN}'`,
        );
      return [name, value];
    }),
  );
}

/** Nobody can sign in from a pipe. */
async function agreesToSignIn(name: string, context: CommandContext): Promise<boolean> {
  if (!context.isTerminal.stdin || !context.isTerminal.stderr) return false;
  return (await import('./prompt.ts')).confirm(`${name} wants you to sign in. Do it now?`, context, { preferYes: true });
}

function holdsLiteral({ env = {}, headers = {}, url }: JsonObject): boolean {
  if (typeof url === 'string' && hideAddress(url) !== url) return true;
  const values = [env, headers].flatMap((texts) => (typeof texts === 'object' && texts !== null ? Object.values(texts) : []));
  return values.some((value) => typeof value === 'string' && value.length >= 16 && !value.includes('${'));
}

function secretsOf(server: McpServer, context: CommandContext): string[] {
  const expanded = expandServer(server, surroundingsOf(context));
  return 'secrets' in expanded ? expanded.secrets : [];
}
