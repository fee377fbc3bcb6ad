/** Backups that sotto makes by itself: when, how many, and only of what is sound. */
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeAutoBackup } from '../../src/store/auto-backup.ts';
import { automaticBackups, isBackupDue } from '../../src/store/backup-names.ts';
import { checkFile } from '../../src/store/check.ts';
import { readHeader } from '../../src/store/file.ts';
import { openStore } from '../../src/store/open.ts';
import { realWorld } from './children/world.ts';
import { temporaryFolder, turn } from './support.ts';

const DAY_MS = 24 * 3_600_000;

/** A day on which something is said, and what the backup of that day was. */
function days(file: string, nowMs: number) {
  const { file: _, ...world } = realWorld(file);
  const say = (): void => {
    const store = openStore({ ...world, file });
    turn(store, 'a', 'b');
    store.close();
    // The time at which the log was written last.
    utimesSync(`${file}-wal`, nowMs / 1000, nowMs / 1000);
  };
  return { say, backUp: (options = {}) => makeAutoBackup(file, { ...world, now: () => nowMs }, options) };
}

describe('the automatic backup', () => {
  it('is due a day after the last one, when something was said since; not on the first day', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const begun = Date.now();
    expect(isBackupDue(file, begun)).toBe(false);
    days(file, begun).say();
    expect(isBackupDue(file, begun + 1000)).toBe(false);
    days(file, begun + 1.1 * DAY_MS).say();
    expect(isBackupDue(file, begun + 1.2 * DAY_MS)).toBe(true);
    expect(days(file, begun + 1.2 * DAY_MS).backUp()).toEqual({ made: expect.stringMatching(/sotto\.db\.auto-\d{8}-\d{6}\.bak$/) });
    expect(isBackupDue(file, begun + 3 * DAY_MS)).toBe(false);
    days(file, begun + 3 * DAY_MS).say();
    expect(isBackupDue(file, begun + 3 * DAY_MS)).toBe(true);
  });

  it('is a sound private file that needs no log, and holds what was still in the log', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const day = days(file, Date.now() + 2 * DAY_MS);
    day.say();
    const { made = '' } = day.backUp();
    expect(checkFile(made)).toMatchObject({ ok: true, facts: { conversations: 1, messages: 2 } });
    expect(statSync(made).mode & 0o777).toBe(0o600);
    expect(readHeader(made)).toMatchObject({ usesLog: false });
    // The database keeps its own, so that nobody misses it.
    expect(existsSync(`${file}-wal`)).toBe(true);
    const notices: string[] = [];
    openStore({ ...realWorld(file), notice: (message) => notices.push(message) }).close();
    expect(notices).toEqual([]);
  });

  it('is kept three times at most: the two newest, and one that is up to two weeks old', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const begun = Date.now();
    const made: string[] = [];
    for (let day = 2; day < 40; day++) {
      const today = days(file, begun + day * DAY_MS * 1.001);
      today.say();
      made.unshift(today.backUp().made ?? 'none');
      const kept = automaticBackups(file);
      expect(kept.length).toBeLessThanOrEqual(3);
      expect(kept.slice(0, 2)).toEqual(made.slice(0, Math.min(2, made.length)));
      if (made.length > 3) expect(made.indexOf(kept[2] ?? '')).toBeGreaterThan(1);
      expect(made.indexOf(kept.at(-1) ?? '')).toBeLessThan(15);
    }
    expect(made.indexOf(automaticBackups(file)[2] ?? '')).toBeGreaterThanOrEqual(2);
  });

  it('of a damaged database is none, and takes no older one away', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const begun = Date.now();
    for (const day of [2, 4, 6]) {
      days(file, begun + day * DAY_MS).say();
      days(file, begun + day * DAY_MS).backUp();
    }
    const kept = automaticBackups(file);
    const store = openStore(realWorld(file));
    store.fold();
    store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    utimesSync(`${file}-wal`, (begun + 8 * DAY_MS) / 1000, (begun + 8 * DAY_MS) / 1000);
    try {
      expect(days(file, begun + 8 * DAY_MS).backUp().made).toBeUndefined();
    } catch (thrown) {
      expect((thrown as Error).message).toContain('damaged');
    }
    expect(automaticBackups(file)).toEqual(kept);
  });

  it('made anew after a deletion, is the only one', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const begun = Date.now();
    for (const day of [2, 4, 6]) {
      days(file, begun + day * DAY_MS).say();
      days(file, begun + day * DAY_MS).backUp();
    }
    expect(automaticBackups(file)).toHaveLength(3);
    const { made } = days(file, begun + 6 * DAY_MS + 1000).backUp({ anew: true });
    expect(automaticBackups(file)).toEqual([made]);
  });

  it('is made by one process at a time; a lock of one that died is taken over', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const nowMs = Date.now() + 2 * DAY_MS;
    const day = days(file, nowMs);
    day.say();
    const lock = `${file}.auto-backup.lock`;
    writeFileSync(lock, '');
    utimesSync(lock, nowMs / 1000, nowMs / 1000);
    expect(day.backUp()).toEqual({ made: undefined, reason: 'another sotto makes one' });
    utimesSync(lock, nowMs / 1000 - 7200, nowMs / 1000 - 7200);
    expect(day.backUp().made).toBeDefined();
    expect(existsSync(lock)).toBe(false);
  });
});
