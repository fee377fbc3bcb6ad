/** Copies of the whole database: made while others write, and put back in its place. */
import { closeSync, constants, copyFileSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { draftFor, putInPlace } from '../config/atomic-file.ts';
import { configurationError, errorCode, type SottoError } from '../core/errors.ts';
import { checkFile } from './check.ts';
import { type Connection, openConnection } from './connection.ts';
import { newerError, storeFailure } from './failure.ts';
import { ensurePrivateFile, readHeader } from './file.ts';
import { MIGRATIONS } from './migrations.ts';
import { replaceDatabase } from './replace.ts';

/** It gets its name when it is whole. */
export async function backUpTo(
  connection: Connection,
  { target, onPages }: { target: string; onPages: (done: number, total: number) => void },
  signal: AbortSignal,
): Promise<void> {
  if (existsSync(target)) throw existsAlready(target);
  const draft = draftFor(target);
  try {
    ensurePrivateFile(draft);
    await connection.backup(draft, onPages, signal);
    makeOneFile(draft);
    syncFile(draft);
    putInPlace(draft, target, { replaces: false });
  } catch (thrown) {
    for (const companion of ['', '-wal', '-shm', '-journal']) rmSync(draft + companion, { force: true });
    throw errorCode(thrown) === 'EEXIST' ? existsAlready(target) : storeFailure(thrown, target);
  }
}

function existsAlready(target: string): SottoError {
  return configurationError(`${target} exists already; a backup does not replace a file.`, 'Name another file.');
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

export type Restored = { /** Where the database that was there before is now; undefined when there was none. */ kept: string | undefined };

/**
 * Puts a backup in the place of the database. The backup is checked first; the database that is there, however damaged, is
 * moved aside and kept. Other sotto processes that are running go on in the old file until they end.
 */
export function restoreStore({ file, from, nowMs }: { file: string; from: string; nowMs: number }): Restored {
  if (!existsSync(from)) throw configurationError(`There is no file ${from}.`, 'See `sotto db path` for the folder of the backups.');
  const version = readHeader(from)?.version ?? 0;
  if (version > MIGRATIONS.length) throw newerError(from, version, MIGRATIONS.length);
  const { ok, problems } = checkFile(from);
  if (!ok || version === 0) {
    throw configurationError(`${from} is not a sound backup: ${problems[0] ?? 'it is not a database of sotto'}.`, 'Nothing was changed.');
  }
  try {
    const fresh = `${file}.restoring`;
    copyWithLog(from, fresh);
    return { kept: replaceDatabase(fresh, file, 'before-restore', nowMs) };
  } catch (thrown) {
    throw storeFailure(thrown, file);
  }
}

/** What was saved last may still be in the log beside the file: both are copied, and made one file. */
function copyWithLog(from: string, fresh: string): void {
  for (const companion of ['', '-wal', '-shm']) rmSync(fresh + companion, { force: true });
  ensurePrivateFile(fresh);
  copyFileSync(from, fresh, constants.COPYFILE_FICLONE);
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${fresh}-wal`, constants.COPYFILE_FICLONE);
  makeOneFile(fresh);
}

/** Folds the log into the file and says in its header that it needs none. */
function makeOneFile(fresh: string): void {
  const connection = openConnection(fresh);
  try {
    connection.get('PRAGMA journal_mode = DELETE');
  } finally {
    connection.close();
  }
  for (const companion of ['-wal', '-shm']) rmSync(fresh + companion, { force: true });
}
