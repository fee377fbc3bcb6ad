/** Commands on a damaged database: what can be read is given, in every format; what cannot is listed; the exit code is 7. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Ended } from '../support/program.ts';
import { addTurn, conversationsHome, type Home } from './conversations-home.ts';

const COUNT = 30;

/** Conversations with a short and a long turn each, all in the file and nothing in its log. */
function filled(): Home & { ids: string[] } {
  const home = conversationsHome();
  const ids = home.fill((store) => {
    const made = Array.from({ length: COUNT }, (_, index) => {
      const { conversation } = addTurn(store, { prompt: `question ${index}`, reply: `apple ${index}` });
      addTurn(store, { conversation, prompt: `second ${index}`, reply: `pear ${index} ${'lorem '.repeat(200)}` });
      return conversation;
    });
    store.search({ text: 'apple' });
    store.fold();
    return made;
  });
  return { ...home, ids };
}

function edit(home: Home, sql: string, ...values: (string | number)[]): void {
  const database = new Database(home.file);
  database.pragma('foreign_keys = OFF');
  database.prepare(sql).run(...values);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  // SQLite's own end takes the log away; sotto leaves an empty one.
  writeFileSync(`${home.file}-wal`, '');
}

/** Fills the pages of a table or an index with nonsense, so many of the kind. */
function hit(home: Home, table: string, kind: string, most = 1): void {
  const database = new Database(home.file, { readonly: true });
  const sql = 'SELECT pageno AS page FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY pageno LIMIT ?';
  const pages = database.prepare<[string, string, number], { page: number }>(sql).all(table, kind, most);
  database.close();
  expect(pages.length).toBeGreaterThan(0);
  const bytes = readFileSync(home.file);
  for (const { page } of pages) bytes.fill(0xa5, (page - 1) * 4096 + (page === 1 ? 100 : 0), page * 4096);
  writeFileSync(home.file, bytes);
}

const partial = (ended: Ended): string => {
  expect(ended).toMatchObject({ code: 7 });
  return ended.stdout;
};
const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('a message that is no JSON', () => {
  function broken(): ReturnType<typeof filled> & { id: number } {
    const home = filled();
    const database = new Database(home.file, { readonly: true });
    const { id } = database.prepare<[], { id: number }>(`SELECT id FROM messages WHERE instr(parts, 'apple 3"') > 0`).get()!;
    database.close();
    edit(home, 'UPDATE messages SET parts = substr(parts, 1, 20) WHERE id = ?', id);
    return { ...home, id };
  }

  it('show gives the others and names it', async () => {
    using home = broken();
    const { stdout, stderr } = await home.sotto(['show', home.ids[3]!]);
    for (const text of ['question 3', 'second 3', 'pear 3', '[not whole: its content cannot be read]']) expect(stdout).toContain(text);
    expect(stderr).toBe(`sotto: message ${home.id} of "question 3" (${home.ids[3]}) is not whole: its content cannot be read\n`);
    const json = JSON.parse(partial(await home.sotto(['show', home.ids[3]!, '--json'])));
    expect(json.messages.map(({ damage }: { damage?: string }) => damage)).toEqual([
      undefined,
      'its content cannot be read',
      undefined,
      undefined,
    ]);
    expect(json.unread).toHaveLength(1);
    expect(await home.sotto(['show', home.ids[4]!])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['markdown', 'json', 'jsonl', 'html', 'training'])('export --all as %s gives all the others', async (format) => {
    using home = broken();
    const ended = await home.sotto(['export', '--all', '--format', format]);
    const stdout = partial(ended);
    for (let index = 0; index < COUNT; index++) expect(stdout).toContain(`pear ${index} `);
    expect(stdout.includes('apple 3"')).toBe(false);
    expect(ended.stderr).toContain(`sotto: message ${home.id} of "question 3" (${home.ids[3]}) is not whole: its content cannot be read\n`);
    if (format === 'json') expect(JSON.parse(stdout).conversations).toHaveLength(COUNT);
    if (format === 'jsonl') expect(lines(stdout).map((line) => JSON.parse(line))).toHaveLength(COUNT);
    if (format === 'training') expect(lines(stdout).flatMap((line) => JSON.parse(line).messages).length).toBe(COUNT * 4 - 2);
  });

  it('search, last and list go on; the conversation can be gone on with, and deleted', async () => {
    using home = broken();
    expect((await home.sotto(['search', 'apple', '-n', '100'])).stdout).toContain('apple 4');
    expect(await home.sotto(['list'])).toMatchObject({ code: 0, stderr: '' });
    expect(await home.sotto(['last', '--conversation', home.ids[3]!])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('pear 3'),
    });
    expect(await home.sotto(['ask', '--resume', home.ids[3]!, '-p', 'guide', 'hello'])).toMatchObject({ code: 0 });
    expect(await home.sotto(['delete', home.ids[3]!, '--yes'])).toMatchObject({ code: 0 });
    expect((await home.sotto(['list', '--all'])).stdout).not.toContain(home.ids[3]);
  });

  it.each([
    ['a number', '[17]'],
    ['a part of no kind', '[{"type":"sound","x":1}]'],
    ['a text without text', '[{"type":"text"}]'],
    ['a call without a name', '[{"type":"tool_call","id":"a","arguments":"{}"}]'],
    ['an object', '{"type":"text","text":"x"}'],
    ['nothing', ''],
    ['null', 'null'],
  ])('nor one that holds %s', async (_, parts) => {
    using home = broken();
    edit(home, 'UPDATE messages SET parts = ? WHERE id = ?', parts, home.id);
    expect(partial(await home.sotto(['show', home.ids[3]!]))).toContain('pear 3');
    partial(await home.sotto(['show', home.ids[3]!, '--tree']));
    expect(partial(await home.sotto(['export', '--all']))).toContain('pear 29');
  });
});

it('an attachment that is gone is named, and the rest of its message is there', async () => {
  using home = filled();
  writeFileSync(join(home.path, 'p.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  home.fill((store) => {
    const picture = { type: 'media', mediaType: 'image/png', name: 'p.png', data: Buffer.from('picture').toString('base64') } as const;
    store.beginTurn({
      conversation: home.ids[2]!,
      provider: 'a',
      model: 'b',
      message: { role: 'user', parts: [{ type: 'text', text: 'look here' }, picture] },
    });
    store.fold();
  });
  edit(home, 'DELETE FROM attachments');
  const { code, stdout, stderr } = await home.sotto(['export', home.ids[2]!, '--format', 'json']);
  expect(code).toBe(7);
  expect(stderr).toContain('its attachment p.png is missing');
  const message = JSON.parse(stdout).conversations[0].messages.at(-2);
  expect(message).toMatchObject({
    damage: 'its attachment p.png is missing',
    message: { parts: [{ text: 'look here' }, { text: '[attachment p.png: could not be read]' }] },
  });
});

describe('a page that cannot be read', () => {
  const places: [string, string, string][] = [
    ['of messages', 'messages', 'leaf'],
    ['above those of messages', 'messages', 'internal'],
    ['of conversations', 'conversations', 'leaf'],
    ['of an index of conversations', 'conversations_by_update', 'leaf'],
    ['of the index of messages', 'messages_by_conversation', 'leaf'],
    ['of the ledger', 'attempts', 'leaf'],
    ['of the schema', 'sqlite_schema', 'internal'],
  ];

  it.each(places)('%s: list, export and search give what is left', async (_, table, kind) => {
    using home = filled();
    hit(home, table, kind);
    const before = readFileSync(home.file);
    const leftovers = readdirSync(tmpdir()).filter((name) => name.startsWith('sotto-salvage-'));
    const exported = await home.sotto(['export', '--all', '--format', 'jsonl']);
    expect([0, 7]).toContain(exported.code);
    const records = lines(exported.stdout).map((line) => JSON.parse(line));
    const messages = records.flatMap((record) => record.messages);
    // At most what lay on that one page is missing, and then it is told.
    expect(messages.length).toBeGreaterThan(COUNT * 4 - 30);
    if (messages.length < COUNT * 4 || records.length < COUNT) expect(exported.code).toBe(7);
    if (exported.code === 7) expect(exported.stderr).toMatch(/sotto db repair/);
    for (const args of [
      ['list', '--all'],
      ['search', 'pear', '-n', '100'],
      ['list', '--json'],
    ]) {
      const ended = await home.sotto(args);
      expect([0, 7]).toContain(ended.code);
      expect(ended.stdout).toMatch(/question|pear/);
    }
    expect(readFileSync(home.file)).toEqual(before);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('sotto-salvage-'))).toEqual(leftovers);
  });

  it('of messages: delete takes out what it can, and names the rest', async () => {
    using home = filled();
    hit(home, 'messages', 'leaf');
    const { code, stdout, stderr } = await home.sotto(['delete', ...home.ids, '--yes', '--json']);
    expect(code).toBe(7);
    const { deleted, failed } = JSON.parse(stdout);
    expect(failed.length).toBeGreaterThan(0);
    expect(deleted.length).toBeGreaterThan(0);
    expect([...deleted, ...failed].sort()).toEqual([...home.ids].sort());
    expect(stderr).not.toContain('Error');
  });

  it('a whole table away: everything else is there', async () => {
    using home = filled();
    edit(home, 'DROP INDEX conversations_by_update');
    edit(home, 'DROP TABLE search_short');
    expect(lines((await home.sotto(['list', '--all'])).stdout).length).toBe(COUNT + 1);
    expect((await home.sotto(['search', 'pear 7'])).stdout).toContain('pear 7');
    expect(existsSync(home.file)).toBe(true);
  });
});
