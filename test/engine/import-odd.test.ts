/** What exports hold besides plain talk: hidden messages, uploads, drawings, logs of old versions, circles, double ids. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Message, textOf } from '../../src/core/messages.ts';
import { readImports } from '../../src/engine/import-all.ts';
import type { ImportStep } from '../../src/engine/import-record.ts';
import type { ConversationRecord } from '../../src/store/store.ts';

let folder = '';
const folders: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-odd-'));
  folders.push(folder);
});
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

const CUT = 'conversations.json: ends in the middle: it was not written, or not copied, to its end';
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUg==', 'base64');

/** A node of ChatGPT's tree below the one before it. */
type Node = { role: string; text?: string; content?: object; metadata?: object; recipient?: string; weight?: number; time?: unknown };

function chatGpt(nodes: readonly Node[], more: object = {}): object {
  const mapping = nodes.map(({ role, text, content, metadata = {}, recipient = 'all', weight = 1, time = 1_760_000_000 }, index) => [
    `n${index}`,
    {
      id: `n${index}`,
      parent: index === 0 ? null : `n${index - 1}`,
      children: index === nodes.length - 1 ? [] : [`n${index + 1}`],
      message: {
        ...{ author: { role }, metadata, recipient, weight, create_time: time },
        content: content ?? { content_type: 'text', parts: [text] },
      },
    },
  ]);
  return { title: 'Talk', create_time: 1_760_000_000, conversation_id: 'c', mapping: Object.fromEntries(mapping), ...more };
}

async function read(value: unknown, name = 'conversations.json'): Promise<ImportStep> {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  const all: ImportStep = { conversations: [], problems: [] };
  for await (const step of readImports([folder], { format: 'auto' }, new AbortController().signal)) {
    all.conversations.push(...step.conversations);
    all.problems.push(...step.problems);
  }
  return all;
}

/** `user: words` for each message of a conversation. */
function linesOf(record: ConversationRecord | undefined): string[] {
  return (record?.messages ?? []).map(({ message }) => `${message.role}: ${textOf(message)}`);
}

function partsOf(record: ConversationRecord | undefined, index: number): Message['parts'] {
  return record?.messages[index]?.message.parts ?? [];
}

describe('messages that ChatGPT hides', () => {
  it('stay hidden, and are counted', async () => {
    const { conversations, problems } = await read([
      chatGpt([
        { role: 'system', text: 'You are ChatGPT.', metadata: { is_visually_hidden_from_conversation: true } },
        { role: 'user', text: 'hi' },
        { role: 'assistant', text: 'hello' },
        { role: 'user', text: '[internal reminder]', metadata: { is_visually_hidden_from_conversation: true } },
        { role: 'tool', text: 'what a program said', weight: 0 },
        { role: 'assistant', text: 'more' },
        { role: 'user', text: 'bye' },
      ]),
    ]);
    expect(linesOf(conversations[0])).toEqual(['user: hi', 'assistant: hello\n\nmore', 'user: bye']);
    expect(conversations[0]?.system).toBeUndefined();
    expect(problems.map(({ what }) => what)).toEqual(['hides 3 messages from its user; they were left out']);
  });

  it('are the instructions of the conversation where the user wrote them', async () => {
    const hidden = { is_visually_hidden_from_conversation: true, is_user_system_message: true };
    const { conversations, problems } = await read([
      chatGpt([
        {
          role: 'user',
          content: { content_type: 'user_editable_context', user_profile: 'Likes wind.' },
          metadata: { ...hidden, user_context_message_data: { about_user_message: 'Likes wind.' } },
        },
        { role: 'system', content: { content_type: 'model_editable_context', model_set_context: 'Has a kite.' }, weight: 0 },
        { role: 'user', text: 'hi' },
      ]),
    ]);
    expect(conversations[0]?.system).toBe('Likes wind.\n\nHas a kite.');
    expect(linesOf(conversations[0])).toEqual(['user: hi']);
    expect(problems).toEqual([]);
  });
});

describe('files of a ChatGPT export', () => {
  const upload = (id: string, name: string) => ({ id, name, mime_type: 'x' });

  it('that the user uploaded are kept, JSON too, and a picture only once; what is not there is named', async () => {
    writeFileSync(join(folder, 'file-AAAAAA1-data.json'), '{"a":1}');
    writeFileSync(join(folder, 'file-BBBBBB2-cat.png'), PNG);
    writeFileSync(join(folder, 'file_cccccc3-report.pdf'), '%PDF-1.4');
    const { conversations, problems } = await read([
      chatGpt([
        {
          role: 'user',
          content: {
            content_type: 'multimodal_text',
            parts: [{ content_type: 'image_asset_pointer', asset_pointer: 'file-service://file-BBBBBB2' }, 'Look at these'],
          },
          metadata: {
            attachments: [
              upload('file-AAAAAA1', 'data.json'),
              upload('file-BBBBBB2', 'cat.png'),
              upload('file_cccccc3', 'report.pdf'),
              upload('file-DDDDDD4', 'lost.xlsx'),
            ],
          },
        },
      ]),
    ]);
    expect(partsOf(conversations[0], 0)).toEqual([
      { type: 'media', mediaType: 'image/png', data: PNG.toString('base64'), name: 'cat.png' },
      { type: 'text', text: 'Look at these' },
      { type: 'media', mediaType: 'application/octet-stream', data: Buffer.from('{"a":1}').toString('base64'), name: 'data.json' },
      { type: 'media', mediaType: 'application/pdf', data: Buffer.from('%PDF-1.4').toString('base64'), name: 'report.pdf' },
      { type: 'text', text: '\n\n[attachment: lost.xlsx]' },
    ]);
    expect(problems.map(({ what }) => what)).toEqual([
      'refers to the file lost.xlsx (file-DDDDDD4), which is not in the export (import the whole folder, not only conversations.json)',
    ]);
  });

  it('that are missing with their words are named once', async () => {
    const { conversations, problems } = await read([
      chatGpt([
        {
          role: 'user',
          content: {
            content_type: 'multimodal_text',
            parts: [{ content_type: 'image_asset_pointer', asset_pointer: 'sediment://file_000001' }, 'What is it?'],
          },
          metadata: { attachments: [upload('file_000001', 'cat.png')] },
        },
      ]),
    ]);
    expect(linesOf(conversations[0])).toEqual(['user: [attachment: file_000001]\n\nWhat is it?']);
    expect(problems).toHaveLength(1);
  });

  it('that a program drew stand after its output, also where they are written into the export', async () => {
    writeFileSync(join(folder, 'file-EEEEEE5.png'), PNG);
    const drawn = (image_url: string) => ({ message_type: 'image', image_url });
    const { conversations } = await read([
      chatGpt([
        { role: 'user', text: 'plot' },
        { role: 'assistant', content: { content_type: 'code', text: 'plot()' }, recipient: 'python' },
        {
          role: 'tool',
          content: { content_type: 'execution_output', text: '<Figure>' },
          metadata: {
            aggregate_result: {
              messages: [{ message_type: 'stream' }, drawn('file-service://file-EEEEEE5'), drawn('data:image/gif;base64,R0lGODlh')],
            },
          },
        },
      ]),
    ]);
    expect(conversations[0]?.messages.map(({ message }) => message.parts.map(({ type }) => type))).toEqual([
      ['text'],
      ['tool_call'],
      ['tool_result'],
      ['media', 'media'],
    ]);
  });

  it('of a call with the camera on: sound, picture and what was said', async () => {
    writeFileSync(join(folder, 'file_sound01.wav'), Buffer.from('RIFF....WAVE'));
    const { conversations, problems } = await read([
      chatGpt([
        {
          role: 'user',
          content: {
            content_type: 'multimodal_text',
            parts: [
              { content_type: 'audio_transcription', text: 'Can you see it?' },
              {
                content_type: 'real_time_user_audio_video_asset_pointer',
                audio_asset_pointer: { content_type: 'audio_asset_pointer', asset_pointer: 'sediment://file_sound01' },
                frames_asset_pointers: [{ asset_pointer: 'sediment://file_frame01' }],
              },
            ],
          },
        },
      ]),
    ]);
    expect(partsOf(conversations[0], 0).map(({ type }) => type)).toEqual(['text', 'media', 'text']);
    expect(problems.map(({ what }) => what)).toEqual([expect.stringMatching(/file_frame01, which is not in the export/)]);
  });

  it('has the sources of older answers', async () => {
    const citation = { start_ix: 0, end_ix: 4, metadata: { type: 'webpage', title: 'Kites', url: 'https://example.org/k' } };
    const { conversations } = await read([
      chatGpt([
        { role: 'user', text: 'q' },
        { role: 'assistant', text: 'a', metadata: { citations: [citation] } },
      ]),
    ]);
    expect(partsOf(conversations[0], 1)).toEqual([
      { type: 'text', text: 'a', citations: [{ url: 'https://example.org/k', title: 'Kites' }] },
    ]);
  });
});

describe("aichat's log", () => {
  it('of 2023, without words in its headings, is read', async () => {
    const log = [
      '# CHAT:[2023-04-27T13:03:28-05:00]\nupdate\n--------\nWhat?\n--------\n\n',
      '# CHAT:[2023-04-27T13:03:39-05:00] (shell)\nlist files\n--------\nls\n--------\n\n',
      '# CHAT: with words [2024-05-01T12:00:00+02:00] (coder#docs)\nwith words\n--------\nyes\n--------\n\n',
    ].join('');
    const { conversations, problems } = await read(log, 'messages.md');
    expect(problems).toEqual([]);
    expect(conversations.map(linesOf)).toEqual([
      ['user: update', 'assistant: What?'],
      ['user: list files', 'assistant: ls'],
      ['user: with words', 'assistant: yes'],
    ]);
    expect(conversations.map(({ title }) => title)).toEqual([undefined, undefined, 'with words']);
    expect(conversations[0]?.createdMs).toBe(Date.UTC(2023, 3, 27, 18, 3, 28));
  });
});

describe('trees that hang together badly', () => {
  const claude = (messages: readonly object[]) => [
    { uuid: 'c', name: 'Bread', created_at: '2026-03-01T10:00:00Z', chat_messages: messages },
  ];
  const said = (uuid: string | number, text: string, parent?: string | number | null) => ({
    ...{ uuid, text, sender: String(uuid).startsWith('q') ? 'human' : 'assistant', created_at: '2026-03-01T10:00:00Z' },
    ...(parent === undefined ? {} : { parent_message_uuid: parent }),
  });
  const treeOf = (record: ConversationRecord | undefined) =>
    record?.messages.map(({ sourceId, parent }) => `${sourceId} < ${record.messages.find(({ id }) => id === parent)?.sourceId ?? '-'}`);

  it('of Claude: a message before its parent, one twice, a circle, a parent that is not there', async () => {
    const { conversations } = await read(
      claude([
        said('a1', 'answer', 'q1'),
        said('q1', 'question', 'root'),
        said('q1', 'question', 'root'),
        said('q2', 'one', 'a2'),
        said('a2', 'two', 'q2'),
        said('q3', 'lost', 'nowhere'),
      ]),
    );
    expect(treeOf(conversations[0])).toEqual(['q1 < -', 'a1 < q1', 'a2 < -', 'q2 < a2', 'q3 < -']);
  });

  it('of ChatGPT: a circle is cut and named, and all of it is kept', async () => {
    const value = chatGpt([{ role: 'user', text: 'hi' }]) as { mapping: Record<string, object> };
    const node = (parent: string, child: string) => ({
      ...{ parent, children: [child] },
      message: { author: { role: 'user' }, content: { content_type: 'text', parts: ['x'] } },
    });
    Object.assign(value.mapping, { x: node('y', 'y'), y: node('x', 'x') });
    const { conversations, problems } = await read([value]);
    Object.assign(value.mapping, { itself: node('itself', 'itself'), below: node('y', '') });
    expect(problems.map(({ what }) => what)).toEqual(['stands in a circle of nodes: here it is a beginning']);
    expect(treeOf(conversations[0])).toEqual(['n0 < -', 'x < -', 'y < x']);
    const again = await read([value]);
    expect(treeOf(again.conversations[0])).toEqual(['n0 < -', 'x < -', 'y < x', 'below < y', 'itself < -']);
    expect(again.problems).toHaveLength(2);
  });

  it('of ChatGPT: a deleted node still holds together what is before and behind it', async () => {
    const value = chatGpt([
      { role: 'user', text: 'before' },
      { role: 'assistant', text: 'gone' },
      { role: 'user', text: 'behind' },
    ]) as { mapping: Record<string, object> };
    delete value.mapping.n1;
    const { conversations, problems } = await read([value]);
    expect([treeOf(conversations[0]), problems]).toEqual([['n0 < -', 'n2 < n0'], []]);
  });

  it('whose ids are numbers are the same trees', async () => {
    const node = (parent: number | null, children: number[], role: string) => ({
      ...{ parent, children },
      message: { author: { role }, content: { content_type: 'text', parts: ['x'] } },
    });
    const talk = { conversation_id: 17, current_node: 3, mapping: { 1: node(null, [2], 'user'), 2: node(1, [3, 4], 'assistant') } };
    Object.assign(talk.mapping, { 3: node(2, [], 'user'), 4: node(2, [], 'user') });
    const ofClaude = [said(1, 'one', null), said(2, 'two', 1), said(3, 'three', 1)].map((message) => ({ ...message, sender: 'human' }));
    const { conversations } = await read([talk, { uuid: 7, chat_messages: ofClaude, current_leaf_message_uuid: 2 }]);
    expect(conversations.map(treeOf)).toEqual([
      ['1 < -', '2 < 1', '3 < 2', '4 < 2'],
      ['1 < -', '2 < 1', '3 < 1'],
    ]);
    expect(conversations.map(({ source, activeMessage }) => [source?.id, activeMessage])).toEqual([
      ['17', 3],
      ['7', 2],
    ]);
  });

  it('with odd times and values keep their words', async () => {
    const odd = [1e300, -1, 'yesterday', null, 1_760_000_000_000].map((time, index) => ({
      ...{ role: index % 2 ? 'assistant' : 'user', text: `m${index}`, time },
    }));
    const { conversations } = await read([
      chatGpt([...odd, { role: 'assistant', text: 'half \ud83d and \u0000' }], { create_time: 1e200, update_time: 'x' }),
      'not a conversation',
      null,
      { mapping: { a: null, b: 5, c: { message: 7, children: 'x' } } },
      chatGpt([{ role: 'user', text: 'the last' }], { conversation_id: 'd' }),
    ]);
    expect(linesOf(conversations[0]).slice(0, 5)).toEqual(['user: m0', 'assistant: m1', 'user: m2', 'assistant: m3', 'user: m4']);
    expect(linesOf(conversations[0])[5]).toBe('assistant: half \ud83d and \u0000');
    expect(conversations[0]?.messages[4]?.createdMs).toBe(1_760_000_000_000);
    expect(linesOf(conversations.at(-1))).toEqual(['user: the last']);
  });

  it('as long as they like', async () => {
    const { conversations } = await read([
      chatGpt(Array.from({ length: 50_000 }, (_, index) => ({ role: index % 2 ? 'assistant' : 'user', text: `m${index}` }))),
    ]);
    expect(conversations[0]?.messages).toHaveLength(50_000);
  });
});

describe('a list that is damaged', () => {
  const one = (id: string) => JSON.stringify(chatGpt([{ role: 'user', text: `words "of" \\ ${id} ]}[{,` }], { conversation_id: id }));
  const ids = ({ conversations }: ImportStep) => conversations.map(({ source }) => source?.id);
  const whats = ({ problems }: ImportStep) =>
    problems.map(({ where, what }) => `${where.replace(/^.*, /, '').replace(/^.*\//, '')}: ${what}`);

  it.each([
    ['a stray word', `[${one('a')}, oops ,${one('b')}]`, ['a', 'b'], ['conversation 2: is not JSON']],
    [
      'a brace too few',
      `[${one('a')},${one('x').slice(0, -1)},${one('b')},${one('c')}]`,
      ['a', 'b', 'c'],
      ['conversation 2: is not JSON', CUT],
    ],
    ['a brace too many', `[${one('a')},${one('x')}},${one('b')}]`, ['a', 'b'], ['conversation 2: is not JSON']],
    ['an end too early', `[${one('a')},${one('x')}],${one('b')}]`, ['a', 'x', 'b'], []],
    ['no end', `[${one('a')},${one('b').slice(0, -30)}`, ['a'], ['conversation 2: is not JSON', CUT]],
    ['no number', `[${one('a').replace('1760000000', 'NaN')},${one('b')}]`, ['a', 'b'], []],
    ['another name around it', `{"total":2,"conversations":[${one('a')},${one('b')}],"more":{}}`, ['a', 'b'], []],
    ['a byte order mark', `\ufeff [ ${one('a')} , ${one('b')} ] `, ['a', 'b'], []],
  ])('by %s gives the others', async (_, text, conversations, problems) => {
    const found = await read(text);
    expect(ids(found)).toEqual(conversations);
    expect(whats(found)).toEqual(problems);
  });

  it('in pieces of any size is the same list', async () => {
    // Pieces of a file are 256 KB: quotes and backslashes stand at every place of the border.
    const hard = '\\"\\\\'.repeat(100_000);
    const texts = Array.from({ length: 9 }, (_, index) => `${'x'.repeat(index)}${hard}`);
    const found = await read(
      JSON.stringify(texts.map((text, index) => chatGpt([{ role: 'user', text }], { conversation_id: `${index}` }))),
    );
    expect(found.conversations.map(linesOf)).toEqual(texts.map((text) => [`user: ${text}`]));
  });
});

describe('a file of one conversation a line', () => {
  const endless = (): string => {
    const path = join(folder, 'export.jsonl');
    writeFileSync(path, '{"v":1,"kind":"sotto.conversation","title":"');
    truncateSync(path, 2 ** 40);
    return path;
  };

  it('whose line never ends is named as too large', async () => {
    const problems: unknown[] = [];
    for await (const step of readImports([endless()], { format: 'auto' }, new AbortController().signal)) problems.push(...step.problems);
    expect(problems).toEqual([expect.objectContaining({ what: expect.stringMatching(/too (large|long)/) })]);
  });

  it('is left at once when the user has had enough', async () => {
    await expect(readImports([endless()], { format: 'auto' }, AbortSignal.abort()).next()).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
