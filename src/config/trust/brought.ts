/** Everything of a folder that sotto would run once it is trusted, file by file as it is now: what trust is given for, and held against. */
import { asSottoError, SottoError } from '../../core/errors.ts';
import type { McpServer } from '../mcp/server.ts';
import { type McpProblem, mcpServersIn, type ReadServers } from '../mcp/servers.ts';
import { irregularity, readFolder } from '../regular-file.ts';
import { type Collection, createCollection } from './collection.ts';
import { followCommand } from './command-files.ts';
import { followModule, isModule } from './module-files.ts';
import { followScript, isDeafPython } from './script-files.ts';
import { type Environment, followServer } from './server-files.ts';

export type Brought = {
  /** By name, from the folder on: the hash of the content, whether it may be run, and where a link leads. */
  files: Readonly<Record<string, string>>;
  /** Hashes by real path, for whoever loads them. */
  hashes: Readonly<Record<string, string>>;
  /** The servers as the very bytes describe them that the hashes are of. */
  servers: readonly McpServer[];
  /** Entries among them that cannot be used. */
  unusable: readonly McpProblem[];
  /** What would run and cannot be checked, in words. */
  unchecked: readonly string[];
  /** Packages are too many to be checked: any of them may be loaded. */
  hasLoosePackages: boolean;
  /** Why it cannot be trusted as it is. */
  problem?: SottoError;
};

const TOOLS = '.sotto/tools';
/** Nobody can look at more of them. */
const MOST_SERVERS = 100;
/** Looks at paths that words of texts may mean: what is guessed may neither take long nor make a folder too much. */
const MOST_GUESSES = 20_000;
const SERVER_FILES = ['.mcp.json', '.sotto/mcp.json'];

export function broughtBy(folder: string, env: Environment): Brought {
  const collection = createCollection(folder);
  const servers: McpServer[] = [];
  const unusable: McpProblem[] = [];
  let problem: SottoError | undefined;
  for (const name of SERVER_FILES) {
    try {
      const read = serversOf(name, collection);
      servers.push(...read.servers);
      unusable.push(...read.problems);
    } catch (thrown) {
      problem ??= asSottoError(thrown);
    }
  }
  followTools(collection);
  if (servers.length > MOST_SERVERS) collection.giveUp();
  else for (const server of servers) followServer(server, env, collection);
  const guesses = { left: MOST_GUESSES };
  for (let next = collection.nextCommand(); next && !collection.isTooMuch(); next = collection.nextCommand())
    followCommand(next, env.PATH, collection, guesses);
  if (collection.isTooMuch()) problem ??= tooMuch(folder);
  return { ...collection.found(), servers, unusable, ...(problem ? { problem } : {}) };
}

function serversOf(name: string, collection: Collection): ReadServers {
  const { join } = process.getBuiltinModule('node:path');
  const file = join(collection.folder, name);
  const added = collection.add(file);
  if (added === 'known' || added === 'missing') return { servers: [], problems: [] };
  if (!('bytes' in added)) throw unreadable(file, added.code);
  return mcpServersIn(added.bytes.toString('utf8'), file);
}

/**
 * Python is told to keep what it compiles elsewhere, and then neither reads nor writes the folder beside a script: that one counts only
 * where a script does not listen.
 */
function followTools(collection: Collection): void {
  const walk: Walk = { collection, compiled: [], isDeaf: false };
  followFolder(TOOLS, walk);
  if (walk.isDeaf) for (const folder of walk.compiled) followFolder(folder, { ...walk, compiled: [] });
}

type Walk = { collection: Collection; compiled: string[]; isDeaf: boolean };

/** All that lies in the folder of tools, and what that loads from elsewhere. A folder that a link leads to a second time is known. */
function followFolder(name: string, walk: Walk): void {
  const { collection } = walk;
  const { join } = process.getBuiltinModule('node:path');
  const path = join(collection.folder, name);
  if (collection.isTooMuch() || !collection.enter(path)) return;
  for (const entry of entriesIn(path, collection)) {
    const below = `${name}/${entry}`;
    const file = join(collection.folder, below);
    if (entry === '.DS_Store') continue;
    if (entry === '__pycache__') walk.compiled.push(below);
    else if (collection.isFolder(file)) followFolder(below, walk);
    else {
      const added = collection.add(file);
      if (typeof added !== 'object' || !('bytes' in added)) continue;
      if (isDeafPython(added.bytes)) walk.isDeaf = true;
      if (isModule(file, added.bytes)) followModule(file, added.bytes, collection);
      else followScript(file, added.bytes, collection);
    }
  }
}

function entriesIn(path: string, collection: Collection): string[] {
  try {
    const { entries, isCut } = readFolder(path, collection.mostFiles);
    if (isCut) collection.giveUp();
    return entries.map(({ name }) => name);
  } catch {
    return [];
  }
}

function unreadable(file: string, code: string): SottoError {
  return new SottoError({
    kind: 'configuration',
    message: `${file} cannot be read: ${irregularity(code) ?? code}.`,
    hint: 'A folder is trusted only when everything that it would run can be looked at.',
  });
}

function tooMuch(folder: string): SottoError {
  return new SottoError({
    kind: 'usage',
    message: `${folder} brings too many or too large files for its tools to be trusted.`,
    hint: 'Keep packages and data outside of .sotto/tools, and servers in .mcp.json few.',
  });
}
