/** Saves what can be read of a damaged database into a new one, and puts that in its place. The damaged one is kept. */

import { rmSync } from 'node:fs';
import { exactStatIfThere } from '../../config/stat.ts';
import { configurationError } from '../../core/errors.ts';
import { findBackups } from '../backup-names.ts';
import { checkConnection, checkFile } from '../check.ts';
import type { Connection } from '../connection.ts';
import { newerError, storeFailure } from '../failure.ts';
import { ensurePrivateFile, readHeader } from '../file.ts';
import { MIGRATIONS } from '../migrations.ts';
import { replaceDatabase } from '../replace.ts';
import { indexAll } from '../waiting.ts';
import { collectRows, createEmpty } from './collect.ts';
import { fillFromBackup } from './from-backup.ts';
import { type Mended, mend } from './mend.ts';

export type SalvageReport = Mended & {
  found: { conversations: number; messages: number; attempts: number; attachments: number };
  /** What came from the newest backup that is sound. */
  fromBackup: { file: string; conversations: number; messages: number } | null;
};

export type RepairReport = SalvageReport & { /** Where the damaged database is now. */ kept: string };

type SalvageWorld = { random: () => number; tell: (step: { words?: string; done?: number; total?: number }) => void };

/** All or nothing: until the last step, the damaged database is where it was. */
export function repairStore(file: string, nowMs: number, world: SalvageWorld): RepairReport {
  const fresh = `${file}.repairing`;
  try {
    // One that is gone is repaired as an empty one: its log has what was saved last.
    ensurePrivateFile(file);
    const before = stampOf(file);
    const report = salvageInto(file, fresh, world);
    if (stampOf(file) !== before) {
      throw configurationError(`Another sotto wrote to ${file} meanwhile; nothing was changed.`, 'End it and run `sotto db repair` again.');
    }
    const kept = replaceDatabase(fresh, file, 'before-repair', nowMs);
    return { ...report, kept: kept ?? '' };
  } catch (thrown) {
    removeWhole(fresh);
    throw storeFailure(thrown, file);
  }
}

/** A sound database of what can be read, as one file without a log. */
export function salvageInto(damaged: string, fresh: string, world: SalvageWorld): SalvageReport {
  const version = saidVersion(damaged);
  if (version > MIGRATIONS.length && version < MOST_VERSIONS) throw newerError(damaged, version, MIGRATIONS.length);
  removeWhole(fresh);
  const connection = createEmpty(fresh);
  try {
    world.tell({ words: 'reading the database page by page' });
    const collected = collectRows(damaged, connection, (done, total) => world.tell({ done, total }));
    const fromBackup = fill(connection, damaged, collected);
    const mended = mend(connection, collected, world);
    world.tell({ words: 'making the search index anew' });
    indexAll(connection);
    connection.get('PRAGMA journal_mode = DELETE');
    requireSound(connection);
    const found = countsOf(connection);
    if (found.conversations + found.messages + found.attempts === 0)
      throw configurationError(
        `Nothing that sotto wrote could be read in ${damaged}; nothing was changed.`,
        'Go back to a backup with: sotto db restore',
      );
    return { ...mended, found, fromBackup };
  } finally {
    connection.close();
  }
}

/** 0 where the header says nothing. */
function saidVersion(file: string): number {
  try {
    return readHeader(file)?.version ?? 0;
  } catch {
    return 0;
  }
}

/** A version beyond this is damage, not a later sotto. */
const MOST_VERSIONS = 1000;

/** The newest backup that is sound fills the gaps. */
function fill(connection: Connection, damaged: string, collected: ReturnType<typeof collectRows>): SalvageReport['fromBackup'] {
  const backup = findBackups(damaged).find((name) => !name.includes('.before-') && checkFile(name).ok);
  if (backup === undefined) return null;
  const { whole, wholeConversations, ...filled } = fillFromBackup(connection, backup, collected);
  collected.cut = collected.cut.filter((id) => !whole.includes(id));
  collected.cutConversations = collected.cutConversations.filter((key) => !wholeConversations.includes(key));
  return filled.conversations + filled.messages > 0 ? { file: backup, ...filled } : null;
}

/** Attachments that are gone are told in the report; anything else would be a mistake of ours, and the old file better than that. */
function requireSound(connection: Connection): void {
  const { problems } = checkConnection(connection);
  if (problems.length > 0)
    throw configurationError(
      `What was read does not make a sound database (${problems[0]}); nothing was changed.`,
      'Go back to a backup with: sotto db restore',
    );
}

function countsOf(connection: Connection): SalvageReport['found'] {
  const count = (table: string): number => connection.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)?.count ?? 0;
  return {
    conversations: count('conversations'),
    messages: count('messages'),
    attempts: count('attempts'),
    attachments: count('attachments'),
  };
}

function removeWhole(file: string): void {
  for (const companion of ['', '-wal', '-shm', '-journal']) rmSync(file + companion, { force: true });
}

/** Changes when anybody writes. */
function stampOf(file: string): string {
  return ['', '-wal']
    .map((companion) => exactStatIfThere(file + companion))
    .map((stats) => (stats ? `${stats.size} ${stats.mtimeNs}` : '-'))
    .join(' ');
}
