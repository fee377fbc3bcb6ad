/** What an MCP server asks the user: in the chat, in plain lines, in `ask` on a terminal, and where nobody can be asked. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/mcp.ts';
import { asks, calls, chat, inTurn, type MockServer, resultsIn, startMockServer } from '../../support/mock-server.ts';
import { builtProgram, run, temporaryFolder } from '../../support/program.ts';
import { openTerminal } from '../../support/terminal.ts';
import { KEYS, openChat } from './chat.ts';

let server: MockServer;
let home = '';
let homes = 0;
const folder = temporaryFolder();
beforeAll(async () => {
  builtProgram();
  server = await startMockServer();
});
beforeEach(() => {
  home = join(folder.path, `home${++homes}`);
  mkdirSync(join(home, 'sotto'), { recursive: true });
  const asking = join(import.meta.dirname, '../../support/mcp-asking-server.js');
  writeFileSync(join(home, 'sotto', 'mcp.json'), JSON.stringify({ mcpServers: { own: { command: process.execPath, args: [asking] } } }));
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const ALLOWED = ['--tools', 'mcp', '--allow', 'own__ask'];
const question = (params: object) => inTurn(calls({ name: 'own__ask', args: params }), chat(['Done.']));
const FORM = {
  message: 'Who \u001b]0;evil\u0007are\u202e you?\nIt is for the books.',
  requestedSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', title: 'Your \u001b[31mname', minLength: 2 },
      color: { type: 'string', enum: ['r', 'g'], enumNames: ['Red', 'Green'] },
      password: { type: 'string' },
    },
    required: ['name', 'color', 'password'],
  },
};
/** What is typed for a password goes to the server, and not on to the model in what that says. */
const ANSWER = expect.stringMatching(/^{"action":"accept","content":{"name":"Ada","color":"g","password":"(?!geheim)[^"]+"}}$/);
const { enter, ctrlC } = KEYS;

/** A chat that knows the tools of the server from before. */
async function open(env: Record<string, string> = {}) {
  await run(['mcp', 'check'], { home });
  return openChat(server, { home, args: ALLOWED, env });
}

describe.skipIf(process.platform === 'win32')('what a server asks', () => {
  it('is asked in the chat, field by field, in words that do nothing, with whose question it is', async () => {
    server.script = question(FORM);
    const run = await open();
    run.type(`hello${enter}`);
    await run.untilRow(/^Answer it\? \(y or n\)/);
    const shown = await run.text();
    expect(shown).toContain('The MCP server own asks:');
    expect(shown).toContain('  Who ␛]0;evil␇are⟨U+202E⟩ you?\n  It is for the books.');
    expect(shown).toContain('  It wants: Your ␛[31mname, color, password');
    expect(shown).toContain('which should not ask for passwords');
    run.type(`y${enter}`);
    await run.untilRow(/^Your ␛\[31mname:/);
    run.type(`A${enter}`);
    await run.untilRow('It needs at least 2 characters.');
    run.type(`Ada${enter}`);
    await run.untilRow(/^color \(a number\):/);
    expect(await run.text()).toContain('  1 Red\n  2 Green');
    run.type(`2${enter}`);
    await run.untilRow(/^password:/);
    run.type(`geheimnis-9${enter}`);
    await run.untilRow('  Done.');
    expect(resultsIn(server.turns()[1])).toEqual([ANSWER]);
    expect(await run.text()).not.toContain('geheim');
    expect(run.raw()).not.toMatch(/\u001b\]0;evil|\u202e/);
  });

  it.each([
    ['n', '{"action":"decline"}', 'Declined.'],
    ['No', '{"action":"decline"}', 'Declined.'],
    [ctrlC, '{"action":"cancel"}', 'Not answered.'],
    [`y ${ctrlC}`, '{"action":"cancel"}', 'Not answered.'],
    [`y ${KEYS.escape}`, '{"action":"cancel"}', 'Not answered.'],
  ])('is answered in the chat with %j: %s', async (keys, result, said) => {
    server.script = question(FORM);
    const run = await open();
    run.type(`hello${enter}`);
    await run.untilRow(/^Answer it\?/);
    const [first = '', second] = keys.split(' ');
    run.type(first === ctrlC ? first : `${first}${enter}`);
    if (second !== undefined) {
      await run.untilRow(/^Your/);
      run.type(second);
    }
    await run.untilRow(said);
    await run.untilRow('  Done.');
    expect(resultsIn(server.turns()[1])).toEqual([result]);
  });

  it('waits in the chat for the line that is being typed, which answers nothing', async () => {
    server.script = question(FORM);
    const run = await open();
    run.type(`hello${enter}`);
    await run.untilRow('  hello');
    run.type('yes, and');
    await run.untilRow('The MCP server own asks something: send or clear your line to see it.');
    await run.untilRow('> yes, and');
    run.type('\x15');
    await run.untilRow(/^Answer it\?/);
    run.type(`n${enter}`);
    await run.untilRow('  Done.');
  });

  it('takes no sentence for an answer, and gives it back', async () => {
    server.script = question(FORM);
    const run = await open();
    run.type(`hello${enter}`);
    await run.untilRow(/^Answer it\?/);
    run.type(`nothing yet, y or n${enter}`);
    await run.untilRow('> nothing yet, y or n');
    await run.untilRow(/^The MCP server own asks something: send or clear/);
    run.type('\x15');
    await run.untilRow(/^Answer it\?/);
    run.type(`n${enter}`);
    await run.untilRow('  Done.');
    expect(resultsIn(server.turns()[1])).toEqual(['{"action":"decline"}']);
  });

  it('takes nothing that is typed for something else as a value that the configuration asks for', async () => {
    const inputs = [{ id: 'word', description: 'Your word' }];
    const asking = join(import.meta.dirname, '../../support/mcp-asking-server.js');
    const own = { command: process.execPath, args: [asking], env: { WORD: `\${input:word}` } };
    writeFileSync(join(home, 'sotto', 'mcp.json'), JSON.stringify({ inputs, servers: { own } }));
    const run = await openChat(server, { home, args: ALLOWED });
    await run.untilRow(/^Answer it\? \(y or n\)/);
    expect(await run.text()).toContain('mcp.json says that it needs:');
    run.type(`what is this?${enter}`);
    await run.untilRow('> what is this?');
    run.type('\x15');
    await run.untilRow(/^Answer it\?/);
    run.type(`y${enter}`);
    await run.untilRow(/^Your word:/);
    run.type(`pear${enter}`);
    await run.untilRow('Answered.');
    await until(() => existsSync(join(home, 'sotto', 'mcp-logins.json')));
    expect(JSON.parse(readFileSync(join(home, 'sotto', 'mcp-logins.json'), 'utf8')).servers[0].inputs).toEqual({ word: 'pear' });
  });

  it('is asked in plain lines', async () => {
    server.script = question(FORM);
    const run = await open({ TERM: 'dumb' });
    run.type(`hello${enter}`);
    await run.shows('Answer it? (y/n)');
    run.type(`y${enter}`);
    await run.shows('name:');
    run.type(`Ada${enter}`);
    await run.shows('color (a number):');
    run.type(`2${enter}`);
    await run.shows('password:');
    run.type(`geheimnis-9${enter}`);
    await run.shows('Done.');
    expect(resultsIn(server.turns()[1])).toEqual([ANSWER]);
    expect(run.raw()).not.toContain('geheim');
  });

  it('is asked by ask on a terminal', async () => {
    server.script = question(FORM);
    const terminal = openTerminal(['hi', ...asks(server), ...ALLOWED], { home });
    await terminal.shows('Answer it? y yes, n no:');
    expect((await terminal.lines()).join('\n')).toContain('sotto: The MCP server own asks:\n  Who ␛]0;evil␇are⟨U+202E⟩ you?');
    terminal.pty.write('y\r');
    await terminal.shows('name:');
    terminal.pty.write('Ada\r');
    await terminal.shows('color (a number):');
    terminal.pty.write('2\r');
    await terminal.shows('password:');
    terminal.pty.write('geheimnis-9\r');
    expect((await terminal.ended).code).toBe(0);
    expect((await terminal.lines()).at(-1)).toBe('Done.');
    expect(resultsIn(server.turns()[1])).toEqual([ANSWER]);
    expect(terminal.raw()).not.toContain('geheim');
  });

  it('is declined and said in a pipe', async () => {
    server.script = question(FORM);
    const { code, stdout, stderr } = await run(['hi', ...asks(server), ...ALLOWED], { home });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    expect(stderr).toContain('and was answered no: nobody can be asked here\n');
    expect(stderr).not.toMatch(/\u001b|\u202e|\u0007/);
    expect(resultsIn(server.turns()[1])).toEqual(['{"action":"decline"}']);
  });

  it('is about an address only where that is of the web, and shows it', async () => {
    server.script = question({ mode: 'url', message: 'Pay', url: 'https://pay.example/a?b=c', elicitationId: '1' });
    const run = await open();
    run.type(`hello${enter}`);
    await run.untilRow(/^Will you open it in a browser\? \(y or n\)/);
    expect(await run.text()).toContain('  It wants you to open an address at pay.example:\n\nhttps://pay.example/a?b=c\n');
    run.type(`y${enter}`);
    await run.untilRow('  Done.');
    expect(resultsIn(server.turns()[1])).toEqual(['{"action":"accept"}']);
  });
});
