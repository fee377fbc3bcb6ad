/** Says that the tools and servers which a folder brings along may be used, or that they may not any more: it shows them first. */

import type { CommandContext } from '../../compose/context.ts';
import { say } from '../../compose/say.ts';
import { projectToolsFolder } from '../../compose/tool-folders.ts';
import { hideLiterals } from '../../config/address-parts.ts';
import type { HttpServer, McpServer } from '../../config/mcp/server.ts';
import { redact } from '../../config/redact.ts';
import { statIfThere } from '../../config/stat.ts';
import type { Brought } from '../../config/trust/brought.ts';
import { distrustFolder, lookAtFolder, trustFolder } from '../../config/trusted-folders.ts';
import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/words.ts';
import { exactLine } from '../../format/exact.ts';
import { confirm } from '../prompt.ts';

/** What is shown is what is trusted, also when it changes while the question stands there. */
export async function trustTools(given: string | undefined, options: { yes?: true }, context: CommandContext): Promise<void> {
  const folder = folderOf(given, context);
  if (!statIfThere(folder)?.isDirectory())
    throw usageError(`There is no folder ${folder}.`, 'Name the folder that has .sotto/tools in it.');
  const brought = lookAtFolder(folder, context.env);
  const lines = await linesOf(brought, folder, context);
  for (const line of lines) say(redact(line, context.secrets), context);
  const asks = options.yes !== true && context.isTerminal.stdin && context.isTerminal.stderr && lines.length > 0;
  if (asks && !(await confirm(`Trust ${exactLine(folder)}? All of that runs as programs of yours.`, context)))
    return say('Nothing was changed.', context);
  const isNew = await trustFolder(context.paths.data, folder, brought, context.interrupted);
  say(`${isNew ? 'Trusted' : 'Already trusted'}: ${exactLine(folder)}`, context);
  say(lines.length === 0 ? 'It has no tools and no MCP servers now; when it gets some, trust it again.' : ENDING, context);
}

const ENDING = 'When any of these files changes, nothing of it runs until you trust it again. Take it back with: sotto tools untrust';

export async function distrustTools(given: string | undefined, context: CommandContext): Promise<void> {
  const folder = folderOf(given, context);
  const wasTrusted = await distrustFolder(context.paths.data, folder, context.interrupted);
  say(wasTrusted ? `Not trusted any more: ${exactLine(folder)}` : `sotto: ${exactLine(folder)} was not trusted.`, context);
}

function folderOf(given: string | undefined, { folder, home }: CommandContext): string {
  const { join, resolve } = process.getBuiltinModule('node:path');
  if (given === undefined) return folder();
  return given === '~' || given.startsWith('~/') ? join(home, given.slice(1)) : resolve(folder(), given);
}

/** Each tool and each command, the files that are checked, and what is not. */
async function linesOf({ files, servers, unusable, unchecked }: Brought, folder: string, { platform }: CommandContext): Promise<string[]> {
  const { toolFileNames } = await import('../../tools/own-tools.ts');
  const tools = toolFileNames(projectToolsFolder(folder), platform).map((name) => `.sotto/tools/${name}`);
  const others = grouped(Object.entries(files).filter(([name]) => !tools.includes(name)));
  if (tools.length + servers.length + unusable.length + others.length === 0) return [];
  return [
    `${shown(folder)} brings:`,
    ...tools.map((name) => `  tool        ${shown(name)}${linkOf(files[name])}`),
    ...servers.flatMap((server) =>
      serverLines(server).map((line, index) => `  ${index === 0 ? 'MCP server  ' : '              '}${shown(line)}`),
    ),
    ...unusable.map(({ error }) => `  not used    ${shown(error.message)}`),
    ...(others.length === 0 ? [] : ['Checked with them at each start:', ...others.map((line) => `  ${shown(line)}`)]),
    'Not checked:',
    ...[...unchecked, 'what these programs load, start or fetch beyond the files above'].map((words) => `  ${shown(words)}`),
  ];
}

/** As it is written in the file: what a variable of the user's is sent to stands in its address as well as in its headers. */
function serverLines(server: McpServer): string[] {
  const state = server.disabled ? ' (off)' : '';
  if (server.transport === 'http')
    return [
      `${server.name}${state}: asks ${hideLiterals(server.url)}${server.isSse ? ' (the older transport)' : ''}`,
      ...Object.entries(server.headers).map(([name, value]) => `header ${name}: ${value}`),
      ...signInLines(server),
      ...inputLines(server),
    ];
  const words = [server.command, ...server.args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  return [
    `${server.name}${state}: runs ${words.join(' ')}`,
    ...(server.cwd === undefined ? [] : [`in ${server.cwd}`]),
    ...Object.entries(server.env).map(([name, value]) => `with ${name}=${value}`),
    ...(server.envFile === undefined ? [] : [`with the variables of ${server.envFile}`]),
    ...inputLines(server),
  ];
}

function signInLines({ oauth = {} }: HttpServer): string[] {
  const { clientId, clientSecret, scope, callbackPort } = oauth;
  return [
    ...(clientId === undefined ? [] : [`signs in as the client ${clientId}`]),
    ...(clientSecret === undefined ? [] : [`signs in with the client secret ${clientSecret}`]),
    ...(scope === undefined ? [] : [`signs in for the scope ${scope}`]),
    ...(callbackPort === undefined ? [] : [`comes back from a sign-in at the port ${callbackPort}`]),
  ];
}

/** What it makes sotto ask the user for, in the words of the folder. */
function inputLines({ inputs = [] }: McpServer): string[] {
  return inputs.map(({ id, description }) => `asks you for ${id}${description === id ? '' : `: ${description}`}`);
}

/** The files of a package as one line: nobody reads hundreds of them. */
function grouped(files: readonly [string, string][]): string[] {
  const counts = new Map<string, number>();
  const lines: string[] = [];
  for (const [name, state] of files) {
    const [, packageFolder] = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/.][^/]*)\//.exec(name) ?? [];
    if (packageFolder === undefined) lines.push(`${name}${linkOf(state)}`);
    else counts.set(packageFolder, (counts.get(packageFolder) ?? 0) + 1);
  }
  return [...lines, ...[...counts].map(([name, count]) => `${name} (${counted(count, 'file')})`)];
}

function linkOf(state = ''): string {
  const [, target] = /-> (.*)$/s.exec(state) ?? [];
  return target === undefined ? '' : ` -> ${shown(target)}`;
}

/** A name may hold line ends: one name is one line. */
function shown(text: string): string {
  return exactLine(text);
}
