/** A reply while it streams: what is printed of it, and what is live meanwhile. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { loadParsers, type MarkdownParsers } from '../../src/format/markdown-parsers.ts';
import { openTheme, type Theme } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import {
  call,
  counting,
  failure,
  finish,
  openView,
  part,
  printed,
  requestStart,
  retry,
  text,
  thought,
  turn,
  turnEnd,
  turnStart,
  withoutDeltas,
} from './reply.ts';

let parsers: MarkdownParsers;
let dark: Theme;
beforeAll(async () => {
  parsers = await loadParsers({ highlight: true });
  dark = await openTheme({ name: 'dark', colorLevel: 3 });
});

const HEAD = 'openai/gpt-4o';

describe('an answer', () => {
  it('stands below the name of its model, indented', () => {
    expect(printed(turn(text('Hello **you**.')), { parsers })).toEqual([HEAD, '  Hello you.']);
  });

  it('keeps its unfinished line live, and prints it when it is finished', () => {
    const { view } = openView({ parsers });
    for (const event of [turnStart, requestStart, ...text('One.\n\nTwo is').slice(0, 2)]) view.take(event);
    expect(view.frame()).toEqual({ print: [HEAD, '  One.'], live: ['', '  Two is'] });
    view.take({ type: 'part.delta', id: 't', text: ' **bold' });
    expect(view.frame()).toEqual({ print: [], live: ['', '  Two is bold'] });
    expect(view.end()).toEqual(['', '  Two is **bold']);
  });

  it('has the blank line above a table that is still coming', () => {
    const { view } = openView({ parsers });
    for (const event of [turnStart, requestStart, ...text('So:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3', []).slice(0, 1)]) view.take(event);
    view.take({ type: 'part.delta', id: 't', text: 'So:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3' });
    expect(view.frame()).toEqual({ print: [HEAD, '  So:'], live: ['', '  |---+--', '  | 1 | 2', '  | 3 |'] });
  });

  it('is one text, also in several parts', () => {
    const events = turn(part('a', { type: 'text', text: 'Hel' }), part('b', { type: 'text', text: 'lo' }));
    expect(printed(events)).toEqual([HEAD, '  Hello']);
  });

  it('waits for the parsers, and shows meanwhile that it waits', async () => {
    const { view, clock } = openView({ parsers: Promise.resolve(parsers) });
    for (const event of [turnStart, requestStart]) view.take(event);
    clock.ms += 2500;
    for (const event of text('**Hi**')) view.take(event);
    expect(view.frame()).toEqual({ print: [], live: ['  waiting 2 s'] });
    expect(view.nextWakeMs()).toBeLessThan(100);
    await view.ready();
    expect(view.frame()).toEqual({ print: [HEAD], live: ['  Hi'] });
  });

  it('is printed plainer when the parsers cannot be loaded or did not come in time', async () => {
    const broken = openView({ parsers: Promise.reject(new Error('gone')) });
    await broken.view.ready();
    const late = openView({ parsers: new Promise(() => {}) });
    for (const { view } of [broken, late]) {
      for (const event of turn(text('**Hi**\n\n- a'))) view.take(event);
      expect(view.end()).toEqual([HEAD, '  **Hi**', '', '  - a']);
    }
  });

  it('has no empty lines at its beginning, and none for text of nothing but space', () => {
    expect(printed(turn(text('\n\n  Hello', ['\n', '\n  Hel', 'lo'])))).toEqual([HEAD, '  Hello']);
    expect(printed(turn(text(' \n ')))).toEqual(['(the model answered nothing)'].map((line) => `  ${line}`));
  });

  it('names the sources once each, and a refusal', () => {
    const citations = [{ url: 'https://a.example', title: 'A' }, { url: 'https://a.example', title: 'A' }, { title: 'B\u001b[2J' }];
    const events = turn(part('t', { type: 'text', text: 'No.', refusal: true, citations }));
    expect(printed(events)).toEqual([HEAD, '  No.', '', '  (the model refused)', '', '  [1] A https://a.example', '  [2] B\u241b[2J']);
  });

  it('shows pictures and hosted items as a line', () => {
    const picture = part('m', { type: 'media', mediaType: 'image/png', data: 'QUJDRA==', name: 'cat.png' });
    const hosted = part('h', { type: 'hosted', name: 'web_search', original: { wire: 'responses', item: {} } });
    expect(printed(turn(picture, hosted, text('Done.')))).toEqual([
      HEAD,
      '  [picture cat.png, image/png, 6 B]',
      '  [web_search, run by the provider]',
      '',
      '  Done.',
    ]);
  });

  it('shows the best passages of a search in files, a row each', () => {
    const results = Array.from({ length: 7 }, (_, at) => ({
      filename: `${at}.pdf`,
      score: 0.9 - at / 10,
      text: `line\n${'long '.repeat(40)}`,
    }));
    const item = { type: 'file_search_call', results };
    const lines = printed(
      turn(part('h', { type: 'hosted', name: 'file_search_call', original: { wire: 'responses', item } }), text('Done.')),
    );
    expect(lines.slice(1, 3)).toEqual([
      '  [file_search_call, run by the provider]',
      '    0.pdf (0.90): line long long long long long long long...',
    ]);
    expect(lines.indexOf('    (2 more passages)')).toBe(7);
  });
});

describe('thoughts', () => {
  const events = turn(thought('First I look.\nThen I say it.'), text('So.'));

  it('are folded into how long they took', () => {
    const { view, clock } = openView();
    for (const event of events.slice(0, 4)) view.take(event);
    clock.ms += 2100;
    expect(view.frame().live).toEqual(['  thinking 2 s']);
    for (const event of events.slice(4)) view.take(event);
    expect(view.end()).toEqual([`${HEAD}${' '.repeat(60 - HEAD.length - 26)}thought for 2.1 s (Ctrl+T)`, '  So.']);
  });

  it('are shown when that is wished, set off from the answer', () => {
    expect(printed(events, { showReasoning: true })).toEqual([HEAD, '  | First I look.', '  | Then I say it.', '', '  So.']);
  });

  it.each([true, false])('print the same without their pieces (shown: %s)', (showReasoning) => {
    const led = turn(
      thought('\n\n First.\n\n', ['\n', '\n Fi', 'rst.\n', '\n']),
      text('So.'),
      part('r2', { type: 'reasoning', text: '\nSecond.' }),
      text('Yes.'),
    );
    expect(printed(withoutDeltas(led), { showReasoning })).toEqual(printed(led, { showReasoning }));
  });

  it('between texts stand between them, one empty line apart', () => {
    const led = turn(text('One'), thought('Hm.'), part('t2', { type: 'text', text: 'two' }));
    expect(printed(led, { showReasoning: true })).toEqual([HEAD, '  One', '', '  | Hm.', '', '  two']);
    expect(printed(led)).toEqual([HEAD, '  Onetwo']);
  });

  it('of several parts are set apart', () => {
    const led = turn(thought('One.'), part('r2', { type: 'reasoning', text: 'Two.' }), text('So.'));
    expect(printed(led, { showReasoning: true })).toEqual([HEAD, '  | One.', '  |', '  | Two.', '', '  So.']);
  });

  it('can be shown in mid-stream, and folded again', () => {
    const { view } = openView();
    for (const event of [turnStart, requestStart, ...thought('Secret.\nStill secret').slice(0, 2)]) view.take(event);
    expect(view.frame().live).toEqual(['  thinking']);
    view.toggleReasoning();
    view.take({ type: 'part.delta', id: 'r', text: ' and open' });
    expect(view.frame()).toEqual({ print: [HEAD, '  | Secret.'], live: ['  | Still secret and open'] });
    view.toggleReasoning();
    view.take({ type: 'part.delta', id: 'r', text: ', not any more' });
    expect(view.frame()).toEqual({ print: [], live: ['  thinking'] });
    for (const event of [
      { type: 'part.end', id: 'r', part: { type: 'reasoning', text: 'Secret.\nStill secret and open, not any more' } } as const,
      ...text('So.'),
    ])
      view.take(event);
    const lines = [...view.frame().print, ...view.end()];
    expect(lines.at(-1)).toBe('  So.');
    expect(lines[0]).toBe('  | Still secret and open');
  });

  it('that are asked for while the answer is written follow behind it', () => {
    const { view } = openView();
    for (const event of [turnStart, requestStart, ...thought('Secret.'), ...text('So.').slice(0, 2)]) view.take(event);
    view.frame();
    view.toggleReasoning();
    expect(view.frame().live).toEqual(['  So.', '  (the thought follows)']);
    expect(view.end()).toEqual(['  So.', '', '  | Secret.']);
  });
});

describe('what goes wrong', () => {
  it('is said while it is tried again, with the seconds left, and afterwards', () => {
    const { view, clock } = openView();
    for (const event of [turnStart, requestStart, retry()]) view.take(event);
    expect(view.frame()).toEqual({ print: [], live: ['  overloaded (529), retrying in 2 s (1 of 3)'] });
    expect(view.nextWakeMs()).toBe(1000);
    clock.ms += 1000;
    expect(view.frame().live).toEqual(['  overloaded (529), retrying in 1 s (1 of 3)']);
    for (const event of [requestStart, ...text('Hi.'), finish, turnEnd()]) view.take(event);
    expect(view.end()).toEqual([HEAD, '  (asked again: overloaded (529))', '', '  Hi.']);
  });

  it('leaves what had been printed, and begins again below it', () => {
    const cut: StreamEvent[] = [turnStart, requestStart, ...text('Half an ans').slice(0, 2), retry(1, { kind: 'protocol', status: null })];
    expect(printed([...cut, requestStart, ...text('Whole.'), finish, turnEnd()])).toEqual([
      HEAD,
      '  Half an ans',
      '',
      '  (attempt broken off: answer cut off; starting again)',
      '',
      '  Whole.',
    ]);
  });

  it('names the other provider when it takes over', () => {
    const cut: StreamEvent[] = [turnStart, requestStart, retry()];
    const other: StreamEvent = { type: 'request.start', provider: 'anthropic', model: 'claude' };
    expect(printed([...cut, other, ...text('Hi.'), finish, turnEnd()])).toEqual([
      'anthropic/claude',
      '  (asked again: overloaded (529))',
      '',
      '  Hi.',
    ]);
  });

  it('keeps a stopped answer and says so', () => {
    const events = [
      turnStart,
      requestStart,
      ...text('Half a').slice(0, 2),
      turnEnd({ finishReason: 'cancelled', error: failure({ kind: 'cancelled' }) }),
    ];
    expect(printed(events)).toEqual([HEAD, '  Half a', '', '  (stopped; kept)']);
    expect(printed([turnStart, requestStart, turnEnd({ finishReason: 'cancelled' })])).toEqual(['  (stopped)']);
  });

  it('ends an error with what to do', () => {
    const error = failure({
      kind: 'authentication',
      message: 'OpenAI refused the key\u001b[31m (401)',
      hint: 'Run: sotto keys set openai',
      requestId: 'req_1',
    });
    expect(printed([turnStart, requestStart, turnEnd({ finishReason: 'error', error })])).toEqual([
      '  Error: OpenAI refused the key\u241b[31m (401). [request req_1]',
      '  Run: sotto keys set openai',
      '  In this chat: /connect takes another key.',
    ]);
  });

  it.each([
    ['length', '  (cut at the token limit)'],
    ['content_filter', '  (withheld by a content filter, at least in part)'],
  ] as const)('says that an answer ended with %s', (finishReason, line) => {
    expect(printed([turnStart, requestStart, ...text('Half'), turnEnd({ finishReason })], { columns: 80 }).at(-1)).toBe(line);
  });

  it('puts a notice behind the text that is being written', () => {
    const notice: StreamEvent = { type: 'notice', level: 'warning', code: 'n', message: 'Nearly full.' };
    const [start, delta, end] = text('Hello');
    if (!start || !delta || !end) throw new Error('three events');
    expect(printed([turnStart, requestStart, start, delta, notice, end, finish, turnEnd()])).toEqual([
      HEAD,
      '  Hello',
      '',
      '  Note: Nearly full.',
    ]);
  });

  it('prints everything that is open when the stream just ends', () => {
    const { view } = openView();
    for (const event of [turnStart, requestStart, ...text('Half a').slice(0, 2), ...call('c1', 'run', '{"command":"ls', []).slice(0, 1)])
      view.take(event);
    expect(view.end()).toEqual([HEAD, '  Half a', '', `  run${' '.repeat(60 - 5 - 9)}cancelled`]);
    expect(view.end()).toEqual([]);
  });
});

describe('calls of tools', () => {
  it('show their arguments as they stream, then the time, and then the outcome', () => {
    const { view, clock } = openView({ columns: 50 });
    const events = [turnStart, requestStart, ...call('c1', 'run_command', '{"command":"git log"}', ['{"comm', 'and":"git l', 'og"}'])];
    const seen = events.map((event) => {
      view.take(event);
      return view.frame().live.map((line) => line.trim().replaceAll(/ {3,}/g, ' | '));
    });
    expect(seen.slice(2)).toEqual([
      ['run_command | ...'],
      ['run_command | ...'],
      ['run_command  git l | ...'],
      ['run_command  git log | ...'],
      ['run_command  git log | ...'],
    ]);
    view.take({ type: 'tool.start', callId: 'c1', name: 'run_command', arguments: { command: 'git log' }, summary: null, details: null });
    clock.ms += 3400;
    view.take({ type: 'tool.progress', callId: 'c1', message: 'reading\u001b[2J', fraction: 0.25 });
    expect(view.frame().live).toEqual([`  run_command  git log${' '.repeat(50 - 22 - 20)}reading\u241b[2J 25 % 3 s`]);
    view.take({
      type: 'tool.end',
      callId: 'c1',
      name: 'run_command',
      outcome: 'ok',
      output: 'a\nb\nc\nd\n\u001b[31me\n',
      durationMs: 3400,
    });
    expect(view.frame()).toEqual({
      print: [`  run_command  git log${' '.repeat(50 - 22 - 8)}ok 3.4 s`, '  | a', '  | b', '  | c', '  | (+2 lines)'],
      live: [],
    });
  });

  it('that changed a file show the change, folded; one that failed changed nothing', () => {
    const { view } = openView({ columns: 60 });
    const edit = (details: string, outcome: 'ok' | 'failed' = 'ok', { view: at } = { view }) => {
      const summary = 'edit a.ts (+20 -1)';
      at.take({ type: 'tool.start', callId: 'e', name: 'edit_file', arguments: { path: 'a.ts', old_text: 'x' }, summary, details });
      at.take({ type: 'tool.end', callId: 'e', name: 'edit_file', outcome, output: 'Said.', durationMs: 5 });
      return at.frame().print.slice(1);
    };
    for (const event of [turnStart, requestStart]) view.take(event);
    view.frame();
    const lines = Array.from({ length: 20 }, (_, index) => `+  line ${index}`);
    const change = ['@@ -1,1 +1,20 @@', '-old\u001b[2J', ...lines].join('\n');
    expect(edit(change)).toEqual([
      '  | Said.',
      '  | @@ -1,1 +1,20 @@',
      '  | -old\u241b[2J',
      ...lines.slice(0, 10).map((line) => `  | ${line}`),
      '  | (+10 lines)',
    ]);
    expect(edit(`${change}\n... 1980 more lines`).at(-1)).toBe('  | (+1,990 lines)');
    expect(edit(change, 'failed')).toEqual(['  | Said.']);
    expect(edit('rm -rf build')).toEqual(['  | Said.']);
    expect(edit(change, 'ok', openView({ columns: 60, linear: true })).slice(-2)).toEqual(['  +  line 9', '  (+10 lines)']);
  });

  it('run side by side, each with a line of its own until it has ended', () => {
    const { view } = openView({ columns: 50 });
    for (const event of [turnStart, requestStart, ...call('a', 'one', '{}'), ...call('b', 'two', '{}'), finish]) view.take(event);
    for (const id of ['a', 'b'])
      view.take({ type: 'tool.start', callId: id, name: id === 'a' ? 'one' : 'two', arguments: {}, summary: null, details: null });
    expect(view.frame().live.map((line) => line.split(' ').filter(Boolean))).toEqual([
      ['one', 'running'],
      ['two', 'running'],
    ]);
    view.take({ type: 'tool.end', callId: 'b', name: 'two', outcome: 'failed', output: 'No such file', durationMs: 20 });
    const { print, live } = view.frame();
    expect(print.map((line) => line.trim().replaceAll(/ {3,}/g, ' | '))).toEqual(['two | failed 20 ms', '| No such file']);
    expect(live.map((line) => line.trim().split(' ')[0])).toEqual(['one']);
  });

  it('never take more room than there is for them', () => {
    const { view } = openView({ columns: 50, maxLive: 3 });
    const calls = Array.from({ length: 30 }, (_, index) => call(`c${index}`, `tool_${index}`, '{}')).flat();
    for (const event of [turnStart, requestStart, ...calls]) view.take(event);
    const { live } = view.frame();
    expect(live).toHaveLength(6);
    expect(live.at(-1)).toBe('  (+25 more)');
  });

  it.each([
    ['denied', 'not run: denied', ['not today']],
    ['invalid', 'not run: invalid call', ['out']],
    ['timeout', 'took too long 5 ms', ['out']],
    ['cancelled', 'cancelled 5 ms', ['out']],
  ] as const)('say how they ended: %s', (outcome, words, output) => {
    const events: StreamEvent[] = [
      turnStart,
      requestStart,
      ...call('c', 'run', '{}'),
      finish,
      { type: 'tool.approval', callId: 'c', name: 'run', access: 'execute', summary: 'run ls', decision: 'waiting', reason: null },
      ...(outcome === 'denied'
        ? ([
            {
              type: 'tool.approval',
              callId: 'c',
              name: 'run',
              access: 'execute',
              summary: 'run ls',
              decision: 'denied',
              reason: 'not today',
            },
          ] as const)
        : []),
      { type: 'tool.end', callId: 'c', name: 'run', outcome, output: 'out', durationMs: 5 },
      turnEnd(),
    ];
    const lines = printed(events).map((line) => line.trim().replaceAll(/ {3,}/g, ' | '));
    expect(lines).toEqual([HEAD, `run | ${words}`, ...output.map((line) => `| ${line}`)]);
  });

  it('say that they wait for a yes', () => {
    const { view } = openView({ columns: 50 });
    for (const event of [turnStart, requestStart, ...call('c', 'run', '{}')]) view.take(event);
    view.take({ type: 'tool.approval', callId: 'c', name: 'run', access: 'execute', summary: 'run ls', decision: 'waiting', reason: null });
    expect(view.frame().live).toEqual([`  run${' '.repeat(50 - 5 - 18)}waits for your yes`]);
    expect(view.nextWakeMs()).toBeUndefined();
  });

  it('that nobody ran are shown as such', () => {
    const lines = printed(turn(call('c', 'get_weather', '{"city":"Paris","days":3}')));
    expect(lines).toEqual([HEAD, `  get_weather  city: Paris  days: 3${' '.repeat(60 - 35 - 7)}not run`]);
  });

  it('of an attempt that was broken off are forgotten', () => {
    const events = [turnStart, requestStart, ...call('c', 'run', '{"a":1}'), retry(), requestStart, ...text('Hi.'), finish, turnEnd()];
    expect(printed(events).join('\n')).not.toContain('run');
  });

  it('put their outcome below where there is no room beside', () => {
    const events = [...turn(call('c', 'run_command', '{"command":"git log --oneline"}'))];
    expect(printed(events, { columns: 30 })).toEqual([HEAD, '  run_command  git log --on...', '    not run']);
  });

  it('of the next step stand behind the text between', () => {
    const step = (id: string): StreamEvent[] => [
      requestStart,
      ...text(`Step ${id}.`),
      ...call(id, 'look', '{}'),
      finish,
      { type: 'tool.start', callId: id, name: 'look', arguments: {}, summary: null, details: null },
      { type: 'tool.end', callId: id, name: 'look', outcome: 'ok', output: '', durationMs: 1 },
    ];
    const look = `  look${' '.repeat(60 - 6 - 7)}ok 1 ms`;
    expect(printed([turnStart, ...step('1'), ...step('2'), requestStart, ...text('End.'), finish, turnEnd()])).toEqual([
      HEAD,
      '  Step 1.',
      '',
      look,
      '',
      '  Step 2.',
      '',
      look,
      '',
      '  End.',
    ]);
  });
});

describe('blocks of code', () => {
  const CODE = '```sh\nls\n```\n';
  const numbers = (lines: string[]) => lines.flatMap((line) => /\[\d+\]$/.exec(line)?.[0] ?? []);

  it('are numbered through the steps of a turn', () => {
    const events = [
      turnStart,
      requestStart,
      ...text(`${CODE}\n${CODE}`),
      ...call('c', 'run', '{}'),
      finish,
      requestStart,
      ...text(CODE),
      finish,
      turnEnd(),
    ];
    expect(numbers(printed(events))).toEqual(['[1]', '[2]', '[3]']);
  });

  it('that were broken off do not count', () => {
    const cut = [turnStart, requestStart, ...text(`${CODE}\nand`).slice(0, 2), retry(1, { kind: 'protocol', status: null })];
    expect(numbers(printed([...cut, requestStart, ...text(CODE), finish, turnEnd()]))).toEqual(['[1]', '[1]']);
  });

  it('have neither bar nor number where the text is read aloud', () => {
    const lines = printed(turn(text(CODE)), { linear: true });
    expect(numbers(lines)).toEqual([]);
    expect(lines.join('\n')).not.toContain('|');
  });
});

describe('clocks', () => {
  it('run only while something is waited for', () => {
    const { view, clock } = openView();
    for (const event of [turnStart, requestStart]) view.take(event);
    view.frame();
    clock.ms += 400;
    expect(view.nextWakeMs()).toBe(600);
    for (const event of text('Hi').slice(0, 2)) view.take(event);
    view.frame();
    // Until it is quiet for so long that it is said.
    expect(view.nextWakeMs()).toBe(5000);
    for (const event of text('Hi').slice(2)) view.take(event);
    view.take({ type: 'finish', reason: 'stop', raw: null });
    view.frame();
    expect(view.nextWakeMs()).toBeUndefined();
  });

  it('say from the fifth second that a stream stands still, once a second, until something comes', () => {
    const { view, clock } = openView();
    for (const event of [turnStart, requestStart, ...text('Half an').slice(0, 2)]) view.take(event);
    clock.ms += 4900;
    expect(view.frame().live).toEqual(['  Half an']);
    expect(view.nextWakeMs()).toBe(100);
    clock.ms += 100;
    expect(view.frame().live).toEqual(['  Half an', '  nothing for 5 s']);
    expect(view.nextWakeMs()).toBe(1000);
    clock.ms += 7300;
    expect(view.frame().live).toEqual(['  Half an', '  nothing for 12 s']);
    view.take({ type: 'part.delta', id: 't', text: ' answer' });
    expect(view.frame()).toEqual({ print: [], live: ['  Half an answer'] });
  });

  it('say so once where it is read aloud', () => {
    const { view, clock } = openView({ linear: true });
    for (const event of [turnStart, requestStart, ...text('A line.\n\nHalf').slice(0, 2)]) view.take(event);
    view.frame();
    expect(view.nextWakeMs()).toBe(5000);
    clock.ms += 5000;
    expect(view.frame()).toEqual({ print: ['Nothing for 5 s.'], live: [] });
    expect(view.nextWakeMs()).toBeUndefined();
    clock.ms += 9000;
    expect(view.frame()).toEqual({ print: [], live: [] });
    view.take({ type: 'part.delta', id: 't', text: ' answer' });
    expect(view.frame()).toEqual({ print: [], live: [] });
    expect(view.nextWakeMs()).toBe(5000);
  });

  it('do not say so while a tool runs', () => {
    const { view, clock } = openView();
    for (const event of [turnStart, requestStart, ...text('Hi')]) view.take(event);
    view.take({ type: 'finish', reason: 'tool_calls', raw: null });
    clock.ms += 20_000;
    expect(view.frame().live).toEqual([]);
  });

  it('go on while a model thinks between two texts', () => {
    const { view, clock } = openView();
    for (const event of [turnStart, requestStart, ...text('Hi'), ...thought('Hm').slice(0, 2)]) view.take(event);
    clock.ms += 3000;
    expect(view.frame().live).toEqual(['  Hi', '  thinking 3 s']);
    expect(view.nextWakeMs()).toBe(1000);
  });
});

describe('a very long answer', () => {
  const LINES = 10_000;

  it('is printed exactly as it is rendered, once, with a bounded live part', () => {
    const lines = Array.from({ length: LINES }, (_, index) => `- item **${index}** of many`);
    const { view } = openView({ parsers, theme: dark });
    const out: string[] = [];
    let mostLive = 0;
    for (const event of [turnStart, requestStart, ...text('', []).slice(0, 1)]) view.take(event);
    for (const line of lines) {
      view.take({ type: 'part.delta', id: 't', text: `${line}\n` });
      const { print, live } = view.frame();
      out.push(...print);
      mostLive = Math.max(mostLive, live.length);
    }
    out.push(...view.end());
    expect(out).toHaveLength(LINES + 1);
    expect(out.map((line) => line.replaceAll(/\u001b\[[\d;]+m/g, '')).slice(1)).toEqual(
      lines.map((line) => `  ${line.replaceAll('*', '')}`),
    );
    expect(mostLive).toBeLessThanOrEqual(3);
  });

  it.each([
    ['paragraphs', (index: number) => `word ${index} and *more* of it${index % 20 === 19 ? '\n\n' : ' '}`],
    ['one paragraph', (index: number) => `word${index} and more `],
    ['one block of code', (index: number) => `${index === 0 ? '```ts\n' : ''}const x${index} = ${index};\n`],
    ['one line of code', (index: number) => `${index === 0 ? '```\n' : ''}x${index}+`],
    ['one table', (index: number) => `${index === 0 ? '| a | b |\n|---|---|\n' : ''}| ${index} | cell |\n`],
    ['one word', () => 'abcdefgh'],
    ['one word of Chinese', () => '你好世界'],
    ['quotes in lists', (index: number) => `${index % 2 === 0 ? '> - ' : ''}piece ${index}\n`],
  ])('costs the same for each piece, however long it is: %s', (_name, piece) => {
    const counted = counting(parsers);
    const { view } = openView({ parsers: counted.parsers, theme: dark });
    for (const event of [turnStart, requestStart, ...text('', []).slice(0, 1)]) view.take(event);
    const costs: number[] = [];
    for (let index = 0; index < 3000; index++) {
      const before = counted.count();
      view.take({ type: 'part.delta', id: 't', text: piece(index) });
      const { live } = view.frame();
      costs.push(counted.count() - before + live.join('').length);
    }
    const most = (from: number, to: number) => Math.max(...costs.slice(from, to));
    expect(most(2000, 3000)).toBeLessThanOrEqual(1.5 * most(300, 1300));
  });

  it.each(['text', 'reasoning'] as const)('of characters without a width is printed as well, not held back: %s', (kind) => {
    const { view } = openView({ parsers, columns: 40, showReasoning: true });
    for (const event of [turnStart, requestStart, { type: 'part.start', id: 'p', kind } as const]) view.take(event);
    const out: string[] = [];
    for (let index = 0; index < 200; index++) {
      view.take({ type: 'part.delta', id: 'p', text: '\u200b'.repeat(40) });
      const { print, live } = view.frame();
      out.push(...print);
      expect(live.join('').length).toBeLessThan(6000);
    }
    out.push(...view.end());
    expect(out.join('').match(/\u200b/g)).toHaveLength(8000);
  });

  it('in one word that never ends stays within the window', () => {
    const { view } = openView({ parsers, columns: 40 });
    for (const event of [turnStart, requestStart, ...text('', []).slice(0, 1)]) view.take(event);
    const out: string[] = [];
    for (let index = 0; index < 500; index++) {
      view.take({ type: 'part.delta', id: 't', text: 'abcdefghij' });
      const { print, live } = view.frame();
      out.push(...print);
      for (const line of [...print, ...live]) expect(displayWidth(line)).toBeLessThanOrEqual(40);
    }
    out.push(...view.end());
    expect(out.slice(1).join('').replaceAll(' ', '')).toBe('abcdefghij'.repeat(500));
  });
});
