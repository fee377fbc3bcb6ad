/** Stored conversations on the screen. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/messages.ts';
import type { ChatMessage } from '../../src/engine/chat.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { earlierMessages, recentMessages, renderPrompt, type TranscriptOptions } from '../../src/tui/transcript.ts';
import { stored, talk } from './commands/fake-actions.ts';
import { failure } from './reply.ts';

const options = { columns: 60, theme: PLAIN_THEME };
const HEAD = 'openai/gpt-4o-mini';

/** All of them, in a window that has room for all. */
const renderTranscript = (messages: readonly ChatMessage[], looks: TranscriptOptions) =>
  recentMessages(messages, { ...looks, rows: 1000 }).lines;

function reply(parts: Extract<Message, { role: 'assistant' }>['parts'], facts: Partial<ChatMessage> = {}): ChatMessage {
  return { ...stored({ role: 'assistant', parts }, 2), ...facts };
}

describe('messages', () => {
  it('stand below who said them', () => {
    expect(renderTranscript(talk('Hi', 'Hello\n\n- one'), options)).toEqual(['you', '  Hi', '', HEAD, '  Hello', '', '  - one', '']);
  });

  it('are read aloud without layout', () => {
    expect(renderTranscript(talk('Hi', 'Hello'), { ...options, linear: true })).toEqual(['You:', 'Hi', '', `Model: ${HEAD}`, 'Hello', '']);
  });

  it('show a call together with its result, and the reply going on behind it', () => {
    const messages = [
      ...talk('Look'),
      reply([
        { type: 'text', text: 'I look.' },
        { type: 'tool_call', id: 'a', name: 'look', arguments: '{"path":"a.txt"}' },
        { type: 'tool_call', id: 'b', name: 'list', arguments: '{not json' },
      ]),
      stored(
        {
          role: 'tool',
          parts: [
            { type: 'tool_result', callId: 'b', name: 'list', output: 'no', failed: true },
            { type: 'tool_result', callId: 'a', name: 'look', output: '1\n2\n3\n4\n5\u001b[2J' },
          ],
        },
        3,
      ),
      reply([{ type: 'text', text: 'Done.' }]),
    ];
    const lines = renderTranscript(messages, { ...options, columns: 50 }).map((line) => line.replaceAll(/ {4,}(?=\S)/g, ' | '));
    expect(lines).toEqual([
      'you',
      '  Look',
      '',
      HEAD,
      '  I look.',
      '',
      '  look  a.txt | ok',
      '  | 1',
      '  | 2',
      '  | 3',
      '  | (+2 lines)',
      '  list  {not json | failed',
      '  | no',
      '',
      '  Done.',
      '',
    ]);
  });

  const asked = (text: string) => stored({ role: 'user', parts: [{ type: 'text', text }] }, 1);

  it('are two empty lines apart where a turn begins, and one within it', () => {
    const said = (text: string) => reply([{ type: 'text', text }]);
    const lines = renderTranscript([asked('One'), said('First.'), asked('Two'), said('Second.')], options);
    expect(lines).toEqual(['you', '  One', '', HEAD, '  First.', '', '', 'you', '  Two', '', HEAD, '  Second.', '']);
  });

  it('have blocks of code with the numbers that /copy takes, through the whole turn', () => {
    const code = '```sh\nls\n```';
    const messages = [
      asked('One'),
      reply([{ type: 'text', text: code }]),
      asked('Two'),
      ...[code, code].map((text) => reply([{ type: 'text', text }])),
    ];
    expect(renderTranscript(messages, options).flatMap((line) => /\[\d\]$/.exec(line)?.[0] ?? [])).toEqual(['[1]', '[1]', '[2]']);
  });

  it('say how they ended', () => {
    const ends = (facts: Partial<ChatMessage>) => renderTranscript([reply([{ type: 'text', text: 'Half' }], facts)], options).slice(3, -1);
    expect(ends({ status: 'cancelled' })).toEqual(['  (stopped; kept)']);
    expect(ends({ status: 'interrupted' })).toEqual(['  (interrupted: sotto ended before the reply did)']);
    expect(ends({ status: 'failed', error: failure({ message: 'It broke', hint: 'Try again' }) })).toEqual([
      '  Error: It broke.',
      '  Try again',
      '  In this chat: /retry asks again, /model takes another.',
    ]);
    expect(ends({ finishReason: 'length' })).toEqual(['  (cut at the token limit)']);
  });

  it('fold thoughts, or show them', () => {
    const messages = [
      reply([
        { type: 'reasoning', text: 'Hm.\nWell.' },
        { type: 'text', text: 'Yes.' },
      ]),
    ];
    expect(renderTranscript(messages, options)).toEqual([`${HEAD}${'thought'.padStart(60 - HEAD.length)}`, '  Yes.', '']);
    expect(renderTranscript(messages, { ...options, showReasoning: true })).toEqual([HEAD, '  | Hm.', '  | Well.', '', '  Yes.', '']);
  });

  it('that have lost their call or their result are shown all the same', () => {
    const orphan = stored({ role: 'tool', parts: [{ type: 'tool_result', callId: 'x', name: 'look', output: 'out' }] }, 1);
    expect(renderTranscript([orphan], options).map((line) => line.trim())).toEqual([`look${'ok'.padStart(54)}`, '| out', '']);
    const open = reply([{ type: 'tool_call', id: 'a', name: 'look', arguments: '' }]);
    expect(renderTranscript([open], options)[1]).toBe(`  look${'no result'.padStart(54)}`);
  });
});

describe('a prompt', () => {
  it('is folded where it is long, and so is what comes with it', () => {
    const text = Array.from({ length: 25 }, (_, index) => `line ${index}`).join('\n');
    const lines = renderPrompt(
      {
        text,
        attachments: [
          { type: 'text', text: 'a\nb\nc\nd' },
          { type: 'media', mediaType: 'image/png', data: '' },
        ],
      },
      options,
    );
    expect(lines).toHaveLength(1 + 20 + 1 + 3 + 1 + 1 + 1);
    expect(lines.slice(20)).toEqual(['  line 19', '  (+5 lines)', '  a', '  b', '  c', '  (+1 line)', '  [picture image/png]', '']);
  });

  it('counts the rest of a line that is too long to be shown', () => {
    const lines = renderPrompt({ text: `${'👩‍👩‍👧'.repeat(2000)}\nnext` }, { ...options, columns: 20 });
    expect(lines.length).toBeLessThanOrEqual(1 + 20 + 1 + 1);
    expect(lines.at(-2)).toBe('(+2 lines)');
  });

  it('fits every window and lets no control character through', () => {
    for (const columns of [4, 10, 20, 24, 40, 200]) {
      for (const line of renderPrompt({ text: 'a\tb\u001b[2J\r\n漢字漢字漢字漢字漢字漢字\u202e' }, { ...options, columns })) {
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
      }
    }
  });
});

describe('a long conversation', () => {
  const messages = talk(...Array.from({ length: 5000 }, (_, index) => `message number ${index + 1}`));

  it('shows its end, and says how much there is before', () => {
    const { lines, count } = recentMessages(messages, { ...options, rows: 20 });
    expect(lines.length).toBeGreaterThanOrEqual(30);
    expect(lines.length).toBeLessThan(40);
    expect(lines[0]).toBe(`(${(5000 - count).toLocaleString('en')} earlier messages: /more)`);
    expect(lines.slice(-3)).toEqual([HEAD, '  message number 5000', '']);
  });

  it('is walked back page by page: each message once, in order', () => {
    const few = messages.slice(0, 60);
    const pages = [recentMessages(few, { ...options, rows: 10 })];
    let shown = pages[0]?.count ?? 0;
    for (
      let page = earlierMessages(few, shown, { ...options, rows: 10 });
      page.count > 0;
      page = earlierMessages(few, shown, { ...options, rows: 10 })
    ) {
      pages.unshift(page);
      shown += page.count;
    }
    expect(shown).toBe(60);
    const numbers = pages.flatMap(({ lines }) => lines.flatMap((line) => /^ {2}message number (\d+)$/.exec(line)?.[1] ?? []));
    expect(numbers.map(Number)).toEqual(few.map((_, index) => index + 1));
    expect(pages[0]?.lines[0]).toMatch(/^\(messages 1 to \d+ of 60\)$/);
    expect(pages[1]?.lines[0]).toMatch(/^\(messages \d+ to \d+ of 60; before them: \/more\)$/);
  });

  it('looks at no message that is not shown', () => {
    let looked = 0;
    const watched = messages.map((message) => ({
      ...message,
      get message() {
        looked++;
        return message.message;
      },
    }));
    const { count } = recentMessages(watched, { ...options, rows: 20 });
    expect(looked).toBeLessThan(20 * count);
  });

  it('has one line in one element, also where the note is wrapped', () => {
    for (const line of recentMessages(messages, { ...options, columns: 20, rows: 10 }).lines) {
      expect(line).not.toContain('\n');
      expect(displayWidth(line)).toBeLessThanOrEqual(20);
    }
  });

  it('of nothing shows nothing', () => {
    expect(recentMessages([], { ...options, rows: 20 })).toEqual({ lines: [], count: 0 });
    expect(earlierMessages([], 0, { ...options, rows: 20 })).toEqual({ lines: [], count: 0 });
  });
});
