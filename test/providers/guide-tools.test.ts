import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../src/core/events.ts';
import { createFold } from '../../src/core/fold.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { type Message, type ToolResultPart, userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import type { ToolDefinition } from '../../src/core/tool.ts';
import { GUIDE_MODEL, openGuide } from '../../src/providers/guide.ts';
import { expressionIn } from '../../src/providers/guide-expression.ts';
import { findSections } from '../../src/providers/guide-search.ts';
import { timeZoneOf } from '../../src/providers/guide-time-zones.ts';
import { askedCalls, resultsText } from '../../src/providers/guide-tools.ts';
import { createCalculate } from '../../src/tools/calculator.ts';
import { ANSWERED, NOT_ANSWERED } from './guide-questions.ts';

const NEVER = new AbortController().signal;
const TOOLS: ToolDefinition[] = [
  ...[
    'current_time',
    'calculate',
    'list_files',
    'read_file',
    'search_files',
    'fetch_page',
    'write_file',
    'edit_file',
    'run_command',
    'echo',
  ],
].map((name) => ({ name, description: '', parameters: { type: 'object' } }));

const ASKED: readonly [question: string, ...calls: [string, JsonObject][]][] = [
  ['what time is it', ['current_time', {}]],
  ['What time is it in Tokyo?', ['current_time', { time_zone: 'Asia/Tokyo' }]],
  ["what's the time in London right now", ['current_time', { time_zone: 'Europe/London' }]],
  ['what is the current time in America/Lima', ['current_time', { time_zone: 'America/Lima' }]],
  ['What day is it today?', ['current_time', {}]],
  ['Wie spät ist es in Berlin?', ['current_time', { time_zone: 'Europe/Berlin' }]],
  ['quelle heure est-il à Lyon ?', ['current_time', { time_zone: 'Europe/Paris' }]],
  ['12*12', ['calculate', { expression: '12*12' }]],
  ['what is 12*12?', ['calculate', { expression: '12*12' }]],
  ['what is 2^100 / 7', ['calculate', { expression: '2^100 / 7' }]],
  ['How much is 15% of 1,200?', ['calculate', { expression: '15% * 1200' }]],
  ['what is 7 times 8 minus 3', ['calculate', { expression: '7 * 8 - 3' }]],
  ['was ist 7 mal 8?', ['calculate', { expression: '7 * 8' }]],
  ['list the files', ['list_files', {}]],
  ['Please list the files in src for me.', ['list_files', { path: 'src' }]],
  ['list the files in the src folder', ['list_files', { path: 'src' }]],
  ['list all *.ts files in src/core', ['list_files', { path: 'src/core', pattern: '*.ts' }]],
  ['which files are there?', ['list_files', {}]],
  ['what is in this folder', ['list_files', {}]],
  ['ls src', ['list_files', { path: 'src' }]],
  ['read README.md', ['read_file', { path: 'README.md' }]],
  ['show me src/app.ts', ['read_file', { path: 'src/app.ts' }]],
  ['show me the contents of "my notes.txt"', ['read_file', { path: 'my notes.txt' }]],
  ['what is in package.json?', ['read_file', { path: 'package.json' }]],
  ['read lines 10-20 of src/app.ts', ['read_file', { path: 'src/app.ts', start_line: 10, end_line: 20 }]],
  ['search for TODO in src', ['search_files', { pattern: 'TODO', literal: true, path: 'src' }]],
  ['search for "exit code" in the files', ['search_files', { pattern: 'exit code', literal: true }]],
  ['fetch https://example.com', ['fetch_page', { url: 'https://example.com' }]],
  ['run npm test', ['run_command', { command: 'npm test' }]],
  ['run `git log --oneline -3`', ['run_command', { command: 'git log --oneline -3' }]],
  ['$ ls -la | wc -l', ['run_command', { command: 'ls -la | wc -l' }]],
  ['call echo {"text":"hi; and bye"}', ['echo', { text: 'hi; and bye' }]],
  ['use the tool echo', ['echo', {}]],
  [
    'what time is it in Tokyo and in New York?',
    ['current_time', { time_zone: 'Asia/Tokyo' }],
    ['current_time', { time_zone: 'America/New_York' }],
  ],
  ['show README.md and LICENSE', ['read_file', { path: 'README.md' }], ['read_file', { path: 'LICENSE' }]],
  ['what time is it, and what is 2+2?', ['current_time', {}], ['calculate', { expression: '2+2' }]],
  ['read a.md and then run git status', ['read_file', { path: 'a.md' }], ['run_command', { command: 'git status' }]],
];

const NOTHING_ASKED = [
  'what time is it on Mars',
  'what is 2024-10-01',
  'what is 5 6',
  'what is 2 +',
  'what is (2 + 3',
  '401',
  'show models',
  'read my mind',
  'open ollama.com',
  'open the pod bay doors',
  'run a marathon',
  'find love in paris',
  'search for rebase in history',
  'what is 2+2 and how do I use a proxy?',
  'call echo [1]',
  'call nobody {}',
];

function asking(messages: Message[], tools: ToolDefinition[] | undefined = TOOLS, stream = true): ModelRequest {
  return { model: 'guide', messages, stream, ...(tools ? { tools } : {}) };
}

async function ask(request: ModelRequest): Promise<{ events: ModelEvent[]; text: string }> {
  const events: ModelEvent[] = [];
  for await (const event of openGuide({ name: 'guide', sleep: async () => {} }).stream(request, NEVER)) events.push(event);
  const text = events.flatMap((event) => (event.type === 'part.end' && event.part.type === 'text' ? [event.part.text] : [])).join('');
  return { events, text };
}

const callsOf = (events: readonly ModelEvent[]) =>
  events.flatMap((event) => (event.type === 'part.end' && event.part.type === 'tool_call' ? [event.part] : []));

describe('the guide with tools', () => {
  it.each(ASKED)('calls what is plainly asked for: %s', async (question, ...calls) => {
    const { events, text } = await ask(asking([userText(question)]));
    expect(callsOf(events).map((call) => [call.name, JSON.parse(call.arguments)])).toEqual(calls);
    expect(text).toBe('');
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool_calls' });
  });

  it.each(NOTHING_ASKED)('calls nothing for: %s', (question) => {
    expect(askedCalls(question, TOOLS)).toBeUndefined();
  });

  it('goes on answering every question about sotto from the manual', () => {
    for (const [, ...questions] of ANSWERED)
      for (const question of questions) expect(askedCalls(question, TOOLS), question).toBeUndefined();
  });

  it('calls nothing for what is neither about sotto nor for a tool', () => {
    const called = NOT_ANSWERED.filter((question) => askedCalls(question, TOOLS));
    for (const question of called) expect(question).toMatch(/time|\d/);
  });

  it('calls only what is offered', async () => {
    expect(askedCalls('what is 12*12?', TOOLS.slice(0, 1))).toBeUndefined();
    const { text } = await ask(asking([userText('what is 12*12?')], []));
    expect(text).toContain('I have no section about that.');
  });

  it('leaves what the manual answers to the manual where it could mean either', async () => {
    expect(findSections('what is in keys.json').kind).toBe('answered');
    const { events, text } = await ask(asking([userText('what is in keys.json')]));
    expect(callsOf(events)).toEqual([]);
    expect(text).toContain('keys.json');
  });

  it('streams calls like any provider: the name first, the arguments in pieces, the whole at the end', async () => {
    const { events } = await ask(asking([userText('run `echo "one two three"` and read a.md')]));
    const fold = createFold();
    for (const event of events) fold.apply(event);
    expect(fold.reply().message.parts).toEqual(callsOf(events));
    expect(callsOf(events).map(({ id }) => id)).toEqual(['guide_1', 'guide_2']);
    for (const [index, { id, name, arguments: raw }] of callsOf(events).entries()) {
      const own = events.filter((event) => 'id' in event && event.id === `p${index}`);
      expect(own[0]).toMatchObject({ type: 'part.start', kind: 'tool_call', name, callId: id });
      expect(own.map((event) => (event.type === 'part.delta' ? event.text : '')).join('')).toBe(raw);
      expect(own.at(-1)).toMatchObject({ type: 'part.end' });
    }
  });

  it('never gives two calls of a conversation the same id', async () => {
    const first: Message[] = [
      userText('2+2'),
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'guide_1', name: 'calculate', arguments: '{"expression":"2+2"}' }] },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'guide_1', name: 'calculate', output: '4' }] },
      { role: 'assistant', parts: [{ type: 'text', text: '4' }] },
    ];
    const { events } = await ask(asking([...first, userText('3+3')]));
    expect(callsOf(events).map(({ id }) => id)).toEqual(['guide_2']);
  });

  it('passes on what tools said, and says that it is no more than that', async () => {
    const parts: ToolResultPart[] = [
      { type: 'tool_result', callId: 'a', name: 'calculate', output: '144' },
      { type: 'tool_result', callId: 'b', name: 'list_files', output: 'a.md\nb.md\n' },
      { type: 'tool_result', callId: 'c', name: 'read_file', output: 'c.md is not there.', failed: true },
      { type: 'tool_result', callId: 'd', name: 'run_command', output: '' },
    ];
    const { events, text } = await ask(asking([userText('…'), { role: 'tool', parts }]));
    expect(text.split('\n')[0]).toMatch(/not a language model/);
    expect(text).toContain('`calculate` says: `144`');
    expect(text).toContain('`list_files` says:\n\n```\na.md\nb.md\n```');
    expect(text).toContain('`read_file` could not do it: `c.md is not there.`');
    expect(text).toContain('`run_command` says nothing.');
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop', raw: 'tool_results' });
  });

  it('never lets a result close its own code block', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('`', '```', '\n', 'a', ' '), { minLength: 1, maxLength: 20 }), (pieces) => {
        const output = pieces.join('').trim();
        fc.pre(output !== '');
        const text = resultsText([{ type: 'tool_result', callId: 'a', name: 'x', output }]);
        const [, fence = ''] = /says:\s+(`+)/.exec(text) ?? [];
        const inside = text
          .slice(text.indexOf('says:') + 5)
          .trim()
          .slice(fence.length, -fence.length);
        expect(inside.trim()).toBe(output);
        for (const run of inside.match(/`+/g) ?? []) expect(run.length).not.toBe(fence.length);
      }),
    );
  });

  it('says of itself that it can call tools, and names them in a preview', async () => {
    expect(GUIDE_MODEL.abilities?.tools).toBe(true);
    const guide = openGuide({ name: 'guide', sleep: async () => {} });
    const { body } = await guide.preview(asking([userText('hi')], TOOLS.slice(0, 2)), NEVER);
    expect(body).toEqual({ question: 'hi', tools: ['current_time', 'calculate'] });
  });

  it('takes any message without failing, and is quick with a long one', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => void askedCalls(text, TOOLS)));
    const words = fc.array(fc.constantFrom('list', 'files', 'in', 'the', 'all', 'what', 'is', '2', '+', '(', 'and', 'read', 'a.b', ','), {
      maxLength: 90,
    });
    fc.assert(fc.property(words, (text) => void askedCalls(text.join(' '), TOOLS)));
    // These took minutes while two ways of a pattern could read the same words.
    const tricky = [
      `list ${'all the '.repeat(60)}x`,
      `${'1'.repeat(480)}x`,
      `read ${'a, '.repeat(160)}x`,
      `what time is it in ${'now '.repeat(110)}`,
    ];
    for (const text of tricky) expect(askedCalls(text, TOOLS), text).toBeUndefined();
  });
});

describe('an expression', () => {
  it('is what the calculator can read, with nothing else in it', async () => {
    const piece = fc.constantFrom(
      '1',
      '2.5',
      '1,000',
      '+',
      '-',
      '*',
      '/',
      '^',
      '(',
      ')',
      '%',
      '!',
      'times',
      'plus',
      'sqrt(',
      'pi',
      'x',
      ' of ',
      'mod',
    );
    const calculate = createCalculate();
    const context = { folder: '/', signal: NEVER, progress: () => {} };
    const expressions = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => expressionIn(pieces.join(' ')));
    const readable = [
      '2 plus 3',
      '2 to the power of 10',
      '10 mod 3',
      '50% of 8',
      '3 squared',
      'the square root of 2',
      'max(1,200)',
      '6 x 7',
    ];
    for (const text of readable) {
      const { failed } = await calculate.run({ expression: expressionIn(`what is ${text}`) ?? 'nothing' }, context);
      expect(failed, text).toBeUndefined();
    }
    fc.assert(fc.property(expressions, (text) => void expect(text ?? '1+1').toMatch(/^[\w\s.,()+*/^%!-]+$/)));
  });
});

describe('the time zone of a place', () => {
  it.each([
    ['Tokyo', 'Asia/Tokyo'],
    ['new york', 'America/New_York'],
    ['San Francisco', 'America/Los_Angeles'],
    ['São Paulo', 'America/Sao_Paulo'],
    ['Zürich', 'Europe/Zurich'],
    ['UTC', 'UTC'],
    ['europe/paris', 'Europe/Paris'],
  ])('of %s is %s', (place, zone) => {
    expect(timeZoneOf(place)).toBe(zone);
  });

  it('is not known of a place that is not known', () => {
    expect(timeZoneOf('Atlantis')).toBeUndefined();
  });
});
