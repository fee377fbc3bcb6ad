/** The backups beside a database, by their names: which there are, and when the next one is due. */

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { statIfThere } from '../config/stat.ts';

/** Newest first: those of migrations, those kept by a restore or a repair, and those that sotto makes by itself. */
export function findBackups(file: string): string[] {
  if (!existsSync(dirname(file))) return [];
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.bak'))
    .map((name) => join(dirname(file), name))
    .sort((one, other) => timeOf(other) - timeOf(one));
}

export function automaticBackups(file: string): string[] {
  return findBackups(file).filter((name) => /\.auto-\d{8}-\d{6}(-\d+)?\.bak$/.test(name));
}

const DAY_MS = 24 * 3_600_000;
/** A database up to this size is copied once a day; one of ten times the size every ten days. */
const DAILY_BYTES = 200_000_000;
/** The third copy that is kept is up to two weeks old, for damage that nobody sees at once. */
const OLDEST_MS = 14 * DAY_MS;

/** Cheap: a look at the folder and at two files. A database of today is not backed up yet. */
export function isBackupDue(file: string, nowMs: number): boolean {
  const database = statIfThere(file);
  if (!database) return false;
  const changedMs = Math.max(database.mtimeMs, statIfThere(`${file}-wal`)?.mtimeMs ?? 0);
  const last = automaticBackups(file)[0];
  const sinceMs = last === undefined ? database.birthtimeMs || database.mtimeMs : timeOf(last);
  return changedMs > sinceMs && nowMs - sinceMs > DAY_MS * Math.max(1, database.size / DAILY_BYTES);
}

/** Of the automatic ones the two newest stay, and the oldest of the last two weeks. */
export function surplusBackups(file: string, nowMs: number): string[] {
  const [, , ...others] = automaticBackups(file);
  const third = others.findLast((name) => nowMs - timeOf(name) < OLDEST_MS) ?? others[0];
  return others.filter((name) => name !== third);
}

function timeOf(name: string): number {
  const [, date = '', time = ''] = /(\d{8})-(\d{6})(?:-\d+)?\.bak$/.exec(name) ?? [];
  const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`;
  return Date.parse(iso) || 0;
}
