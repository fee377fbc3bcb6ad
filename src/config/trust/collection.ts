/** Collects files that would run: each is read once, as a regular file, hashed, and counted against a budget. */

import type { Stats } from 'node:fs';
import { errorCode } from '../../core/errors.ts';
import { readRegularFile } from '../regular-file.ts';
import { exactStatIfThere } from '../stat.ts';

/** `known`: it was added before. `code`: it is there and cannot be read, which is noted. */
type Added = { bytes: Buffer; real: string } | { code: string } | 'known' | 'missing';

/** What a server or a script starts. `isGuess`: it was found in a text, and may be none. */
export type Command = { words: readonly string[]; folders: readonly string[]; of: string; isGuess?: true };

export type Collection = {
  readonly folder: string;
  readonly mostFiles: number;
  /** By its path; links are followed, and where they lead is noted. */
  add(path: string): Added;
  /** A file of which only a part counts, such as some fields of package.json. */
  note(name: string, text: string): void;
  /** False where this folder, wherever a link to it lies, has been entered before. */
  enter(folder: string): boolean;
  isFolder(path: string): boolean;
  isFile(path: string): boolean;
  /** May it be run? */
  isProgram(path: string): boolean;
  /** In bytes; 0 where there is none. */
  sizeOf(path: string): number;
  /** Does it lie in the folder, by its name or by where it leads? */
  isInside(path: string): boolean;
  /** In words, what would run and is not checked. */
  leaveUnchecked(words: string): void;
  /** All files of a package or none; too many are left unchecked. */
  addPackage(name: string, files: readonly string[]): void;
  /** To be followed later. */
  meet(commands: readonly Command[]): void;
  nextCommand(): Command | undefined;
  /** How many paths were looked at. */
  looks(): number;
  nameOf(path: string): string;
  giveUp(): void;
  isTooMuch(): boolean;
  found(): {
    files: Record<string, string>;
    hashes: Record<string, string>;
    unchecked: string[];
    hasLoosePackages: boolean;
  };
};

const MOST_FILES = 2000;
const MOST_BYTES = 64_000_000;
/** Characters of what is said to be unchecked: it is kept, and a command may be as long as it likes. */
const MOST_WORDS = 400;
/** Whoever names more paths wants to hold up whoever looks. */
const MOST_LOOKS = 120_000;
/** Of packages besides: one that is larger is not read at each start of a tool. */
const MOST_PACKAGE_FILES = 4000;
const MOST_PACKAGE_BYTES = 48_000_000;

type PackageFile = { folder: string; state: string; real: string; entry: string; hash: string };

const PACKAGE_FILES = new Map<string, PackageFile>();

export function createCollection(folder: string): Collection {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { realpathSync, statSync } = process.getBuiltinModule('node:fs');
  const { isAbsolute, relative, sep } = process.getBuiltinModule('node:path');
  const files = new Map<string, string>();
  const hashes = new Map<string, string>();
  const unchecked = new Set<string>();
  const entered = new Set<string>();
  const commands: Command[] = [];
  const own = { files: MOST_FILES, bytes: MOST_BYTES };
  const packages = { files: MOST_PACKAGE_FILES, bytes: MOST_PACKAGE_BYTES };
  let hasLoosePackages = false;
  let isTooMuch = false;
  let looks = 0;

  function nameOf(path: string): string {
    const way = relative(folder, path);
    const name = way === '' ? '.' : isOutside(way) ? path : way;
    return sep === '\\' ? name.replaceAll('\\', '/') : name;
  }

  function isOutside(way: string): boolean {
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  }

  function add(path: string, budget = own): Added {
    const name = nameOf(path);
    if (files.has(name)) return 'known';
    const stats = statsOf(path);
    if (stats === 'ENOENT' || stats === 'ENOTDIR') return 'missing';
    budget.files -= 1;
    if (typeof stats === 'object') budget.bytes -= stats.isFile() ? stats.size : 0;
    if (budget.files < 0 || budget.bytes < 0) {
      if (budget === own) isTooMuch = true;
      return 'missing';
    }
    try {
      if (typeof stats === 'string') throw Object.assign(new Error(stats), { code: stats });
      const bytes = readRegularFile(path, MOST_BYTES);
      const real = realpathSync(path);
      const hash = createHash('sha256').update(bytes).digest('hex');
      const runs = stats.mode & 0o111 ? ' runs' : '';
      files.set(name, `${hash}${runs}${real === path ? '' : ` -> ${nameOf(real)}`}`);
      hashes.set(real, hash);
      return { bytes, real };
    } catch (thrown) {
      const code = errorCode(thrown) ?? 'unreadable';
      files.set(name, code);
      return { code };
    }
  }

  /** Who loads it compares its bytes again: within one run it is hashed once for each state that it is in. */
  function addOfPackage(path: string): void {
    const stats = exactStatIfThere(path);
    const state = stats && `${stats.dev} ${stats.ino} ${stats.size} ${stats.mode} ${stats.mtimeNs} ${stats.ctimeNs}`;
    const known = PACKAGE_FILES.get(path);
    if (known && known.state === state && known.folder === folder) {
      packages.files -= 1;
      packages.bytes -= Number(stats?.size ?? 0);
      files.set(nameOf(path), known.entry);
      hashes.set(known.real, known.hash);
      return;
    }
    const added = add(path, packages);
    if (state === undefined || typeof added !== 'object' || !('bytes' in added)) return;
    const { real } = added;
    PACKAGE_FILES.set(path, { folder, state, real, entry: files.get(nameOf(path)) ?? '', hash: hashes.get(real) ?? '' });
  }

  function statsOf(path: string): Stats | string {
    looks += 1;
    if (looks > MOST_LOOKS) isTooMuch = true;
    if (isTooMuch) return 'ENOENT';
    try {
      return statSync(path);
    } catch (thrown) {
      return errorCode(thrown) ?? 'unreadable';
    }
  }

  function realOf(path: string): string | undefined {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  }

  const is = (path: string, kind: 'isFile' | 'isDirectory') => {
    const stats = statsOf(path);
    return typeof stats === 'object' && stats[kind]();
  };

  return {
    folder,
    mostFiles: MOST_FILES,
    add: (path) => add(path),
    note(name, text) {
      if (!files.has(name)) files.set(name, createHash('sha256').update(text).digest('hex'));
    },
    enter(path) {
      const real = realOf(path);
      if (real === undefined || !is(path, 'isDirectory') || entered.has(real)) return false;
      entered.add(real);
      if (real !== path && nameOf(path) !== nameOf(real)) files.set(nameOf(path), `-> ${nameOf(real)}`);
      return true;
    },
    isFolder: (path) => is(path, 'isDirectory'),
    isFile: (path) => is(path, 'isFile'),
    isProgram(path) {
      const stats = statsOf(path);
      return typeof stats === 'object' && stats.isFile() && (stats.mode & 0o111) !== 0;
    },
    sizeOf: (path) => sizeOf(statsOf(path)),
    isInside(path) {
      const real = realOf(path);
      return !isOutside(relative(folder, path)) || (real !== undefined && !isOutside(relative(folder, real)));
    },
    leaveUnchecked(words) {
      const hash = () => createHash('sha256').update(words).digest('hex').slice(0, 16);
      unchecked.add(words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}… (${hash()})` : words);
    },
    addPackage(name, paths) {
      const bytes = paths.reduce((sum, path) => sum + sizeOf(statsOf(path)), 0);
      if (paths.length > packages.files || bytes > packages.bytes) {
        hasLoosePackages = true;
        unchecked.add(`the package ${name}, which is too large`);
        return;
      }
      for (const path of paths) addOfPackage(path);
    },
    meet: (met) => void commands.push(...met),
    nextCommand: () => commands.pop(),
    looks: () => looks,
    nameOf,
    giveUp() {
      isTooMuch = true;
    },
    isTooMuch: () => isTooMuch,
    found: () => ({
      files: sortedRecord(files),
      hashes: Object.fromEntries(hashes),
      unchecked: [...unchecked].sort(),
      hasLoosePackages,
    }),
  };
}

function sizeOf(stats: Stats | string): number {
  return typeof stats === 'object' ? stats.size : 0;
}

function sortedRecord(entries: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}
