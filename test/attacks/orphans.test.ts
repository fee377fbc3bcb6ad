/** Programs that sotto starts for its user end with it, however it ends; those that went their own way (agents) stay. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asks, startMockServer } from '../support/mock-server.ts';
import { openTerminal } from '../support/terminal.ts';
import { makeFolder } from '../tools/support.ts';
import { KEYS, openChat } from '../tui/pty/chat.ts';

/** Writes who it is when it runs, then waits. */
const WAITS = 'echo $$ > draft; mv draft pid; exec sleep 300';
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;

/** Nothing tells about the end of a process that is nobody's child. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function pidIn(home: string): Promise<number> {
  const file = join(home, 'pid');
  await until(() => existsSync(file));
  return Number(readFileSync(file, 'utf8'));
}

function isGone(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

describe.skipIf(process.platform !== 'linux')('what runs for the user', () => {
  it.each(ENDS)('the command for a key ends with sotto: %s', async (signal) => {
    const home = makeFolder();
    const set = ['--set', 'providers.lab.url=http://127.0.0.1:9/v1', '--set', `providers.lab.key=!${WAITS}`];
    const terminal = openTerminal(['ask', ...set, '-p', 'lab', '-m', 'small', 'hi'], { home });
    const pid = await pidIn(home);
    process.kill(terminal.pty.pid, signal);
    await terminal.ended;
    await until(() => isGone(pid));
    expect(isGone(pid)).toBe(true);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('the program of /pipe ends with the chat: %s', async (signal) => {
    await using server = Object.assign(await startMockServer(), { [Symbol.asyncDispose]: () => server.close() });
    const home = makeFolder();
    const run = await openChat(server, { home });
    run.type(`hi${KEYS.enter}`);
    await run.untilRow(/Hello world/);
    run.type(`/pipe ${WAITS}${KEYS.enter}`);
    const pid = await pidIn(home);
    process.kill(run.pty.pid, signal);
    await run.ended;
    await until(() => isGone(pid));
    expect(isGone(pid)).toBe(true);
  });

  it('what such a command leaves behind on purpose stays, and holds nobody up', async () => {
    const server = await startMockServer();
    const home = makeFolder();
    const agent = `setsid sh -c 'echo $$ > draft; mv draft pid; exec sleep 300' >/dev/null 2>&1 & while [ ! -e pid ]; do sleep 0.01; done; echo secret-key-of-mine`;
    const terminal = openTerminal(['ask', ...asks(server), '--set', `providers.lab.key=!${agent}`, 'hi'], { home });
    expect((await terminal.ended).code).toBe(0);
    expect(server.turns()[0]?.headers.authorization).toBe('Bearer secret-key-of-mine');
    const pid = await pidIn(home);
    expect(isGone(pid)).toBe(false);
    process.kill(pid, 'SIGKILL');
    await server.close();
  });
});
