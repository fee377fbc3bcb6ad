/** The log beside the database: written into it in time, missed where it is gone, and moved only together with its file. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/messages.ts';
import { restoreStore } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, StoreOptions } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { keep, MODEL, prompt, temporaryFolder, turn } from './support.ts';

const DAY_MS = 24 * 3_600_000;

/** A store, and what it said of its file. */
function opened(file: string, options: Partial<StoreOptions> = {}): { store: Store; notices: string[] } {
  const notices: string[] = [];
  return { store: keep(openStore({ ...realWorld(file), notice: (message) => notices.push(message), ...options })), notices };
}

const logBytes = (file: string): number => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
/** What the file holds without its log. */
function alone(file: string): string[] {
  const copy = join(temporaryFolder(), 'alone.db');
  copyFileSync(file, copy);
  const database = new Database(copy);
  const texts = database.prepare<[], { parts: string }>('SELECT parts FROM messages ORDER BY id').all();
  database.close();
  return texts.map(({ parts }) => JSON.parse(parts)[0]?.text);
}

describe('the log is written into the file', () => {
  it('when the chat ends', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const { store } = opened(file);
    turn(store, 'a', 'b');
    expect(logBytes(file)).toBeGreaterThan(0);
    store.fold();
    expect(logBytes(file)).toBe(0);
    expect(alone(file)).toEqual(['a', 'b']);
  });

  it('when nothing happens for a while after a turn', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const waiting: { ms: number; action: () => void }[] = [];
    const { store } = opened(file, {
      wakeAfter(ms, action) {
        const one = { ms, action };
        waiting.push(one);
        return () => void waiting.splice(waiting.indexOf(one), 1);
      },
    });
    turn(store, 'a', 'b');
    turn(store, 'c', 'd');
    const idle = waiting.filter(({ ms }) => ms === 60_000);
    expect(idle).toHaveLength(1);
    idle[0]?.action();
    expect(alone(file)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('at the end of a question, but only when the last time is a day ago', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    openStore(realWorld(file)).close();
    const ask = (text: string): void => {
      const store = openStore(realWorld(file));
      turn(store, text, 'yes');
      store.close();
    };
    ask('a');
    expect(logBytes(file)).toBeGreaterThan(0);
    const yesterday = (Date.now() - DAY_MS - 60_000) / 1000;
    utimesSync(file, yesterday, yesterday);
    ask('b');
    expect(alone(file)).toEqual(['a', 'yes', 'b', 'yes']);
    ask('c');
    expect(alone(file)).toEqual(['a', 'yes', 'b', 'yes']);
  });

  it('as far as a reader lets it, and never waits for one', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const { store } = opened(file);
    turn(store, 'a', 'b');
    const reader = new Database(file, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM messages').get();
    turn(store, 'c', 'd');
    store.fold();
    expect(logBytes(file)).toBeGreaterThan(0);
    reader.exec('COMMIT');
    reader.close();
    const writer = new Database(file);
    writer.exec('BEGIN IMMEDIATE');
    store.fold();
    writer.exec('ROLLBACK');
    writer.close();
    store.fold();
    expect(alone(file)).toEqual(['a', 'b', 'c', 'd']);
    expect(store.check()).toMatchObject({ ok: true });
  });
});

describe('a log that is gone', () => {
  it('is said, once, and nothing that is there is lost by that', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const { store } = opened(file);
    const { conversation } = turn(store, 'a', 'b');
    store.fold();
    turn(store, 'c', 'd');
    store.close();
    const before = readFileSync(file);
    const copy = join(temporaryFolder(), 'sotto.db');
    copyFileSync(file, copy);
    const again = opened(copy);
    expect(again.notices).toEqual([
      expect.stringMatching(/^\S+sotto\.db-wal is missing: what was saved after 20\d\d-\d\d-\d\d \d\d:\d\d UTC was in it/),
    ]);
    expect(again.store.path(conversation).map(({ message }) => textOf(message))).toEqual(['a', 'b']);
    again.store.close();
    expect(readFileSync(copy)).toEqual(before);
    const third = opened(copy);
    expect(third.notices).toEqual([]);
    third.store.close();
    // The log can still be brought along: nothing was written over it.
    rmSync(`${copy}-shm`, { force: true });
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    expect(opened(copy).store.totals().messages).toBe(4);
  });

  it('also before anything of it had reached the file', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const { store } = opened(file);
    turn(store, 'a', 'b');
    store.close();
    rmSync(`${file}-wal`);
    rmSync(`${file}-shm`);
    expect(opened(file).notices).toEqual([expect.stringContaining('is missing')]);
  });

  it('is not missed by a backup, nor by what was restored from one', async () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const { store, notices } = opened(file);
    turn(store, 'a', 'b');
    const backup = join(temporaryFolder(), 'copy.db');
    await store.backup(backup, () => {}, new AbortController().signal);
    store.close();
    expect(existsSync(`${backup}-wal`)).toBe(false);
    expect(notices).toEqual([]);
    expect(opened(join(copyTo(backup), 'sotto.db')).notices).toEqual([]);
    restoreStore({ file, from: backup, nowMs: Date.now() });
    const restored = opened(file);
    expect(restored.notices).toEqual([]);
    turn(restored.store, 'c', 'd');
    // It has its log again.
    expect(logBytes(file)).toBeGreaterThan(0);
  });
});

function copyTo(backup: string): string {
  const folder = temporaryFolder();
  copyFileSync(backup, join(folder, 'sotto.db'));
  return folder;
}

describe('putting another database in place', () => {
  it('killed between the log and the file: the old one is whole again at the next start', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const { store } = opened(file);
    turn(store, 'a', 'b');
    store.close();
    const aside = `${file}.before-repair-20261130-120000.bak`;
    linkSync(file, aside);
    for (const companion of ['-wal', '-shm']) renameSync(file + companion, aside + companion);
    const again = opened(file);
    expect(again.notices).toEqual([]);
    expect(again.store.totals().messages).toBe(2);
    expect([aside, `${aside}-wal`].filter(existsSync)).toEqual([]);
  });

  it('a log that was put aside for good stays there', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'sotto.db');
    const { store } = opened(file);
    turn(store, 'a', 'b');
    store.close();
    const aside = `${file}.before-restore-20261130-120000.bak`;
    copyFileSync(file, aside);
    renameSync(`${file}-wal`, `${aside}-wal`);
    rmSync(`${file}-shm`);
    expect(opened(file).notices).toEqual([expect.stringContaining('is missing')]);
    expect(existsSync(`${aside}-wal`)).toBe(true);
  });
});

it('a folder in the place of the log harms nobody', () => {
  const file = join(temporaryFolder(), 'sotto.db');
  const { store } = opened(file);
  store.beginTurn({ message: prompt('a'), ...MODEL }).reply.flush();
  store.fold();
  store.close();
  rmSync(`${file}-wal`);
  mkdirSync(`${file}-wal`);
  expect(() => openStore(realWorld(file))).toThrow(/sotto\.db/);
  rmSync(`${file}-wal`, { recursive: true });
  writeFileSync(`${file}-wal`, '');
  expect(opened(file).store.totals().messages).toBe(2);
});
