/** Keys that were never meant for a question: typed before it, typed twice, typed while it came; in the real program. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asks, calls, chat, inTurn, type MockServer, startMockServer } from '../support/mock-server.ts';
import { openTerminal } from '../support/terminal.ts';
import { makeFolder } from '../tools/support.ts';
import { KEYS, openChat } from '../tui/pty/chat.ts';

let server: MockServer;
let home: string;

beforeEach(async () => {
  server = await startMockServer();
  home = makeFolder();
});

afterEach(() => server.close());

const touches = (...names: string[]) =>
  calls(...names.map((name, index) => ({ name: 'run_command', args: { command: `touch ${name}` }, id: `call_${index}` })));
const done = chat(['Done.']);
const isThere = (name: string) => existsSync(join(home, name));

it.each([
  ['a line', 'y\r', 'n\r'],
  ['many lines', 'y\rvery well\ra\ry\r', 'n\r'],
  ['the end of input', 'y\r\u0004', undefined],
])('%s that was typed before ask has a question does not answer it', async (_, typed, answer) => {
  const isTyped = Promise.withResolvers<void>();
  server.script = inTurn(async (asked, response) => {
    await isTyped.promise;
    await touches('one')(asked, response);
  }, done);
  const terminal = openTerminal(['hi', ...asks(server), '--tools', 'run_command'], { home });
  await server.next();
  terminal.pty.write(typed);
  // The terminal itself shows the keys: all of them are there.
  await terminal.until((rows) => rows.filter((row) => /^(y|a|very well)$/.test(row)).length === typed.split('\r').length - 1);
  isTyped.resolve();
  await terminal.shows('Allow it?');
  if (answer !== undefined) terminal.pty.write(answer);
  expect((await terminal.ended).code).toBe(0);
  expect(isThere('one')).toBe(false);
});

it('a yes that was typed twice answers one question of ask', async () => {
  server.script = inTurn(touches('one', 'two'), done);
  const terminal = openTerminal(['hi', ...asks(server), '--tools', 'run_command'], { home });
  await terminal.shows('Allow it?');
  terminal.pty.write('y\ry\r');
  await terminal.shows('run touch two');
  await terminal.until((rows) => rows.join('').split('Allow it?').length === 3);
  terminal.pty.write('n\r');
  expect((await terminal.ended).code).toBe(0);
  expect([isThere('one'), isThere('two')]).toEqual([true, false]);
});

it('a yes that was typed twice answers one question of the chat, and none before it could be read', async () => {
  server.script = inTurn(touches('one', 'two'), done);
  const run = await openChat(server, { home, args: ['--tools', 'run_command'] });
  run.type(`go${KEYS.enter}`);
  await run.untilRow(/^\[y\] yes/);
  expect(run.raw()).toMatch(/run touch one[\s\S]*\[Tab\][\s\S]*\[y\]/);
  // Three keys at once.
  run.type(`y${KEYS.left}y`);
  await run.untilRow(/^ +run touch two$/);
  await run.untilRow('> y');
  await run.untilRow(/^\[Tab\] answer/);
  run.type('\t');
  await run.untilRow(/^\[y\] yes/);
  run.type('n');
  await run.untilRow(/^ +Done\.$/);
  expect([isThere('one'), isThere('two')]).toEqual([true, false]);
});
