/** What repair gets out of damaged databases: every row whose pages were not hit, nothing that was not there, and a sound database. */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/messages.ts';
import { checkFile } from '../../src/store/check.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/open.ts';
import { openPages } from '../../src/store/salvage/pages.ts';
import { type RepairReport, repairStore } from '../../src/store/salvage/repair.ts';
import { rowsOf } from '../../src/store/salvage/rows.ts';
import { realWorld } from './children/world.ts';
import { end, keep, MODEL, prompt, temporaryFolder } from './support.ts';

const PAGE = 4096;
const quiet = { random: Math.random, tell: () => {} };

/** The same numbers on every run. */
function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Row = Record<string, string | number | null | Buffer>;
const TABLES = ['conversations', 'messages', 'attempts', 'attachments', 'tags'] as const;
type Rows = Record<(typeof TABLES)[number], Row[]>;

let folder: string;
let sound: string;
let rows: Rows;

/** Long and short texts, branches, pictures that are used twice, deleted conversations; half of it still in the log. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-sound-'));
  sound = join(folder, 'sotto.db');
  const store = openStore(realWorld(sound));
  const random = seeded(7);
  for (let index = 0; index < 70; index++) {
    let conversation: string | undefined;
    let first = 0;
    for (let step = 0; step < 4; step++) {
      const picture = {
        type: 'media',
        mediaType: 'image/png',
        name: 'p.png',
        data: Buffer.alloc(300 + 5000 * (index % 3), index % 20).toString('base64'),
      } as const;
      const message = {
        role: 'user' as const,
        parts: [{ type: 'text' as const, text: `question ${index} ${step}` }, ...(step === 1 ? [picture] : [])],
      };
      const begun = store.beginTurn({
        ...(conversation === undefined ? { tags: [`tag${index}`], system: 'be brief '.repeat(index * 10) } : { conversation }),
        ...(step === 3 ? { parent: first } : {}),
        ...{ message, ...MODEL },
      });
      conversation = begun.conversation;
      if (step === 0) first = begun.message;
      begun.reply.finish(end(`answer ${index} ${step} ${'lorem ipsum '.repeat(Math.floor(random() ** 3 * 1500))}`));
    }
    if (index === 40) store.fold();
  }
  store.remove(
    store
      .list({ archived: 'any' })
      .slice(10, 14)
      .map(({ id }) => id),
  );
  for (let index = 0; index < 12; index++) {
    const { reply } = store.beginTurn({ message: prompt(`late ${index}`), ...MODEL });
    reply.finish(end(`late answer ${index}`));
  }
  store.close();
  rows = rowsIn(sound);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rowsIn(file: string): Rows {
  const database = new Database(file, { readonly: true });
  const all = Object.fromEntries(TABLES.map((table) => [table, database.prepare<[], Row>(`SELECT * FROM ${table}`).all()]));
  database.close();
  return all as Rows;
}

const COMPANIONS = ['', '-wal'];

/** A copy to damage; `whole`: in one file, without a log. */
function copied(whole: boolean): string {
  const file = join(temporaryFolder(), 'sotto.db');
  for (const companion of COMPANIONS) copyFileSync(sound + companion, file + companion);
  if (whole) {
    const database = new Database(file);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  }
  return file;
}

/** SQLite's own word on what each page is. */
function pagesOf(file: string): { page: number; table: string; kind: string }[] {
  const database = new Database(file, { readonly: true });
  const found = database
    .prepare<[], { page: number; table: string; kind: string }>(
      `SELECT pageno AS page, name AS "table", pagetype AS kind FROM dbstat WHERE pagetype IS NOT NULL`,
    )
    .all();
  database.close();
  return found;
}

/** Which rows of the sound file lie on pages that are not hit, their overflow pages included. */
function survivors(file: string, hit: ReadonlySet<number>): Record<'messages' | 'conversations' | 'attempts' | 'attachments', Set<number>> {
  const pages = openPages(file);
  const tree = pagesOf(file);
  const sets = {
    messages: new Set<number>(),
    conversations: new Set<number>(),
    attempts: new Set<number>(),
    attachments: new Set<number>(),
  };
  for (const { page, table, kind } of tree) {
    if (kind !== 'leaf' || hit.has(page) || !(table in sets)) continue;
    for (const row of rowsOf(
      pages.read(page)!,
      { ...pages, read: (number) => (hit.has(number) ? undefined : pages.read(number)) },
      page === 1,
    )) {
      if (row.cut === undefined) sets[table as keyof typeof sets].add(row.rowid!);
    }
  }
  pages.close();
  return sets;
}

const KEY = { conversations: 'key', messages: 'id', attempts: 'id', attachments: 'key' } as const;
/** What repair itself sets. */
const MENDED = new Set(['indexed', 'message_count', 'active_message', 'parent_id', 'conversation_key', 'message_id']);

function expectAll(file: string, report: RepairReport, alive: ReturnType<typeof survivors>): void {
  expect(checkFile(file)).toMatchObject({ ok: true, problems: [] });
  expect(existsSync(report.kept)).toBe(true);
  const after = rowsIn(file);
  for (const table of ['conversations', 'messages', 'attempts', 'attachments'] as const) {
    const key = KEY[table];
    const before = new Map(rows[table].map((row) => [row[key], row]));
    const now = new Map(after[table].map((row) => [row[key], row]));
    // A picture that no message shows any more goes with the last of them.
    if (table !== 'attachments') {
      expect(
        [...alive[table]].filter((id) => !now.has(id)),
        `${table} that were not hit`,
      ).toEqual([]);
    }
    for (const id of alive[table]) {
      const [old, row] = [before.get(id), now.get(id)];
      if (!old || !row) continue;
      for (const [name, value] of Object.entries(old)) {
        if (MENDED.has(name) || (name === 'parts' && String(value).includes('"media"'))) continue;
        expect(row[name], `${table} ${id} ${name}`).toEqual(value);
      }
    }
    // Nothing invented: what is there was there, by its key.
    expect([...now.keys()].filter((id) => !before.has(id))).toEqual([]);
  }
  const kept = after.messages.length;
  expect(report.found.messages).toBe(kept);
  const lost = report.losses.reduce((sum, { messages }) => sum + messages, 0);
  if (after.conversations.length === rows.conversations.length && report.renamed.length === 0)
    expect(lost, 'every message that is gone is told').toBe(rows.messages.length - kept);
}

/** Which pages to hit, by what they are. */
const TARGETS: readonly [what: string, choose: (page: { table: string; kind: string; page: number }) => boolean][] = [
  ['leaves of messages', ({ table, kind }) => table === 'messages' && kind === 'leaf'],
  ['inner pages of messages', ({ table, kind }) => table === 'messages' && kind === 'internal'],
  ['overflow pages of messages', ({ table, kind }) => table === 'messages' && kind === 'overflow'],
  ['leaves of conversations', ({ table, kind }) => table === 'conversations' && kind === 'leaf'],
  ['the roots of all tables', ({ kind }) => kind === 'internal'],
  ['attachments', ({ table }) => table === 'attachments'],
  ['the ledger', ({ table }) => table === 'attempts'],
  ['indexes', ({ table }) => /_by_|waiting|autoindex/.test(table)],
  ['the search index', ({ table }) => table.startsWith('search_')],
  ['the schema', ({ page }) => page === 1],
  ['anything', () => true],
];

const WAYS: readonly [how: string, act: (image: Buffer, random: () => number) => void][] = [
  ['zeros', (image) => image.fill(0)],
  [
    'random bytes',
    (image, random) => {
      for (let at = 0; at < image.length; at++) image[at] = Math.floor(random() * 256);
    },
  ],
];

describe('the reader of pages', () => {
  it('finds the rows that SQLite finds, in the file and in its log', () => {
    for (const file of [copied(true), copied(false)]) {
      const alive = survivors(file, new Set());
      for (const table of ['conversations', 'messages', 'attempts', 'attachments'] as const) {
        expect([...alive[table]].sort((one, other) => one - other)).toEqual(rows[table].map((row) => row[KEY[table]]));
      }
    }
  });
});

describe('a database with damaged pages', () => {
  const cases = TARGETS.flatMap(([what, choose], target) =>
    WAYS.map(([how, act], way) => ({ what, choose, how, act, seed: target * 10 + way })),
  );

  it.each(cases)('$how in $what: all that was not hit comes out', ({ choose, act, seed }) => {
    const file = copied(true);
    const random = seeded(seed);
    const all = pagesOf(file).filter(choose);
    expect(all.length).toBeGreaterThan(0);
    const hit = new Set(all.filter(() => random() < (all.length > 3 ? 0.4 : 1)).map(({ page }) => page));
    const alive = survivors(file, hit);
    const bytes = readFileSync(file);
    for (const page of hit) act(bytes.subarray((page - 1) * PAGE, page * PAGE), random);
    writeFileSync(file, bytes);
    const report = repairStore(file, Date.now(), quiet);
    expectAll(file, report, alive);
    expect(readFileSync(report.kept)).toEqual(bytes);
  });

  it.each([0.3, 0.6, 0.9])('cut off after %d of its length', (share) => {
    const file = copied(true);
    const length = Math.floor((statSync(file).size * share) / PAGE) * PAGE;
    const hit = new Set(pagesOf(file).flatMap(({ page }) => (page * PAGE > length ? [page] : [])));
    const alive = survivors(file, hit);
    truncateSync(file, length);
    expectAll(file, repairStore(file, Date.now(), quiet), alive);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('with flipped bits here and there (%d): sound again, and what is gone is told', (seed) => {
    const file = copied(true);
    const random = seeded(seed + 100);
    const bytes = readFileSync(file);
    const hit = new Set<number>();
    for (let flip = 0; flip < 12; flip++) {
      const at = Math.floor(random() * bytes.length);
      bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
      hit.add(Math.floor(at / PAGE) + 1);
    }
    const alive = survivors(file, hit);
    writeFileSync(file, bytes);
    const report = repairStore(file, Date.now(), quiet);
    expect(checkFile(file)).toMatchObject({ ok: true, problems: [] });
    const now = rowsIn(file);
    for (const table of ['conversations', 'messages', 'attempts'] as const) {
      const ids = new Set(now[table].map((row) => row[KEY[table]]));
      expect([...alive[table]].filter((id) => !ids.has(id))).toEqual([]);
    }
    expect(existsSync(report.kept)).toBe(true);
  });
});

describe('a log', () => {
  it('with a garbled frame in the middle: what was committed behind it is read all the same', () => {
    const file = copied(false);
    const log = readFileSync(`${file}-wal`);
    log.fill(0x55, 32 + 3 * (24 + PAGE) + 200, 32 + 3 * (24 + PAGE) + 260);
    writeFileSync(`${file}-wal`, log);
    const report = repairStore(file, Date.now(), quiet);
    expect(checkFile(file)).toMatchObject({ ok: true });
    expect(rowsIn(file).messages.length).toBeGreaterThanOrEqual(rows.messages.length - 20);
    expect(readFileSync(`${report.kept}-wal`)).toEqual(log);
  });

  it('with a garbled header: it is read as if nothing were', () => {
    const file = copied(false);
    const log = readFileSync(`${file}-wal`);
    log.fill(0x55, 0, 32);
    writeFileSync(`${file}-wal`, log);
    repairStore(file, Date.now(), quiet);
    // All but what the first frame alone held.
    expect(rowsIn(file).messages.length).toBeGreaterThanOrEqual(rows.messages.length - 20);
    expect(checkFile(file)).toMatchObject({ ok: true });
  });

  it('beside a database whose own file is nothing but zeros', () => {
    const file = copied(false);
    writeFileSync(file, Buffer.alloc(statSync(file).size));
    const { found } = repairStore(file, Date.now(), quiet);
    expect(found.messages).toBeGreaterThan(24);
    expect(checkFile(file)).toMatchObject({ ok: true });
  });
});

describe('repair', () => {
  it('keeps the tree together: a message whose parent is gone follows the one before', () => {
    const file = copied(true);
    const database = new Database(file);
    const victim = database
      .prepare<[], { id: number; conversation_key: number }>(
        'SELECT id, conversation_key FROM messages WHERE id IN (SELECT parent_id FROM messages) AND parent_id IS NOT NULL LIMIT 1',
      )
      .get()!;
    database.prepare('DELETE FROM messages WHERE id = ?').run(victim.id);
    database.close();
    const report = repairStore(file, Date.now(), quiet);
    expect(report).toMatchObject({ reattached: expect.any(Number), losses: [{ messages: 1, ids: [victim.id] }] });
    expect(report.reattached).toBeGreaterThan(0);
    expect(checkFile(file)).toMatchObject({ ok: true });
  });

  it('keeps the beginning of a text whose end is gone, and says so in its place', () => {
    const file = copied(true);
    const long = rows.messages.find(({ parts }) => String(parts).length > 3 * PAGE && String(parts).includes('answer'))!;
    const bytes = readFileSync(file);
    const chain = pagesOf(file).filter(({ table, kind }) => table === 'messages' && kind === 'overflow');
    for (const { page } of chain) bytes.fill(0, (page - 1) * PAGE, page * PAGE);
    writeFileSync(file, bytes);
    const report = repairStore(file, Date.now(), quiet);
    expect(report.incomplete.map(({ message }) => message)).toContain(long.id);
    const now = rowsIn(file).messages.find(({ id }) => id === long.id)!;
    const [beginning, rest] = JSON.parse(String(now.parts));
    expect(beginning.text.length).toBeGreaterThan(100);
    expect(JSON.parse(String(long.parts))[0].text.startsWith(beginning.text)).toBe(true);
    expect(rest.text).toContain('could not be read');
  });

  it('brings nothing back that was deleted, not from free pages and not from a backup', () => {
    const file = copied(true);
    const store = openStore(realWorld(file));
    const [gone] = store.list({ archived: 'any' });
    const text = textOf(store.path(gone!.id)[0]!.message);
    store.fold();
    store.close();
    copyFileSync(file, `${file}.v1-20261101-120000.bak`);
    const again = openStore(realWorld(file));
    again.remove([gone!.id]);
    again.close();
    const bytes = readFileSync(file);
    bytes.fill(0xaa, 0, PAGE);
    writeFileSync(file, bytes);
    repairStore(file, Date.now(), quiet);
    const repaired = keep(openStore(realWorld(file)));
    expect(repaired.conversation(gone!.id)).toBeUndefined();
    expect(repaired.search({ text: `"${text}"` }).hits).toEqual([]);
  });

  it('takes from the newest backup what the damaged file itself says was there', () => {
    const file = copied(true);
    copyFileSync(file, `${file}.v1-20261101-120000.bak`);
    const bytes = readFileSync(file);
    const leaves = pagesOf(file).filter(({ table, kind }) => ['messages', 'conversations'].includes(table) && kind !== 'internal');
    for (const { page } of leaves) if (page % 3 === 0) bytes.fill(0, (page - 1) * PAGE, page * PAGE);
    writeFileSync(file, bytes);
    const report = repairStore(file, Date.now(), quiet);
    expect(report.fromBackup).toMatchObject({ file: `${file}.v1-20261101-120000.bak` });
    expect(report).toMatchObject({ losses: [], incomplete: [], renamed: [] });
    expect(rowsIn(file).messages.length).toBe(rows.messages.length);
    expect(checkFile(file)).toMatchObject({ ok: true });
  });

  it('refuses what holds nothing of ours, and leaves everything as it was', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const bytes = Buffer.from('some notes, and nothing else '.repeat(1000));
    writeFileSync(file, bytes);
    expect(() => repairStore(file, Date.now(), quiet)).toThrow('Nothing that sotto wrote could be read');
    expect(readFileSync(file)).toEqual(bytes);
    expect(readdirSync(join(file, '..'))).toEqual(['sotto.db']);
  });

  it('refuses a database of a newer sotto', () => {
    const file = copied(true);
    const database = new Database(file);
    database.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    expect(() => repairStore(file, Date.now(), quiet)).toThrow('newer sotto');
  });

  it('removes what a killed repair has left', () => {
    const file = copied(true);
    writeFileSync(`${file}.repairing`, 'half');
    repairStore(file, Date.now(), quiet);
    expect(existsSync(`${file}.repairing`)).toBe(false);
    rmSync(file);
  });
});
