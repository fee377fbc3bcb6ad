/** sotto's own exports come back as they were: through the text, and through a real store. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type ImportFormat, readImports } from '../../src/engine/import-all.ts';
import type { ImportStep } from '../../src/engine/import-record.ts';
import { exportJson, exportJsonLines } from '../../src/output/export-json.ts';
import { openStore } from '../../src/store/open.ts';
import type { ConversationRecord, Store } from '../../src/store/store.ts';
import { recordArbitrary, wholeText } from '../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an export in JSON', () => {
  it('is read again without loss, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(recordArbitrary(), { maxLength: 4 }), async (records) => {
        const { conversations, problems } = await readText([...exportJson(records)].join(''), 'all.json');
        expect(problems).toEqual([]);
        expect(conversations).toEqual(records);
      }),
      { numRuns: 60 },
    );
  });

  it('is read again without loss as lines, and each conversation is one line for every reader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(recordArbitrary(), { minLength: 1, maxLength: 4 }), async (records) => {
        const text = [...exportJsonLines(records)].join('');
        expect(text.split(/[\n\r\u2028\u2029\x85]/)).toHaveLength(records.length + 1);
        const { conversations, problems } = await readText(text, 'all.jsonl');
        expect(problems).toEqual([]);
        expect(conversations).toEqual(records);
      }),
      { numRuns: 60 },
    );
  });

  it('reads lines that are longer than what is read at once', async () => {
    const record: ConversationRecord = { ...small(), source: { name: 'llm', id: '1' }, title: 'é'.repeat(3_000_000) };
    const { conversations, problems } = await readText([...exportJsonLines([record, small('2')])].join(''), 'long.jsonl');
    expect(problems).toEqual([]);
    expect(conversations).toEqual([record, small('2')]);
  });

  it('says which line and which field is wrong, and reads the others', async () => {
    const good = [...exportJsonLines([small()])].join('').trimEnd();
    const wrong = good.replace('"role":"user"', '"role":"wizard"');
    const newer = good.replace('"v":1', '"v":2');
    const orphan = good.replace('"parent":null', '"parent":9');
    const { conversations, problems } = await readText([good, wrong, '{oops', newer, orphan].join('\n'), 'mixed.jsonl');
    expect(conversations).toHaveLength(1);
    expect(problems.map(({ where }) => where.replace(/^.*\//, ''))).toEqual([
      'mixed.jsonl:2',
      'mixed.jsonl:3',
      'mixed.jsonl:4',
      'mixed.jsonl:5',
    ]);
    expect(problems[0]?.what).toMatch(/messages\[0\]\.message/);
    expect(problems[1]?.what).toBe('is not JSON');
    expect(problems[2]?.what).toMatch(/newer sotto \(version 2\)/);
    expect(problems[3]?.what).toMatch(/message 1 that comes before its parent 9/);
  });
});

describe('a conversation that goes out of one store and into another', () => {
  it('is the same there', async () => {
    await fc.assert(
      fc.asyncProperty(recordArbitrary(wholeText), async (record) => {
        using one = temporaryStore();
        using other = temporaryStore();
        const { id } = one.store.importConversation({ ...record, title: `A title ${record.title}` });
        const first = one.store.exportConversation(id);
        if (!first) throw new Error('it is not there');
        const { conversations } = await readText([...exportJson([first])].join(''), 'store.json');
        expect(other.store.importConversation(conversations[0]!)).toEqual({
          id,
          outcome: 'added',
          messages: { added: first.messages.length, renewed: 0 },
        });
        const second = other.store.exportConversation(id);
        expect(comparable(second)).toEqual(comparable(first));
        expect(other.store.importConversation(conversations[0]!).outcome).toBe('present');
      }),
      { numRuns: 25 },
    );
  });
});

describe('a path', () => {
  it('that is not there, packed, empty or unknown is named', async () => {
    writeFileSync(join(folder, 'a.zip'), Buffer.from('PK\x03\x04rest', 'latin1'));
    writeFileSync(join(folder, 'empty.json'), '');
    writeFileSync(join(folder, 'notes.txt'), 'just text');
    writeFileSync(join(folder, 'half.json'), '{"v":1,"kind":"sotto.conversations","conversations":[');
    const names = ['missing.json', 'a.zip', 'empty.json', 'notes.txt', 'half.json'];
    const { conversations, problems } = await gather(names.map((name) => join(folder, name)));
    expect(conversations).toEqual([]);
    expect(problems.map(({ where, what }) => `${where.slice(folder.length + 1)}: ${what}`)).toEqual([
      'missing.json: there is no such file or folder',
      'a.zip: is a ZIP archive: unpack it and import the folder',
      'empty.json: is empty',
      'notes.txt: is none of the formats that sotto knows (sotto, llm, ChatGPT, Claude, aichat)',
      expect.stringMatching(/^half\.json: is not JSON: /),
    ]);
  });
});

function small(id = '0'): ConversationRecord {
  return {
    v: 1,
    createdMs: 5,
    source: { name: 'llm', id },
    messages: [{ id: 1, parent: null, createdMs: 5, message: { role: 'user', parts: [{ type: 'text', text: 'hi' }] } }],
  };
}

async function readText(text: string, name: string): Promise<ImportStep> {
  const file = join(folder, name);
  writeFileSync(file, text);
  return gather([file]);
}

async function gather(paths: string[], format: ImportFormat | 'auto' = 'auto'): Promise<ImportStep> {
  const all: ImportStep = { conversations: [], problems: [] };
  for await (const step of readImports(paths, { format }, new AbortController().signal)) {
    all.conversations.push(...step.conversations);
    all.problems.push(...step.problems);
  }
  return all;
}

/** Ids of messages are the store's own: they become places in the list. */
function comparable(record: ConversationRecord | undefined) {
  if (!record) return undefined;
  const place = new Map(record.messages.map(({ id }, index) => [id, index]));
  return {
    ...record,
    activeMessage: place.get(record.activeMessage ?? -1),
    messages: record.messages.map((message) => ({
      ...message,
      id: place.get(message.id),
      parent: place.get(message.parent ?? -1) ?? null,
    })),
  };
}

let stores = 0;
function temporaryStore(): { store: Store; [Symbol.dispose](): void } {
  const store = openStore({
    file: join(folder, `store-${stores++}.db`),
    now: () => 1_795_000_000_000,
    random: () => 0.25,
    pid: 1,
    isRunning: () => false,
    wakeAfter: () => () => {},
  });
  return { store, [Symbol.dispose]: () => store.close() };
}
