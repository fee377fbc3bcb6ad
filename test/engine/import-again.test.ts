/** Exports of every format, again and again, while the conversations grow, shrink and branch: in the end all of it, and nothing twice. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readImports } from '../../src/engine/import-all.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, StoredMessage } from '../../src/store/store.ts';
import { realWorld } from '../store/children/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-again-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A message in the other program. Ids and times are the place in the list: each is given once. */
type Node = { id: number; parent: number | null; role: 'user' | 'assistant'; text: string };
type Change = { kind: 'add' | 'edit' | 'remove'; at: number; role: Node['role']; text: string; exports: boolean };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'edit', 'remove'),
  at: fc.nat(),
  role: fc.constantFrom('user', 'assistant'),
  // Few words: what is different often looks the same, or begins the same.
  text: fc.constantFrom('a', 'b', 'ab', 'a b', 'a\n\nb'),
  exports: fc.boolean(),
});

/** The trees that were exported one after the other, and one of all messages there ever were. */
function history(changes: readonly Change[]): { exported: Node[][]; all: Node[] } {
  const all: Node[] = [{ id: 0, parent: null, role: 'user', text: 'begin' }];
  let alive = new Set([0]);
  const exported: Node[][] = [];
  const shown = new Set<number>();
  const keep = () => {
    const nodes = all.filter(({ id }) => alive.has(id));
    for (const { id } of nodes) shown.add(id);
    exported.push(nodes);
  };
  for (const { kind, at, role, text, exports } of changes) {
    const nodes = all.filter(({ id }) => alive.has(id));
    const chosen = nodes[at % nodes.length]!;
    const id = all.length;
    if (kind === 'add') all.push({ id, parent: chosen.id, role, text });
    else if (kind === 'edit') all.push({ ...chosen, id, text });
    else if (chosen.parent !== null) alive = new Set([...alive].filter((one) => !isBelow(all, one, chosen.id)));
    if (kind !== 'remove') alive.add(id);
    if (exports) keep();
  }
  keep();
  return { exported, all: all.filter(({ id }) => shown.has(id)) };
}

function isBelow(all: readonly Node[], id: number, above: number): boolean {
  for (let at: number | null = id; at !== null; at = all[at]!.parent) if (at === above) return true;
  return false;
}

const nameOf = (id: number) => `m-${id}`;
const secondsOf = (id: number) => 1_760_000_000 + id;

/** A file of the format. */
const WRITERS = {
  chatgpt: (nodes) => [
    {
      ...{ title: 'Talk', create_time: secondsOf(0), conversation_id: 'c', current_node: nameOf(nodes.at(-1)!.id) },
      mapping: Object.fromEntries(
        nodes.map(({ id, parent, role, text }) => [
          nameOf(id),
          {
            parent: parent === null ? null : nameOf(parent),
            children: nodes.filter((one) => one.parent === id).map((one) => nameOf(one.id)),
            message: { author: { role }, create_time: secondsOf(id), content: { content_type: 'text', parts: [text] } },
          },
        ]),
      ),
    },
  ],
  claude: (nodes) => [
    {
      ...{ uuid: 'c', name: 'Talk', created_at: isoOf(0), current_leaf_message_uuid: nameOf(nodes.at(-1)!.id) },
      chat_messages: nodes.map(({ id, parent, role, text }) => ({
        ...{ uuid: nameOf(id), parent_message_uuid: parent === null ? 'root' : nameOf(parent), created_at: isoOf(id) },
        ...{ sender: role === 'user' ? 'human' : role, content: [{ type: 'text', text }] },
      })),
    },
  ],
  sotto: (nodes) => ({
    ...{ v: 1, kind: 'sotto.conversations' },
    conversations: [
      {
        ...{ v: 1, id: '1g0ntkx01e5c', createdMs: secondsOf(0) * 1000, activeMessage: nodes.at(-1)!.id },
        messages: nodes.map(({ id, parent, role, text }) => ({
          ...{ id, parent, createdMs: secondsOf(id) * 1000, message: { role, parts: [{ type: 'text', text }] } },
        })),
      },
    ],
  }),
} satisfies Record<string, (nodes: readonly Node[]) => unknown>;

function isoOf(id: number): string {
  return new Date(secondsOf(id) * 1000).toISOString();
}

let count = 0;

/** A folder with one file in it, read and stored. */
async function take(store: Store, write: (path: string) => void): Promise<{ outcome: string; added: number; id: string }> {
  const place = join(folder, `${count++}`);
  mkdirSync(place);
  write(place);
  for await (const { conversations, problems } of readImports([place], { format: 'auto' }, new AbortController().signal)) {
    expect(problems).toEqual([]);
    for (const record of conversations) {
      const { id, outcome, messages } = store.importConversation(record);
      return { id, outcome, added: messages.added + messages.renewed };
    }
  }
  throw new Error('there was no conversation');
}

function json(value: unknown): (place: string) => void {
  return (place) => writeFileSync(join(place, 'conversations.json'), JSON.stringify(value));
}

function openedStore(): { store: Store; [Symbol.dispose](): void } {
  const store = openStore(realWorld(join(folder, `${count++}.db`)));
  return { store, [Symbol.dispose]: () => store.close() };
}

/** Every way from the beginning to an end, as what stands on it, in the order of the words. */
function waysOf(tree: readonly StoredMessage[]): string[] {
  const byId = new Map(tree.map((message) => [message.id, message]));
  const parents = new Set(tree.map(({ parent }) => parent));
  return tree
    .filter(({ id }) => !parents.has(id))
    .map((leaf) => {
      const way: string[] = [];
      for (let at: StoredMessage | undefined = leaf; at; at = byId.get(at.parent ?? -1)) way.unshift(JSON.stringify(at.message));
      return way.join(' ');
    })
    .sort();
}

function timesIn(ways: readonly string[], way: string): number {
  return ways.filter((one) => one === way).length;
}

describe.each(Object.entries(WRITERS))('exports of %s', (format, write) => {
  // sotto takes no message away.
  const kinds = format === 'sotto' ? change.filter(({ kind }) => kind !== 'remove') : change;

  it('that grow, shrink and branch give all messages there ever were, each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(kinds, { minLength: 1, maxLength: 14 }), fc.array(fc.nat(), { maxLength: 3 }), async (changes, again) => {
        const { exported, all } = history(changes);
        using one = openedStore();
        using whole = openedStore();
        let last = { outcome: '', added: 0, id: '' };
        for (const nodes of exported) last = await take(one.store, json(write(nodes)));
        const once = await take(whole.store, json(write(all)));
        const [ways, wanted] = [waysOf(one.store.tree(last.id)), waysOf(whole.store.tree(once.id))];
        expect([...new Set(ways)]).toEqual([...new Set(wanted)]);
        // The same words again instead of those that were taken away are the same.
        for (const way of ways) expect(timesIn(ways, way)).toBeLessThanOrEqual(timesIn(wanted, way));
        // Whatever is imported again adds nothing, and moves nothing.
        const before = one.store.exportConversation(last.id);
        for (const index of again) {
          const { outcome } = await take(one.store, json(write(exported[index % exported.length]!)));
          expect(outcome).toBe('present');
        }
        expect(one.store.exportConversation(last.id)).toEqual(before);
        expect(one.store.check().problems).toEqual([]);
        // What is current is what the newest export with something new calls current.
        if (last.added > 0) {
          using newest = openedStore();
          const { id } = await take(newest.store, json(write(exported.at(-1)!)));
          expect(one.store.path(last.id).map(({ message }) => message)).toEqual(newest.store.path(id).map(({ message }) => message));
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('a conversation without an id', () => {
  it('is known by how it begins, also when it has grown', async () => {
    using one = openedStore();
    const talk = (first: string, texts: readonly string[]) => {
      const [value] = WRITERS.chatgpt([first, ...texts].map((text, id) => ({ id, parent: id === 0 ? null : id - 1, role: 'user', text })));
      return { ...value, conversation_id: undefined };
    };
    await take(one.store, json([talk('hi', ['one'])]));
    await take(one.store, json([talk('ho', ['one'])]));
    expect(await take(one.store, json([talk('hi', ['one', 'two'])]))).toMatchObject({ outcome: 'grown', added: 1 });
    expect(one.store.list()).toHaveLength(2);
  });
});

describe('a session of aichat, which has no ids', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 6 });

  it('that went on, was cut or was begun anew gives every one of its states, and no message twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(lines, { minLength: 1, maxLength: 5 }), async (states) => {
        using one = openedStore();
        let id = '';
        const trie = new Set<string>();
        for (const texts of states.map((state) => ['begin', ...state])) {
          const messages = texts.map((content, index) => ({ role: index % 2 ? 'assistant' : 'user', content }));
          ({ id } = await take(one.store, (place) =>
            writeFileSync(join(place, 'talk.json'), JSON.stringify({ model: 'openai:m', messages })),
          ));
          for (let length = 1; length <= texts.length; length++) trie.add(JSON.stringify(texts.slice(0, length)));
        }
        expect(one.store.tree(id)).toHaveLength(trie.size);
      }),
      { numRuns: 20 },
    );
  });
});

describe("llm's database", () => {
  it('that has grown meanwhile gives what is new', async () => {
    using one = openedStore();
    const file = join(folder, 'logs.db');
    const database = new Database(file);
    database.pragma('journal_mode = WAL');
    database.exec(
      'CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, response TEXT, conversation_id TEXT, datetime_utc TEXT)',
    );
    const add = database.prepare(`INSERT INTO responses VALUES (?, 'm', 'same', NULL, 'same', 'c', '2025-01-01T00:00:00')`);
    // It stays open, as with a program that still writes.
    const read = async () => {
      for await (const { conversations } of readImports([file], { format: 'auto' }, new AbortController().signal))
        for (const record of conversations) return one.store.importConversation(record);
      throw new Error('there was no conversation');
    };
    for (let turns = 1; turns <= 5; turns++) {
      add.run(`r${turns}`);
      expect((await read()).messages.added).toBe(2);
      expect(await read()).toMatchObject({ outcome: 'present' });
    }
    database.close();
    const [talk] = one.store.list();
    expect(one.store.path(talk!.id)).toHaveLength(10);
  });
});
