/** Says that the tools and servers which a folder brings along may be used, or that they may not any more. */
import { readMcpServers } from '../../config/mcp-servers.ts';
import { distrustFolder, trustFolder } from '../../config/trusted-folders.ts';
import { usageError } from '../../core/errors.ts';
import { safeLine } from '../../format/safety.ts';
import type { CommandContext } from '../context.ts';
import { say } from '../conversations/edit.ts';
import { projectToolsFolder } from './folders.ts';

export async function trustTools(given: string | undefined, context: CommandContext): Promise<void> {
  const folder = folderOf(given, context);
  const { statSync } = process.getBuiltinModule('node:fs');
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(`There is no folder ${folder}.`, 'Name the folder that has .sotto/tools in it.');
  const isNew = await trustFolder(context.paths.data, folder);
  const brought = await broughtBy(folder, context);
  say(`${isNew ? 'Trusted' : 'Already trusted'}: ${safeLine(folder)}`, context);
  for (const line of brought) say(`  ${safeLine(line)}`, context);
  if (brought.length === 0) say('It has no tools and no MCP servers now; those that come into it later will be used.', context);
  say('Its tools run as programs of yours. Take it back with: sotto tools untrust', context);
}

export async function distrustTools(given: string | undefined, context: CommandContext): Promise<void> {
  const folder = folderOf(given, context);
  const wasTrusted = await distrustFolder(context.paths.data, folder);
  say(wasTrusted ? `Not trusted any more: ${safeLine(folder)}` : `sotto: ${safeLine(folder)} was not trusted.`, context);
}

function folderOf(given: string | undefined, { folder, home }: CommandContext): string {
  const { join, resolve } = process.getBuiltinModule('node:path');
  if (given === undefined) return folder();
  return given === '~' || given.startsWith('~/') ? join(home, given.slice(1)) : resolve(folder(), given);
}

/** The files whose tools are used from now on, and the servers. A file that is broken is told when it is used. */
async function broughtBy(folder: string, { platform }: CommandContext): Promise<string[]> {
  const { toolFileNames } = await import('../../tools/own-tools.ts');
  const files = toolFileNames(projectToolsFolder(folder), platform).map((name) => `.sotto/tools/${name}`);
  const servers = ['.mcp.json', '.sotto/mcp.json'].flatMap((name) => {
    try {
      return readMcpServers([`${folder}/${name}`]).map((server) => `${name}: MCP server ${server.name}`);
    } catch {
      return [name];
    }
  });
  return [...files, ...servers];
}
