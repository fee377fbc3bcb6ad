/** Brings an older database to this schema: one writer at a time, a backup first, one transaction. */
import { existsSync, rmSync } from 'node:fs';
import { draftFor, putInPlace } from '../config/atomic-file.ts';
import { type Connection, openConnection, retryWhileBusy } from './connection.ts';
import { damagedError, newerError } from './failure.ts';
import { APPLICATION_ID, ensurePrivateFile } from './file.ts';

/**
 * The write lock is taken first, so that of two processes one migrates and the other waits and finds it done. Returns the backup
 * of the database as it was, where there was one; of one that stays as it was none is left, or each try would fill the disk.
 */
export function migrate(connection: Connection, migrations: readonly string[], nowMs: number): string | undefined {
  turnOnLog(connection);
  let backup: string | undefined;
  try {
    connection.write(() => {
      const version = versionOf(connection, migrations.length);
      if (version === migrations.length) return;
      if (version > 0) backup = backUp(connection.file, version, nowMs);
      takeSteps(connection, migrations, version);
    });
    return backup;
  } catch (thrown) {
    if (backup !== undefined) rmSync(backup, { force: true });
    throw thrown;
  }
}

/** Cannot be set inside of a transaction. It stays set in the file; setting it twice does no harm. */
export function turnOnLog(connection: Connection): void {
  retryWhileBusy(() => connection.get('PRAGMA journal_mode = WAL'), connection.lockTimeoutMs);
}

function takeSteps(connection: Connection, migrations: readonly string[], version: number): void {
  if (version === 0 && connection.get('SELECT 1 FROM sqlite_schema LIMIT 1')) {
    throw damagedError(connection.file, 'it is the database of another program');
  }
  for (const step of migrations.slice(version)) connection.script(step);
  connection.script(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
}

export function versionOf(connection: Connection, known: number): number {
  const version = connection.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  if (version > known) throw newerError(connection.file, version, known);
  return version;
}

/**
 * A second connection reads the old state while the first one holds the write lock. The backup is kept: it is the user's, and it
 * gets its name when it is whole.
 */
function backUp(file: string, version: number, nowMs: number): string {
  const target = backupName(file, `v${version}`, nowMs);
  const draft = draftFor(target);
  ensurePrivateFile(draft);
  const reader = openConnection(file, { readonly: true });
  try {
    reader.run('VACUUM INTO ?', draft);
    putInPlace(draft, target, { replaces: false });
    return target;
  } catch (thrown) {
    for (const companion of ['', '-journal']) rmSync(draft + companion, { force: true });
    throw thrown;
  } finally {
    reader.close();
  }
}

/** `sotto.db.v1-20261120-143000.bak`, and a number behind it when that exists. */
export function backupName(file: string, label: string, nowMs: number): string {
  const [date, time] = new Date(nowMs).toISOString().replace(/[-:]/g, '').split('T');
  const stem = `${file}.${label}-${date}-${time?.slice(0, 6)}`;
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? `${stem}.bak` : `${stem}-${copy}.bak`;
    if (!existsSync(name)) return name;
  }
}
