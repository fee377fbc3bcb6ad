/** The same conversations in other clothes: as lines, in UTF-16, with fields in another order, with words where an export has lists. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/messages.ts';
import { readImports } from '../../src/engine/import-all.ts';
import type { ImportStep } from '../../src/engine/import-record.ts';

let folder = '';
const folders: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-forms-'));
  folders.push(folder);
});
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

async function read(content: string | Buffer, name = 'export.json'): Promise<ImportStep> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const all: ImportStep = { conversations: [], problems: [] };
  for await (const step of readImports([path], { format: 'auto' }, new AbortController().signal)) {
    all.conversations.push(...step.conversations);
    all.problems.push(...step.problems.map(({ where, what }) => ({ where: where.replace(`${folder}/`, ''), what })));
  }
  return all;
}

/** `user: words` for each message. */
function said({ conversations }: ImportStep): string[] {
  return conversations.flatMap(({ messages }) => messages.map(({ message }) => `${message.role}: ${textOf(message)}`));
}

type Content = { question: unknown; answer: unknown };
const ofChatGpt = ({ question, answer }: Content, id = 'c') => ({
  ...{ title: 'Bread', conversation_id: id, create_time: 1_760_000_000, current_node: 'b' },
  mapping: {
    a: { id: 'a', parent: null, children: ['b'], message: { author: { role: 'user' }, content: question } },
    b: { id: 'b', parent: 'a', children: [], message: { author: { role: 'assistant' }, content: answer } },
  },
});
const parts = (text: string) => ({ content_type: 'text', parts: [text] });
const chatGpt = (id?: string) => ofChatGpt({ question: parts('café?'), answer: parts('日本') }, id);
const claude = (messages: readonly object[], id = 'c') => ({ uuid: id, name: 'Bread', chat_messages: messages });
const sotto = (id: string) => ({
  ...{ v: 1, kind: 'sotto.conversation', id, title: 'Bread', createdMs: 1_760_000_000_000, activeMessage: 2 },
  messages: [
    { id: 1, parent: null, createdMs: 1_760_000_000_000, message: { role: 'user', parts: [{ type: 'text', text: 'café?' }] } },
    { id: 2, parent: 1, createdMs: 1_760_000_000_000, message: { role: 'assistant', parts: [{ type: 'text', text: '日本' }] } },
  ],
});
const inOrder = (value: object) => Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
const BOTH = ['user: café?', 'assistant: 日本'];
const TWO = ['1ej3qk8wg0bv', '1ej3qk8wg0bw'] as const;

describe('a file in UTF-16', () => {
  const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['as PowerShell writes it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['the other way round', (text: string) => bigEndian(`\ufeff${text}`)],
    ['without a mark', (text: string) => Buffer.from(text, 'utf16le')],
    ['the other way round without a mark', bigEndian],
  ])('%s is read: a list, one conversation, lines', async (_, encoded) => {
    for (const text of [JSON.stringify([chatGpt()]), JSON.stringify(chatGpt()), `${JSON.stringify(sotto(TWO[0]))}\n`]) {
      const found = await read(encoded(text));
      expect([said(found), found.problems]).toEqual([BOTH, []]);
    }
  });
});

describe('conversations as lines', () => {
  it.each([
    ['ChatGPT', [chatGpt('c'), chatGpt('d')]],
    [
      'Claude',
      ['c', 'd'].map((id) =>
        claude(
          [
            { sender: 'human', text: 'café?' },
            { sender: 'assistant', text: '日本' },
          ],
          id,
        ),
      ),
    ],
    ['sotto, with fields in another order', TWO.map((id) => inOrder(sotto(id)))],
  ])('of %s are read, however the file is called and its lines end', async (_, conversations) => {
    for (const name of ['export.jsonl', 'export.json', 'export.txt']) {
      const found = await read(`\ufeff${conversations.map((one) => JSON.stringify(one)).join('\r\n')}\r\n`, name);
      expect([found.conversations.length, said(found), found.problems]).toEqual([2, [...BOTH, ...BOTH], []]);
    }
  });

  it('of which the first is damaged give the others, and the damaged ones are named', async () => {
    const [one, other] = TWO.map((id) => JSON.stringify(sotto(id)));
    for (const damaged of [one?.slice(0, 30), one?.slice(40), '\u0000\u0000', '{"hello":"world"}']) {
      const found = await read([damaged, other, '', one?.slice(0, -9)].join('\n'), 'export.jsonl');
      expect(said(found)).toEqual(BOTH);
      expect(found.problems.map(({ where }) => where)).toEqual(['export.jsonl:1', 'export.jsonl:4']);
    }
  });

  it('of something else are named as one file', async () => {
    const found = await read('{"level":"info"}\n'.repeat(1000), 'log.jsonl');
    expect(found.problems).toEqual([{ where: 'log.jsonl', what: expect.stringContaining('none of the formats') }]);
  });
});

it('an own export whose fields another program sorted is read', async () => {
  const list = TWO.map((id) => inOrder(sotto(id)));
  for (const value of [inOrder({ v: 1, kind: 'sotto.conversations', conversations: list }), list]) {
    const found = await read(JSON.stringify(value, null, 2));
    expect([said(found), found.problems]).toEqual([[...BOTH, ...BOTH], []]);
  }
});

describe('words of ChatGPT', () => {
  it.each<[string, Content]>([
    ['where an object should be', { question: 'café?', answer: '日本' }],
    ['where a list should be', { question: { content_type: 'text', parts: 'café?' }, answer: { parts: '日本' } }],
    [
      'under another name',
      { question: { content_type: 'text', text: 'café?' }, answer: { content_type: 'text', text: '日本', parts: null } },
    ],
    ['in a list of lists', { question: { parts: [['café?']] }, answer: { parts: [null, [['日本']]] } }],
  ])('%s are kept', async (_, content) => {
    const found = await read(JSON.stringify([ofChatGpt(content)]));
    expect([said(found), found.problems]).toEqual([BOTH, []]);
  });

  it('that are numbers are kept', async () => {
    expect(said(await read(JSON.stringify([ofChatGpt({ question: parts('6 × 7?'), answer: { parts: [42] } })])))[1]).toBe('assistant: 42');
  });

  it('have their time in seconds, milliseconds, or as text', async () => {
    for (const time of [1_760_000_000, 1_760_000_000_000, '1760000000', '2025-10-09T08:53:20Z', '2025-10-09 08:53:20']) {
      const { conversations } = await read(JSON.stringify([{ ...chatGpt(), create_time: time }]));
      expect(conversations[0]?.createdMs, `${time}`).toBe(1_760_000_000_000);
    }
  });
});

describe('words of Claude', () => {
  it.each([
    ['where the list of blocks should be', { content: 'café?' }, { content: '日本' }],
    ['beside blocks without words', { content: [{ type: 'text', text: '' }], text: 'café?' }, { content: [], text: '日本' }],
    ['as bare blocks', { content: ['café?'] }, { content: ['日本'], text: '日本' }],
  ])('%s are kept', async (_, question, answer) => {
    const messages = [
      { sender: 'human', ...question },
      { sender: 'assistant', ...answer },
    ];
    const found = await read(JSON.stringify([claude(messages)]));
    expect([said(found), found.problems]).toEqual([BOTH, []]);
  });

  it('beside blocks of a kind that is not known are kept, and the kind is named', async () => {
    const found = await read(JSON.stringify([claude([{ sender: 'human', content: [{ type: 'canvas' }], text: 'café?' }])]));
    expect(said(found)).toEqual(['user: café?']);
    expect(found.problems).toEqual([{ where: expect.any(String), what: expect.stringContaining('"canvas"') }]);
  });

  it('stand once where the text beside the blocks only repeats them or stands in for them', async () => {
    const answer = {
      sender: 'assistant',
      content: [
        { type: 'tool_use', name: 'look', input: {} },
        { type: 'text', text: '日本' },
      ],
    };
    const question = { sender: 'human', content: [{ type: 'text', text: 'café?' }], text: 'café?' };
    expect(said(await read(JSON.stringify([claude([question, { ...answer, text: 'This block is not supported' }])])))).toEqual([
      'user: café?',
      'assistant: 日本',
    ]);
  });
});
