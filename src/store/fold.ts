/** The log beside the database: written into it often enough, and missed where it is gone. */

import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { statIfThere } from '../config/stat.ts';
import type { Connection } from './connection.ts';
import type { StoreContext } from './context.ts';
import { undoReplacing } from './replace.ts';

/** As far as it goes without waiting for anybody: a reader or another writer holds what it needs, a full disk all of it. */
export function fold(connection: Connection): void {
  try {
    connection.waiting(0, () => connection.get('PRAGMA wal_checkpoint(TRUNCATE)'));
  } catch {
    // The log stays, and is as good as before.
  }
}

/** SQLite itself folds every thousand pages. Who is idle for a minute after a turn does it too. */
const IDLE_MS = 60_000;
/** Who only ever asks single questions would pay for it at the end of each of them: once a day is little. */
const OLD_MS = 24 * 3_600_000;

export function foldWhenIdle(context: StoreContext): void {
  context.stopWaiting?.();
  context.stopWaiting = context.wakeAfter(IDLE_MS, () => {
    context.stopWaiting = undefined;
    fold(context.connection);
  });
}

/** The file itself only changes when the log is folded: its time says how long the log has been alone with what it holds. */
export function foldIfOld({ connection, now }: StoreContext): void {
  const { file } = connection;
  const log = statIfThere(`${file}-wal`);
  const database = statIfThere(file);
  if (log && database && log.size > 0 && now() - database.mtimeMs > OLD_MS) fold(connection);
}

/**
 * sotto leaves the log in place, even when it is empty, and copies that are whole without one say so in their header: where it is
 * missing all the same, somebody has copied or moved the file alone. SQLite would begin a new log and say nothing.
 */
export function requireLog(file: string, notice: ((message: string) => void) | undefined): void {
  if (existsSync(`${file}-wal`) || undoReplacing(file)) return;
  notice?.(lostLog(file));
}

/** For a database whose log SQLite has taken away at the end, because it was folded: an empty one says that nothing is missing. */
export function keepLog(file: string): void {
  try {
    if (existsSync(file) && !existsSync(`${file}-wal`)) closeSync(openSync(`${file}-wal`, 'a', 0o600));
  } catch {
    // Where nothing can be written, nothing was taken away either.
  }
}

export function lostLog(file: string): string {
  const folded = statSync(file).mtime.toISOString().slice(0, 16).replace('T', ' ');
  return `${file}-wal is missing: what was saved after ${folded} UTC was in it, unless another program has put it into the database. If you moved or copied the database, bring that file along too.`;
}
