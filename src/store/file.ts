/** The database file itself: made private before SQLite sees it, and looked at without opening it. */

import { closeSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureFolder } from '../config/paths.ts';
import { statIfThere } from '../config/stat.ts';
import { errorCode } from '../core/errors.ts';
import { damagedError, storeFailure } from './failure.ts';

/** "sott" as a number: says in the file's header whose database it is. */
export const APPLICATION_ID = 0x736f7474;

/**
 * Creates the folder (0700) and an empty file (0600) where there is none: SQLite would create it readable for all, and its
 * companions -wal and -shm take over the mode of the file.
 */
export function ensurePrivateFile(file: string): void {
  try {
    ensureFolder(dirname(file));
    closeSync(openSync(file, 'a', 0o600));
  } catch (thrown) {
    throw storeFailure(thrown, file);
  }
}

export type Header = {
  /** Of the schema; 0 where there is none yet. */
  version: number;
  /** What was saved last is in a log beside the file. A copy that is whole by itself has none. */
  usesLog: boolean;
};

/**
 * The header of the file; undefined where there is no file or nothing in it yet. Opening a database, even to look, may write to
 * it: one of a newer sotto must stay untouched. The log may hold a newer version than the header, so this is the first check and
 * not the only one.
 */
export function readHeader(file: string): Header | undefined {
  const header = headerOf(file);
  const { length } = header;
  // SQLite would take the log away: no database begins with one. Looked at in this order, because another process may be just making it.
  if (length === 0 && hasLeftLog(file)) throw damagedError(file, 'it is empty or gone, and its log is not');
  if (length === 0) return undefined;
  if (length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw damagedError(file, 'it does not begin like a database');
  }
  const owner = header.readUInt32BE(68);
  if (owner !== APPLICATION_ID && owner !== 0) throw damagedError(file, 'it is the database of another program');
  return { version: header.readUInt32BE(60), usesLog: header[18] === 2 };
}

/** A log with something in it, beside a file that has nothing or is not there. */
export function hasLeftLog(file: string): boolean {
  const sizeOf = (path: string): number => statIfThere(path)?.size ?? 0;
  return sizeOf(`${file}-wal`) > 0 && sizeOf(file) === 0;
}

/** The bytes of it, as many as there are; none where there is no file. */
export function headerOf(file: string): Buffer {
  const header = Buffer.alloc(100);
  try {
    const descriptor = openSync(file, 'r');
    try {
      return header.subarray(0, readSync(descriptor, header, 0, header.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (thrown) {
    if (/^(ENOENT|ENOTDIR)$/.test(errorCode(thrown) ?? '')) return header.subarray(0, 0);
    throw storeFailure(thrown, file);
  }
}
