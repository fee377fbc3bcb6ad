/** Deleting is real: no word of it is left in the file, its log, the search index, or in a backup made afterwards. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { end, keep, MODEL, prompt, temporaryFolder, temporaryStore, turn } from './support.ts';

/** Every file beside the database that holds the text, with the count. */
function traces(store: Store, text: string): string[] {
  const folder = dirname(store.file);
  return readdirSync(folder).flatMap((name) => {
    const count = readFileSync(join(folder, name)).toString('latin1').split(text).length - 1;
    return count > 0 ? [`${name}: ${count}`] : [];
  });
}

/** The trigrams of the text that the index still knows. */
function indexed(store: Store, text: string): string[] {
  const database = new Database(store.file);
  database.exec('CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, search_trigrams, row)');
  const terms = new Set(database.prepare('SELECT term FROM temp.terms').pluck().all());
  database.close();
  return Array.from({ length: text.length - 2 }, (_, at) => text.slice(at, at + 3)).filter((trigram) => terms.has(trigram));
}

const SECRET = 'zqxwvkjq';

describe('deleting a conversation', () => {
  it.each([2, 30, 400])('of %i turns leaves nothing behind', async (turns) => {
    const store = temporaryStore();
    const keepers = Array.from({ length: 20 }, (_, index) =>
      turn(store, `kept ${index}`, `an answer to keep ${'and more '.repeat(index * 8)}`),
    );
    const first = store.beginTurn({
      message: {
        role: 'user',
        parts: [
          { type: 'text', text: SECRET },
          { type: 'media', mediaType: 'text/plain', data: btoa(SECRET), name: `${SECRET}.txt` },
        ],
      },
      ...MODEL,
      system: SECRET,
      folder: `/home/${SECRET}`,
      tags: [SECRET],
    });
    first.reply.take({ type: 'part.start', id: 'a', kind: 'text' });
    first.reply.take({ type: 'part.delta', id: 'a', text: `${SECRET} `.repeat(600) });
    first.reply.flush();
    first.reply.finish(end(`${SECRET} `.repeat(600)));
    for (let index = 1; index < turns; index++) {
      // Between the rows of others, so that pages are shared, split and joined.
      turn(store, `${SECRET} question ${index} ${'long '.repeat(index % 90)}`, `answer ${SECRET} ${index}`, first.conversation);
      if (index % 5 === 0) turn(store, `kept ${index}`, 'kept too', keepers[index % 20]?.conversation);
    }
    store.rename(first.conversation, `Title ${SECRET}`);
    expect(traces(store, SECRET)).not.toEqual([]);
    expect(indexed(store, SECRET)).toHaveLength(SECRET.length - 2);

    expect(store.remove([first.conversation, 'nothing'])).toEqual({ removed: 1, erased: true, failed: [] });

    expect(store.conversation(first.conversation)).toBeUndefined();
    expect(traces(store, SECRET)).toEqual([]);
    expect(indexed(store, SECRET)).toEqual([]);
    expect(store.search({ text: SECRET }).hits).toEqual([]);
    expect(store.search({ text: 'kept' }).hits.length).toBeGreaterThan(0);
    expect(store.check()).toMatchObject({ ok: true, problems: [] });
    await store.backup(join(dirname(store.file), 'copy.db'), () => {}, new AbortController().signal);
    expect(traces(store, SECRET)).toEqual([]);
    // The money stays, without a way back to the words.
    expect(store.totals().attempts).toBeGreaterThan(turns);
    const database = new Database(store.file, { readonly: true });
    const ways = 'SELECT count(*) FROM attempts WHERE conversation_key IS NULL AND (message_id IS NOT NULL OR request_id IS NOT NULL)';
    expect(database.prepare(ways).pluck().get()).toBe(0);
    expect(database.prepare('SELECT count(*) FROM attempts WHERE conversation_key IS NULL').pluck().get()).toBeGreaterThan(0);
    database.close();
  });

  it('keeps an attachment that another conversation uses, and drops it with the last', () => {
    const store = temporaryStore();
    const data = btoa(SECRET);
    const ask = () => {
      const begun = store.beginTurn({ message: { role: 'user', parts: [{ type: 'media', mediaType: 'text/plain', data }] }, ...MODEL });
      begun.reply.finish(end('ok'));
      return begun.conversation;
    };
    const one = ask();
    const two = store.fork(ask());
    store.remove([one]);
    expect(store.path(two)[0]?.message.parts[0]).toMatchObject({ data });
    store.remove(store.list().map(({ id }) => id));
    expect(traces(store, SECRET)).toEqual([]);
    expect(store.check().problems).toEqual([]);
  });

  it('says when a reader holds the old bytes, and the next deletion erases them', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const store = keep(openStore({ ...realWorld(file), lockTimeoutMs: 50 }));
    const { conversation } = turn(store, SECRET, 'x');
    const other = turn(store, 'other', 'x').conversation;
    const reader = new Database(file);
    reader.exec('BEGIN; SELECT * FROM messages');
    reader.prepare('SELECT * FROM messages').all();
    expect(store.remove([conversation])).toEqual({ removed: 1, erased: false, failed: [] });
    reader.close();
    expect(store.remove([other])).toEqual({ removed: 1, erased: true, failed: [] });
    expect(traces(store, SECRET)).toEqual([]);
  });

  it('vacuum gives the space back', () => {
    const store = temporaryStore();
    const { conversation } = turn(store, 'x'.repeat(500_000), 'y');
    prompt('');
    store.remove([conversation]);
    const { bytesBefore, bytesAfter } = store.vacuum();
    expect(bytesAfter).toBeLessThan(bytesBefore / 2);
    expect(store.check().ok).toBe(true);
  });
});
