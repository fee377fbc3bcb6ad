/** The files that a pattern of a shell means: `plugins/*.sh` runs what lies there, and what is put there later. */
import { readFolder } from '../regular-file.ts';
import type { Collection } from './collection.ts';

/**
 * Their names are noted, so that a new one is a change; `counts` says which may run. What lies deeper than one pattern is left
 * unchecked, and said.
 */
export function filesMeant(word: string, from: string, collection: Collection, counts: (path: string) => boolean): string[] {
  const { join, resolve } = process.getBuiltinModule('node:path');
  const [, before = '', pattern = '', deeper = ''] = PATTERN.exec(word) ?? [];
  if (pattern === '') return [];
  const folder = resolve(from, before === '' ? '.' : before);
  if (!collection.isInside(folder) || !collection.isFolder(folder)) return [];
  const name = collection.nameOf(join(folder, pattern));
  if (deeper !== '' || pattern.includes('**')) {
    collection.leaveUnchecked(`what ${name}${deeper} means`);
    return [];
  }
  const names = namesIn(folder, collection.mostFiles).filter((one) => isMeant(one, pattern) && counts(join(folder, one)));
  collection.note(`${name} (names of files)`, names.join('\n'));
  return names.map((one) => join(folder, one));
}

/** Folders without a sign, the first name with one, and the rest. */
const PATTERN = /^((?:[^*?[\]]*\/)?)([^/]*[*?[][^/]*)((?:\/.*)?)$/s;

function namesIn(folder: string, most: number): string[] {
  try {
    return readFolder(folder, most).entries.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** More than a shell would find is no harm: any sign stands for any text. */
function isMeant(name: string, pattern: string): boolean {
  const parts = pattern.split(/[*?]|\[[^\]]*\]?/);
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  let at = first.length;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
