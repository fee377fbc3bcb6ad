/** What a store does when the disk is full, the folder read-only, the file locked, damaged, foreign, or newer. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { SottoError } from '../../src/core/errors.ts';
import { textOf } from '../../src/core/messages.ts';
import { checkFile } from '../../src/store/check.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { end, keep, MODEL, prompt, temporaryFolder, temporaryStore, turn } from './support.ts';

const mounted: string[] = [];

afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder]);
});

/** A small file system of its own; only root may do that. */
function smallDisk(folder: string, bytes: number): string {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'pipe' });
  mounted.push(folder);
  return folder;
}

const canMount = ((): boolean => {
  const folder = temporaryFolder();
  try {
    smallDisk(folder, 4096);
    execFileSync('umount', [mounted.pop()!]);
    return true;
  } catch {
    return false;
  }
})();

/** What the action throws, which must be the one class, with a way out. */
function failure(action: () => unknown): SottoError {
  try {
    action();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SottoError);
    expect((thrown as SottoError).hint).toMatch(/\w/);
    return thrown as SottoError;
  }
  throw new Error('It did not fail.');
}

const reopen = (file: string): Store => keep(openStore(realWorld(file)));
const text = (store: Store, conversation: string): string[] => store.path(conversation).map(({ message }) => textOf(message));

describe.skipIf(!canMount)('a full disk (needs the right to mount)', () => {
  it('is said as such; what was saved is safe, and the reply goes on when there is space', () => {
    const folder = smallDisk(temporaryFolder(), 2_000_000);
    const file = join(folder, 'sotto.db');
    const store = reopen(file);
    const before = turn(store, 'before', 'saved').conversation;
    const { conversation, reply } = store.beginTurn({ message: prompt('the question'), ...MODEL });
    reply.take({ type: 'part.start', id: 'a', kind: 'text' });
    const free = 2_000_000 - readdirSync(folder).reduce((sum, name) => sum + Math.ceil(statSync(join(folder, name)).size / 4096) * 4096, 0);
    writeFileSync(join(folder, 'filler'), Buffer.alloc(free - 20_000));
    let sent = '';
    const error = failure(() => {
      for (let index = 0; index < 100; index++) {
        const piece = `${index} ${'x'.repeat(2000)} `;
        sent += piece;
        reply.take({ type: 'part.delta', id: 'a', text: piece });
      }
    });
    expect(error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('disk is full') });
    expect(failure(() => store.beginTurn({ message: prompt('y'.repeat(50_000)), ...MODEL })).message).toContain('disk is full');
    expect(text(store, before)).toEqual(['before', 'saved']);
    expect(sent.startsWith(text(store, conversation)[1]!)).toBe(true);
    rmSync(join(folder, 'filler'));
    reply.take({ type: 'part.delta', id: 'a', text: 'the end' });
    reply.flush();
    expect(text(store, conversation)).toEqual(['the question', `${sent}the end`]);
    reply.finish(end(`${sent}the end`));
    expect(store.check()).toMatchObject({ ok: true, problems: [] });
  });

  it('at the very first start is said as such too', () => {
    const folder = smallDisk(temporaryFolder(), 20_000);
    expect(failure(() => openStore(realWorld(join(folder, 'sotto.db')))).message).toContain('disk is full');
  });

  it.each([
    ['all of it in the file', (store: Store) => store.fold()],
    ['some of it still in the log', () => {}],
  ])('or a read-only one, %s: what is there is read, and nothing else', (_, leave) => {
    const folder = smallDisk(temporaryFolder(), 4_000_000);
    const file = join(folder, 'sotto.db');
    const store = openStore(realWorld(file));
    const { conversation } = turn(store, 'a', 'b');
    leave(store);
    store.close();
    for (const withMemory of [true, false]) {
      if (!withMemory) rmSync(`${file}-shm`, { force: true });
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      const temporary = readdirSync(tmpdir()).filter((name) => name.startsWith('sotto-read-'));
      const again = openStore(realWorld(file));
      expect(text(again, conversation)).toEqual(['a', 'b']);
      expect(again.list()).toHaveLength(1);
      expect(again.search({ text: 'b' }).hits).toHaveLength(1);
      expect(again.exportConversation(conversation)?.messages).toHaveLength(2);
      const error = failure(() => again.beginTurn({ message: prompt('x'), ...MODEL }));
      expect(error.message).toContain(file);
      expect(error.message).toMatch(/cannot be written: it or its folder is read-only/);
      again.close();
      expect(checkFile(file, { inUse: true })).toMatchObject({ ok: true, problems: [] });
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('sotto-read-'))).toEqual(temporary);
      execFileSync('mount', ['-o', 'remount,rw', folder]);
    }
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    expect(failure(() => openStore(realWorld(join(folder, 'new', 'sotto.db')))).message).toContain('cannot be made');
  });
});

describe.skipIf(!canMount)('a read-only disk (needs the right to mount)', () => {
  it.each([1, 2])('with a database of schema %i: it is read, and stays as it is', (version) => {
    const folder = smallDisk(temporaryFolder(), 4_000_000);
    const file = join(folder, 'sotto.db');
    const database = new Database(file);
    database.pragma('journal_mode = WAL');
    // A dump holds the tables behind the search index.
    database.unsafeMode(true);
    database.exec(readFileSync(join(import.meta.dirname, `../../fixtures/store/v${version}.sql`), 'utf8'));
    database.close();
    writeFileSync(`${file}-wal`, '');
    const before = readFileSync(file);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    // Also for whoever would have it updated in another process.
    for (const migrates of [true, false]) {
      const store = openStore({ ...realWorld(file), migrates });
      expect(store.list({ archived: 'any' })).toHaveLength(3);
      expect(store.search({ text: 'danube' }).hits.length).toBeGreaterThan(0);
      expect(failure(() => store.beginTurn({ message: prompt('x'), ...MODEL })).message).toContain('read-only');
      store.close();
    }
    expect([readdirSync(folder).sort(), readFileSync(file)]).toEqual([['sotto.db', 'sotto.db-wal'], before]);
  });
});

describe('a database that is not as it should be', () => {
  it('locked by another program: says so after the wait', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const store = keep(openStore({ ...realWorld(file), lockTimeoutMs: 60 }));
    const { conversation } = turn(store, 'a', 'b');
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    expect(failure(() => turn(store, 'c', 'd')).message).toContain('locked by another program');
    // Reading goes on.
    expect(text(store, conversation)).toEqual(['a', 'b']);
    other.exec('ROLLBACK');
    other.close();
    turn(store, 'c', 'd', conversation);
    expect(store.check().ok).toBe(true);
  });

  it('a folder in the way, or a file where the folder should be', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sotto.db'));
    expect(failure(() => openStore(realWorld(join(folder, 'sotto.db')))).kind).toBe('configuration');
    writeFileSync(join(folder, 'file'), 'x');
    expect(failure(() => openStore(realWorld(join(folder, 'file', 'sotto.db')))).message).toContain('is a file');
  });

  it.each([
    ['another kind of file', Buffer.from('just some notes, nothing more, but longer than a header would be '.repeat(4))],
    ['a few bytes', Buffer.from('SQLite format 3\0')],
  ])('%s: is named as damaged and left as it is', (_, bytes) => {
    const file = join(temporaryFolder(), 'sotto.db');
    writeFileSync(file, bytes);
    const error = failure(() => openStore(realWorld(file)));
    expect(error.message).toContain('damaged');
    expect(error.hint).toContain('sotto db restore');
    expect(readFileSync(file)).toEqual(bytes);
    expect(checkFile(file)).toMatchObject({ ok: false });
  });

  it.each([0, 0x1234])('the database of another program (application id %i) is not taken over', (id) => {
    const file = join(temporaryFolder(), 'sotto.db');
    const other = new Database(file);
    other.exec(`CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1); PRAGMA application_id = ${id}`);
    other.close();
    const before = readFileSync(file).subarray(100);
    expect(failure(() => openStore(realWorld(file))).message).toContain('another program');
    // Only the mark that there is a log may have been set.
    expect(readFileSync(file).subarray(100)).toEqual(before);
  });

  it('a newer one is refused, byte for byte untouched', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    openStore(realWorld(file)).close();
    const newer = new Database(file);
    newer.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    const before = readFileSync(file);
    const error = failure(() => openStore(realWorld(file)));
    expect(error.message).toContain(`newer sotto (schema ${MIGRATIONS.length + 1};`);
    expect(error.hint).toContain('Update sotto');
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(join(file, '..'))).toEqual(['sotto.db']);
  });

  it('a newer one whose version still stands in the log is refused as well', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    openStore(realWorld(file)).close();
    const newer = new Database(file);
    newer.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    expect(failure(() => openStore(realWorld(file))).message).toContain('newer sotto');
    newer.close();
  });

  it('is not what the check calls a sound one, whatever signs its messages hold', () => {
    const store = temporaryStore();
    turn(store, `“open quote`, `„und « noch ${'😀'.repeat(120)}`);
    const { reply } = store.beginTurn({ message: prompt('more'), ...MODEL });
    const parts = [
      { type: 'tool_call', id: '', name: '«#', arguments: '' },
      { type: 'reasoning', text: '﹍ the user said “hello' },
    ] as const;
    reply.finish(end('', { message: { role: 'assistant', parts: [...parts, { type: 'text', text: `a${'b😀'.repeat(90)}` }] } }));
    expect(store.check()).toMatchObject({ ok: true, problems: [] });
  });

  it('truncated or with flipped bits: every call works or says what is wrong, and the check sees it', () => {
    const sound = temporaryStore();
    for (let index = 0; index < 60; index++) turn(sound, `question ${index}`, `answer ${index} `.repeat(40));
    const ids = sound.list().map(({ id }) => id);
    sound.vacuum();
    sound.close();
    const bytes = readFileSync(sound.file);
    let reported = 0;
    for (let round = 0; round < 60; round++) {
      const file = join(temporaryFolder(), 'sotto.db');
      const copy = Buffer.from(bytes);
      // Everywhere in the file, the same on every run.
      for (let flip = 0; flip < 8; flip++) {
        let at = (round * 7919 + flip * 104_729 + 100) % copy.length;
        // In the empty space of a page it would be no damage.
        while (copy[at] === 0) at = (at + 1) % copy.length;
        copy[at] = copy[at]! ^ (1 << (round % 8));
      }
      writeFileSync(file, copy);
      if (round % 3 === 0) truncateSync(file, Math.floor((copy.length * (round + 1)) / 61));
      if (!checkFile(file).ok) reported++;
      const attempt = (action: () => unknown): void => {
        try {
          action();
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(SottoError);
          expect((thrown as SottoError).kind).toBe('configuration');
        }
      };
      attempt(() => {
        const store = reopen(file);
        attempt(() => store.list());
        for (const id of ids) attempt(() => store.path(id));
        attempt(() => store.search({ text: 'answer 33' }));
        attempt(() => store.search({ text: 'nothing like it', order: 'rank' }));
        attempt(() => turn(store, 'still there?', 'perhaps'));
        attempt(() => store.totals());
        attempt(() => store.remove([ids[3]!]));
        attempt(() => store.close());
      });
    }
    expect(reported).toBeGreaterThan(50);
  });
});
