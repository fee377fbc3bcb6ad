/** MCP servers in the real chat: resources attached, prompts sent, and nothing started that nobody wanted. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SERVER, until } from '../../support/mcp.ts';
import { type Asked, calls, chat, inTurn, type MockServer, messagesOf, resultsIn, startMockServer } from '../../support/mock-server.ts';
import { builtProgram, temporaryFolder } from '../../support/program.ts';
import { KEYS, openChat } from './chat.ts';

let server: MockServer;
const folder = temporaryFolder();
let home = folder.path;
let homes = 0;
beforeAll(async () => {
  builtProgram();
  server = await startMockServer();
});
beforeEach(() => {
  home = join(folder.path, `home${++homes}`);
  mkdirSync(home);
  server.asked.length = 0;
  server.script = chat(['Fine.']);
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const { enter, ctrlC } = KEYS;
/** Says in a file that it was started. */
const marked = (name: string, ...flags: string[]) => ({
  command: '/bin/sh',
  args: ['-c', `echo >> "$HOME/${name}.started"; exec "$0" "$@"`, process.execPath, SERVER, ...flags],
});
const isStarted = (name: string) => existsSync(join(home, `${name}.started`));

function open(servers: Record<string, object> | undefined, options: { args?: string[]; env?: Record<string, string> } = {}) {
  if (servers) {
    mkdirSync(join(home, 'sotto'));
    writeFileSync(join(home, 'sotto', 'mcp.json'), JSON.stringify({ mcpServers: servers }));
  }
  return openChat(server, { home, ...options });
}

/** The prompt that was sent last, pictures as their type. */
function sentIn(asked: Asked | undefined): string {
  const content = messagesOf(asked).findLast(({ role }) => role === 'user')?.content;
  if (typeof content === 'string') return content;
  return (content as { type: string; text?: string }[]).map(({ type, text }) => text ?? type).join('\n\n'); // the wire's own form
}

describe('a resource of a server', () => {
  it('is completed behind @, goes along with the prompt, and its server is started for it alone', async () => {
    const run = await open({ own: marked('own'), other: marked('other') });
    run.type('what is @');
    await run.untilRow(/^ {2}own: +resources of an MCP server/);
    expect(isStarted('own')).toBe(false);
    run.type('own:');
    await run.untilRow(/^ {2}note:\/\/1 +One/);
    run.type('note:/');
    await run.until((rows) => rows.some((row) => /^> note:\/\/1 /.test(row)) && !rows.some((row) => row.includes('picture://1')));
    run.type('\t');
    await run.untilRow('> what is @own:note://1');
    run.type(`and @own:picture://1?${enter}`);
    await run.untilRow('  Fine.');
    const sent = 'what is @own:note://1 and @own:picture://1?\n\nown:note://1:\n\nthe first note\n\nimage_url';
    expect(sentIn(await server.next())).toBe(sent);
    expect([isStarted('own'), isStarted('other')]).toEqual([true, false]);
    // What is read for a prompt is read again when it is sent again.
    run.type(`/undo${enter}`);
    await run.untilRow('> what is @own:note://1 and @own:picture://1?');
    run.type(enter);
    expect(sentIn(await server.next(1))).toBe(sent);
  });

  it('that cannot be read brings the prompt back, and a dead server is said once', async () => {
    const run = await open({ own: marked('own'), dead: marked('dead', '--exit') });
    run.type(`see @own:note://9${enter}`);
    await run.untilRow(/^Error: The MCP server own answered with an error: There is no note:\/\/9/);
    await run.untilRow('> see @own:note://9');
    run.type(`${ctrlC}see @dead:x${enter}`);
    await run.untilRow(/^Error: The MCP server dead /);
    await run.untilRow('> see @dead:x');
    expect((await run.text()).match(/The MCP server dead has ended|The MCP server dead could/g)).toHaveLength(1);
    expect(server.turns()).toEqual([]);
    run.type(`${ctrlC}still there?${enter}`);
    await run.untilRow('  Fine.');
  });

  it('is waited for as long as the user wants, who can type on meanwhile', async () => {
    const run = await open({ slow: marked('slow', '--silent') });
    run.type(`see @slow:x${enter}`);
    await run.untilRow('Waiting for the MCP server slow to start.');
    run.type('next');
    await run.untilRow('> next');
    run.type(ctrlC);
    await run.untilRow('> see @slow:x');
    await run.untilRow('  next');
    expect(server.turns()).toEqual([]);
  });
});

describe('a prompt of a server', () => {
  it('is completed behind /, asks for what it needs, and is sent', async () => {
    const run = await open({ own: marked('own') });
    run.type('/own');
    await run.untilRow(/^> own: +prompts of an MCP server/);
    run.type('\t');
    await run.untilRow(/^> review +Reviews/);
    run.type('\t');
    await run.untilRow(/^ {2}language=/);
    run.type(enter);
    await run.untilRow(/^language:/);
    run.type(`C${enter}`);
    await run.untilRow('  Fine.');
    expect(sentIn(await server.next())).toBe('User: Review this C\n\nAssistant: Gladly\n\nimage_url');
    await run.untilRow('/own:review is a talk of 2 messages. It is sent as one, each under the name of');
    run.type('/rev');
    await run.untilRow(/own:review +Reviews/);
    run.type(`${ctrlC}/own:review language=Ada${enter}`);
    expect(sentIn(await server.next(1))).toContain('Review this Ada');
  });

  it('that there is not is told, and the text comes back', async () => {
    const run = await open({ own: marked('own') });
    run.type(`/own:reviev C${enter}`);
    await run.untilRow('Error: The MCP server own has no prompt "reviev".');
    await run.untilRow('> /own:reviev C');
    run.type(`${ctrlC}/nobody:review C${enter}`);
    await run.untilRow(/^Note: There is no command \/nobody:review/);
    await run.untilRow('> /nobody:review C');
    expect(server.turns()).toEqual([]);
  });
});

describe('servers of tools', () => {
  it('are started with the chat, those that no tool is wanted of are not, and a dead one is said once', async () => {
    const servers = { own: marked('own'), dead: marked('dead', '--exit'), other: marked('other') };
    const run = await open(servers, { args: ['--tools', 'own__*,dead__*'] });
    await run.untilRow(/^The MCP server dead has ended with exit code 3/);
    run.type(`hello${enter}`);
    await run.untilRow('  Fine.');
    // It has been tried again by then.
    await until(() => readFileSync(join(home, 'dead.started'), 'utf8').length > 1);
    run.type(`again${enter}`);
    await server.next(1);
    await run.until((rows) => rows.filter((row) => row === '  Fine.').length === 2);
    expect((await run.text()).match(/The MCP server dead/g)).toHaveLength(1);
    expect(JSON.stringify(server.turns()[1]?.json.tools)).toContain('"own__echo"');
    expect([isStarted('own'), isStarted('other')]).toEqual([true, false]);
    // The other one has only now something that is wanted; the first one is not started again for it.
    run.type('@other:');
    await run.untilRow(/note:\/\/1/);
    expect(readFileSync(join(home, 'own.started'), 'utf8')).toHaveLength(1);
  });
});

describe('a chat without servers', () => {
  it('knows nothing of them', async () => {
    const run = await open(undefined);
    run.type('@');
    await run.untilRow('> @');
    run.type(`own:note://1${enter}`);
    await run.untilRow(/^Error: own:note:\/\/1 cannot be read: there is no such file/);
    expect(await run.text()).not.toContain('MCP');
  });
});

describe('the chat in plain lines', () => {
  const plain = { env: { TERM: 'dumb' } };

  it('attaches resources and sends prompts in the same words, and lets choose from them', async () => {
    const run = await open({ own: marked('own') }, plain);
    run.type('what is @own:note://1?\r');
    await run.untilRow('Fine.');
    expect(sentIn(await server.next())).toBe('what is @own:note://1?\n\nown:note://1:\n\nthe first note');
    run.type('/attach own:\r');
    await run.untilRow('1. note://1 - One');
    run.type('1\r');
    await run.untilRow('Goes along with the next prompt: own:note://1.');
    run.type('/own:review\r');
    await run.untilRow('language:');
    run.type('C\r');
    expect(sentIn(await server.next(1))).toBe('User: Review this C\n\nAssistant: Gladly\n\nown:note://1:\n\nthe first note\n\nimage_url');
  });

  it('brings a prompt back whose resource cannot be read, and stops waiting at Ctrl+C', async () => {
    const run = await open({ own: marked('own'), slow: marked('slow', '--silent') }, plain);
    run.type('see @own:note://9\r');
    await run.untilRow(/^Error: The MCP server own answered with an error: There is no note:\/\/9/);
    await run.untilRow('see @own:note://9');
    run.type('see @slow:x\r');
    await run.untilRow('Waiting for the MCP server slow to start.');
    run.type(ctrlC);
    await run.untilRow('see @slow:x');
    expect(server.turns()).toEqual([]);
  });

  it('asks before a tool runs, shows what it says, and lists the tools with the servers that are down', async () => {
    const run = await open({ own: marked('own'), dead: marked('dead', '--exit') }, plain);
    run.type('/tools on own__echo\r');
    await run.untilRow(/^The MCP server dead /);
    await run.untilRow('The model may call: own__echo.');
    expect((await run.text()).match(/server dead/g)).toHaveLength(1);
    server.script = inTurn(calls({ name: 'own__echo', args: { message: 'pears' } }), chat(['It says pears.']));
    run.type('say it\r');
    await run.untilRow(/^Allow\?/);
    run.type('y\r');
    await run.untilRow('It says pears.');
    expect(resultsIn(await server.next(1))).toEqual(['Echo: pears']);
  });

  it('stops a running command of a real tool at Ctrl+C, and goes on', async () => {
    const run = await open(undefined, { ...plain, args: ['--tools', 'run_command'] });
    server.script = inTurn(calls({ name: 'run_command', args: { command: 'echo $$ > pid; sleep 300' } }), chat(['After it.']));
    run.type('sleep\r');
    await run.untilRow(/^Allow\?/);
    run.type('y\r');
    const pidFile = join(home, 'pid');
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 20));
    run.type(ctrlC);
    await run.untilRow(/[Cc]ancelled/);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    run.type('and now?\r');
    await run.untilRow('After it.');
  });
});
