/** What the check notices, and what it does not take for damage. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { checkFile } from '../../src/store/check.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/open.ts';
import { repairStore } from '../../src/store/salvage/repair.ts';
import { realWorld } from './children/world.ts';
import { temporaryFolder, turn } from './support.ts';

function filled({ fold = true } = {}): string {
  const file = join(temporaryFolder(), 'sotto.db');
  const store = openStore(realWorld(file));
  for (let index = 0; index < 30; index++) {
    const { conversation } = turn(store, `question ${index}`, `answer ${index}`);
    turn(store, `more ${index}`, `again ${index}`, conversation);
  }
  store.search({ text: 'answer' });
  if (fold) store.fold();
  store.close();
  return file;
}

/** SQL that no sotto would run. */
function harm(file: string, sql: string): void {
  const database = new Database(file);
  database.pragma('foreign_keys = OFF');
  database.unsafeMode(true);
  database.pragma('writable_schema = ON');
  database.exec(sql);
  database.close();
  writeFileSync(`${file}-wal`, '');
}

const HARMS: [what: string, sql: string, problem: RegExp][] = [
  ['an index that is gone', 'DROP INDEX messages_by_conversation', /the index messages_by_conversation is missing/],
  ['a table that is gone', 'DROP TABLE tags', /the table tags is missing/],
  ['a search index that is gone', 'DROP TABLE search_short', /the table search_short is missing/],
  [
    'another index under the name',
    'DROP INDEX tags_by_tag; CREATE INDEX tags_by_tag ON tags (tag, conversation_key)',
    /tags_by_tag is not as it should be/,
  ],
  [
    'an index without its rows',
    `DELETE FROM messages WHERE id = 3; UPDATE conversations SET message_count = 3 WHERE key = 1`,
    /parent is missing/,
  ],
  ['a circle', 'UPDATE messages SET parent_id = 4 WHERE id = 1', /older than their parent/],
  ['a parent that is gone', 'UPDATE messages SET parent_id = 999 WHERE id = 4', /parent is missing/],
  ['JSON that is none', `UPDATE messages SET parts = '[{' WHERE id = 4`, /cannot be read: 1/],
  ['JSON of another shape', `UPDATE messages SET parts = '"text"' WHERE id = 4`, /cannot be read: 1/],
  [
    'an attachment that is gone',
    `UPDATE messages SET parts = '[{"type":"media","mediaType":"image/png","sha256":"00"}]' WHERE id = 4`,
    /attachment is missing: 1/,
  ],
  [
    'a search index without its content',
    `INSERT INTO search_trigrams (search_trigrams) VALUES ('delete-all')`,
    /search index does not know/,
  ],
];

describe('the check', () => {
  it.each(HARMS)('notices %s, and repair mends it', (_, sql, problem) => {
    const file = filled();
    expect(checkFile(file, { inUse: true })).toMatchObject({ ok: true, state: 'sound', problems: [] });
    harm(file, sql);
    const report = checkFile(file, { inUse: true });
    expect(report).toMatchObject({ ok: false, state: 'damaged' });
    expect(report.problems.join('\n')).toMatch(problem);
    repairStore(file, Date.now(), { random: Math.random, tell: () => {} });
    expect(checkFile(file, { inUse: true })).toMatchObject({ ok: true, problems: [] });
  });

  it('notices pages of an index that hold nonsense', () => {
    const file = filled();
    const database = new Database(file, { readonly: true });
    const { page } = database
      .prepare<[], { page: number }>(`SELECT pageno AS page FROM dbstat WHERE name = 'conversations_by_update' LIMIT 1`)
      .get()!;
    database.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, (page - 1) * 4096 + 2000, page * 4096);
    writeFileSync(file, bytes);
    expect(checkFile(file)).toMatchObject({ ok: false, state: 'damaged' });
  });

  it('notices a garbled log, and what of it is passed over', () => {
    const file = filled({ fold: false });
    const log = readFileSync(`${file}-wal`);
    log.fill(0x5a, 32 + 5 * 4120 + 100, 32 + 5 * 4120 + 120);
    writeFileSync(`${file}-wal`, log);
    rmSync(`${file}-shm`);
    const { ok, problems } = checkFile(file, { inUse: true });
    expect(ok).toBe(false);
    expect(problems.join('\n')).toMatch(/the log \S+-wal is garbled: \d+ pages that were saved in it are not read/);
    repairStore(file, Date.now(), { random: Math.random, tell: () => {} });
    expect(checkFile(file, { inUse: true })).toMatchObject({ ok: true });
  });

  it('notices a missing log of the database in use, but asks no copy for one', () => {
    const file = filled();
    const copy = join(temporaryFolder(), 'copy.db');
    copyFileSync(file, copy);
    expect(checkFile(copy)).toMatchObject({ ok: true });
    for (const companion of ['-wal', '-shm']) rmSync(copy + companion, { force: true });
    expect(checkFile(copy, { inUse: true })).toMatchObject({ ok: false, problems: [expect.stringContaining('-wal is missing')] });
  });

  it('notices a log that belongs to another copy of the database, and repair takes what both hold', () => {
    const file = filled({ fold: false });
    const older = join(temporaryFolder(), 'sotto.db');
    copyFileSync(file, older);
    for (const word of ['later', 'last', 'newest']) {
      const store = openStore(realWorld(file));
      store.fold();
      for (let index = 0; index < 20; index++) turn(store, `${word} ${index}`, 'x'.repeat(5000));
      store.close();
    }
    expect(checkFile(file, { inUse: true })).toMatchObject({ ok: true });
    // As a sync program does it that brings back an old file, or takes only one of the two along.
    copyFileSync(older, file);
    rmSync(`${file}-shm`);
    const bytes = readFileSync(file);
    const log = readFileSync(`${file}-wal`);
    const { ok, problems } = checkFile(file, { inUse: true });
    expect(ok).toBe(false);
    expect(problems.join('\n')).toContain('belongs to another copy of the database');
    const { kept } = repairStore(file, Date.now(), { random: Math.random, tell: () => {} });
    expect(checkFile(file, { inUse: true })).toMatchObject({ ok: true });
    expect([readFileSync(kept), readFileSync(`${kept}-wal`)]).toEqual([bytes, log]);
  });

  it('notices a header by which SQLite writes nothing, and repair makes one by which it does', () => {
    const file = filled();
    const bytes = readFileSync(file);
    bytes[18] = 7;
    writeFileSync(file, bytes);
    expect(checkFile(file)).toMatchObject({ ok: false, problems: [expect.stringContaining('may only be read')] });
    repairStore(file, Date.now(), { random: Math.random, tell: () => {} });
    expect(checkFile(file)).toMatchObject({ ok: true, facts: { conversations: 30 } });
    const store = openStore(realWorld(file));
    turn(store, 'written', 'again');
    store.close();
  });

  it.each([
    ['emptied', (file: string) => writeFileSync(file, '')],
    ['removed', (file: string) => rmSync(file)],
  ])('notices a file that was %s beside its log, which stays as it is', (_, harmIt) => {
    const file = join(temporaryFolder(), 'sotto.db');
    const store = openStore(realWorld(file));
    for (const question of ['one', 'two', 'three']) turn(store, question, 'an answer');
    store.close();
    const log = readFileSync(`${file}-wal`);
    expect(log.length).toBeGreaterThan(0);
    harmIt(file);
    expect(checkFile(file)).toMatchObject({ ok: false, state: 'damaged', problems: [expect.stringContaining('its log is not')] });
    expect(() => openStore(realWorld(file))).toThrow('its log is not');
    expect(readFileSync(`${file}-wal`)).toEqual(log);
    repairStore(file, Date.now(), { random: Math.random, tell: () => {} });
    expect(checkFile(file)).toMatchObject({ ok: true, facts: { conversations: 3, messages: 6 } });
  });

  it('does not call a newer database damaged', () => {
    const file = filled();
    harm(file, `PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    expect(checkFile(file)).toMatchObject({ ok: false, state: 'newer', problems: [expect.stringContaining('newer sotto')] });
  });

  it('nor one that cannot be opened at all', () => {
    const folder = temporaryFolder();
    expect(checkFile(folder)).toMatchObject({ ok: false, state: 'unreadable' });
  });
});
