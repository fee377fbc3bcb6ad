/** Lets one process at a time change a file that several sotto processes share. */

import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelledError, configurationError, errorCode, SottoError } from '../core/errors.ts';
import { isRunning } from './atomic-file.ts';
import { ensureFolder } from './paths.ts';
import { statIfThere } from './stat.ts';

/**
 * Runs the action while no other process holds the lock of the file. The folder is created. Another sotto is waited for 15 s, or
 * until the signal fires.
 */
export async function withFileLock<Result>(file: string, action: () => Result | Promise<Result>, signal?: AbortSignal): Promise<Result> {
  const lock = `${file}.lock`;
  await acquire(file, lock, signal);
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Where nobody knows who has it: a change takes milliseconds, so that a lock this old was left by a process that was killed. */
const STALE_MS = 10_000;
const MOST_MS = 15_000;
const RETRY_MS = 15;
const LOOK_EVERY = 10;

async function acquire(file: string, lock: string, signal: AbortSignal | undefined): Promise<void> {
  const untilMs = performance.now() + MOST_MS;
  for (let tries = 0; ; tries++) {
    if (tryToLock(file, lock)) return;
    if (tries % LOOK_EVERY === 0) dropLeft(lock);
    if (signal?.aborted) throw cancelledError();
    if (performance.now() >= untilMs) throw stillLocked(file, lock);
    await delay(RETRY_MS);
  }
}

function stillLocked(file: string, lock: string): SottoError {
  const { pid } = holderOf(lock);
  const who = pid === undefined ? 'Another program' : `Another sotto (process ${pid})`;
  return configurationError(
    `${who} has locked ${file} and does not finish.`,
    `If no other sotto is running, remove ${lock} and try again.`,
  );
}

function tryToLock(file: string, lock: string): boolean {
  try {
    ensureFolder(dirname(file));
    const descriptor = openSync(lock, 'wx', 0o600);
    try {
      // A full disk holds no words, and the lock is good without them.
      writeSync(descriptor, `${process.pid} ${hostname()}`);
    } catch {}
    closeSync(descriptor);
    return true;
  } catch (thrown) {
    if (thrown instanceof SottoError) throw thrown;
    const code = errorCode(thrown);
    // Windows answers EPERM while another process is deleting the lock.
    if (code === 'EEXIST' || (code === 'EPERM' && ageMs(lock) !== undefined)) return false;
    throw configurationError(`${file} cannot be written (${code || String(thrown)}).`, `Check that you may write into ${dirname(file)}.`);
  }
}

/** Renames before it removes, so that of two processes that see the same lock only one takes it away. */
function dropLeft(lock: string): void {
  if (!isLeft(lock)) return;
  const aside = `${lock}.${process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')}`;
  try {
    renameSync(lock, aside);
    rmSync(aside, { force: true });
  } catch {
    // Somebody else was faster; the next try tells.
  }
}

/** Its process is gone; or it does not say whose it is, or from which machine, and is old. */
function isLeft(lock: string): boolean {
  const { pid, isHere } = holderOf(lock);
  if (pid !== undefined && isHere) return !isRunning(pid);
  return (ageMs(lock) ?? 0) >= STALE_MS;
}

/** What `tryToLock` wrote into it. */
function holderOf(lock: string): { pid?: number; isHere?: boolean } {
  try {
    const [, pid, host] = /^(\d+) (.*)$/.exec(readFileSync(lock, 'utf8').slice(0, 300)) ?? [];
    return pid === undefined ? {} : { pid: Number(pid), isHere: host === hostname() };
  } catch {
    return {};
  }
}

function ageMs(lock: string): number | undefined {
  const stats = statIfThere(lock);
  return stats && Date.now() - stats.mtimeMs;
}
