/** The folders whose own tools and servers may run, as they were when the user said so: one private file, beside the keys. */
import { usageError } from '../core/errors.ts';
import { isObject, type Json, listAt, textAt } from '../core/json.ts';
import { fingerprintOf } from './folder-fingerprint.ts';
import { readJsonFile } from './json-file.ts';

/** `changed`: what it brings is not what it was when it was trusted, so somebody has to look again. */
export type Trust = 'trusted' | 'changed' | 'unknown';

/** Of exactly this folder, wherever a link to it lies; what is below it is another folder. */
export function trustOf(dataFolder: string, folder: string): Trust {
  const path = realPath(folder);
  const entry = entriesIn(dataFolder).find((one) => one.path === path);
  if (!entry) return 'unknown';
  return entry.fingerprint === fingerprintOf(path) ? 'trusted' : 'changed';
}

export function isTrustedFolder(dataFolder: string, folder: string): boolean {
  return trustOf(dataFolder, folder) === 'trusted';
}

export function listTrustedFolders(dataFolder: string): string[] {
  return entriesIn(dataFolder).map(({ path }) => path);
}

/** As it is now. False where it was trusted already, and has not changed. */
export async function trustFolder(dataFolder: string, folder: string): Promise<boolean> {
  const path = realPath(folder);
  const fingerprint = fingerprintOf(path);
  if (fingerprint === undefined)
    throw usageError(
      `${path} brings too many or too large files for its tools to be trusted.`,
      'Keep packages and data outside of .sotto/tools.',
    );
  return change(dataFolder, (entries) => {
    const others = entries.filter((entry) => entry.path !== path);
    const isKnown = entries.some((entry) => entry.path === path && entry.fingerprint === fingerprint);
    return isKnown ? entries : [...others, { path, fingerprint }];
  });
}

/** False where it was not trusted. A folder that is gone is named as it was listed. */
export function distrustFolder(dataFolder: string, folder: string): Promise<boolean> {
  const path = realPath(folder);
  return change(dataFolder, (entries) =>
    entries.some((entry) => entry.path === path) ? entries.filter((entry) => entry.path !== path) : entries,
  );
}

type Entry = { path: string; fingerprint: string };

function entriesIn(dataFolder: string): Entry[] {
  return listAt(readJsonFile(fileIn(dataFolder)), 'folders').flatMap(entryOf);
}

function entryOf(row: Json): Entry[] {
  const path = isObject(row) ? textAt(row, 'path') : undefined;
  return path === undefined ? [] : [{ path, fingerprint: textAt(row, 'fingerprint') ?? '' }];
}

function fileIn(dataFolder: string): string {
  return `${dataFolder}/trusted-folders.json`;
}

function realPath(folder: string): string {
  try {
    return process.getBuiltinModule('node:fs').realpathSync(folder);
  } catch {
    return folder;
  }
}

/** `edit` gives the same list back where there is nothing to change. */
async function change(dataFolder: string, edit: (entries: Entry[]) => Entry[]): Promise<boolean> {
  const [{ withFileLock }, { writePrivateFile }] = await Promise.all([import('./lock.ts'), import('./atomic-file.ts')]);
  const file = fileIn(dataFolder);
  return withFileLock(file, () => {
    const before = entriesIn(dataFolder);
    const after = edit(before);
    if (after === before) return false;
    writePrivateFile(file, `${JSON.stringify({ v: 1, folders: after }, undefined, 2)}\n`);
    return true;
  });
}
