/** Tools in `sotto ask`: what a script reads, what runs without a yes, and what is left when something breaks off. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  asks,
  calls,
  chat,
  failure,
  inTurn,
  type MockServer,
  messagesOf,
  resultsIn,
  type Script,
  said,
  startMockServer,
} from '../support/mock-server.ts';
import { filesIn, run, start, temporaryFolder } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';
import { isAlive } from '../tools/support.ts';

let server: MockServer;
let home: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  home?.[Symbol.dispose]();
  home = temporaryFolder();
  writeFileSync(join(home.path, 'a.txt'), 'the text of a\n');
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  home[Symbol.dispose]();
});

const ask = (...more: string[]) => run(['hi', ...asks(server), ...more], { home: home.path });
const reads = calls({ name: 'read_file', args: { path: 'a.txt' } });
const done = chat(['Done.']);
const command = (text: string) => calls({ name: 'run_command', args: { command: text } });

describe('a tool that only reads', () => {
  it('runs; the answer alone is on stdout, one line for the call on stderr', async () => {
    server.script = inTurn(reads, done);
    const { code, stdout, stderr } = await ask('--tools', 'read_file');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    expect(stderr).toMatch(/^tool read_file a\.txt {2}ok [\d.]+ m?s\n$/);
    expect(server.turns()).toHaveLength(2);
    expect(resultsIn(server.turns()[1])[0]).toContain('the text of a');
  });

  it('is told the model in the same words every time', async () => {
    server.script = inTurn(reads, done);
    await ask('--tools', 'read_file,current_time');
    const [first, second] = server.turns();
    expect(first?.json.tools).toHaveLength(2);
    expect(JSON.stringify(second?.json.tools)).toBe(JSON.stringify(first?.json.tools));
  });

  it('says nothing with -q', async () => {
    server.script = inTurn(reads, done);
    expect(await ask('--tools', 'read_file', '-q')).toMatchObject({ code: 0, stdout: 'Done.\n', stderr: '' });
  });

  it.each([[[]], [['--no-stream']]])('shows the words of every step, in their order %j', async (more) => {
    server.script = inTurn(said('I look.', [{ name: 'read_file', args: { path: 'a.txt' } }]), done);
    expect(await ask('--tools', 'read_file', ...more)).toMatchObject({ code: 0, stdout: 'I look.\n\nDone.\n' });
  });

  it('is in the JSON with its arguments and its result, of all steps', async () => {
    server.script = inTurn(reads, calls({ name: 'calculate', args: { expression: '6*7' } }), done);
    const { stdout, stderr } = await ask('--tools', 'read', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      text: 'Done.',
      toolCalls: [
        { id: 'call_1', name: 'read_file', arguments: { path: 'a.txt' }, result: expect.stringContaining('the text of a') },
        { name: 'calculate', arguments: { expression: '6*7' }, result: '42' },
      ],
      finishReason: 'stop',
      usage: { input: 32, output: 7 },
      attempts: [{ outcome: 'ok' }, { outcome: 'ok' }, { outcome: 'ok' }],
    });
    expect(stderr).toBe('');
  });

  it('is in NDJSON event by event', async () => {
    server.script = inTurn(reads, done);
    const events = (await ask('--tools', 'read', '--output', 'ndjson')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => /^(tool|step|turn)\./.test(type)).map(({ type }) => type)).toEqual([
      'turn.start',
      'step.end',
      'tool.start',
      'tool.end',
      'turn.end',
    ]);
    expect(events.find(({ type }) => type === 'tool.end')).toMatchObject({ v: 1, name: 'read_file', outcome: 'ok' });
  });

  it('goes with a schema: only the answer has to follow it', async () => {
    server.script = inTurn(said('I look [1].', [{ name: 'read_file', args: { path: 'a.txt' } }]), chat(['```json\n{"a":1}\n```']));
    expect(await ask('--tools', 'read_file', '--schema', '{"type":"object"}')).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
    expect(messagesOf(server.turns()[1]).find(({ role }) => role === 'assistant')?.content).toBe('I look [1].');
  });

  it('is in what --dry-run prints', async () => {
    const { stdout } = await ask('--tools', 'read_file', '--dry-run');
    expect(JSON.parse(stdout).request.body.tools).toMatchObject([{ function: { name: 'read_file' } }]);
    expect(server.turns()).toHaveLength(0);
  });
});

describe('without tools', () => {
  it.each([
    ['nothing is switched on', []],
    ['--no-tools overrides what is set', ['--set', 'tools=read', '--no-tools']],
  ])('calls are told, not run: %s', async (_, more) => {
    server.script = reads;
    const { stdout, stderr, code } = await ask(...more);
    expect({ code, stdout, requests: server.turns().length }).toEqual({ code: 0, stdout: '', requests: 1 });
    expect(stderr).toContain('tools are not run here');
    expect(server.turns()[0]?.json).not.toHaveProperty('tools');
  });
});

describe('in a pipe', () => {
  const writes = calls({ name: 'write_file', args: { path: 'new.txt', content: 'new\n' } });

  it('nothing that asks runs; the model and the user are told what would allow it', async () => {
    server.script = inTurn(writes, done);
    const { code, stdout, stderr } = await ask('--tools', 'all');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    expect(stderr).toContain('write_file was not run.');
    expect(stderr).toContain('--allow "write_file(new.txt)"');
    expect(resultsIn(server.turns()[1])[0]).toMatch(/Not run\..*--allow "write_file\(new\.txt\)"/);
    expect(existsSync(join(home.path, 'new.txt'))).toBe(false);
  });

  it('is told on stderr also beside JSON', async () => {
    server.script = inTurn(writes, done);
    expect((await ask('--tools', 'all', '--output', 'json')).stderr).toContain('--allow "write_file(new.txt)"');
  });

  it('what --allow names runs', async () => {
    server.script = inTurn(writes, done);
    expect(await ask('--tools', 'all', '--allow', 'write_file')).toMatchObject({ code: 0, stdout: 'Done.\n' });
    expect(readFileSync(join(home.path, 'new.txt'), 'utf8')).toBe('new\n');
  });

  it('what it changes is in the events, though nobody was asked', async () => {
    server.script = inTurn(writes, done);
    const { stdout } = await ask('--tools', 'all', '--allow', 'write_file', '--output', 'ndjson');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.find(({ type }) => type === 'tool.start')).toMatchObject({ name: 'write_file', details: '@@ -0,0 +1,1 @@\n+new' });
    expect(events.at(-1).attempts).toMatchObject([{ firstTokenMs: expect.any(Number) }, { firstTokenMs: expect.any(Number) }]);
  });

  it('what any of several --allow names runs', async () => {
    server.script = inTurn(writes, done);
    expect((await ask('--tools', 'calculate', '--tools', 'write_file', '--allow', 'write_file(*)', '--allow', 'calculate')).code).toBe(0);
    expect(readFileSync(join(home.path, 'new.txt'), 'utf8')).toBe('new\n');
  });

  it('a pattern allows a command, and none with more in it', async () => {
    const more = [
      'echo hi; touch bad',
      'echo hi && touch bad',
      'echo $(touch bad)',
      'echo hi > bad',
      'echo hi\ntouch bad',
      'echo hi | tee bad',
    ];
    server.script = inTurn(command('echo hi'), ...more.map(command), done);
    expect((await ask('--tools', 'all', '--allow', 'run_command(echo *)')).code).toBe(0);
    const results = resultsIn(server.turns().at(-1));
    expect(results[0]?.trim()).toBe('hi');
    expect(results.slice(1)).toEqual(more.map(() => expect.stringContaining('Not run.')));
    expect(existsSync(join(home.path, 'bad'))).toBe(false);
  });

  it('a rule that says nothing is refused before anything is sent', async () => {
    const { code, stderr } = await ask('--tools', 'all', '--allow', '*');
    expect({ code, requests: server.turns().length }).toEqual({ code: 2, requests: 0 });
    expect(stderr).toContain('"*" does not say which tool');
  });

  it('a rule for a tool that is not there is told', async () => {
    server.script = done;
    expect((await ask('--tools', 'read', '--allow', 'write_fil')).stderr).toContain('--allow write_fil has no effect');
  });
});

describe('a tool that goes wrong', () => {
  it('is a result for the model: unknown, no JSON, wrong arguments, a file that is not there', async () => {
    server.script = inTurn(
      calls(
        { name: 'nonsense', id: 'a' },
        { name: 'read_file', args: '{"path": "a', id: 'b' },
        { name: 'read_file', args: { path: 5 }, id: 'c' },
        { name: 'read_file', args: "{path: 'a.txt',}", id: 'd' },
        { name: 'read_file', args: { path: 'none.txt' }, id: 'e' },
      ),
      done,
    );
    const { code, stderr } = await ask('--tools', 'read_file');
    expect(code).toBe(0);
    expect(resultsIn(server.turns()[1])).toEqual([
      expect.stringContaining('There is no tool "nonsense". The tools are: read_file.'),
      expect.stringContaining('not JSON'),
      expect.stringContaining('/path must be string'),
      expect.stringContaining('were repaired'),
      expect.stringContaining('none.txt'),
    ]);
    expect(stderr).toContain('tool nonsense  not run: invalid call');
  });

  it('and prints megabytes is cut; the model can read the rest, and nothing is left afterwards', async () => {
    const file = () => /output is in (\S+?);/.exec(resultsIn(server.turns()[1])[0] ?? '')?.[1] ?? '';
    const readsRest = (...all: Parameters<typeof done>) => calls({ name: 'read_file', args: { path: file(), end_line: 3 } })(...all);
    server.script = inTurn(command(`node -e "for (let i = 0; i < 40000; i++) console.log('\\u001b[31mline ' + i)"`), readsRest, done);
    const { code } = await ask('--tools', 'all', '--allow', 'run_command');
    expect(code).toBe(0);
    const [first, rest] = resultsIn(server.turns().at(-1));
    expect(first?.length).toBeLessThan(33_000);
    expect(first).not.toContain('\u001b');
    expect(rest).toContain('line 1');
    expect(Object.keys(filesIn(join(home.path, 'sotto'))).filter((path) => path.includes('tool-output'))).toEqual([]);
  });

  it('and does not end is stopped when its time is up', async () => {
    server.script = inTurn(command('sleep 30'), done);
    expect((await ask('--tools', 'all', '--allow', 'run_command', '--set', 'toolTimeout=0.5')).code).toBe(0);
    expect(resultsIn(server.turns()[1])[0]).toMatch(/stopped/);
  });
});

describe('a model that does not stop', () => {
  it('calling the same tool is stopped, and a script can tell', async () => {
    server.script = reads;
    const { code, stderr } = await ask('--tools', 'read_file');
    expect({ code, requests: server.turns().length }).toEqual({ code: 6, requests: 5 });
    expect(stderr).toContain('again and again');
  });

  it('is asked to answer when the steps are used up', async () => {
    const more = (n: number) => calls({ name: 'calculate', args: { expression: `1+${n}` } });
    server.script = inTurn(more(1), more(2), done);
    const { code, stdout, stderr } = await ask('--tools', 'read', '--max-steps', '1');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    expect(stderr).toContain('--max-steps');
    expect(resultsIn(server.turns()[2])[1]).toContain('Answer now');
    server.asked.length = 0;
    server.script = inTurn(more(1), more(2), more(3));
    const stopped = await ask('--tools', 'read', '--max-steps', '1', '--output', 'json');
    expect({ code: stopped.code, requests: server.turns().length }).toEqual({ code: 6, requests: 3 });
    expect(JSON.parse(stopped.stdout)).toMatchObject({ finishReason: 'tool_calls', error: null });
  });
});

/** Resolves with the text of a file when it is there. */
async function appears(path: string): Promise<string> {
  while (!existsSync(path) || readFileSync(path, 'utf8') === '') await wait(25);
  return readFileSync(path, 'utf8').trim();
}

/** Resolves when a process is gone. To end it took about as long as to look for it takes, however busy the machine is: that is done beside it. */
async function isGone(pid: number): Promise<boolean> {
  const startedMs = performance.now();
  const looking = tookMs(spawn('/bin/sh', ['-c', LOOKS_AROUND], { stdio: 'ignore' }), startedMs);
  while (isAlive(pid)) await wait(10);
  const goneAfterMs = performance.now() - startedMs;
  return goneAfterMs < 500 + 3 * (await looking);
}

const LOOKS_AROUND = 'for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do grep -als 987654321 /proc/[0-9]*/limits; done';

function tookMs(child: ChildProcess, startedMs: number): Promise<number> {
  return new Promise((resolve) => child.once('exit', () => resolve(performance.now() - startedMs)));
}

describe('what a provider refuses', () => {
  it('is not sent with the next question: a file, and the result of a tool', async () => {
    const broken: Script = (asked, response) =>
      asked.body.includes('poison') ? failure(400, 'no')(asked, response) : done(asked, response);
    writeFileSync(join(home.path, 'b.txt'), 'poison\n');
    server.script = broken;
    expect((await ask()).code).toBe(0);
    expect((await ask('-c', '-f', 'b.txt')).code).toBe(5);
    expect(await ask('-c')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('refused the message before this one: not sent again'),
    });
    server.script = inTurn(calls({ name: 'read_file', args: { path: 'b.txt' } }), broken);
    expect((await ask('-c', '--tools', 'read')).code).toBe(5);
    server.script = broken;
    expect(await ask('-c')).toMatchObject({ code: 0, stderr: expect.stringContaining('refused the tool results before this message') });
    expect(messagesOf(server.turns().at(-1)).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
  });
});

describe('a run that breaks off while a tool runs', () => {
  const runs = command('sh -c "echo $$ > pid; sleep 60; touch late"');
  const begin = () => start(['hi', ...asks(server), '--tools', 'all', '--allow', 'run_command'], { home: home.path });
  const goOn = async () => {
    server.asked.length = 0;
    server.script = done;
    const { code } = await run(['And now?', ...asks(server), '--continue'], { home: home.path });
    expect(code).toBe(0);
    return messagesOf(server.turns()[0]);
  };

  it('by Ctrl+C ends with 130, its child ends too, and the conversation goes on with what is known', async () => {
    server.script = runs;
    const running = begin();
    const pid = Number(await appears(join(home.path, 'pid')));
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect({ code, stdout, requests: server.turns().length }).toEqual({ code: 130, stdout: '', requests: 1 });
    expect(await isGone(pid)).toBe(true);
    const messages = await goOn();
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
    expect(messages[2]?.content).toMatch(/stopped|cancelled/);
  });

  it('by kill -9 leaves no orphan, and the call is answered as interrupted', async () => {
    server.script = runs;
    const running = begin();
    const pid = Number(await appears(join(home.path, 'pid')));
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await isGone(pid)).toBe(true);
    const messages = await goOn();
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
    expect(messages[2]?.tool_call_id).toBe(messages[1]?.tool_calls?.[0]?.id);
    expect(messages[2]?.content).toContain('interrupted');
  });

  it('by kill -9 keeps the results of the calls that had ended', async () => {
    const wanted = [
      { name: 'read_file', args: { path: 'a.txt' } },
      { name: 'run_command', args: { command: 'echo $$ > pid; sleep 60' } },
      { name: 'list_files', args: {} },
    ];
    server.script = calls(...wanted);
    const running = start(['hi', ...asks(server), '--tools', 'all', '--allow', 'run_command', '--output', 'ndjson'], { home: home.path });
    const pid = Number(await appears(join(home.path, 'pid')));
    const ended = (name: string) => new RegExp(`"type":"tool.end"[^\\n]*"name":"${name}"`);
    while (!ended('read_file').test(running.stdout()) || !ended('list_files').test(running.stdout())) await wait(10);
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await isGone(pid)).toBe(true);
    const messages = await goOn();
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'tool', 'assistant', 'user']);
    expect(messages.slice(2, 5).map(({ tool_call_id }) => tool_call_id)).toEqual(['call_1', 'call_2', 'call_3']);
    const [read, ran, listed] = messages.slice(2, 5).map(({ content }) => String(content));
    expect(read).toContain('the text of a');
    expect(ran).toContain('interrupted');
    expect(listed).toContain('a.txt');
    const { stdout } = await run(['show', '--tool-output'], { home: home.path });
    expect(stdout).toContain('the text of a');
    expect(stdout).toContain('interrupted');
  });
});

describe('what was done with tools', () => {
  it('is kept, shown and found', async () => {
    server.script = inTurn(reads, done);
    await ask('--tools', 'read_file');
    const shown = await run(['show', '--tool-output'], { home: home.path });
    const found = await run(['search', 'text of a'], { home: home.path });
    expect(shown.stdout).toContain('read_file');
    expect(found.stdout).toContain('the text of a');
  });
});

describe('on a terminal', () => {
  const writes = (path: string) => calls({ name: 'write_file', args: { path, content: 'new\n' } });
  const open = () => openTerminal(['hi', ...asks(server), '--tools', 'all'], { home: home.path });

  it('the user is asked, and a yes runs it', async () => {
    server.script = inTurn(writes('new.txt'), done);
    const terminal = open();
    await terminal.shows('Allow it?');
    expect(existsSync(join(home.path, 'new.txt'))).toBe(false);
    terminal.pty.write('what\r');
    await terminal.shows('Please answer');
    terminal.pty.write('y\r');
    expect((await terminal.ended).code).toBe(0);
    expect((await terminal.lines()).at(-1)).toBe('Done.');
    expect(readFileSync(join(home.path, 'new.txt'), 'utf8')).toBe('new\n');
  });

  it('the end of a long command can be seen before a yes', async () => {
    server.script = inTurn(command(`ls\n${'\n'.repeat(100)}touch hidden.txt`), done);
    const terminal = open();
    await terminal.shows('Allow it?');
    expect((await terminal.lines()).join('\n')).toMatch(/\(\+\d+ lines\)/);
    expect((await terminal.lines()).join('\n')).toContain('exactly this');
    terminal.pty.write('v\r');
    await terminal.shows('touch hidden.txt');
    terminal.pty.write('n\r');
    expect((await terminal.ended).code).toBe(0);
    expect(existsSync(join(home.path, 'hidden.txt'))).toBe(false);
  });

  it('a no with a reason goes to the model', async () => {
    server.script = inTurn(writes('new.txt'), done);
    const terminal = open();
    await terminal.shows('Allow it?');
    terminal.pty.write('n not there\r');
    expect((await terminal.ended).code).toBe(0);
    expect(resultsIn(server.turns()[1])).toEqual([expect.stringContaining('Not run. The user said no: not there')]);
    expect(existsSync(join(home.path, 'new.txt'))).toBe(false);
  });

  it('always is remembered for the next run, also in a pipe', async () => {
    server.script = inTurn(writes('notes/new.txt'), done);
    const terminal = open();
    await terminal.shows('Allow it?');
    terminal.pty.write('a\r');
    await terminal.ended;
    server.script = inTurn(writes('notes/other.txt'), done);
    expect((await ask('--tools', 'all')).code).toBe(0);
    expect(existsSync(join(home.path, 'notes/other.txt'))).toBe(true);
  });

  it('always for a command is good for that command, as the question says', async () => {
    server.script = inTurn(command('echo one > said'), done);
    const terminal = open();
    await terminal.shows('c and a cover: exactly this command, in this folder');
    await terminal.shows('Allow it?');
    terminal.pty.write('a\r');
    await terminal.ended;
    for (const [text, hasRun] of [
      ['echo two > said2', false],
      ['echo one > said ', false],
      ['echo one > said', true],
    ] as const) {
      rmSync(join(home.path, 'said'), { force: true });
      server.asked.length = 0;
      server.script = inTurn(command(text), done);
      const { stderr } = await ask('--tools', 'all');
      expect(stderr.includes('run_command was not run'), text).toBe(!hasRun);
      expect(existsSync(join(home.path, 'said')), text).toBe(hasRun);
    }
    expect(existsSync(join(home.path, 'said2'))).toBe(false);
  });

  it('Ctrl+C at the question ends the run', async () => {
    server.script = writes('new.txt');
    const terminal = open();
    await terminal.shows('Allow it?');
    terminal.pty.write('\u0003');
    expect((await terminal.ended).code).toBe(130);
    expect(existsSync(join(home.path, 'new.txt'))).toBe(false);
  });
});
