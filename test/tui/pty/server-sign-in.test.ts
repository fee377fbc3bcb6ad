/** Signing in to an MCP server in the middle of a chat, and of an answer on a terminal. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, type MockServer, startMockServer } from '../../support/mock-server.ts';
import { type OAuthServer, oauthServer } from '../../support/oauth-server.ts';
import { builtProgram, temporaryFolder } from '../../support/program.ts';
import { openTerminal, type TerminalRun } from '../../support/terminal.ts';
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
  server.asked.length = 0;
  server.script = chat(['Fine.']);
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const { enter, escape: leave } = KEYS;
const ARGS = ['--tools', 'mcp'];
const keptFile = () => join(home, 'sotto', 'mcp-logins.json');

function setUp({ url }: OAuthServer): void {
  writeFileSync(join(home, 'sotto', 'mcp.json'), JSON.stringify({ mcpServers: { web: { url } } }));
}

async function addressOn(run: TerminalRun): Promise<string> {
  await run.until((rows) => rows.some((row) => row.startsWith('If the browser ends')));
  const lines = await run.lines();
  const start = lines.findIndex((line) => line.startsWith('http://'));
  return lines.slice(start, lines.indexOf('', start)).join('');
}

describe.skipIf(process.platform === 'win32')('signing in', () => {
  it('is offered in the chat, comes back by browser, and the tools are there', async () => {
    await using as = await oauthServer();
    setUp(as);
    const run = await openChat(server, { home, args: ARGS, env: { SSH_TTY: '/dev/x' } });
    run.type(`hello${enter}`);
    await run.untilRow(/^Sign in now\? \(y or n\)/);
    expect(await run.text()).toContain('The MCP server web asks:\n  It wants you to sign in.');
    run.type(`y${enter}`);
    await fetch(await as.visit(await addressOn(run)));
    await run.until((rows) => !rows.some((row) => row.startsWith('If the browser ends')));
    for (let waited = 0; !existsSync(keptFile()) && waited < 5000; waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(readFileSync(keptFile(), 'utf8')).toContain('access-secret');
    for (let turn = 1; ; turn++) {
      run.type(`and now ${turn}?${enter}`);
      const asked = await server.next(turn);
      if (asked.json.tools || turn > 5) {
        expect(JSON.stringify(asked.json.tools)).toContain('web__whoami');
        break;
      }
      await run.untilRow(`  and now ${turn}?`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(await run.text()).not.toContain('secret');
  });

  it('is not offered again after a no, and an escape ends it', async () => {
    await using as = await oauthServer();
    setUp(as);
    const run = await openChat(server, { home, args: ARGS, env: { SSH_TTY: '/dev/x' } });
    run.type(`hello${enter}`);
    await run.untilRow(/^Sign in now\?/);
    run.type(`y${enter}`);
    await addressOn(run);
    run.type(leave);
    await run.untilRow(/The MCP server web wants you to sign in\. Run: sotto mcp login web/);
    run.type(`again${enter}`);
    await server.next(1);
    expect((await run.text()).match(/Sign in now|It wants you to sign in/g)).toHaveLength(1);
    expect(existsSync(keptFile())).toBe(false);
  });

  it('is offered by ask on a terminal, with the address pasted back, before the question is sent', async () => {
    await using as = await oauthServer();
    setUp(as);
    const terminal = openTerminal(['hi', ...asks(server), ...ARGS], { home, env: { SSH_TTY: '/dev/x' } });
    await terminal.shows('Sign in now? y yes, n no:');
    terminal.pty.write('y\r');
    terminal.pty.write(`${await as.visit(await addressOn(terminal))}\r`);
    expect(await terminal.ended).toMatchObject({ code: 0 });
    expect((await terminal.lines()).at(-1)).toBe('Fine.');
    expect(JSON.stringify(server.turns()[0]?.json.tools)).toContain('web__whoami');
  });
});
