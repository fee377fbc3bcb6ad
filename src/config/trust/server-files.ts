/** Which files of the project the start of an MCP server runs. */
import { expandServer, type McpServer, type StdioServer } from '../mcp-servers.ts';
import type { Collection } from './collection.ts';
import { followCommand } from './command-files.ts';
import { wordsIn } from './command-words.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function followServer(server: McpServer, env: Environment, collection: Collection): void {
  if (server.transport === 'http' || server.disabled) return;
  const expanded = expandServer(server, env);
  // Without its variables it is not started.
  const ready = 'server' in expanded && expanded.server.transport === 'stdio' ? expanded.server : server;
  const { resolve } = process.getBuiltinModule('node:path');
  const folders = [resolve(collection.folder, ready.cwd ?? '.')];
  followCommand({ words: wordsOf(ready), folders, of: `the server ${server.name}` }, ready.env.PATH ?? env.PATH, collection);
}

/** All of the command, the arguments and the variables, whole and in pieces: `sh -c "./x --y=z"` runs ./x. */
function wordsOf({ command, args, env }: StdioServer): string[] {
  return [command, ...args, ...Object.values(env)].flatMap((text) => [text, ...wordsIn(text)]);
}
