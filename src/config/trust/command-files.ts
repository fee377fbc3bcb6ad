/** Which files of the project a command runs: its program, what its arguments name, what its runner reads by itself. */
import { isObject, objectAt, parseJson } from '../../core/json.ts';
import { readFolder, readRegularFile } from '../regular-file.ts';
import type { Collection, Command } from './collection.ts';
import { wordsIn } from './command-words.ts';
import { filesMeant } from './meant-files.ts';
import { followModule, followPackage, isModule, packageName } from './module-files.ts';
import { INTERPRETERS, RUNNERS, type Runner } from './runners.ts';
import { followScript, isCode, isDeafPython, pythonWords } from './script-files.ts';

/** `searched`: the variable PATH. `guesses`: looks that are left for commands that may be none. */
export function followCommand(command: Command, searched: string | undefined, collection: Collection, guesses = { left: 0 }): void {
  const first = collection.looks();
  const isSpent = () => command.isGuess === true && collection.looks() - first > guesses.left;
  const { resolve } = process.getBuiltinModule('node:path');
  const words = command.isGuess ? [...command.words] : command.words.flatMap((word) => [word, ...joinedTo(word)]);
  const names = words.flatMap((word) => [baseName(word), packageName(word)]);
  const runners = RUNNERS.filter((one) => !(command.isGuess && one.isRare) && names.some((name) => one.names.test(name)));
  sayUnchecked(command, { runners, names, collection });
  const runsScripts = runners.some(({ files }) => files.includes('package.json'));
  const scripts = runsScripts && !command.isGuess ? command.folders.flatMap((folder) => scriptsIn(folder, collection)) : [];
  // All that a project builds and tests with would take too long at each start.
  if (runsScripts && command.isGuess) collection.leaveUnchecked(`what scripts of package.json start for ${command.of}`);
  words.push(...scripts.flatMap(wordsIn));
  const named = new Set(words);
  if (named.size > MOST_WORDS) {
    if (!command.isGuess) collection.giveUp();
    collection.leaveUnchecked(`what ${command.of} starts beyond its first ${MOST_WORDS} words`);
  }
  const about = {
    of: command.of,
    isGuess: command.isGuess === true,
    isDeaf: words.some((word) => /^-\w*[IE]\w*$/.test(word)),
    readsFolders: names.some((name) => READS_FOLDERS.test(name)),
    collection,
  };
  // `sh -c "cd sub && ./run"`, `uv --directory sub run x.py`.
  const looked = [...named].slice(0, MOST_WORDS);
  const folders = command.folders.flatMap((from) => [
    from,
    ...looked
      .map((word) => resolve(from, word))
      .filter((one) => collection.isFolder(one) && collection.isInside(one))
      .slice(0, MOST_FOLDERS),
  ]);
  for (const cwd of new Set(folders)) {
    if (isSpent()) break;
    const path = searchedIn(searched, cwd, collection);
    for (const folder of upwards(cwd, collection))
      for (const file of runners.flatMap(({ files }) => files)) followNamed(resolve(folder, file), { ...about, isGuess: false });
    for (const word of looked) if (!word.startsWith('-') && !isSpent()) followWord(word, { ...about, cwd, path });
  }
  if (isSpent()) collection.leaveUnchecked(TOO_MANY);
  if (command.isGuess) guesses.left -= collection.looks() - first;
}

const MOST_WORDS = 1000;
const TOO_MANY = 'some of the programs that these files start, which are many';
const MOST_FOLDERS = 8;
/** What is given a folder starts something in it, or looks for modules there. */
const READS_FOLDERS = /^(node|nodejs|bun|deno|tsx|ts-node|python[\d.]*)$/;

/** In words, what no name of a file tells. Of a program that is in no row nobody knows what it looks for where it is started. */
function sayUnchecked(
  { of, words, folders, isGuess }: Command,
  { runners, names, collection }: { runners: readonly Runner[]; names: readonly string[]; collection: Collection },
): void {
  const { resolve } = process.getBuiltinModule('node:path');
  for (const runner of runners) {
    const name = names.find((one) => runner.names.test(one));
    if (runner.fetches) collection.leaveUnchecked(`what ${name} fetches for ${of}, and what that reads in this folder`);
    if (runner.builds) collection.leaveUnchecked(`what ${name} builds and runs of this folder for ${of}`);
  }
  const [program = ''] = words;
  if (isGuess || INTERPRETERS.test(baseName(program)) || RUNNERS.some((runner) => runner.names.test(baseName(program)))) return;
  if (!folders.some((folder) => collection.isInside(resolve(folder, program)) && collection.isFile(resolve(folder, program))))
    collection.leaveUnchecked(`what ${baseName(program)} reads in this folder by itself for ${of}`);
}

/** `-mserver`, `-Ilib`, `@file`: what stands behind the sign. */
function joinedTo(word: string): string[] {
  const [, behind] = /^(?:-[a-zA-Z]*?[a-zA-Z]|@)(?=[\w./])(.+)$/.exec(word) ?? [];
  return behind === undefined || word.startsWith('--') ? [] : [behind];
}

/** Runners look for their files in the folders above as well. Those above the project are the user's own. */
function upwards(cwd: string, collection: Collection): string[] {
  const { dirname } = process.getBuiltinModule('node:path');
  const found = [cwd];
  for (let at = cwd; at !== collection.folder && at !== dirname(at) && collection.isInside(dirname(at)); at = dirname(at))
    found.push(dirname(at));
  return found;
}

function baseName(word: string): string {
  return process
    .getBuiltinModule('node:path')
    .basename(word)
    .replace(/\.(exe|cmd|bat)$/i, '');
}

function scriptsIn(cwd: string, collection: Collection): string[] {
  const folder = upwards(cwd, collection).find((one) => collection.isFile(`${one}/package.json`)) ?? cwd;
  try {
    const value = parseJson(readRegularFile(`${folder}/package.json`, 1_000_000).toString('utf8'));
    return Object.values((isObject(value) ? objectAt(value, 'scripts') : undefined) ?? {}).filter((text) => typeof text === 'string');
  } catch {
    return [];
  }
}

/** Folders of PATH up to the last one that lies in the project: behind it nothing of the project is found. */
function searchedIn(searched: string | undefined, cwd: string, collection: Collection): string[] {
  const { resolve } = process.getBuiltinModule('node:path');
  const folders = (searched ?? '').split(process.platform === 'win32' ? ';' : ':').map((folder) => resolve(cwd, folder));
  return folders.slice(0, folders.findLastIndex((folder) => collection.isInside(folder)) + 1);
}

/** `isDeaf`: Python may be told to use what lies compiled beside the script. `isGuess`: only what looks like code counts. */
type About = { of: string; isDeaf: boolean; isGuess: boolean; readsFolders: boolean; collection: Collection };

function followWord(word: string, about: About & { cwd: string; path: readonly string[] }): void {
  const { dirname, join, resolve } = process.getBuiltinModule('node:path');
  const { cwd, collection } = about;
  if (collection.isTooMuch()) return;
  const path = resolve(cwd, word);
  if (collection.isFile(path)) followNamed(path, about);
  else if (collection.isFolder(path)) {
    if (collection.isInside(path) && (about.readsFolders || (word !== '.' && !about.isGuess))) followGivenFolder(path, about);
  } else if (about.readsFolders) for (const end of LEFT_OUT) followNamed(path + end, about);
  // In a text a star alone is a sign like others.
  if (!about.isGuess || word.includes('/'))
    for (const meant of filesMeant(word, cwd, collection, (one) => mayRun(one, about) && !DATA.test(one))) followNamed(meant, about);
  if (!word.includes('/')) for (const one of pythonWords(word)) followNamed(resolve(cwd, one), about);
  const name = packageName(word.replace(/(?<=.)@[^/]*$/, ''));
  if (/^[./]/.test(word) || !/^(@[\w.-]+\/)?[\w.-]+$/.test(name)) return;
  // Runners prefer what lies in node_modules to what they would fetch.
  for (let folder = cwd; ; folder = dirname(folder)) {
    const program = join(folder, 'node_modules', '.bin', name);
    if (collection.isFile(program)) followProgram(program, about);
    if (dirname(folder) === folder) break;
  }
  if (!about.isGuess) followPackage(name, join(cwd, 'package.json'), collection);
  const found = about.path.map((folder) => join(folder, word)).find((program) => collection.isFile(program));
  if (found !== undefined) followNamed(found, about);
}

/** What Node adds to the name of a file. */
const LEFT_OUT = ['.js', '.cjs', '.mjs', '.ts', '.json', '.node'];

/** A program of node_modules/.bin: the file, and the package that it is of. */
function followProgram(program: string, about: About): void {
  const { collection } = about;
  if (about.isGuess) {
    // Words of a text would lead to all the packages that there are.
    if (collection.sizeOf(program) <= LARGEST_PROGRAM) collection.add(program);
    collection.leaveUnchecked(`the packages of the programs in node_modules that ${about.of} starts`);
    return;
  }
  followNamed(program, about);
  const real = process.getBuiltinModule('node:fs').realpathSync(program);
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\//.exec(real) ?? [];
  if (name !== undefined) followPackage(name, program, collection);
}

/** A larger one is not read at each start. */
const LARGEST_PROGRAM = 24_000_000;
const DATA = /(?<!\/CMakeLists)\.(db|sqlite3?|log|txt|md|csv|tsv|jsonl|ndjson|parquet|png|jpe?g|gif|pdf|lock|pid|sock)$/i;

/** Only what lies in the project: the rest is the user's own. What is plainly data may change. */
function followNamed(path: string, { isDeaf, isGuess, collection }: About): void {
  if (!collection.isFile(path) || !collection.isInside(path) || !mayRun(path, { isGuess, collection })) return;
  if (DATA.test(path)) {
    collection.leaveUnchecked(`${collection.nameOf(path)}, which is data`);
    return;
  }
  if (collection.sizeOf(path) > LARGEST_PROGRAM) {
    collection.leaveUnchecked(`${collection.nameOf(path)}, which is too large`);
    return;
  }
  const added = collection.add(path);
  noteEnvironment(path, collection);
  if (typeof added !== 'object' || !('bytes' in added)) return;
  if (isModule(path, added.bytes)) followModule(path, added.bytes, collection);
  else {
    followScript(path, added.bytes, collection);
    if (/\.py$/.test(path) || /^#!.*python/.test(added.bytes.subarray(0, 200).toString('latin1')))
      noteShadows(path, isDeaf || isDeafPython(added.bytes), collection);
  }
}

function mayRun(path: string, { isGuess, collection }: Pick<About, 'isGuess' | 'collection'>): boolean {
  return !isGuess || /(^|\/)\.?[^./]+$/.test(path) || isCode(path) || collection.isProgram(path);
}

/** A Python of the project takes its packages from beside it, which are too many. */
function noteEnvironment(program: string, collection: Collection): void {
  const { dirname } = process.getBuiltinModule('node:path');
  const folder = dirname(dirname(program));
  if (collection.isFile(`${folder}/pyvenv.cfg`) && typeof collection.add(`${folder}/pyvenv.cfg`) === 'object')
    collection.leaveUnchecked(`the Python packages in ${collection.nameOf(folder)}`);
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
  'sitecustomize.py',
  'usercustomize.py',
  'Dockerfile',
];

function followGivenFolder(path: string, about: About): void {
  const { join } = process.getBuiltinModule('node:path');
  const { collection, of } = about;
  for (const name of ENTRIES) followNamed(join(path, name), { ...about, isDeaf: true, isGuess: false });
  followModule(join(path, 'index'), Buffer.from(`require(${JSON.stringify(path)})`), collection);
  noteShadows(join(path, 'main.py'), about.isDeaf, collection);
  if (!about.isGuess) collection.leaveUnchecked(`the folder ${collection.nameOf(path)} beyond what starts in it, which ${of} is given`);
}
