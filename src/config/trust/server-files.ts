/** Which files of the project the start of an MCP server runs: its program, what its arguments name, what its runner reads by itself. */
import { isObject, objectAt, parseJson } from '../../core/json.ts';
import { expandServer, type McpServer, type StdioServer } from '../mcp-servers.ts';
import { readFolder, readRegularFile } from '../regular-file.ts';
import type { Collection } from './collection.ts';
import { followModule, followPackage, isModule } from './module-files.ts';
import { followScript, isDeafPython, pythonWords } from './script-files.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function followServer(server: McpServer, env: Environment, collection: Collection): void {
  if (server.transport === 'http' || server.disabled) return;
  const expanded = expandServer(server, env);
  // Without its variables it is not started.
  const ready = 'server' in expanded && expanded.server.transport === 'stdio' ? expanded.server : server;
  const { resolve } = process.getBuiltinModule('node:path');
  const cwd = resolve(collection.folder, ready.cwd ?? '.');
  const words = wordsOf(ready);
  const runners = RUNNERS.filter(({ names }) => words.some((word) => names.test(baseName(word))));
  for (const { names, fetches } of runners)
    if (fetches)
      collection.leaveUnchecked(`what ${words.map(baseName).find((word) => names.test(word))} fetches for the server ${server.name}`);
  if (runners.some(({ files }) => files.includes('package.json'))) for (const script of scriptsIn(cwd)) words.push(...split(script));
  const isDeaf = words.some((word) => /^-\w*[IE]\w*$/.test(word));
  const path = ready.transport === 'stdio' ? (ready.env.PATH ?? env.PATH) : env.PATH;
  const named = new Set(words);
  if (named.size > MOST_WORDS) {
    collection.giveUp();
    return;
  }
  // `sh -c "cd sub && ./run"`, `uv --directory sub run x.py`.
  const folders = [...named].map((word) => resolve(cwd, word)).filter((one) => collection.isFolder(one) && collection.isInside(one));
  for (const from of new Set([cwd, ...folders])) {
    for (const file of runners.flatMap(({ files }) => files)) followNamed(resolve(from, file), false, collection);
    for (const word of named) followWord(word, { cwd: from, path, server, isDeaf, collection });
  }
}

/** Nobody writes such a command. */
const MOST_WORDS = 1000;

type Runner = { names: RegExp; files: readonly string[]; fetches?: true };

/** What starts something else, and the files of a project that tell it what. */
const RUNNERS: readonly Runner[] = [
  {
    names: /^(npm|pnpm|yarn|bun|npx|pnpx|bunx|corepack)$/,
    files: ['package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs', 'pnpm-workspace.yaml', 'bunfig.toml'],
    fetches: true,
  },
  { names: /^deno$/, files: ['deno.json', 'deno.jsonc'], fetches: true },
  {
    names: /^(uv|uvx|pipx|poetry|pdm|hatch|pipenv|rye)$/,
    files: ['pyproject.toml', 'uv.toml', '.python-version', 'Pipfile', 'setup.py'],
    fetches: true,
  },
  { names: /^g?make$/, files: ['GNUmakefile', 'makefile', 'Makefile'] },
  {
    names: /^(just|task|rake|invoke|nox|tox)$/,
    files: ['justfile', 'Justfile', '.justfile', 'Taskfile.yml', 'Rakefile', 'tasks.py', 'noxfile.py', 'tox.ini'],
  },
  {
    names: /^(docker|podman|docker-compose)$/,
    files: ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml', 'Dockerfile'],
    fetches: true,
  },
  { names: /^cargo$/, files: ['Cargo.toml', 'build.rs', '.cargo/config.toml', 'rust-toolchain.toml'], fetches: true },
  { names: /^go$/, files: ['go.mod', 'go.work'], fetches: true },
  { names: /^(ruby|bundle|bundler)$/, files: ['Gemfile', '.bundle/config'] },
  { names: /^(mise|asdf|direnv)$/, files: ['mise.toml', '.mise.toml', '.tool-versions', '.envrc'] },
];

/** All of the command, the arguments and the variables, whole and in pieces: `sh -c "./x --y=z"` runs ./x. */
function wordsOf({ command, args, env }: StdioServer): string[] {
  return [command, ...args, ...Object.values(env)]
    .flatMap((text) => [text, ...split(text)])
    .filter((word) => word !== '' && word.length < 1000);
}

function split(text: string): string[] {
  return text.split(/[\s=,:;|&<>()'"`$]+/).flatMap((word) => [word, word.replace(/^-[a-zA-Z](?=[./])/, '')]);
}

function baseName(word: string): string {
  return process
    .getBuiltinModule('node:path')
    .basename(word)
    .replace(/\.(exe|cmd|bat)$/i, '');
}

function scriptsIn(cwd: string): string[] {
  try {
    const value = parseJson(readRegularFile(`${cwd}/package.json`, 1_000_000).toString('utf8'));
    return Object.values((isObject(value) ? objectAt(value, 'scripts') : undefined) ?? {}).filter((text) => typeof text === 'string');
  } catch {
    return [];
  }
}

/** `isDeaf`: Python may be told to use what lies compiled beside the script. */
type Word = { cwd: string; path: string | undefined; server: McpServer; isDeaf: boolean; collection: Collection };

function followWord(word: string, { cwd, path: searched, server, isDeaf, collection }: Word): void {
  const { dirname, join, resolve } = process.getBuiltinModule('node:path');
  if (word.startsWith('-') || collection.isTooMuch()) return;
  const path = resolve(cwd, word);
  if (collection.isFile(path)) followNamed(path, isDeaf, collection);
  else if (collection.isFolder(path) && collection.isInside(path) && word !== '.') followGivenFolder(path, server, collection);
  if (word.includes('/') && !word.startsWith('@')) return;
  for (const one of pythonWords(word)) followNamed(resolve(cwd, one), isDeaf, collection);
  // Runners prefer what lies in node_modules to what they would fetch.
  const name = word.replace(/(?<=.)@[^/]*$/, '');
  for (let folder = cwd; ; folder = dirname(folder)) {
    const program = join(folder, 'node_modules', '.bin', name);
    if (!name.includes('/') && collection.isFile(program)) followProgram(program, collection);
    if (dirname(folder) === folder) break;
  }
  followPackage(name, join(cwd, 'package.json'), collection);
  for (const folder of (searched ?? '').split(process.platform === 'win32' ? ';' : ':')) {
    const program = resolve(cwd, folder, word);
    if (!collection.isFile(program)) continue;
    followNamed(program, isDeaf, collection);
    return;
  }
}

/** A program of node_modules/.bin: the file, and the package that it is of. */
function followProgram(program: string, collection: Collection): void {
  followNamed(program, false, collection);
  const real = process.getBuiltinModule('node:fs').realpathSync(program);
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\//.exec(real) ?? [];
  if (name !== undefined) followPackage(name, program, collection);
}

/** A larger one is not read at each start. */
const LARGEST_PROGRAM = 24_000_000;
const DATA = /\.(db|sqlite3?|log|txt|md|csv|tsv|jsonl|ndjson|parquet|png|jpe?g|gif|pdf|lock|pid|sock)$/i;

/** Only what lies in the project: the rest is the user's own. What is plainly data may change. */
function followNamed(path: string, isDeaf: boolean, collection: Collection): void {
  if (!collection.isFile(path) || !collection.isInside(path)) return;
  if (DATA.test(path)) {
    collection.leaveUnchecked(`${collection.nameOf(path)}, which is data`);
    return;
  }
  if (collection.sizeOf(path) > LARGEST_PROGRAM) {
    collection.leaveUnchecked(`${collection.nameOf(path)}, which is too large`);
    return;
  }
  const added = collection.add(path);
  if (typeof added !== 'object' || !('bytes' in added)) return;
  if (isModule(path, added.bytes)) followModule(path, added.bytes, collection);
  else {
    followScript(path, added.bytes, collection);
    if (/\.py$/.test(path) || /^#!.*python/.test(added.bytes.subarray(0, 200).toString('latin1')))
      noteShadows(path, isDeaf || isDeafPython(added.bytes), collection);
  }
}

/** Python looks beside the script before it looks anywhere else: a new file there may take the place of any module. */
function noteShadows(script: string, isDeaf: boolean, collection: Collection): void {
  const { dirname } = process.getBuiltinModule('node:path');
  const folder = dirname(script);
  try {
    const names = readFolder(folder, collection.mostFiles).entries.flatMap((entry) =>
      /\.(py|pyc|so|pyd)$/.test(entry.name) || collection.isFile(`${folder}/${entry.name}/__init__.py`) ? [entry.name] : [],
    );
    collection.note(`${collection.nameOf(folder)} (names of Python modules)`, names.join('\n'));
    if (!isDeaf) return;
    for (const { name } of readFolder(`${folder}/__pycache__`, collection.mostFiles).entries)
      collection.add(`${folder}/__pycache__/${name}`);
  } catch {
    // There is no such folder.
  }
}

/** What a runtime starts of a folder that it is given: `node ./server`, `python3 ./server`. */
const ENTRIES = [
  'package.json',
  'index.js',
  'index.mjs',
  'index.cjs',
  'index.ts',
  '__main__.py',
  '__init__.py',
  'main.py',
  'server.py',
  'Dockerfile',
];

function followGivenFolder(path: string, server: McpServer, collection: Collection): void {
  const { join } = process.getBuiltinModule('node:path');
  for (const name of ENTRIES) followNamed(join(path, name), true, collection);
  followModule(join(path, 'index'), Buffer.from(`require(${JSON.stringify(path)})`), collection);
  collection.leaveUnchecked(`the folder ${collection.nameOf(path)} beyond what starts in it, which the server ${server.name} is given`);
}
