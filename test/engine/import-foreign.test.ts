/** The exports of ChatGPT, Claude and aichat, as fixtures in their shape: what is kept, what is named as not readable. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Message, textOf } from '../../src/core/messages.ts';
import { readImports } from '../../src/engine/import-all.ts';
import type { ImportStep } from '../../src/engine/import-record.ts';
import type { ConversationRecord } from '../../src/store/store.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/import');
const folder = mkdtempSync(join(tmpdir(), 'sotto-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("ChatGPT's data export", async () => {
  const { conversations, problems } = await gather([join(FIXTURES, 'chatgpt')]);
  const [kite, cloud] = conversations;

  it('keeps titles, times, models, pins, archive and where each conversation is from', () => {
    expect(conversations).toHaveLength(2);
    expect(kite).toMatchObject({
      title: 'Flying a kite',
      titleSource: 'import',
      source: { name: 'chatgpt', id: '11111111-aaaa-4bbb-8ccc-000000000001' },
      createdMs: 1_760_000_000_123,
      updatedMs: 1_760_000_900_000,
      provider: 'openai',
      model: 'gpt-4o',
      pinned: true,
      system: 'Likes wind.\n\nAnswer briefly.',
    });
    expect(cloud).toMatchObject({ title: 'Cloud pictures', archived: true });
  });

  it('joins the pieces of a reply, pairs a call with its output, and keeps both answers as branches', () => {
    expect(kite?.messages.map(({ id, parent, message }) => [id, parent, message.role])).toEqual([
      [1, null, 'user'],
      [2, 1, 'assistant'],
      [4, 2, 'tool'],
      [5, 4, 'assistant'],
      [6, 5, 'assistant'],
      [7, 5, 'assistant'],
    ]);
    expect(partsOf(kite, 2)).toEqual([
      { type: 'reasoning', text: 'Looking\n\nIt is a kite.' },
      { type: 'tool_call', id: 'code', name: 'python', arguments: '{"code":"print(6*7)"}' },
    ]);
    expect(partsOf(kite, 4)).toEqual([{ type: 'tool_result', callId: 'code', name: 'python', output: '42' }]);
    expect(kite?.activeMessage).toBe(7);
    expect(kite?.messages.at(-1)).toMatchObject({
      model: 'gpt-4o',
      status: 'complete',
      finishReason: 'stop',
      rawFinishReason: 'stop',
      createdMs: 1_760_000_007_000,
    });
  });

  it('takes pictures from the folder of the export', () => {
    const data = readFileSync(join(FIXTURES, 'chatgpt/file-kite01-kite.png')).toString('base64');
    expect(partsOf(kite, 1)).toEqual([
      { type: 'media', mediaType: 'image/png', data, name: 'kite.png' },
      { type: 'text', text: 'How do I fly this?' },
    ]);
  });

  it('turns the markers of citations into citations', () => {
    expect(partsOf(kite, 7)).toEqual([
      { type: 'text', text: 'Run into the wind. ', citations: [{ url: 'https://example.com/kites', title: 'Kites' }] },
    ]);
  });

  it('keeps spoken words and stopped replies, and names what it cannot read with its place', () => {
    expect(cloud?.messages.map(({ message }) => message.role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
    expect(textOf(cloud?.messages[3]?.message as Message)).toBe('Here it is.\n\nshimmer');
    expect(textOf(cloud?.messages[4]?.message as Message)).toBe('Thank you');
    expect(shown(problems)).toEqual([
      'chatgpt/conversations.json, conversation 2 "Cloud pictures", message img: refers to the file file_gone99, which is not in the export (import the whole folder, not only conversations.json)',
      'chatgpt/conversations.json, conversation 2 "Cloud pictures", message odd: has content of the kind "hologram", which sotto does not know; its text was kept',
      'chatgpt/conversations.json, conversation 3 "Nothing": holds no messages',
    ]);
  });

  it('names the missing pictures when only conversations.json is there', async () => {
    cpSync(join(FIXTURES, 'chatgpt/conversations.json'), join(folder, 'conversations.json'));
    const alone = await gather([join(folder, 'conversations.json')]);
    expect(alone.conversations[0]?.messages[0]?.message.parts[0]).toEqual({ type: 'text', text: '[attachment: file-kite01]' });
    expect(alone.problems.some(({ what }) => what.includes('file-kite01'))).toBe(true);
  });
});

describe("Claude's data export", async () => {
  const { conversations, problems } = await gather([join(FIXTURES, 'claude')]);
  const [bread, old] = conversations;

  it('keeps titles, times and branches, and ends where the user was', () => {
    expect(bread).toMatchObject({
      title: 'Baking bread',
      source: { name: 'claude', id: '22222222-aaaa-4bbb-8ccc-000000000001' },
      provider: 'anthropic',
      createdMs: Date.UTC(2026, 2, 1, 10),
      updatedMs: Date.UTC(2026, 2, 1, 10, 9),
    });
    expect(bread?.messages.map(({ id, parent, message }) => [id, parent, message.role])).toEqual([
      [1, null, 'user'],
      [2, 1, 'assistant'],
      [3, 2, 'tool'],
      [4, 3, 'assistant'],
      [5, 4, 'user'],
      [6, 4, 'user'],
      [7, 5, 'assistant'],
      [8, 6, 'assistant'],
    ]);
    expect(bread?.activeMessage).toBe(7);
  });

  it('splits a reply at its tool calls, and keeps thinking, results and citations', () => {
    expect(partsOf(bread, 2)).toEqual([
      { type: 'reasoning', text: 'Bread. Warm water.' },
      { type: 'text', text: 'Let me look. ' },
      { type: 'tool_call', id: 'toolu_1', name: 'web_search', arguments: '{"query":"bread water"}' },
    ]);
    expect(partsOf(bread, 3)).toEqual([{ type: 'tool_result', callId: 'toolu_1', name: 'web_search', output: '27 degrees' }]);
    expect(partsOf(bread, 4)).toEqual([{ type: 'text', text: 'About 27 °C.', citations: [{ url: 'https://example.com/bread' }] }]);
  });

  it('keeps the text of attached documents', () => {
    expect(textOf(bread?.messages[0]?.message as Message)).toBe(
      'How warm should the water be?\n\nAttached: recipe.txt\n\nflour, water, salt\n\n[attachment: loaf.png]',
    );
  });

  it('reads older exports, where messages name no parents', () => {
    expect(old?.messages.map(({ parent, message }) => [parent, textOf(message)])).toEqual([
      [null, 'Hello'],
      [1, 'Hi there'],
    ]);
    expect(old?.title).toBeUndefined();
  });

  it('names what it cannot read', () => {
    expect(shown(problems)).toEqual([
      'claude/conversations.json, conversation 1 "Baking bread", message 1: refers to the file loaf.png, whose content is not in the export',
      'claude/conversations.json, conversation 1 "Baking bread", message 6: has a block of the kind "hologram", which sotto does not know',
      'claude/conversations.json, conversation 3 "Left empty": holds no messages',
    ]);
  });
});

describe('aichat', async () => {
  const { conversations, problems } = await gather([join(FIXTURES, 'aichat')]);
  const by = (id: string) => conversations.find((record) => record.source?.id === id);

  it('reads sessions with their instructions, pictures and tool calls', () => {
    const session = by('sessions/gardening');
    expect(session).toMatchObject({ title: 'gardening', provider: 'openai', model: 'gpt-4o-mini', system: 'You know plants.' });
    expect(session?.messages.map(({ message }) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant', 'tool', 'assistant']);
    expect(textOf(session?.messages[0]?.message as Message)).toBe('When do I sow peas?\n\nIn a cold place.');
    expect(session?.messages[2]?.message.parts[1]).toMatchObject({ type: 'media', mediaType: 'image/png' });
    expect(session?.messages[3]?.message.parts[1]).toEqual({
      type: 'tool_call',
      id: 'call_9',
      name: 'look_up',
      arguments: '{"leaf":"oval"}',
    });
    expect(session?.messages[4]?.message.parts).toEqual([
      { type: 'tool_result', callId: 'call_9', name: 'look_up', output: '{"plant":"pea"}' },
    ]);
  });

  it('puts compressed messages back in front, and takes the time from the name', () => {
    const session = by('sessions/_/20240814T101214-long-talk');
    expect(session).toMatchObject({ title: 'long-talk', provider: 'anthropic', createdMs: Date.UTC(2024, 7, 14, 10, 12, 14) });
    expect(session?.messages.map(({ message }) => textOf(message))).toEqual(['First', 'Second', 'Third', 'Fourth']);
  });

  it('reads the log of single questions', () => {
    const entry = by('messages.md 2024-05-01T12:00:00+02:00');
    expect(entry?.createdMs).toBe(Date.UTC(2024, 4, 1, 10));
    expect(entry?.messages.map(({ message }) => textOf(message))).toEqual([
      'What is the capital of Peru?',
      'Lima.\n\n--------\nis a line of its own in this answer.',
    ]);
    expect(by('messages.md 2024-05-01T12:05:00+02:00')?.title).toBe('With a role');
  });

  it('names a broken file with its line, and what it left out', () => {
    expect(shown(problems)).toEqual([
      'aichat/sessions/_/20240814T101214-long-talk.yaml, message 3: is a summary of earlier messages; left out, because they are kept themselves',
      expect.stringMatching(/^aichat\/sessions\/broken\.yaml: is not YAML: .*line \d/),
      'aichat/sessions/gardening.yaml, message 4: refers to a picture at an address, which was not fetched; the address was kept',
    ]);
  });
});

async function gather(paths: string[]): Promise<ImportStep> {
  const all: ImportStep = { conversations: [], problems: [] };
  for await (const step of readImports(paths, { format: 'auto' }, new AbortController().signal)) {
    all.conversations.push(...step.conversations);
    all.problems.push(...step.problems);
  }
  return all;
}

function partsOf(record: ConversationRecord | undefined, id: number) {
  return record?.messages.find((message) => message.id === id)?.message.parts;
}

function shown(problems: ImportStep['problems']): string[] {
  return problems.map(({ where, what }) => `${relative(FIXTURES, where)}: ${what}`);
}
