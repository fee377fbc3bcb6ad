/** What a JavaScript or TypeScript file loads, found in its text: more than it may load is no harm, less is refused when it runs. */
import { isObject, type JsonObject, objectAt, parseJson, textAt } from '../../core/json.ts';
import { readFolder, readRegularFile } from '../regular-file.ts';
import type { Collection } from './collection.ts';
import { commandsIn } from './command-words.ts';
import { importedIn } from './imported.ts';

/** By its name, or by the first line of a program. */
export function isModule(path: string, bytes: Buffer): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) || /^#!.*\b(node|bun|deno|tsx)\b/.test(bytes.subarray(0, 300).toString('latin1'));
}

/** Adds what the text of a module names, and what that names in turn. */
export function followModule(path: string, bytes: Buffer, collection: Collection): void {
  const waiting = [{ path, bytes }];
  for (let next = waiting.pop(); next && !collection.isTooMuch(); next = waiting.pop()) {
    if (next.bytes.length > LONGEST_MODULE) continue;
    const file = realPath(next.path);
    const scope = packageScope(file, collection);
    const text = next.bytes.toString('utf8');
    meetCommands(text, file, collection);
    for (const target of targetsIn(text, file, scope, collection)) {
      const added = collection.add(target);
      if (typeof added === 'object' && 'bytes' in added && isModule(added.real, added.bytes))
        waiting.push({ path: added.real, bytes: added.bytes });
    }
  }
}

/** Those that a text of any language starts: beside itself, or where sotto starts its tools. */
export function meetCommands(text: string, file: string, collection: Collection): void {
  const { dirname } = process.getBuiltinModule('node:path');
  // What lies elsewhere is the user's own, and packages are checked as a whole.
  if (!collection.isInside(file) || /\.json$|[\\/]node_modules[\\/]/.test(file)) return;
  const of = collection.nameOf(file);
  const { commands, isCut } = commandsIn(text, { folders: [collection.folder, dirname(file)], of });
  collection.meet(commands);
  if (isCut) collection.leaveUnchecked(`some of the programs that ${of} starts, which are many`);
}

/** A package of node_modules, as seen from a file: all of it and of what it depends on. */
export function followPackage(name: string, from: string, collection: Collection): boolean {
  const folder = packageFolder(name, from, collection);
  if (folder === undefined) return false;
  addPackageAt(name, folder, collection);
  return true;
}

/** Of what is imported: `pack/part` is of the package pack. */
export function packageName(given: string): string {
  return given.split('/', given.startsWith('@') ? 2 : 1).join('/');
}

/** A longer one is never loaded. */
const LONGEST_MODULE = 16_000_000;

type Scope = { folder: string; imports: readonly string[] };

/** The text of any string that looks like a path; what else is imported may also be the name of a package. */
const PATHS = /(['"`])((?:\.{1,2}\/|\/|file:\/\/)[^'"`\n\\$]{1,500})\1/g;
const CODE = /\.([cm]?[jt]sx?|node|wasm)$/;
const TRIED = ['', '.js', '.json', '.node', '.mjs', '.cjs', '.ts', '.tsx', '.mts', '.cts', '.jsx'];
const INDEXES = TRIED.slice(1).map((end) => `/index${end}`);

function* targetsIn(text: string, file: string, scope: Scope | undefined, collection: Collection): Generator<string> {
  for (const [, , given = ''] of text.matchAll(PATHS)) {
    if (collection.isTooMuch()) return;
    // What is started rather than imported is looked for where programs are started.
    for (const from of [file, `${collection.folder}/.`]) {
      const found = fileAt(given, from, collection);
      if (found !== undefined && (CODE.test(found) || (collection.isInside(found) && collection.isProgram(found)))) yield found;
    }
  }
  for (const given of importedIn(text)) {
    if (collection.isTooMuch()) return;
    if (/^(\.{1,2}(\/|$)|\/|file:)/.test(given)) {
      const found = fileAt(given, file, collection);
      if (found !== undefined) yield found;
    } else if (given.startsWith('#')) {
      for (const one of scope?.imports ?? []) {
        const found = fileAt(one, `${scope?.folder}/package.json`, collection);
        if (found !== undefined) yield found;
      }
    } else if (!isBuiltIn(given)) followPackage(packageName(given), file, collection);
  }
}

function fileAt(given: string, from: string, collection: Collection): string | undefined {
  const { dirname, resolve } = process.getBuiltinModule('node:path');
  const plain = given.startsWith('file:') ? pathOfUrl(given) : given.replace(/[?#].*$/, '');
  // What is imported is an address.
  const path =
    [plain, decoded(plain)].map((one) => resolve(dirname(from), one)).find((one) => collection.isFile(one)) ??
    resolve(dirname(from), plain);
  const main = collection.isFolder(path) ? mainOf(path) : undefined;
  const mains = main === undefined ? [] : [`${path}/${main}`, ...TRIED.map((end) => `${path}/${main}${end}`)];
  // Where TypeScript is read, x.js may mean x.ts.
  const typed = path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2');
  return [...mains, ...[...TRIED, ...INDEXES].map((end) => path + end), typed].find((one) => collection.isFile(one));
}

function decoded(text: string): string {
  return text.includes('%') ? (tried(() => decodeURIComponent(text)) ?? text) : text;
}

function pathOfUrl(url: string): string {
  try {
    return process.getBuiltinModule('node:url').fileURLToPath(url);
  } catch {
    return url;
  }
}

function mainOf(folder: string): string | undefined {
  return textAt(jsonAt(`${folder}/package.json`), 'main');
}

/** The package.json that says how a file is loaded, of which only that counts: the rest changes every day. */
function packageScope(file: string, collection: Collection): Scope | undefined {
  const { dirname } = process.getBuiltinModule('node:path');
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const path = `${folder}/package.json`;
    if (collection.isFile(path)) {
      const { type, imports, exports, name } = jsonAt(path) ?? {};
      collection.note(`${collection.nameOf(path)} (type, imports, exports)`, JSON.stringify([type, imports, exports, name]) ?? '');
      return { folder, imports: textsIn([imports, exports]).filter((text) => text.startsWith('.')) };
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function isBuiltIn(name: string): boolean {
  return process.getBuiltinModule('node:module').isBuiltin(name);
}

function packageFolder(name: string, from: string, collection: Collection): string | undefined {
  const { dirname, join } = process.getBuiltinModule('node:path');
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(name) || /^\.*$/.test(name)) return undefined;
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (collection.isFolder(found)) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

function addPackageAt(name: string, folder: string, collection: Collection): void {
  if (!collection.enter(folder)) return;
  const real = realPath(folder);
  const description = jsonAt(`${real}/package.json`) ?? {};
  const files: string[] = [];
  collectCode(real, files);
  collection.addPackage(name, files);
  const needed = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((key) =>
    Object.keys(objectAt(description, key) ?? {}),
  );
  for (const one of needed) followPackage(one, `${real}/package.json`, collection);
}

/** More than this is left unchecked. */
const MOST_CODE = 4001;

function collectCode(folder: string, files: string[]): void {
  const entries = tried(() => readFolder(folder, MOST_CODE).entries) ?? [];
  for (const entry of entries) {
    if (files.length >= MOST_CODE) return;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'node_modules') collectCode(path, files);
    else if (!entry.isDirectory() && (CODE.test(entry.name) || /^[^.]+$|\.json$/.test(entry.name))) files.push(path);
  }
}

function jsonAt(path: string): JsonObject | undefined {
  const value = parseJson(tried(() => readRegularFile(path, 1_000_000).toString('utf8')) ?? '');
  return isObject(value) ? value : undefined;
}

function realPath(path: string): string {
  return tried(() => process.getBuiltinModule('node:fs').realpathSync(path)) ?? path;
}

function tried<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
