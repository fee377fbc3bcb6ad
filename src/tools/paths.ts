/** Where a path of the model really leads, and whether it may be read or written there. */

import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { protectedKind, secretKind } from './secrets-files.ts';

export type Borders = {
  /** The working folder. */
  folder: string;
  /** Granted besides. */
  roots: readonly string[];
  home: string;
  platform: string;
  /** Never read or written, unless a granted folder lies in it. */
  privatePaths: readonly string[];
};

export type Place = {
  /** Absolute, without any link in it. */
  path: string;
  /** As people and models see it: from the working folder on, with `/`. */
  shown: string;
  /** In the working folder or a granted one. */
  isInside: boolean;
  exists: boolean;
};

export type Refused = { refusal: string };

/** What does not exist yet is placed by its deepest folder that does. Writing outside and secrets are refused in words for the model. */
export async function resolveInside(path: string, borders: Borders, { write }: { write: boolean }): Promise<Place | Refused> {
  const wrong = unusable(path, borders.platform);
  if (wrong !== undefined) return { refusal: wrong };
  const named = resolve(borders.folder, expandHome(path, borders.home));
  let found: { path: string; exists: boolean };
  try {
    found = await followed(named);
  } catch (thrown) {
    return { refusal: `${path} cannot be reached: ${fileReason(thrown)}.` };
  }
  const folder = await realOf(borders.folder);
  const root = longest(await rootsOf(borders), found.path);
  const shown = shownPath(found.path, folder);
  const reason = secretKind(named) ?? (await privacyOf(borders))(found.path);
  if (reason !== undefined)
    return { refusal: `${shown} is ${reason}; tools do not ${write ? 'write' : 'read'} it. Ask the user for what you need.` };
  if (write) {
    const kept = protectedKind(named) ?? protectedKind(found.path);
    if (kept !== undefined) return { refusal: `${shown} is in ${kept}; tools do not write there.` };
    if (root === undefined) {
      return {
        refusal: `${shown} is outside of the working folder (${folder}); tools write only inside of it and of folders that the user has granted.`,
      };
    }
  }
  return { path: found.path, shown, isInside: root !== undefined, exists: found.exists };
}

/** Judges paths that have no links in them: what secret they are, or undefined. */
export async function privacyOf(borders: Borders): Promise<(path: string) => string | undefined> {
  const roots = await rootsOf(borders);
  const own = await Promise.all(borders.privatePaths.map(realOf));
  return (path) => {
    const secret = secretKind(path);
    if (secret !== undefined) return secret;
    const owner = longest(own, path);
    return owner !== undefined && owner.length >= (longest(roots, path)?.length ?? 0) ? "one of sotto's own files" : undefined;
  };
}

/** A path as people see it: from the working folder on where it is inside. */
function shownPath(path: string, folder: string): string {
  const shown = isBelow(path, folder) ? relative(folder, path) || '.' : path;
  return sep === '\\' ? shown.replaceAll('\\', '/') : shown;
}

/** The folder itself counts as below it. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Why a file could not be used, in words. */
export function fileReason(thrown: unknown): string {
  const code = errorCode(thrown) ?? '';
  return REASONS[code] ?? (thrown instanceof Error ? thrown.message : String(thrown));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle or were changed meanwhile',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
  ENXIO: 'it is not a regular file',
  EAGAIN: 'it is not a regular file',
  EFBIG: 'it is too large',
};

const LONGEST_PATH = 4096;

function unusable(path: string, platform: string): string | undefined {
  if (path.trim() === '') return 'The path is empty.';
  if (path.includes('\0')) return 'The path holds a null character.';
  if (path.length > LONGEST_PATH) return `The path is too long: ${path.length} characters.`;
  if (platform !== 'win32') return undefined;
  // Only to look at \\server\share sends the user's name to that server; file.txt:stream is a file behind a file.
  if (/^[\\/]{2}/.test(path)) return `${path} is on another machine or a device; tools use only files of this one.`;
  if (/^.{2,}:|^[^a-z]:/i.test(path)) return `${path} is not a plain path.`;
  if (/(^|[\\/])(con|prn|aux|nul|com\d|lpt\d)(\.[^\\/]*)?[ .]*$/i.test(path)) return `${path} is a device, not a file.`;
  return undefined;
}

function expandHome(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') || (sep === '\\' && path.startsWith('~\\')) ? join(home, path.slice(2)) : path;
}

const MOST_LINKS = 40;

async function followed(path: string): Promise<{ path: string; exists: boolean }> {
  const rest: string[] = [];
  let current = path;
  for (let links = 0; ; ) {
    try {
      return { path: join(await realpath(current), ...rest), exists: rest.length === 0 };
    } catch (thrown) {
      if (errorCode(thrown) !== 'ENOENT' || dirname(current) === current) throw thrown;
    }
    // A link to what does not exist: writing would create its target, so it counts as its target.
    const target = await readlink(current).catch(() => undefined);
    if (target !== undefined) {
      links += 1;
      if (links > MOST_LINKS) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
      current = resolve(await realpath(dirname(current)), target);
    } else {
      rest.unshift(basename(current));
      current = dirname(current);
    }
  }
}

function rootsOf({ folder, roots }: Borders): Promise<string[]> {
  return Promise.all([folder, ...roots].map(realOf));
}

async function realOf(path: string): Promise<string> {
  try {
    return (await followed(resolve(path))).path;
  } catch {
    return resolve(path);
  }
}

function longest(folders: readonly string[], path: string): string | undefined {
  let best: string | undefined;
  for (const folder of folders) if (isBelow(path, folder) && folder.length > (best?.length ?? -1)) best = folder;
  return best;
}
