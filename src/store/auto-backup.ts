/** Backups that sotto makes by itself: seldom for a large database, checked before they count, and never more than three. */

import { closeSync, existsSync, openSync, rmSync, statfsSync, statSync } from 'node:fs';
import { draftFor, putInPlace } from '../config/atomic-file.ts';
import { statIfThere } from '../config/stat.ts';
import { automaticBackups, isBackupDue, surplusBackups } from './backup-names.ts';
import { checkFile } from './check.ts';
import { openConnection } from './connection.ts';
import { ensurePrivateFile } from './file.ts';
import { backupName } from './migrate.ts';
import { openStore } from './open.ts';
import type { StoreOptions } from './store.ts';

type StoreWorld = Omit<StoreOptions, 'file'>;

/** A backup takes minutes at most: whoever began one before that has died. */
const STALE_MS = 3_600_000;

type AutoBackup = { made: string | undefined /** Why none was made. */; reason?: string };

/**
 * `anew`: also when none is due, and none from before is kept: they hold what was deleted. A copy that is not sound takes nothing
 * away from those that are there.
 */
export function makeAutoBackup(file: string, world: StoreWorld, { anew = false }: { anew?: boolean } = {}): AutoBackup {
  const nowMs = world.now();
  if (!anew && !isBackupDue(file, nowMs)) return { made: undefined, reason: 'none is due' };
  const release = claim(`${file}.auto-backup.lock`, nowMs);
  if (!release) return { made: undefined, reason: 'another sotto makes one' };
  const target = backupName(file, 'auto', nowMs);
  const draft = draftFor(target);
  try {
    const { size } = statSync(file);
    const { bavail, bsize } = statfsSync(file);
    if (bavail * bsize < 3 * size) return { made: undefined, reason: 'the disk has too little space' };
    copyTo(file, draft, world);
    const { ok, problems } = checkFile(draft);
    if (!ok) return { made: undefined, reason: `the copy is not sound: ${problems[0]}` };
    putInPlace(draft, target, { replaces: false });
    for (const old of anew ? automaticBackups(file).slice(1) : surplusBackups(file, nowMs)) rmSync(old, { force: true });
    return { made: target };
  } finally {
    for (const companion of ['', '-wal', '-shm', '-journal']) rmSync(draft + companion, { force: true });
    release();
  }
}

/** Others write meanwhile: the copy is of one moment. The log is folded on the way. */
function copyTo(file: string, draft: string, world: StoreWorld): void {
  ensurePrivateFile(draft);
  const store = openStore({ file, ...world });
  try {
    store.fold();
  } finally {
    store.close();
  }
  const reader = openConnection(file, { readonly: true });
  try {
    reader.run('VACUUM INTO ?', draft);
  } finally {
    reader.close();
  }
}

/** Of two processes one makes it. Returns how to let others again; undefined where another one is at it. */
function claim(lock: string, nowMs: number): (() => void) | undefined {
  const before = statIfThere(lock);
  if (before && nowMs - before.mtimeMs > STALE_MS) rmSync(lock, { force: true });
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return () => rmSync(lock, { force: true });
  } catch (thrown) {
    if (existsSync(lock)) return undefined;
    throw thrown;
  }
}
