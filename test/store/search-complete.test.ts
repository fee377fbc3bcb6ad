/** Search against a look at every row: 50,000 messages, half of them imported with times of their own, and equal answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { SearchQuery, Store } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { answer, prompt } from './support.ts';

const MESSAGES = 50_000;
const SHORT = ['go', 'c#', 'x', '数据', '库', '😀', 'AI', '=>', 'io', "'s", '»', '東', 'ab', '+', '#', 'ø'];
const folder = mkdtempSync(join(tmpdir(), 'sotto-search-'));
const file = join(folder, 'sotto.db');
let store: Store;
let rows: Row[];

beforeAll(() => {
  store = openStore(realWorld(file));
  fill(store);
  rows = everyRow();
}, 120_000);

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a search finds what a look at every row finds', () => {
  it.each([
    ['words', () => WORDS[below(WORDS.length)]!],
    ['pairs of words', () => `${WORDS[below(WORDS.length)]} ${WORDS[below(400)]}`],
    ['words of one message', () => pick(wordsOf(anyRow()), 2).join(' ')],
    ['phrases of two words', () => `"${sequence(wordsOf(anyRow()), 2).join(' ')}"`],
    ['phrases', () => `"${sequence(wordsOf(anyRow()), 3 + below(3)).join(' ')}"`],
    ['parts of words', () => part(wordsOf(anyRow()).join(' '), 5 + below(8))],
  ])('50 %s', (_, make) => {
    for (let index = 0; index < 50; index++) {
      const text = make();
      // As one text: comparing lists of thousands is slow.
      expect(idsOf({ text, limit: Number.POSITIVE_INFINITY }).join(' '), text).toBe(expected({ text }).join(' '));
    }
  });

  it.each(SHORT)('%s, shorter than three characters', (text) => {
    expect(idsOf({ text, limit: Number.POSITIVE_INFINITY }).join(' ')).toBe(expected({ text }).join(' '));
  });

  it.each<Partial<SearchQuery>>([
    { fields: ['prompt'] },
    { fields: ['reply'] },
    { fields: ['title'] },
    { model: 'other-model' },
    { tag: 'rare' },
    { tag: 'usual' },
    { sinceMs: 1_650_000_000_000, untilMs: 1_650_500_000_000 },
    { folder: '/home/user', sinceMs: 1_700_000_000_000 },
  ])('with %o', (filter) => {
    for (const text of ['stream', 'answer', WORDS[300]!, '"answer stream"', 'go', '数据', "don't", '=>', 'answer go']) {
      const all = expected({ text, ...filter });
      for (const limit of [1, 20, 2000]) {
        const { hits, more } = store.search({ text, limit, ...filter });
        expect(
          hits.map(({ message, conversation }) => message ?? conversation.id),
          text,
        ).toEqual(all.slice(0, limit));
        expect(more).toBe(all.length > limit);
      }
    }
  });

  it('page by page, each place once and in the same order', () => {
    for (const text of ['stream', WORDS[200]!, WORDS[700]!, '"answer go"', '数据', '=>', 'conversation 1']) {
      const all = expected({ text }).slice(0, 500);
      const pages: (number | string)[] = [];
      let before: SearchQuery['before'];
      do {
        const { hits, next } = store.search({ text, limit: 37, ...(before ? { before } : {}) });
        pages.push(...hits.map(({ message, conversation }) => message ?? conversation.id));
        before = next ?? undefined;
      } while (before && pages.length < all.length);
      expect(pages.slice(0, 500), text).toEqual(all);
    }
  });

  it('says how many more there are, or that they were not counted', () => {
    for (const text of [WORDS[500]!, WORDS[900]!, '"answer stream"', 'stream', 'answer']) {
      const { hits, more, remaining, next } = store.search({ text, limit: 3 });
      const all = expected({ text });
      expect(hits).toHaveLength(Math.min(3, all.length));
      expect([more, next !== null]).toEqual([all.length > 3, all.length > 3]);
      if (remaining !== null) expect(remaining).toBe(all.length - hits.length);
    }
  });

  it('ranks out of the newest 1,000 and says so, or out of all', () => {
    const all = expected({ text: 'stream' });
    expect(all.length).toBeGreaterThan(2000);
    const newest = store.search({ text: 'stream', order: 'rank', limit: 5 });
    expect(newest).toMatchObject({ more: true, ranked: 1000 });
    for (const { message, conversation } of newest.hits) expect(all.slice(0, 1000)).toContain(message ?? conversation.id);
    const older = store.search({ text: 'stream', order: 'rank', limit: 5, before: newest.next! });
    for (const { message, conversation } of older.hits) expect(all.slice(1000, 2000)).toContain(message ?? conversation.id);
    const best = store.search({ text: 'stream', order: 'rank', limit: 5, all: true });
    expect(best).toMatchObject({ more: true, ranked: null, next: null, remaining: all.length - 5 });
    const few = store.search({ text: WORDS[900]!, order: 'rank' });
    expect(few.ranked).toBe(null);
  });

  it('also while most of it still waits to be indexed', () => {
    const waiting = new Database(file);
    waiting.exec(`UPDATE messages SET indexed = 0 WHERE id % 3 = 0`);
    const reader = openStore(realWorld(file));
    // Another program writes: nothing can be indexed now.
    waiting.exec('BEGIN IMMEDIATE');
    try {
      const impatient = openStore({ ...realWorld(file), lockTimeoutMs: 0 });
      for (const text of ['stream', WORDS[700]!, '"answer stream"', '数据', 'go', '=>']) {
        const found = impatient.search({ text, limit: 100 }).hits.map(({ message, conversation }) => message ?? conversation.id);
        expect(found, text).toEqual(expected({ text }).slice(0, 100));
      }
      impatient.close();
    } finally {
      waiting.exec('ROLLBACK');
      waiting.exec(`UPDATE messages SET indexed = 1`);
      waiting.close();
      reader.close();
    }
  });
});

type Row = {
  id: number | string;
  time: number;
  texts: { field: string; text: string }[];
  conversation: Conversation;
  model: string | null;
};
type Stored = Record<'key' | 'updated_ms' | 'created_ms' | 'conversation_key', number> & Record<'title' | 'role' | 'parts', string>;
type StoredIds = { id: never; model: string | null; folder: string | null };
type Conversation = { id: string; model: string | null; folder: string | null; tags: string[] };

/** All texts as they stand in the tables, folded by the few rules that these words need. */
function everyRow(): Row[] {
  const database = new Database(file, { readonly: true });
  const conversations = new Map<number, Conversation>();
  const found: Row[] = [];
  for (const row of database.prepare('SELECT * FROM conversations').iterate() as IterableIterator<Stored & StoredIds>) {
    const tags = database.prepare('SELECT tag FROM tags WHERE conversation_key = ?').pluck().all(row.key) as string[];
    const conversation = { id: row.id, model: row.model, folder: row.folder, tags };
    conversations.set(row.key, conversation);
    found.push({ id: row.id, time: row.updated_ms, texts: [{ field: 'title', text: plain(row.title) }], conversation, model: row.model });
  }
  for (const row of database.prepare('SELECT * FROM messages').iterate() as IterableIterator<Stored & StoredIds>) {
    const conversation = conversations.get(row.conversation_key)!;
    const field = row.role === 'user' ? 'prompt' : 'reply';
    const parts: { text: string }[] = JSON.parse(row.parts);
    found.push({
      ...{ id: row.id, time: row.created_ms, conversation, model: row.model ?? conversation.model },
      texts: parts.map(({ text }) => ({ field, text: plain(text) })),
    });
  }
  database.close();
  const number = ({ id }: Row): number => (typeof id === 'number' ? id : 0);
  return found.sort((one, other) => other.time - one.time || number(other) - number(one));
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/[–—]/g, '-')
    .replace(/đ/g, 'd')
    .replace(/ø/g, 'o')
    .replace(/ß/g, 'ss')
    .replace(/\s+/g, ' ');
}

function expected({ text, fields, model, tag, folder: where, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY }: SearchQuery): Row['id'][] {
  const terms = [...plain(text).matchAll(/"([^"]+)"|([^\s"]+)/g)].map((match) => finderOf((match[1] ?? match[2]!).trim()));
  const fits = ({ time, conversation, model: of }: Row): boolean =>
    time >= sinceMs &&
    time < untilMs &&
    (model === undefined || of === model) &&
    (where === undefined || conversation.folder === where) &&
    (tag === undefined || conversation.tags.includes(tag));
  const found: Row['id'][] = [];
  for (const row of rows) {
    const texts = fields ? row.texts.filter(({ field }) => fields.some((wanted) => wanted === field)) : row.texts;
    if (terms.every((isIn) => texts.some((each) => isIn(each.text))) && fits(row) && texts.length > 0) found.push(row.id);
  }
  return found;
}

/** What is shorter than three characters is a whole word, where there are words. */
function finderOf(term: string): (text: string) => boolean {
  if ([...term].length >= 3 || !/^[a-z0-9_#+]+$/.test(term)) {
    const end = /^'[a-z]$/.test(term) ? /[a-z0-9_#+]/ : undefined;
    return (text) => text.includes(term) && (!end || text.split(term).some((rest, index) => index > 0 && !end.test(rest.charAt(0))));
  }
  const word = new RegExp(`(?<![a-z0-9_#+])${term.replace(/[+#]/g, '\\$&')}(?![a-z0-9_#+])`);
  return (text) => text.includes(term) && word.test(text);
}

function idsOf(query: SearchQuery): Row['id'][] {
  return store.search(query).hits.map(({ message, conversation }) => message ?? conversation.id);
}

let seed = 42;
function below(most: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((seed / 4_294_967_296) * most);
}

const SYLLABLES = ['an', 'ter', 'mo', 'del', 'str', 'eam', 'ing', 'qu', 'er', 'con', 'text', 'pro', 'vid', 'in', 'dex', 'al', 'ly'];
const USUAL = ['answer', 'stream', 'go', 'the', 'is', 'AI', "don't", 'don’t', '数据', '=>', 'Straße', 'đường', 'øre', 'x', 'C#', '😀'];
/** The first are common, the last rare. */
const WORDS = [
  ...USUAL,
  ...[
    '用数据库写代码',
    'naïve',
    'NAIVE',
    'foo.bar(x)',
    '100%',
    'a–b',
    'a-b',
    'io',
    "it's",
    'it’s',
    '東京の天気',
    '“so”',
    'NOT',
    'AND*',
    '^f',
  ],
  ...Array.from({ length: 1000 }, () => Array.from({ length: 3 + below(3) }, () => SYLLABLES[below(SYLLABLES.length)]).join('')),
];

function textOf(words: number): string {
  const chosen = Array.from({ length: words }, () => WORDS[Math.floor(WORDS.length * (below(10_000) / 10_000) ** 3)]!);
  return chosen.join(below(9) === 0 ? '\n' : ' ');
}

/** Every second conversation is imported, of any time in five years; the others were written one after the other. */
function fill(into: Store): void {
  let written = 0;
  for (let number = 0; written < MESSAGES; number++) {
    const size = Math.min(2 + below(60), MESSAGES - written);
    const createdMs = number % 2 === 0 ? 1_600_000_000_000 + number * 100_000_000 : 1_600_000_000_000 + below(160_000_000) * 1000;
    const { id } = into.importConversation({
      v: 1,
      source: { name: number % 2 === 0 ? 'sotto' : 'chatgpt', id: String(number) },
      title: `Conversation ${number} ${WORDS[below(WORDS.length)]}`,
      createdMs,
      ...(number % 7 === 0 ? { model: 'other-model', provider: 'other' } : { model: 'usual-model', provider: 'usual' }),
      folder: number % 3 === 0 ? '/home/user' : null,
      messages: Array.from({ length: size }, (_, index) => ({
        id: index,
        parent: index === 0 ? null : index - 1,
        createdMs: createdMs + index * 10,
        message: index % 2 === 0 ? prompt(textOf(1 + below(6))) : answer(textOf(1 + below(12))),
      })),
    });
    into.tag(id, ...(number % 400 === 0 ? ['rare'] : []), ...(number % 2 === 0 ? ['usual'] : []));
    written += size;
  }
}

function anyRow(): Row {
  const row = rows[below(rows.length)]!;
  return typeof row.id === 'number' ? row : anyRow();
}

/** Without quotes, which make phrases. */
function wordsOf({ texts }: Row): string[] {
  return texts[0]!.text.split(' ').filter((word) => !/["“”]/.test(word));
}

function pick(words: string[], count: number): string[] {
  return Array.from({ length: count }, () => words[below(words.length)] ?? 'answer');
}

function sequence(words: string[], count: number): string[] {
  const start = below(Math.max(1, words.length - count + 1));
  return words.length === 0 ? ['answer'] : words.slice(start, start + count);
}

function part(text: string, count: number): string {
  const characters = [...text];
  const start = below(Math.max(1, characters.length - count + 1));
  return `"${characters
    .slice(start, start + count)
    .join('')
    .trim()}"`;
}
