/** Conversations as Markdown and as training examples. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message, ToolCallPart } from '../../src/core/messages.ts';
import { exportMarkdown } from '../../src/output/export-markdown.ts';
import { exportTraining, type SkipReason } from '../../src/output/export-training.ts';
import type { ConversationRecord, MessageStatus } from '../../src/store/store.ts';
import { recordArbitrary } from '../support/records.ts';

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const reply = (text: string): Message => ({ role: 'assistant', parts: [{ type: 'text', text }] });
const call: ToolCallPart = { type: 'tool_call', id: 'c1', name: 'get_weather', arguments: '{"city":"Paris"}' };

describe('Markdown', () => {
  it('has a heading for each turn, folds reasoning and fences calls', () => {
    const text = markdown([
      user('How is the weather?'),
      { role: 'assistant', parts: [{ type: 'reasoning', text: 'Look it up.' }, call] },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'c1', name: 'get_weather', output: '```\nrain' }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'It rains.', citations: [{ url: 'https://example.com', title: 'Weather' }] }] },
    ]);
    expect(text).toBe(`# A title

- Conversation: 01j
- Begun: 2026-11-18 11:06 UTC
- Model: openai/gpt-4o-mini
- Messages: 4

## System

Be brief.

## User

<sub>2026-11-18 11:06 UTC</sub>

How is the weather?

## Assistant

<sub>2026-11-18 11:06 UTC</sub>

<details>
<summary>Reasoning</summary>

Look it up.

</details>

Calls \`get_weather\`:

\`\`\`json
{
  "city": "Paris"
}
\`\`\`

## Tool

<sub>2026-11-18 11:06 UTC</sub>

Result of \`get_weather\`:

\`\`\`\`
\`\`\`
rain
\`\`\`\`

## Assistant

<sub>2026-11-18 11:06 UTC</sub>

It rains.

Sources:

- Weather <https://example.com>
`);
  });

  it('closes code that a reply left open, so that it swallows nothing', () => {
    const text = markdown([user('code?'), reply('````js\n```\nlet a = 1;'), user('and?')]);
    expect(text).toContain('````js\n```\nlet a = 1;\n````\n\n## User');
  });

  it('names attachments, and holds them where that is asked for', () => {
    const picture: Message = { role: 'user', parts: [{ type: 'media', mediaType: 'image/png', data: 'iVBORw==', name: 'a [b].png' }] };
    expect(markdown([picture])).toContain('*(attachment: a \\[b\\].png, image/png)*');
    expect(markdown([picture], { attachments: true })).toContain('![a \\[b\\].png](data:image/png;base64,iVBORw==)');
  });

  it('comes in pieces, one conversation after the other', () => {
    let opened = 0;
    function* records() {
      for (let index = 0; index < 100; index++) {
        opened++;
        yield conversation([user('x')]);
      }
    }
    const pieces = exportMarkdown(records(), { attachments: false });
    pieces.next();
    expect(opened).toBe(1);
  });
});

describe('training examples', () => {
  it('hold system, user, assistant and tool messages in the form of the fine-tuning APIs', () => {
    const { lines } = training([
      user('Weather?'),
      { role: 'assistant', parts: [{ type: 'reasoning', text: 'hm' }, call] },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'c1', name: 'get_weather', output: 'rain' }] },
      reply('Rain.'),
    ]);
    expect(lines).toEqual([
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'rain' },
          { role: 'assistant', content: 'Rain.' },
        ],
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
            },
          },
        ],
      },
    ]);
  });

  it('name each tool that is called: as it is known, else as its calls show it', () => {
    const { lines } = training([
      user('?'),
      ...called({ name: 'calculate', arguments: '{"expression":"1+1"}' }, { name: 'chart', arguments: '{"points":[1,2.5],"title":null}' }),
      ...called({ name: 'chart', arguments: '{"points":[],"title":"a","style":{"bold":true}}' }),
      reply('Done.'),
    ]);
    expect(lines[0]?.tools).toEqual([
      { type: 'function', function: CALCULATE },
      {
        type: 'function',
        function: {
          name: 'chart',
          parameters: {
            type: 'object',
            properties: {
              points: { type: 'array', items: { type: 'number' } },
              title: { type: ['null', 'string'] },
              style: { type: 'object', properties: { bold: { type: 'boolean' } }, required: ['bold'] },
            },
            required: ['points', 'title'],
          },
        },
      },
    ]);
  });

  it('have names and ids that the format allows, and each result with its call', () => {
    const { lines } = training([
      user('?'),
      ...called(
        { id: 'functions.find:0', name: 'docs.search/v2', arguments: '{}' },
        { id: 'x'.repeat(60), name: `${'long_'.repeat(20)}`, arguments: '{}' },
      ),
      reply('Found.'),
      user('again?'),
      ...called({ id: 'functions.find:0', name: 'docs search v2', arguments: '{}' }),
      reply('Done.'),
    ]);
    const messages = lines.flatMap((line) => line.messages);
    const calls = messages.flatMap(({ tool_calls }) => tool_calls ?? []);
    const names = new Set(lines[0]?.tools?.map((tool) => tool.function.name));
    expect(names.size).toBe(3);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
    for (const { id, function: fn } of calls) {
      expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
      expect(fn.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(names).toContain(fn.name);
    }
    expect(messages.flatMap(({ tool_call_id }) => tool_call_id ?? [])).toEqual(calls.map(({ id }) => id));
  });

  it('teach the arguments that a call was run with, and no call without any that can be read', () => {
    const mended: Message[] = called({ name: 'f', arguments: "{'a': 1}" }).map((message) =>
      message.role === 'tool' ? { ...message, parts: message.parts.map((part) => ({ ...part, arguments: '{"a": 1}' })) } : message,
    );
    const { lines, skipped } = training([
      user('one'),
      ...mended,
      reply('1'),
      user('two'),
      ...called({ name: 'f', arguments: '{a' }),
      reply('2'),
    ]);
    expect(lines[0]?.messages.flatMap(({ tool_calls }) => tool_calls ?? []).map(({ function: fn }) => fn.arguments)).toEqual(['{"a":1}']);
    expect(skipped).toEqual(['garbled']);
  });

  it('show pictures as pictures, and everything else that is attached by its name', () => {
    const media = (mediaType: string, name: string) => ({ type: 'media' as const, mediaType, data: 'QUJD', name });
    const { lines } = training([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'see' },
          media('image/png', 'a.png'),
          media('image/gif', 'b.gif'),
          media('audio/wav', 'c.wav'),
          media('application/pdf', 'd.pdf'),
        ],
      },
      reply('ok'),
    ]);
    expect(lines[0]?.messages[1]?.content).toEqual([
      { type: 'text', text: 'see' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } },
      { type: 'text', text: '[left out: b.gif]' },
      { type: 'text', text: '[left out: c.wav]' },
      { type: 'text', text: '[left out: d.pdf]' },
    ]);
  });

  it('leave out turns that failed or have no answer, with their questions, and tell how many', () => {
    const messages = [user('one'), reply('1'), user('two'), reply('2…'), user('three'), reply('3'), user('four')];
    const { lines, skipped } = training(messages, { statuses: { 4: 'interrupted' } });
    expect(lines).toEqual([
      { messages: [{ role: 'system', content: 'Be brief.' }, user3('one'), assistant3('1'), user3('three'), assistant3('3')] },
    ]);
    expect(skipped).toEqual(['unfinished', 'unanswered']);
  });

  it('cover every branch where that is asked for', () => {
    const record = conversation([user('one'), reply('1'), reply('uno')]);
    record.messages[2] = { ...record.messages[2]!, parent: 1 };
    record.activeMessage = 3;
    expect(linesOf(record, false).map((line) => line.messages.at(-1))).toEqual([assistant3('uno')]);
    expect(linesOf(record, true).map((line) => line.messages.at(-1))).toEqual([assistant3('uno'), assistant3('1')]);
  });

  it('always begin with a question, end with an answer, and answer each call, whatever the conversation was', () => {
    fc.assert(
      fc.property(recordArbitrary(), fc.boolean(), (record, branches) => {
        for (const { messages } of linesOf(record, branches)) {
          const turns = messages.filter(({ role }) => role !== 'system');
          expect(turns[0]?.role).toBe('user');
          expect(turns.at(-1)).toMatchObject({ role: 'assistant', content: expect.stringMatching(/[\s\S]/) });
          const calls = turns.flatMap((turn) => turn.tool_calls?.map(({ id }) => id) ?? []);
          expect(turns.flatMap((turn) => turn.tool_call_id ?? []).every((id) => calls.includes(id))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

type Line = {
  messages: {
    role: string;
    content: unknown;
    tool_calls?: { id: string; function: { name: string; arguments: string } }[];
    tool_call_id?: string;
  }[];
  tools?: { function: { name: string } }[];
};

const CALCULATE = {
  name: 'calculate',
  description: 'Works out an expression.',
  parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
};
const TOOLS = [CALCULATE];

/** Calls, and a result for each. */
function called(...calls: { id?: string; name: string; arguments: string }[]): Message[] {
  const named = calls.map((call, index) => ({ type: 'tool_call' as const, id: `c${index + 1}`, ...call }));
  return [
    { role: 'assistant', parts: named },
    { role: 'tool', parts: named.map(({ id, name }) => ({ type: 'tool_result', callId: id, name, output: 'ok' })) },
  ];
}

const user3 = (content: string) => ({ role: 'user', content });
const assistant3 = (content: string) => ({ role: 'assistant', content });

function conversation(messages: Message[], statuses: Record<number, MessageStatus> = {}): ConversationRecord {
  return {
    v: 1,
    id: '01j',
    createdMs: Date.UTC(2026, 10, 18, 11, 6),
    title: 'A title',
    provider: 'openai',
    model: 'gpt-4o-mini',
    system: 'Be brief.',
    messages: messages.map((message, index) => ({
      id: index + 1,
      parent: index === 0 ? null : index,
      createdMs: Date.UTC(2026, 10, 18, 11, 6),
      message,
      ...(statuses[index + 1] ? { status: statuses[index + 1]! } : {}),
    })),
  };
}

function markdown(messages: Message[], options = { attachments: false }): string {
  return [...exportMarkdown([conversation(messages)], options)].join('');
}

function training(messages: Message[], { statuses = {} as Record<number, MessageStatus> } = {}) {
  const skipped: SkipReason[] = [];
  const lines = [
    ...exportTraining([conversation(messages, statuses)], { branches: false, tools: TOOLS, onSkipped: (reason) => skipped.push(reason) }),
  ];
  return { lines: lines.map((line) => JSON.parse(line) as Line), skipped };
}

function linesOf(record: ConversationRecord, branches: boolean): Line[] {
  return [...exportTraining([record], { branches, tools: TOOLS, onSkipped: () => {} })].map((line) => JSON.parse(line) as Line);
}
