/** Puts a file in its place whole or not at all, with the mode it had, and only where the path still leads where it was checked. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ensureFolder } from '../config/paths.ts';
import type { Place } from './paths.ts';

/** Throws what the system throws; ELOOP where a folder of the path became a link meanwhile. */
export async function replaceFile({ path }: Place, bytes: Buffer): Promise<void> {
  const folder = dirname(path);
  ensureFolder(folder, 0o777);
  await checkFolder(folder);
  const before = await lstat(path).catch(() => undefined);
  if (before?.isSymbolicLink()) throw replacedByLink('the file');
  if (before?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  if (before && !before.isFile()) throw Object.assign(new Error('it is not a regular file'), { code: 'ENXIO' });
  // A new file takes its place, which would not ask whether the old one may be written.
  if (before) await access(path, constants.W_OK);
  const temporary = join(folder, `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', before ? 0o600 : 0o666);
    try {
      await handle.writeFile(bytes);
      if (before) await likeBefore(handle, before);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await checkFolder(folder);
    // Replaces a link that was put there at this moment, and never follows it.
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

async function likeBefore(handle: FileHandle, { mode, uid, gid }: { mode: number; uid: number; gid: number }): Promise<void> {
  // Only root may give a file away; for others it is theirs already, or stays so.
  await handle.chown(uid, gid).catch(() => {});
  // A program that runs as somebody else does so no more with another text, as wherever a file is written.
  await handle.chmod(mode & 0o777);
}

async function checkFolder(folder: string): Promise<void> {
  if ((await realpath(folder)) !== folder) throw replacedByLink('a folder of its path');
}

function replacedByLink(what: string): Error {
  return Object.assign(new Error(`${what} was replaced by a link meanwhile`), { code: 'ELOOP' });
}
