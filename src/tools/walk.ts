/** Walks over the files of a folder in a stable order, past what git ignores; links are named, never followed. */
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compileGlob, type Glob } from './glob.ts';

export type Entry = {
  /** From the walked folder on, with `/`. */
  path: string;
  type: 'file' | 'folder' | 'link' | 'other';
};

export type WalkRequest = {
  folder: string;
  /** How many levels below the folder; 1 is its own entries. */
  depth: number;
  /** Also what git ignores, and node_modules. */
  isAll: boolean;
};

/** A folder comes before what is in it. A folder that cannot be read has nothing in it. */
export async function* walk({ folder, depth, isAll }: WalkRequest, signal: AbortSignal): AsyncGenerator<Entry> {
  const rules = isAll ? [] : await rulesAbove(folder);
  yield* level({ root: folder, path: '', depth, isAll, rules, pause: createPause() }, signal);
}

/** `pause` lets others have their turn, and the signal fire, after so much work. */
type Level = { root: string; path: string; depth: number; isAll: boolean; rules: readonly Rule[]; pause: (work: number) => Promise<void> };

/** Rules that are held against an entry before others have their turn. */
const WORK_AT_ONCE = 5000;

function createPause(): Level['pause'] {
  let done = 0;
  return async (work) => {
    done += work;
    if (done < WORK_AT_ONCE) return;
    done = 0;
    await setImmediate();
  };
}

/** `base` is the folder of the file that has the rule. */
type Rule = { base: string; matches: Glob; isNegated: boolean; isForFolders: boolean };

const NEVER = new Set(['.git', '.hg', '.svn']);
const SELDOM = new Set(['node_modules', '.venv', '__pycache__', '.cache']);

async function* level({ root, path, depth, isAll, rules, pause }: Level, signal: AbortSignal): AsyncGenerator<Entry> {
  const folder = join(root, path);
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  const own = isAll || !entries.some((entry) => entry.name === '.gitignore') ? [] : await rulesIn(folder);
  const all = own.length === 0 ? rules : [...rules, ...own];
  for (const entry of entries) {
    await pause(1 + all.length);
    if (signal.aborted) return;
    const type = typeOf(entry);
    if (NEVER.has(entry.name) || (!isAll && (SELDOM.has(entry.name) || isIgnored(join(folder, entry.name), type, all)))) continue;
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    yield { path: below, type };
    if (type === 'folder' && depth > 1) yield* level({ root, path: below, depth: depth - 1, isAll, rules: all, pause }, signal);
  }
}

function typeOf(entry: Dirent): Entry['type'] {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : 'other';
}

/** The last rule that matches decides. */
function isIgnored(path: string, type: Entry['type'], rules: readonly Rule[]): boolean {
  for (let index = rules.length - 1; index >= 0; index -= 1) {
    const rule = rules[index];
    if (!rule || (rule.isForFolders && type !== 'folder')) continue;
    if (rule.matches(relative(rule.base, path).replaceAll('\\', '/'))) return !rule.isNegated;
  }
  return false;
}

/** From the folder of the repository down to the one above; none outside of a repository. */
async function rulesAbove(folder: string): Promise<Rule[]> {
  const above: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    if (current !== folder) above.unshift(current);
    if (await exists(join(current, '.git'))) break;
    if (dirname(current) === current) return [];
  }
  return (await Promise.all(above.map(rulesIn))).flat();
}

async function rulesIn(folder: string): Promise<Rule[]> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  return text
    .split(/\r?\n/)
    .slice(0, 2000)
    .flatMap((line) => ruleOf(line, folder));
}

function ruleOf(line: string, base: string): Rule[] {
  const text = line.replace(/(?<!\\)\s+$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const isNegated = text.startsWith('!');
  const pattern = isNegated ? text.slice(1) : text;
  const isForFolders = pattern.endsWith('/');
  const bare = isForFolders ? pattern.slice(0, -1) : pattern;
  // Braces have no meaning there.
  return bare === '' ? [] : [{ base, matches: compileGlob(bare, { hasBraces: false }), isNegated, isForFolders }];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
