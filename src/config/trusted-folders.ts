/** The folders whose own tools and servers may run, as they were when the user said so: one private file, beside the keys. */
import { configurationError } from '../core/errors.ts';
import { isObject, type Json, listAt, objectAt, textAt } from '../core/json.ts';
import { MOST_JSON_BYTES, readJsonFile } from './json-file.ts';
import { type Brought, broughtBy } from './trust/brought.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `changed`: what it brings is not what it was when it was trusted, so somebody has to look again; `changes` says what, in words. */
export type TrustNow = { state: 'trusted'; brought: Brought } | { state: 'changed'; changes: readonly string[] } | { state: 'unknown' };

/** Of exactly this folder, wherever a link to it lies; what is below it changed folder. Nothing of one that is unknown is read. */
export function readTrust(dataFolder: string, folder: string, env: Environment = {}): TrustNow {
  const path = realPath(folder);
  const entry = entriesIn(dataFolder).find((one) => one.path === path);
  if (!entry) return { state: 'unknown' };
  const brought = broughtBy(path, env);
  const changes = changesSince(entry, brought);
  return changes.length > 0 ? { state: 'changed', changes } : { state: 'trusted', brought };
}

/** What a folder brings as it is now; throws where it cannot be trusted so. */
export function lookAtFolder(folder: string, env: Environment = {}): Brought {
  const brought = broughtBy(realPath(folder), env);
  if (brought.problem) throw brought.problem;
  return brought;
}

/** As it was looked at. False where it was trusted already, and has not changed. */
export async function trustFolder(
  dataFolder: string,
  folder: string,
  brought: Brought = lookAtFolder(folder),
  signal?: AbortSignal,
): Promise<boolean> {
  const path = realPath(folder);
  const fresh = { path, ...partsOf(brought) };
  const edit = (entries: Entry[]): Entry[] => {
    const others = entries.filter((entry) => entry.path !== path);
    const isKnown = entries.some((entry) => entry.path === path && changesSince(entry, brought).length === 0);
    return isKnown ? entries : [...others, fresh];
  };
  return change(dataFolder, edit, signal);
}

/** False where it was not trusted. A folder that is gone is named as it was listed. */
export function distrustFolder(dataFolder: string, folder: string, signal?: AbortSignal): Promise<boolean> {
  const path = realPath(folder);
  const others = (entries: Entry[]) => entries.filter((entry) => entry.path !== path);
  return change(dataFolder, (entries) => (others(entries).length < entries.length ? others(entries) : entries), signal);
}

type Entry = { path: string; files: Readonly<Record<string, string>> | undefined; unchecked: readonly string[] };

function partsOf({ files, unchecked }: Brought): Omit<Entry, 'path'> {
  return { files, unchecked };
}

/** In words. Before there was a list of files, less was looked at than now. */
function changesSince({ files, unchecked }: Entry, brought: Brought): string[] {
  if (!files) return ['it was trusted by an older sotto, which looked at less of it'];
  const names = [...new Set([...Object.keys(files), ...Object.keys(brought.files)])].sort();
  const changed = names.flatMap((name) => {
    if (files[name] === brought.files[name]) return [];
    return [`${name} ${files[name] === undefined ? 'is new' : brought.files[name] === undefined ? 'is gone' : 'changed'}`];
  });
  const open = brought.unchecked.filter((words) => !unchecked.includes(words)).map((words) => `not checked any more: ${words}`);
  return [...changed, ...open, ...(brought.problem ? [brought.problem.message] : [])];
}

function entriesIn(dataFolder: string): Entry[] {
  return listAt(readJsonFile(fileIn(dataFolder)), 'folders').flatMap(entryOf);
}

function entryOf(row: Json): Entry[] {
  const path = isObject(row) ? textAt(row, 'path') : undefined;
  if (path === undefined) return [];
  const files = objectAt(row, 'files');
  const known =
    files && Object.fromEntries(Object.entries(files).flatMap(([name, state]) => (typeof state === 'string' ? [[name, state]] : [])));
  return [{ path, files: known, unchecked: listAt(row, 'unchecked').filter((words) => typeof words === 'string') }];
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
async function change(dataFolder: string, edit: (entries: Entry[]) => Entry[], signal: AbortSignal | undefined): Promise<boolean> {
  const [{ withFileLock }, { writePrivateFile }] = await Promise.all([import('./lock.ts'), import('./atomic-file.ts')]);
  const file = fileIn(dataFolder);
  return withFileLock(
    file,
    () => {
      const before = entriesIn(dataFolder);
      const after = edit(before);
      if (after === before) return false;
      const text = `${JSON.stringify({ v: 2, folders: after }, undefined, 2)}\n`;
      if (Buffer.byteLength(text) > MOST_JSON_BYTES) throw tooLarge(file);
      writePrivateFile(file, text);
      return true;
    },
    signal,
  );
}

/** What is written has to be readable afterwards. */
function tooLarge(file: string) {
  return configurationError(
    `Trust in this folder cannot be kept: ${file} would become too large.`,
    'Take trust back from a folder that is not used any more: sotto tools untrust FOLDER',
  );
}
