/** The terminal after the chat: given back however it ends, with what was there still readable. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, type MockServer, messagesOf, startMockServer } from '../../support/mock-server.ts';
import { lives } from '../../support/own-time.ts';
import { builtProgram, temporaryFolder } from '../../support/program.ts';
import { byHand, KEYS, openChat, openScript } from './chat.ts';

let server: MockServer;
const folder = temporaryFolder();
beforeAll(async () => {
  builtProgram();
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script = chat(['Fine.']);
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const open = (options: Partial<Parameters<typeof openChat>[1]> = {}) => openChat(server, { home: folder.path, ...options });
const command = () => `$SOTTO chat ${asks(server).join(' ')}`;
/** What the terminal is like afterwards: typed characters are echoed and lines are edited, or not. */
const SETTINGS = `stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(echo|icanon|isig)' | tr '\\n' ' '; echo "code $code"`;

/** Modes that the chat switches on and must switch off, the last word of each. */
function modesLeftOn(raw: string): string[] {
  const last = new Map<string, string>();
  for (const [, mode = '', state = ''] of raw.matchAll(/\u001b\[\?(25|7|1004|2004|2026)([hl])/g)) last.set(mode, state);
  const usual: Record<string, string> = { 25: 'h', 7: 'h', 1004: 'l', 2004: 'l', 2026: 'l' };
  return [...last].filter(([mode, state]) => usual[mode] !== state).map(([mode, state]) => mode + state);
}

describe('leaving', () => {
  it.each([
    ['Ctrl+C twice', KEYS.ctrlC, KEYS.ctrlC],
    ['Ctrl+D', KEYS.ctrlD, ''],
    ['/quit', `/quit${KEYS.enter}`, ''],
  ])('with %s gives the terminal back and keeps what was said', async (_name, first, second) => {
    const run = openScript(`${command()}; code=$?; ${SETTINGS}`, { home: folder.path });
    await run.untilRow('>');
    run.type(`hi${KEYS.enter}`);
    await run.untilRow('  Fine.');
    await run.untilRow('>');
    run.type(first);
    if (second !== '') {
      await run.untilRow(/again/);
      run.type(second);
    }
    await run.ended;
    const text = await run.text();
    expect(text).toContain('isig icanon echo code 0');
    expect(text).toContain('you\n  hi\n\nlab/small\n  Fine.');
    expect(modesLeftOn(run.raw())).toEqual([]);
  });

  it('by a bug gives the terminal back with what had come, and says what it was', async () => {
    const answer = byHand();
    server.script = answer.script;
    // Somebody else's code in the process: at this signal it throws where nobody catches it.
    const bug = join(folder.path, 'bug.mjs');
    writeFileSync(bug, "process.on('SIGUSR2', () => setImmediate(() => { throw new Error('a bug on purpose'); }));");
    const env = { NODE_OPTIONS: `--import ${pathToFileURL(bug)}` };
    const run = openScript(`${command()}; code=$?; ${SETTINGS}`, { home: folder.path, env });
    await run.untilRow('>');
    run.type(`hi${KEYS.enter}`);
    await server.next();
    answer.say('Half an answer');
    await run.untilRow('  Half an answer');
    process.kill(await pidOfChat(run.pty.pid), 'SIGUSR2');
    await run.ended;
    const text = await run.text();
    expect(text).toContain('isig icanon echo code 1');
    expect(text).toContain('Half an answer');
    expect(text).toContain('sotto failed: a bug on purpose');
    expect(modesLeftOn(run.raw())).toEqual([]);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s in mid-stream gives the terminal back with what had come', async (signal, code) => {
    const answer = byHand();
    server.script = answer.script;
    const run = openScript(`${command()}; code=$?; ${SETTINGS}`, {
      home: folder.path,
    });
    await run.untilRow('>');
    run.type(`hi${KEYS.enter}`);
    await server.next();
    answer.say('Half an answer');
    await run.untilRow('  Half an answer');
    const chatPid = await pidOfChat(run.pty.pid);
    process.kill(chatPid, signal);
    await run.ended;
    const text = await run.text();
    expect(text).toContain(`isig icanon echo code ${code}`);
    expect(text).toContain('Half an answer');
    expect(modesLeftOn(run.raw())).toEqual([]);
  });

  it('by kill -9 loses nothing that was on the screen for a quarter of a second', async () => {
    const answer = byHand();
    server.script = answer.script;
    const home = temporaryFolder();
    const run = await openChat(server, { home: home.path });
    run.type(`a question${KEYS.enter}`);
    await server.next();
    answer.say('The first sentence.\n\n');
    await run.untilRow('  The first sentence.');
    // The promise is one of time: what was shown a quarter of a second ago is on the disk.
    await lives(300, run.pty);
    run.pty.kill('SIGKILL');
    await run.ended;
    const again = await openChat(server, { home: home.path, args: ['-c'] });
    await again.untilRow('  The first sentence.');
    expect(await again.text()).toMatch(/you\n {2}a question\n\nlab\/small\n {2}The first sentence\.\n\n {2}\(interrupted/);
    home[Symbol.dispose]();
  });

  it('for a while with Ctrl+Z gives the terminal back, and fg brings the chat and its draft again', async () => {
    const run = openScript(`set -m; ${command()}; code=$?; ${SETTINGS}; echo stopped; read -r line; fg; code=$?; ${SETTINGS}; echo left`, {
      home: folder.path,
    });
    await run.untilRow('>');
    run.type('a draft');
    await run.untilRow('> a draft');
    run.type(KEYS.ctrlZ);
    await run.untilRow('stopped');
    expect(await run.text()).toContain('isig icanon echo code 148');
    expect(modesLeftOn(run.raw())).toEqual([]);
    run.type('\r');
    await run.untilRow('> a draft');
    run.type(KEYS.enter);
    await run.untilRow('  Fine.');
    run.type(KEYS.ctrlD);
    await run.untilRow('left');
    expect((await run.text()).split('isig icanon echo')).toHaveLength(3);
    expect(messagesOf(server.turns()[0]).at(-1)?.content).toBe('a draft');
  });
});

describe('an answer of `ask`', () => {
  it('leaves the terminal with Ctrl+Z, and fg goes on with it where the shell is by then', async () => {
    const { script, say, end } = byHand();
    server.script = script;
    const asked = `$SOTTO ask ${asks(server).join(' ')} hi`;
    const run = openScript(`set -m; ${asked}; echo stopped; read -r line; fg; echo "code $?"`, { home: folder.path });
    await server.next();
    say('First.\n\nSecond, and');
    await run.untilRow('Second, and');
    run.type(KEYS.ctrlZ);
    await run.untilRow('stopped');
    expect(modesLeftOn(run.raw())).toEqual([]);
    expect(run.window().map((row) => row.trimEnd())).not.toContain('Second, and');
    run.type('\r');
    await run.untilRow('Second, and');
    say(' third.');
    end();
    await run.untilRow('code 0');
    expect(await run.text()).toMatch(/^First\.\n[\s\S]*stopped\n[\s\S]*\nSecond, and third\.\ncode 0$/);
    expect(modesLeftOn(run.raw())).toEqual([]);
  });
});

describe('without a terminal that can be drawn on', () => {
  it('the chat is plain lines', async () => {
    server.script = chat(['# Title\n\n', 'Some **bold** words.']);
    const run = await open({ env: { TERM: 'dumb' } });
    run.type(`hi${KEYS.enter}`);
    await run.until((rows) => rows.filter((row) => row.startsWith('You:')).length === 2);
    expect(await run.text()).toContain('You: hi\nModel: lab/small\nAnswer:\n# Title\n\nSome bold words.\nYou:');
    run.type(KEYS.ctrlD);
    expect((await run.ended).code).toBe(0);
    expect(run.raw()).not.toContain('\u001b');
  });

  it('the same for a screen reader, with the conversation kept', async () => {
    const run = openScript(`${command()} --screen-reader; code=$?; ${SETTINGS}`, { home: folder.path });
    await run.untilRow('You:');
    run.type(`for the reader${KEYS.enter}`);
    await run.until((rows) => rows.filter((row) => row.startsWith('You:')).length === 2);
    run.type(KEYS.ctrlC);
    await run.untilRow('Ctrl+C again leaves.');
    run.type(KEYS.ctrlC);
    await run.ended;
    expect(await run.text()).toContain('isig icanon echo code 0');
    expect(run.raw()).not.toContain('\u001b');
  });

  it('piped text goes along, and the keyboard is the terminal', async () => {
    const run = openScript(`echo "piped text" | ${command()}`, { home: folder.path });
    await run.untilRow(/^>/);
    await run.untilRow(/standard input|text 1/);
    run.type(`what is it?${KEYS.enter}`);
    await run.untilRow('  Fine.');
    expect(JSON.stringify(messagesOf(server.turns()[0]))).toContain('piped text');
  });
});

/** The node process of the chat below the shell. */
async function pidOfChat(shell: number): Promise<number> {
  const { readFileSync } = await import('node:fs');
  const [child] = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
  return Number(child);
}
