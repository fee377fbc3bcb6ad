/** The chat for screen readers and dumb terminals: plain lines, printed once. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import type { ApprovalRequest } from '../../src/core/tool.ts';
import type { Prompt } from '../../src/engine/chat.ts';
import { isLinear } from '../../src/tui/linear.ts';
import { EMPTY_STATE } from './commands/fake-actions.ts';
import { type LinearOptions, openLinear, says } from './linear-world.ts';
import { call, failure, finish, requestStart, text, turnEnd, turnStart } from './reply.ts';

const ENTER = '\r';
const CTRL_C = '\x03';
const CTRL_D = '\x04';

/** A chat that shows its prompt. */
async function opened(options: LinearOptions = {}) {
  const run = openLinear(options);
  await run.shows('You: ');
  return run;
}

/** Goes on until it is called off, as a provider does. */
async function* hangs(_prompt: Prompt, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  yield* [turnStart, requestStart, ...text('Half an answer').slice(0, 2)];
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  yield turnEnd({ finishReason: 'cancelled', error: failure({ kind: 'cancelled' }) });
}

const request: ApprovalRequest = {
  callId: 'c1',
  name: 'run_command',
  arguments: {},
  access: 'execute',
  plan: { summary: 'run npm test\u001b[2J', details: 'npm test\n--all', pattern: 'npm *' },
};

describe('"exit" alone', () => {
  it('is asked about, sent where that is wanted, and leaves', async () => {
    const run = await opened();
    run.type(`exit${ENTER}`);
    await run.shows('Leave the chat?');
    run.type(`2${ENTER}`);
    await run.shows('Fine.');
    expect(run.sent).toEqual([{ prompt: { text: 'exit' }, replaces: undefined }]);
    run.type(`:q${ENTER}`);
    await run.shows('Leave the chat?');
    run.type(`1${ENTER}`);
    await run.ended;
    expect(run.sent).toHaveLength(1);
  });
});

describe('a conversation larger than its model takes', () => {
  const small = { state: { ...EMPTY_STATE, model: 'm', facts: { id: 'm', contextWindow: 1 } } };

  it.each(['three?', '/retry'])('is asked about before %s is sent, and stays without a word after a no', async (typed) => {
    let asked = 0;
    const answer = () => {
      asked += 1;
      return says('Fine.');
    };
    const run = await opened({ chat: small, answer });
    run.type(`${typed}${ENTER}`);
    await run.shows('and m takes 1. Send all of it? (y/n) ');
    run.type(`n${ENTER}`);
    await run.shows('You: ');
    expect(asked).toBe(0);
    expect(run.shown()).not.toContain('Error');
    run.type(`${typed}${ENTER}`);
    await run.shows('Send all of it? (y/n) ');
    run.type(`y${ENTER}`);
    await run.shows('Fine.');
    expect(asked).toBe(1);
  });
});

describe('a turn', () => {
  it('is typed after "You:", and answered in lines', async () => {
    const run = await opened({ answer: () => says('# Title\n\nSome **bold** words.\n\n- one') });
    run.type('Hel');
    run.type(`lo${ENTER}`);
    await run.shows('You: ');
    expect(run.shown()).toContain('You: Hello\nModel: openai/gpt-4o\nAnswer:\n# Title\n\nSome bold words.\n\n- one\nYou: ');
    expect(run.sent).toEqual([{ prompt: { text: 'Hello' }, replaces: undefined }]);
    run.type(CTRL_D);
    await run.ended;
  });

  it('writes no escape sequence and no carriage return but those that echo', async () => {
    const run = await opened({ answer: () => says('a\u001b[31mb `code` [link](https://x.example)\r\n```ts\nconst x = 1;\n```') });
    run.type(`hi${ENTER}`);
    await run.shows('You: ');
    expect(run.shown()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    run.type(CTRL_D);
    await run.ended;
  });

  it('prints its lines while it streams, each once', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    async function* slow(): AsyncGenerator<StreamEvent> {
      yield* [turnStart, requestStart, ...text('First line.\n\nSecond').slice(0, 2)];
      await gate;
      yield* [{ type: 'part.delta', id: 't', text: ' line.' } as const, finish, turnEnd()];
    }
    const run = await opened({ answer: slow });
    run.type(`hi${ENTER}`);
    await run.shows('First line.');
    expect(run.shown()).not.toContain('Second');
    go();
    await run.shows('You: ');
    expect(run.shown().match(/First line\./g)).toHaveLength(1);
    expect(run.shown().match(/Second line\./g)).toHaveLength(1);
    run.type(CTRL_D);
    await run.ended;
  });

  it('goes on over several lines after a backslash', async () => {
    const run = await opened();
    run.type(`one\\${ENTER}`);
    await run.shows('More: ');
    run.type(`two${ENTER}`);
    await run.shows('You: ');
    expect(run.sent[0]?.prompt.text).toBe('one\ntwo');
    run.type(CTRL_D);
    await run.ended;
  });

  it('is not sent by a paste of several lines, but by Enter after it', async () => {
    const run = await opened();
    run.type('first\r\nsecond\u001b[31m\r\nthird\r\n');
    await run.shows('third');
    expect(run.sent).toEqual([]);
    run.type(ENTER);
    await run.shows('You: ');
    expect(run.sent[0]?.prompt.text).toBe('first\nsecond\nthird');
    run.type(CTRL_D);
    await run.ended;
  });

  it('takes a paste of 200 KB at once', async () => {
    const run = await opened();
    const pasted = `${'line of text 漢字\n'.repeat(10_000)}end`;
    run.type(pasted);
    run.type(ENTER);
    await run.shows('You: ');
    expect(run.sent[0]?.prompt.text).toBe(pasted);
    run.type(CTRL_D);
    await run.ended;
  });

  it.each([
    ['ab\x7fc', 'ac'],
    ['a👩‍👩‍👧\x7fb', 'ab'],
    ['e\u0301\x7fx', 'x'],
    ['one two\x17three', 'one three'],
    ['gone\x15new', 'new'],
    ['a\u001b[D\u001b[3~\u001bOPb', 'ab'],
    ['tab\there', 'tab here'],
  ])('is edited as a terminal does it: %j', async (keys, sent) => {
    const run = await opened();
    run.type(`${keys}${ENTER}`);
    await run.shows('You: ');
    expect(run.sent[0]?.prompt.text).toBe(sent);
    run.type(CTRL_D);
    await run.ended;
  });

  it('is understood when its characters come byte by byte', async () => {
    const run = await opened();
    for (const byte of Buffer.from('日本👍'))
      run.type(Buffer.from([byte]).toString('latin1') === '' ? '' : (Buffer.from([byte]) as unknown as string)); // a stream takes bytes as well
    run.type(ENTER);
    await run.shows('You: ');
    expect(run.sent[0]?.prompt.text).toBe('日本👍');
    run.type(CTRL_D);
    await run.ended;
  });

  it('waits while a reply streams, and is then sent', async () => {
    const run = await opened({ answer: hangs });
    run.type(`one${ENTER}`);
    await run.shows('Answer:');
    run.type(`two${ENTER}`);
    run.type('thr');
    run.type(CTRL_C);
    await run.shows('(stopped; kept)');
    // Ctrl+C takes away what was typed ahead as well.
    await run.shows('You: ');
    expect(run.sent).toHaveLength(1);
    run.type(`four${ENTER}`);
    await run.shows('Answer:');
    run.type(CTRL_C);
    await run.shows('You: ');
    expect(run.sent.map(({ prompt }) => prompt.text)).toEqual(['one', 'four']);
    run.type(CTRL_D);
    await run.ended;
  });

  it('typed ahead is shown when its time has come', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let turns = 0;
    async function* slow(): AsyncGenerator<StreamEvent> {
      if (turns++ === 0) await gate;
      yield* says('Done.');
    }
    const run = await opened({ answer: slow });
    run.type(`one${ENTER}`);
    run.type(`two${ENTER}`);
    run.type('th');
    go();
    await run.shows('You: two\n');
    await run.shows('You: th');
    expect(run.sent.map(({ prompt }) => prompt.text)).toEqual(['one', 'two']);
    run.type(CTRL_C);
    run.type(CTRL_D);
    await run.ended;
  });

  it('that fails is a calm line, and the chat goes on', async () => {
    const run = await opened({
      answer: async function* () {
        yield* [turnStart, requestStart];
        throw new Error('boom\u001b[2J');
      },
    });
    run.type(`hi${ENTER}`);
    await run.shows('Error: ');
    await run.shows('You: ');
    expect(run.shown()).not.toContain('\u001b');
    run.type(CTRL_D);
    await run.ended;
  });
});

describe('leaving', () => {
  it('is Ctrl+D, and gives the terminal back', async () => {
    const run = await opened();
    expect(run.isRaw()).toBe(true);
    run.type(CTRL_D);
    await run.ended;
    expect(run.isRaw()).toBe(false);
    expect(run.shown().endsWith('\n')).toBe(true);
  });

  it('is Ctrl+C twice on an empty line; the first one says so', async () => {
    const run = await opened();
    run.type('draft');
    run.type(CTRL_C);
    await run.shows('Cleared.');
    run.type(CTRL_C);
    await run.shows('Ctrl+C again leaves.');
    run.type(CTRL_C);
    await run.ended;
    expect(run.sent).toEqual([]);
  });

  it('while a reply streams is a second Ctrl+C', async () => {
    async function* deaf(_prompt: Prompt, signal: AbortSignal): AsyncGenerator<StreamEvent> {
      yield* [turnStart, requestStart, ...text('Half').slice(0, 2)];
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => setTimeout(resolve, 50)));
      yield turnEnd({ finishReason: 'cancelled' });
    }
    const run = await opened({ answer: deaf });
    run.type(`hi${ENTER}`);
    await run.shows('Answer:');
    run.type(CTRL_C);
    run.type(CTRL_C);
    await run.ended;
    expect(run.shown()).toContain('Half');
  });

  it.each(['interrupt', 'unplug'] as const)('happens by itself: %s', async (how) => {
    const run = await opened({ answer: hangs });
    run.type(`hi${ENTER}`);
    await run.shows('Answer:');
    run[how]();
    await run.ended;
    expect(run.shown()).toContain('Half an answer');
    expect(run.isRaw()).toBe(false);
  });

  it('is /quit', async () => {
    const run = await opened();
    run.type(`/quit${ENTER}`);
    await run.ended;
  });

  it('for a while is Ctrl+Z: the terminal is its own meanwhile, and what was typed is still there', async () => {
    const run = await opened();
    run.type('dra');
    run.type('\x1a');
    await run.shows('You: dra');
    expect(run.done).toEqual(['stopped restored']);
    run.type(`ft${ENTER}`);
    await run.shows('You: ');
    expect(run.sent[0]?.prompt.text).toBe('draft');
    run.type(CTRL_D);
    await run.ended;
  });
});

describe('commands', () => {
  it('are the same as in the other chat', async () => {
    const run = await opened();
    run.type(`/rename A better name${ENTER}`);
    await run.shows('You: ');
    expect(run.done).toContain('rename A better name');
    run.type(`/help${ENTER}`);
    await run.shows('/model');
    await run.shows('You: ');
    run.type(`/frobnicate${ENTER}`);
    await run.shows('There is no command /frobnicate');
    await run.shows('You: ');
    expect(run.sent).toEqual([]);
    run.type(CTRL_D);
    await run.ended;
  });

  it('choose from numbered lists, by number or by words', async () => {
    const run = await opened();
    run.type(`/edit${ENTER}`);
    await run.shows('Change which prompt?: 2\n1. 2  two?');
    await run.shows('Number, or words to narrow it (Enter leaves): ');
    run.type(`nothing like it${ENTER}`);
    await run.shows('Nothing matches "nothing like it".');
    await run.shows('(Enter leaves): ');
    run.type(`9${ENTER}`);
    await run.shows('(Enter leaves): ');
    run.type(`2${ENTER}`);
    await run.shows('Your text:\none?\nWhat you type next takes its place, on a branch of its own.');
    await run.shows('You: ');
    run.type(`one, really?${ENTER}`);
    await run.shows('You: ');
    expect(run.sent).toEqual([{ prompt: { text: 'one, really?' }, replaces: 1 }]);
    run.type(CTRL_D);
    await run.ended;
  });

  it('that bring a text back send it as it is with Enter', async () => {
    const run = await opened();
    run.type(`/undo${ENTER}`);
    await run.shows('Your text:\ntwo?\nEnter sends it as it is.');
    await run.shows('You: ');
    run.type(ENTER);
    await run.shows('You: ');
    expect(run.sent).toEqual([{ prompt: { text: 'two?' }, replaces: undefined }]);
    run.type(ENTER);
    run.type(CTRL_D);
    await run.ended;
    expect(run.sent).toHaveLength(1);
  });

  it('attach files, and a file that is not there keeps the prompt', async () => {
    const run = await opened();
    run.type(`read @./a.txt and @./missing.txt${ENTER}`);
    await run.shows('Error: There is no file ./missing.txt.');
    await run.shows('You: ');
    expect(run.sent).toEqual([]);
    run.type(`/attach notes.md${ENTER}`);
    await run.shows('Goes along with the next prompt: ');
    await run.shows('You: ');
    run.type(`now${ENTER}`);
    await run.shows('You: ');
    expect(run.sent[0]?.prompt.attachments).toContainEqual({ type: 'text', text: 'content of notes.md' });
    run.type(CTRL_D);
    await run.ended;
  });

  it('ask for a key without showing it', async () => {
    const run = await opened();
    run.type(`/connect openai${ENTER}`);
    await run.shows('(not shown): ');
    run.type(`sk-secret-1234567890${ENTER}`);
    await run.shows('once more (not shown): ');
    run.type(ENTER);
    await run.shows('You: ');
    expect(run.shown()).not.toContain('sk-secret');
    expect(run.done).toContain('key openai sk-secret-1234567890');
    run.type(CTRL_D);
    await run.ended;
  });

  it('say so where a key cannot be hidden', async () => {
    const run = await opened({ canHide: false });
    run.type('/connect openai\n');
    await run.shows('Note: This terminal may show what you type now.');
    run.unplug();
    await run.ended;
  });
});

describe('tools', () => {
  const approving = (keys: string[]) => async () => {
    const run = await opened();
    const answer = run.approve(request);
    for (const key of keys) {
      await run.shows('? ');
      run.type(`${key}${ENTER}`);
    }
    const answered = await answer;
    run.type(CTRL_D);
    await run.ended;
    return { answered, shown: run.shown() };
  };

  it.each([
    [['y'], { decision: 'once' }],
    [['c'], { decision: 'conversation' }],
    [['a'], { decision: 'always' }],
    [['n'], { decision: 'no' }],
    [[''], { decision: 'no' }],
    [['r because'], { decision: 'no', reason: 'because' }],
  ])('run after a yes only: %j', async (keys, decision) => {
    const { answered, shown } = await approving(keys)();
    expect(answered).toEqual(decision);
    expect(shown).toContain('Tool run_command wants to run a program: run npm test\u241b[2J\n  npm test\n  --all\n');
    expect(shown).toContain('c and a cover: run_command(npm *)\n');
  });

  it('ask again when the answer is not clear', async () => {
    const run = await opened();
    const answer = run.approve(request);
    await run.shows('Allow? ');
    run.type(`maybe${ENTER}`);
    await run.shows('Please answer y, n, c or a.');
    await run.shows('Allow? ');
    run.type(`r${ENTER}`);
    await run.shows('Why not?');
    run.type(`too dangerous${ENTER}`);
    expect(await answer).toEqual({ decision: 'no', reason: 'too dangerous' });
    run.type(CTRL_D);
    await run.ended;
  });

  it('can be read whole before the answer, where there is more than a screenful', async () => {
    const run = await opened();
    const details = Array.from({ length: 50 }, (_, index) => `+line ${index}`).join('\n');
    const answer = run.approve({ ...request, plan: { summary: 'edit a.ts', details } });
    await run.shows('v to see all of it');
    await run.shows('Allow? ');
    run.type(`v${ENTER}`);
    await run.shows('+line 49');
    await run.shows('Allow? ');
    run.type(`y${ENTER}`);
    expect(await answer).toEqual({ decision: 'once' });
    run.type(CTRL_D);
    await run.ended;
  });

  it('are never allowed by what was typed before they asked, nor by a paste', async () => {
    const run = await opened({ answer: hangs });
    run.type(`hi${ENTER}`);
    await run.shows('Answer:');
    run.type(`yes${ENTER}`);
    run.type('y');
    const answer = run.approve(request);
    await run.shows('Allow? ');
    run.type('y\ny\n');
    run.type(ENTER);
    await run.shows('Please answer');
    await run.shows('Allow? ');
    run.type(`n${ENTER}`);
    expect(await answer).toEqual({ decision: 'no' });
    run.interrupt();
    await run.ended;
  });

  it('are asked about one after the other', async () => {
    const run = await opened();
    const answers = [run.approve(request), run.approve({ ...request, name: 'second' })];
    await run.shows('Tool run_command');
    expect(run.shown()).not.toContain('Tool second');
    run.type(`y${ENTER}`);
    await run.shows('Tool second');
    await run.shows('Allow? ');
    run.type(`n${ENTER}`);
    expect(await Promise.all(answers)).toEqual([{ decision: 'once' }, { decision: 'no' }]);
    run.type(CTRL_D);
    await run.ended;
  });

  it('stop with Ctrl+C: no, and the reply with it', async () => {
    const run = await opened({ answer: hangs });
    run.type(`hi${ENTER}`);
    await run.shows('Answer:');
    const answer = run.approve(request);
    await run.shows('Allow? ');
    run.type(CTRL_C);
    expect(await answer).toEqual({ decision: 'no', reason: 'cancelled by the user' });
    await run.shows('(stopped; kept)');
    await run.shows('You: ');
    run.type(CTRL_D);
    await run.ended;
  });

  it('are not asked about any more when their turn has ended', async () => {
    const run = await opened();
    const stop = new AbortController();
    const answer = run.approve(request, stop.signal);
    await run.shows('Allow? ');
    stop.abort();
    expect(await answer).toMatchObject({ decision: 'no' });
    run.type(CTRL_D);
    await run.ended;
  });

  it('are told in lines', async () => {
    async function* works(): AsyncGenerator<StreamEvent> {
      yield* [turnStart, requestStart, ...call('c', 'look', '{"path":"a"}'), finish];
      yield { type: 'tool.start', callId: 'c', name: 'look', arguments: { path: 'a' }, summary: null, details: null };
      yield { type: 'tool.end', callId: 'c', name: 'look', outcome: 'ok', output: 'one\ntwo', durationMs: 20 };
      yield* [requestStart, ...text('Done.'), finish, turnEnd()];
    }
    const run = await opened({ answer: works });
    run.type(`hi${ENTER}`);
    await run.shows('You: ');
    expect(run.shown()).toContain('Model: openai/gpt-4o\nTool look runs: a\nTool look: a: ok 20 ms\none\ntwo\nAnswer:\nDone.\n');
    run.type(CTRL_D);
    await run.ended;
  });
});

describe('the beginning', () => {
  it('sends what stood on the command line, with what was piped in', async () => {
    const run = openLinear({ start: { prompt: 'What is it?', attachments: [{ type: 'text', text: 'piped' }] } });
    await run.shows('Answer:');
    await run.shows('You: ');
    expect(run.sent).toEqual([{ prompt: { text: 'What is it?', attachments: [{ type: 'text', text: 'piped' }] }, replaces: undefined }]);
    run.type(CTRL_D);
    await run.ended;
  });

  it('shows the conversation that goes on', async () => {
    const run = openLinear({ start: { resume: { id: 'abc' } } });
    await run.shows('You:\none?');
    await run.shows('Model: openai/gpt-4o-mini\nOne.');
    await run.shows('You: ');
    expect(run.done).toEqual(['resume abc']);
    run.type(CTRL_D);
    await run.ended;
  });

  it('keeps what is typed below what sotto has to say', async () => {
    const run = await opened();
    run.type('dra');
    await run.shows('dra');
    run.notice('The server is back.');
    await run.shows('\nThe server is back.\nYou: dra');
    run.type(CTRL_C);
    run.type(CTRL_D);
    await run.ended;
  });
});

describe('plain lines', () => {
  const world = (env: Record<string, string>, screenReader?: boolean, platform = 'linux') => ({
    env,
    platform,
    preferences: { screenReader },
  });

  it.each([
    ['TERM=dumb', world({ TERM: 'dumb' }), true],
    ['TERM=dumb, whatever the setting', world({ TERM: 'dumb' }, false), true],
    ['no TERM at all', world({}), true],
    ['no TERM on Windows', world({}, undefined, 'win32'), false],
    ['the setting', world({ TERM: 'xterm' }, true), true],
    ['a terminal like any other', world({ TERM: 'xterm' }), false],
    ['a screen reader that says so', world({ TERM: 'xterm', ACCESSIBLE: '1' }), true],
    ['one that says no', world({ TERM: 'xterm', ACCESSIBLE: '0' }), false],
    ['one that says so, but the setting says no', world({ TERM: 'xterm', INK_SCREEN_READER: 'true' }, false), false],
  ])('are for %s: %s', (_name, given, expected) => {
    expect(isLinear(given)).toBe(expected);
  });
});
