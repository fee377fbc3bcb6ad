/** What is not indexed at the end of its turn, because it is long: it waits, and is found all the same. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { end, keep, MODEL, prompt, temporaryFolder, temporaryStore, turn } from './support.ts';

const long = (word: string, length = 100_000): string => `${'many words of a long answer '.repeat(length / 28)}${word}`;

/** Which messages and titles wait, in the order of their ids. */
function waiting(store: Store): { messages: number[]; titles: number } {
  const database = new Database(store.file, { readonly: true });
  const messages = database.prepare(`SELECT id FROM messages WHERE indexed = 0 AND status <> 'streaming' ORDER BY id`).pluck().all();
  const titles = database.prepare('SELECT count(*) FROM conversations WHERE indexed = 0').pluck().get();
  database.close();
  return { messages: messages as number[], titles: titles as number };
}

const hits = (store: Store, text: string): number => store.search({ text }).hits.length;

describe('a long reply', () => {
  it('waits at the end of its turn, alone; the first search indexes it', () => {
    const store = temporaryStore();
    const { reply } = turn(store, 'a question', long('zebra'));
    turn(store, 'another', 'short');
    expect(waiting(store)).toEqual({ messages: [reply], titles: 0 });
    expect(hits(store, 'zebra')).toBe(1);
    expect(waiting(store)).toEqual({ messages: [], titles: 0 });
    expect(hits(store, 'zebra')).toBe(1);
    expect(store.check().problems).toEqual([]);
  });

  it('is indexed step by step by processes that only look, never by one that asks', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const asking = openStore(realWorld(file));
    const ids = [turn(asking, 'one', long('zebra', 200_000)), turn(asking, 'two', long('okapi', 200_000))].map(({ reply }) => reply);
    asking.close();
    const look = (): Store => {
      const store = openStore(realWorld(file));
      store.list();
      store.close();
      return store;
    };
    expect(waiting(asking).messages).toEqual(ids);
    expect(waiting(look()).messages).toEqual(ids.slice(0, 1));
    expect(waiting(look()).messages).toEqual([]);
    const store = keep(openStore(realWorld(file)));
    expect([hits(store, 'zebra'), hits(store, 'okapi')]).toEqual([1, 1]);
  });

  it('is found while nothing can be written, and by several who look at once', () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const [one, two] = [1, 2].map(() => keep(openStore({ ...realWorld(file), lockTimeoutMs: 30 })));
    turn(one!, 'a question', long('zebra'));
    one!.rename(one!.list()[0]!.id, 'A title');
    const writer = new Database(file);
    writer.exec('BEGIN IMMEDIATE');
    expect([hits(one!, 'zebra'), hits(two!, 'zebra'), hits(two!, 'title')]).toEqual([1, 1, 1]);
    expect(waiting(one!).messages).toHaveLength(1);
    writer.exec('ROLLBACK');
    writer.close();
    expect([hits(one!, 'zebra'), hits(two!, 'zebra')]).toEqual([1, 1]);
    expect(waiting(one!).messages).toEqual([]);
    expect(one!.check().problems).toEqual([]);
  });

  it('is deleted while it waits, and leaves no word behind', () => {
    const store = temporaryStore();
    const { conversation } = turn(store, 'a question', long('zebra'));
    turn(store, 'another', 'short');
    expect(store.remove([conversation]).removed).toBe(1);
    expect(hits(store, 'zebra')).toBe(0);
    expect(hits(store, 'short')).toBe(1);
    expect(store.check().problems).toEqual([]);
  });

  it('is indexed by vacuum', () => {
    const store = temporaryStore();
    turn(store, 'a question', long('zebra', 600_000));
    store.vacuum();
    expect(waiting(store).messages).toEqual([]);
    expect(hits(store, 'zebra')).toBe(1);
  });
});

describe('a prompt', () => {
  it('is found while its answer still streams, as is its title', () => {
    const store = temporaryStore();
    const { conversation, reply } = store.beginTurn({ message: prompt('the zebra question'), title: 'Striped', ...MODEL });
    expect(store.search({ text: 'zebra' }).hits).toMatchObject([{ conversation: { id: conversation }, fields: ['prompt'] }]);
    expect(store.search({ text: 'striped' }).hits).toMatchObject([{ conversation: { id: conversation }, fields: ['title'] }]);
    reply.finish(end('an answer'));
    expect(hits(store, 'zebra')).toBe(1);
    expect(store.check().problems).toEqual([]);
  });

  it('of a fork is found in both conversations', () => {
    const store = temporaryStore();
    const { conversation } = turn(store, 'the zebra question', long('okapi'));
    store.fork(conversation);
    expect([hits(store, 'zebra'), hits(store, 'okapi')]).toEqual([2, 2]);
  });
});

describe('the check', () => {
  it.each([
    [0, 'some answer', 'messages that the search index knows without their being marked so: 1'],
    [1, long('zebra'), 'messages that the search index does not know: 1 of 4 that were looked for'],
  ])('sees a message that is wrongly marked with %i, also where another has the same words', (mark, text, problem) => {
    const store = temporaryStore();
    turn(store, 'a question', 'many words of some answer');
    const { reply } = turn(store, 'a question', text);
    expect(store.check().problems).toEqual([]);
    const database = new Database(store.file);
    database.prepare('UPDATE messages SET indexed = ? WHERE id = ?').run(mark, reply);
    database.close();
    expect(store.check().problems).toEqual([problem]);
  });
});
