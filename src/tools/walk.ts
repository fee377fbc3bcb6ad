/** Walks over the files of a folder in a stable order, past what git ignores; links are named, never followed. */
import type { Dirent } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readFolder, readRegularFile } from '../config/regular-file.ts';
import { compileGlob, type Glob } from './glob.ts';

type Entry = {
  /** From the walked folder on, with `/`. */
  path: string;
  type: 'file' | 'folder' | 'link' | 'other';
};

type WalkRequest = {
  folder: string;
  /** How many levels below the folder; 1 is its own entries. */
  depth: number;
  /** Also what git ignores, and node_modules. */
  isAll: boolean;
  /** Called with each folder that has more entries than anybody looks at. */
  cut?: (path: string) => void;
};

/** A folder comes before what is in it. A folder that cannot be read has nothing in it. */
export async function* walk({ folder, depth, isAll, cut = () => {} }: WalkRequest, signal: AbortSignal): AsyncGenerator<Entry> {
  const rules = isAll ? [] : await rulesAbove(folder);
  yield* level({ root: folder, path: '', depth, isAll, cut, rules, pause: createPause() }, signal);
}

/** `pause` lets others have their turn, and the signal fire, after so much work. */
type Level = Omit<Required<WalkRequest>, 'folder'> & {
  root: string;
  path: string;
  rules: readonly Rule[];
  pause: (work: number) => Promise<void>;
};

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
/** Of one folder. */
const MOST_ENTRIES = 200_000;
/** git itself does with less. */
const MOST_RULES = 2000;
const MOST_RULE_BYTES = 1_000_000;
const SELDOM = new Set(['node_modules', '.venv', '__pycache__', '.cache']);

async function* level({ root, path, depth, isAll, cut, rules, pause }: Level, signal: AbortSignal): AsyncGenerator<Entry> {
  const folder = join(root, path);
  const { entries, isCut } = entriesOf(folder);
  if (isCut) cut(path);
  const own = isAll || !entries.some((entry) => entry.name === '.gitignore') ? [] : rulesIn(folder);
  const all = own.length === 0 ? rules : [...rules, ...own];
  for (const entry of entries) {
    await pause(1 + all.length);
    if (signal.aborted) return;
    const type = typeOf(entry);
    if (NEVER.has(entry.name) || (!isAll && (SELDOM.has(entry.name) || isIgnored(join(folder, entry.name), type, all)))) continue;
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    yield { path: below, type };
    if (type === 'folder' && depth > 1) yield* level({ root, path: below, depth: depth - 1, isAll, cut, rules: all, pause }, signal);
  }
}

function entriesOf(folder: string): { entries: Dirent[]; isCut: boolean } {
  try {
    return readFolder(folder, MOST_ENTRIES);
  } catch {
    return { entries: [], isCut: false };
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
  return above.flatMap(rulesIn);
}

/** One that is no regular file, or larger than anybody writes it, has none. */
function rulesIn(folder: string): Rule[] {
  let text: string;
  try {
    text = readRegularFile(join(folder, '.gitignore'), MOST_RULE_BYTES).toString('utf8');
  } catch {
    return [];
  }
  return text.split(/\r?\n/, MOST_RULES).flatMap((line) => ruleOf(line, folder));
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
