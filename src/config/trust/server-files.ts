/** Which files of the project the start of an MCP server runs. */
import type { McpServer, StdioServer } from '../mcp/server.ts';
import { envFileOf, expandLoosely } from '../mcp/variables.ts';
import type { Collection } from './collection.ts';
import { followCommand } from './command-files.ts';
import { wordsIn } from './command-words.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is not known yet, such as an answer of the user, stays as it is written: everything else of the server is followed. */
export function followServer(server: McpServer, env: Environment, collection: Collection): void {
  if (server.transport === 'http' || server.disabled) return;
  const { resolve } = process.getBuiltinModule('node:path');
  const ready = expandLoosely(server, { env, folder: collection.folder, home: env.HOME ?? env.USERPROFILE ?? '' });
  if (ready.transport !== 'stdio') return;
  followVariables(ready, collection);
  const folders = [resolve(collection.folder, ready.cwd ?? '.')];
  followCommand({ words: wordsOf(ready), folders, of: `the server ${server.name}` }, ready.env.PATH ?? env.PATH, collection);
  for (const { description } of typedInCommand(server))
    collection.leaveUnchecked(`what ${server.name} does with your answer to: ${description}`);
}

/** Variables decide what programs load. The user's own files outside of the folder are the user's own affair. */
function followVariables({ envFile, cwd }: StdioServer, collection: Collection): void {
  const file = envFile === undefined ? undefined : envFileOf(envFile, { ...(cwd === undefined ? {} : { cwd }) }, collection.folder);
  if (file !== undefined && collection.isInside(file)) collection.add(file);
}

/** All of the command, the arguments and the variables, whole and in pieces: `sh -c "./x --y=z"` runs ./x. */
function wordsOf({ command, args, env, inputs = [] }: StdioServer): string[] {
  const typed = inputs.flatMap(({ options = [], usual = '' }) => [...options, usual]);
  return [command, ...args, ...Object.values(env), ...typed].flatMap((text) => [text, ...wordsIn(text)]);
}

function typedInCommand(server: StdioServer) {
  const texts = [server.command, ...server.args, server.cwd ?? '', server.envFile ?? ''].join('\n');
  return (server.inputs ?? []).filter(({ id }) => texts.includes(`\${input:${id}}`));
}
