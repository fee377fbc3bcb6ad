/** Puts a finished database in the place of another, which is kept: killed at any moment, one of the two is whole and in place. */

import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { statIfThere } from '../config/stat.ts';
import { backupName } from './migrate.ts';

/**
 * Returns where the database is now that was there before; undefined when there was none. First it gets its second name, then its
 * log goes to that name too, and the last step puts the new file in place. Other processes go on in the old one until they end.
 */
export function replaceDatabase(fresh: string, file: string, label: string, nowMs: number): string | undefined {
  const descriptor = openSync(fresh, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
  const aside = existsSync(file) ? backupName(file, label, nowMs) : undefined;
  if (aside !== undefined) nameTwice(file, aside);
  for (const companion of COMPANIONS) {
    if (aside === undefined) rmSync(file + companion, { force: true });
    else if (existsSync(file + companion)) renameSync(file + companion, aside + companion);
  }
  renameSync(fresh, file);
  return aside;
}

const COMPANIONS = ['-wal', '-shm'];

/** Where a file cannot have two names, as on a memory stick, a copy is kept. */
function nameTwice(file: string, aside: string): void {
  try {
    linkSync(file, aside);
  } catch {
    copyFileSync(file, aside, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}

/**
 * For a database without a log: whoever replaced it may have been killed between taking the log away and the end. Then file and
 * log belong together again, under the old name. True when that was so.
 */
export function undoReplacing(file: string): boolean {
  const { ino, dev } = statSync(file);
  const folder = dirname(file);
  const aside = readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.bak-wal'))
    .map((name) => join(folder, name.slice(0, -'-wal'.length)))
    .find((name) => {
      const other = statIfThere(name);
      return other?.ino === ino && other.dev === dev;
    });
  if (aside === undefined) return false;
  // The log last: with it, the database counts as whole.
  for (const companion of COMPANIONS.toReversed()) if (existsSync(aside + companion)) renameSync(aside + companion, file + companion);
  rmSync(aside);
  return true;
}
