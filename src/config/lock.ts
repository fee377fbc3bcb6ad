/** Lets one process at a time change a file that several sotto processes share. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { configurationError, SottoError } from '../core/errors.ts';
import { ensureFolder } from './paths.ts';

/** Runs the action while no other process holds the lock of the file. The folder is created. */
export async function withFileLock<Result>(file: string, action: () => Result | Promise<Result>): Promise<Result> {
  const lock = `${file}.lock`;
  await acquire(file, lock);
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A change takes milliseconds: a lock this old was left by a process that was killed. */
const STALE_MS = 10_000;
const RETRY_MS = 15;

async function acquire(file: string, lock: string): Promise<void> {
  // The age of the lock is measured on the file system, so that the wait needs no clock of its own.
  for (let waitedMs = 0; waitedMs < 2 * STALE_MS; waitedMs += RETRY_MS) {
    if (tryToLock(file, lock)) return;
    if (waitedMs % (RETRY_MS * 40) === 0) dropStaleLock(lock);
    await delay(RETRY_MS);
  }
  throw configurationError(
    `Another sotto is changing ${file} and does not finish.`,
    `If no other sotto is running, remove ${lock} and try again.`,
  );
}

function tryToLock(file: string, lock: string): boolean {
  try {
    ensureFolder(dirname(file));
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (thrown) {
    if (thrown instanceof SottoError) throw thrown;
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
    // Windows answers EPERM while another process is deleting the lock.
    if (code === 'EEXIST' || (code === 'EPERM' && ageMs(lock) !== undefined)) return false;
    throw configurationError(`${file} cannot be written (${code || String(thrown)}).`, `Check that you may write into ${dirname(file)}.`);
  }
}

/** Renames before it removes, so that of two processes that see the same stale lock only one takes it away. */
function dropStaleLock(lock: string): void {
  const age = ageMs(lock);
  if (age === undefined || age < STALE_MS) return;
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(lock, aside);
    rmSync(aside, { force: true });
  } catch {
    // Somebody else was faster; the next try tells.
  }
}

function ageMs(lock: string): number | undefined {
  const stats = statSync(lock, { throwIfNoEntry: false });
  return stats && Date.now() - stats.mtimeMs;
}
