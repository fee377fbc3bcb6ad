/** Old databases come along: every released schema has a fixture, and every step of the way is tested from each of them. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { SottoError } from '../../src/core/errors.ts';
import { textOf } from '../../src/core/messages.ts';
import { restoreStore } from '../../src/store/backup.ts';
import { checkFile } from '../../src/store/check.ts';
import { openConnection } from '../../src/store/connection.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/open.ts';
import { bundleChild, ended, start } from './child-process.ts';
import { realWorld } from './children/world.ts';
import { keep, temporaryFolder, temporaryStore, turn } from './support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/store');

/** Builds a database of an old schema; the folder holds nothing else. */
function fixture(version: number): string {
  const file = join(temporaryFolder(), 'sotto.db');
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  // The tables behind the search index are filled by hand.
  database.unsafeMode(true);
  database.exec(readFileSync(join(FIXTURES, `v${version}.sql`), 'utf8'));
  database.close();
  return file;
}

const schemaOf = (file: string): unknown[] => {
  const database = new Database(file, { readonly: true });
  const rows = database.prepare(`SELECT name, type, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`).all();
  database.close();
  return rows.map((row) => JSON.stringify(row).replace(/\s+|\\n/g, ' '));
};

const versions = MIGRATIONS.map((_, index) => index + 1);

describe('every released schema', () => {
  it('has a fixture', () => {
    expect(versions.filter((version) => !existsSync(join(FIXTURES, `v${version}.sql`)))).toEqual([]);
  });

  it.each(versions)('%i becomes the newest one, with all that was in it', (version) => {
    const file = fixture(version);
    const store = keep(openStore(realWorld(file)));
    expect(schemaOf(file)).toEqual(schemaOf(temporaryStore().file));
    expect(store.check()).toMatchObject({ ok: true, problems: [], facts: { conversations: 3, messages: 7, version: MIGRATIONS.length } });
    const found = store.find('danube');
    const ships = store.conversation(found.kind === 'one' ? found.conversation.id : '')!;
    expect(ships).toMatchObject({
      title: 'Ships on the Danube',
      pinned: true,
      tags: ['ships'],
      system: 'Be brief.',
      costUsd: 0.0051,
      unknownCosts: 1,
    });
    const path = store.path(ships.id);
    expect(path.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete', 'cancelled']);
    expect(path[0]?.message.parts[1]).toEqual({ type: 'media', mediaType: 'image/png', data: 'iVBORw0KGgo=', name: 'ship.png' });
    expect(path[1]).toMatchObject({
      finishReason: 'tool_calls',
      usage: { input: 120, output: 45, cacheRead: 20 },
      timing: { firstTokenMs: 310 },
    });
    expect(path[1]?.message.parts[0]).toMatchObject({ original: { item: { signature: 'abc' } } });
    for (const word of ['schifffahrt', '数据', 'a river', 'look_up', 'ship.png'])
      expect(store.search({ text: word }).hits.length, word).toBeGreaterThan(0);
    // The reply that was open is closed, and new turns go on.
    const open = store.list({ limit: 1 })[0]!;
    expect(store.path(open.id)[1]).toMatchObject({ status: 'interrupted', message: { parts: [{ text: 'There once was a' }] } });
    turn(store, 'still', 'working', ships.id);
    expect(store.remove(store.list().map(({ id }) => id)).removed).toBe(3);
    expect(store.check().problems).toEqual([]);
  });
});

describe('a database of an older schema, as a migration keeps it', () => {
  it.each(versions)('%i is sound for the check, and can be gone back to', (version) => {
    const backup = fixture(version);
    // What an older sotto has indexed looks otherwise than what this one would.
    expect(checkFile(backup)).toMatchObject({ ok: true, problems: [], facts: { conversations: 3, messages: 7, version } });
    const file = join(temporaryFolder(), 'sotto.db');
    restoreStore({ file, from: backup, nowMs: Date.now() });
    expect(keep(openStore(realWorld(file))).list({ archived: 'any' })).toHaveLength(3);
  });
});

describe('a migration', () => {
  const next = [...MIGRATIONS, `ALTER TABLE conversations ADD COLUMN mood TEXT; UPDATE conversations SET mood = 'calm';`];
  const moods = (file: string): unknown[] => {
    const database = new Database(file, { readonly: true });
    const rows = database.prepare('SELECT mood FROM conversations').pluck().all();
    database.close();
    return rows;
  };

  it('makes a backup beside the file first, private, and keeps it', () => {
    const file = fixture(1);
    const connection = openConnection(file);
    migrate(connection, next, Date.UTC(2026, 10, 20, 14, 30, 5));
    connection.close();
    expect(moods(file)).toEqual(['calm', 'calm', 'calm']);
    const backup = join(dirname(file), `sotto.db.v${MIGRATIONS.length}-20261120-143005.bak`.replace(`v${MIGRATIONS.length}`, 'v1'));
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const store = keep(openStore(realWorld(backup)));
    expect(store.check()).toMatchObject({ ok: true, facts: { conversations: 3 } });
  });

  it('that fails changes nothing, and leaves no backup behind', () => {
    const file = fixture(1);
    const before = schemaOf(file);
    const connection = openConnection(file);
    expect(() => migrate(connection, [...next, 'UPDATE nothing_like_it SET x = 1'], Date.now())).toThrow(SottoError);
    connection.close();
    expect(schemaOf(file)).toEqual(before);
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.bak'))).toEqual([]);
    expect(keep(openStore(realWorld(file))).list({ archived: 'any' })).toHaveLength(3);
  });

  it('happens once when several processes start at the same time', async () => {
    const file = fixture(1);
    const program = await bundleChild('migrate');
    const results = await Promise.all(Array.from({ length: 8 }, () => ended(start(program, file))));
    expect(results.map(({ stderr, stdout }) => stderr + stdout)).toEqual(results.map(() => 'calm,calm,calm\n'));
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.bak'))).toHaveLength(1);
  });
});

describe('backup and restore', () => {
  it('copy everything while others write, and bring it back; what was there is kept', async () => {
    const { restoreStore } = await import('../../src/store/backup.ts');
    const { findBackups } = await import('../../src/store/backup-names.ts');
    const file = join(temporaryFolder(), 'sotto.db');
    const store = keep(openStore(realWorld(file)));
    const { conversation } = turn(store, 'before the backup', 'yes');
    const copy = join(dirname(file), 'sotto.db.copy-20261120-143000.bak');
    await store.backup(copy, () => {}, new AbortController().signal);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    await expect(store.backup(copy, () => {}, new AbortController().signal)).rejects.toThrow(/exists already/);
    const later = turn(store, 'after the backup', 'no').conversation;
    store.close();
    const { kept } = restoreStore({ file, from: copy, nowMs: Date.now() });
    const restored = keep(openStore(realWorld(file)));
    expect(restored.list().map(({ id }) => id)).toEqual([conversation]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(
      keep(openStore(realWorld(kept!)))
        .path(later)
        .map(({ message }) => textOf(message)),
    ).toEqual(['after the backup', 'no']);
    expect(findBackups(file)).toContain(kept);
    expect(findBackups(file)).toContain(copy);
  });

  it('refuse what is no sound backup, and then change nothing', async () => {
    const { restoreStore } = await import('../../src/store/backup.ts');
    const store = temporaryStore();
    const { conversation } = turn(store, 'a', 'b');
    const restore = (from: string) => () => restoreStore({ file: store.file, from, nowMs: 0 });
    expect(restore(join(dirname(store.file), 'nothing'))).toThrow(/There is no file/);
    const torn = join(dirname(store.file), 'torn.bak');
    await store.backup(torn, () => {}, new AbortController().signal);
    const { truncateSync } = await import('node:fs');
    truncateSync(torn, 20_000);
    expect(restore(torn)).toThrow(/not a sound backup|damaged/);
    expect(store.path(conversation)).toHaveLength(2);
  });
});
