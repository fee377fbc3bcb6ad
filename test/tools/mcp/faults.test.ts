import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { httpServer, openWorld, SERVER, stdioServer, until } from '../../support/mcp.ts';
import { ownTime } from '../../support/own-time.ts';
import { temporaryFolder } from '../../support/program.ts';
import { READS_TYPESCRIPT } from '../../support/typescript.ts';
import { letAllOut, pidsIn } from '../escapes.ts';
import { isAlive } from '../support.ts';

const never = new AbortController().signal;
const KNOWN_MS = 10_000;

/** A clock and timers that only the test moves. */
function handClock() {
  let nowMs = 0;
  const waiting: { atMs: number; action: () => void }[] = [];
  return {
    ports: {
      now: () => nowMs,
      later(milliseconds: number, action: () => void) {
        const entry = { atMs: nowMs + milliseconds, action };
        waiting.push(entry);
        return () => void waiting.splice(waiting.indexOf(entry), waiting.includes(entry) ? 1 : 0);
      },
    },
    pauses: () => waiting.map(({ atMs }) => atMs - nowMs),
    pass(milliseconds: number) {
      nowMs += milliseconds;
      for (const due of waiting.filter(({ atMs }) => atMs <= nowMs)) {
        waiting.splice(waiting.indexOf(due), 1);
        due.action();
      }
    },
  };
}

describe('a server that cannot be started', () => {
  it.each([
    [
      'ends at once',
      stdioServer(['--exit']),
      /^The MCP server own has ended with exit code 3; it said: database is missing\. See: sotto mcp check own$/,
    ],
    [
      'says more after its error',
      stdioServer([], { command: process.execPath, args: ['-e', "throw new Error('database is missing')"] }),
      /^The MCP server own has ended with exit code 1; it said: Error: database is missing\. See:/,
    ],
    [
      'does not exist',
      stdioServer([], { command: 'no-such-program-here' }),
      /^The MCP server own could not be started: there is no program no-such-program-here/,
    ],
    [
      'is no program',
      stdioServer([], { command: SERVER.replace('mcp-server.js', 'mcp.ts') }),
      /could not be started: \S+mcp\.ts is not executable/,
    ],
    ['has no folder', stdioServer([], { cwd: '/no/such/folder' }), /could not be started: there is no folder \/no\/such\/folder/],
    ['lacks a variable', stdioServer(['$' + '{NO_SUCH_NAME}']), /needs the variable NO_SUCH_NAME, which is not set\. Set NO_SUCH_NAME/],
    ['speaks another protocol', stdioServer(['--future']), /protocol version is not supported: 2099-01-01/],
  ])('is one line: it %s', async (_, server, line) => {
    await using world = openWorld([server]);
    await world.hub.known(KNOWN_MS, never);
    expect(world.notices).toEqual([expect.stringMatching(line)]);
    expect(world.hub.tools()).toEqual([]);
    expect(world.hub.status()).toMatchObject([{ state: 'down', problem: expect.stringContaining('It can be tried again in 1 s.') }]);
  });

  it('is given up when it never answers the first question', async () => {
    await using world = openWorld([stdioServer(['--silent'])], { startLimitMs: 200 });
    await world.hub.known(KNOWN_MS, never);
    expect(world.notices).toEqual(['The MCP server own did not answer in time. See: sotto mcp check own']);
  });

  it('delays nobody for longer than he wants to wait', async () => {
    await using world = openWorld([stdioServer(['--silent'])]);
    const own = ownTime();
    await world.hub.known(50, never);
    expect(own.ms()).toBeLessThan(1000);
    const controller = new AbortController();
    const known = world.hub.known(60_000, controller.signal);
    controller.abort();
    await known;
  });

  it('is started again with longer and longer pauses, a limited number of times, without another line', async () => {
    const clock = handClock();
    await using world = openWorld([stdioServer(['--exit'])], { ports: clock.ports });
    const pauses: number[] = [];
    await world.hub.known(KNOWN_MS, never);
    for (;;) {
      const [pause] = clock.pauses();
      if (pause === undefined) break;
      pauses.push(pause);
      clock.pass(pause);
      await until(() => world.hub.status()[0]?.state === 'down');
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(world.notices).toHaveLength(1);
  });
});

describe('a server that runs', () => {
  it('may print what is no message', async () => {
    await using world = openWorld([stdioServer(['--garbage'])]);
    await world.hub.known(KNOWN_MS, never);
    expect(await world.call('echo', { message: 'fine' })).toEqual({ output: 'Echo: fine' });
    expect(world.notices).toEqual([]);
  });

  it('may die in the middle of a call: the call says so, its tools say why they rest, and then it is there again', async () => {
    const clock = handClock();
    await using world = openWorld([stdioServer()], { ports: clock.ports });
    await world.hub.known(KNOWN_MS, never);
    expect(await world.call('die')).toEqual({
      output: expect.stringMatching(/^The MCP server own has ended with exit code 7/),
      failed: true,
    });
    expect(world.notices).toHaveLength(1);
    expect(world.tool('echo').unavailable?.()).toMatch(/^The MCP server own has ended with exit code 7.* It can be tried again in 1 s\.$/);
    expect(await world.call('echo', { message: 'too early' })).toMatchObject({ failed: true });
    clock.pass(1000);
    expect(world.tool('echo').unavailable?.()).toBeUndefined();
    expect(await world.call('echo', { message: 'back' })).toEqual({ output: 'Echo: back' });
  });

  it('may send more than any answer should be', async () => {
    await using world = openWorld([stdioServer()]);
    await world.hub.known(KNOWN_MS, never);
    expect(await world.call('huge', { characters: 70_000_000 })).toEqual({
      output: expect.stringContaining('sent a message of more than 64 MB'),
      failed: true,
    });
  });
});

describe.skipIf(process.platform === 'win32')('the end', () => {
  it('leaves nobody behind, also where the server does not listen and has children', async () => {
    await using world = openWorld([stdioServer(['--stubborn'])]);
    await world.hub.known(KNOWN_MS, never);
    const ids: number[] = JSON.parse((await world.call('breed')).output);
    expect(ids.map(isAlive)).toEqual([true, true]);
    const own = ownTime();
    await world.hub.close();
    expect(own.ms()).toBeLessThan(1000);
    await until(() => !ids.some(isAlive));
  });

  it('comes for the children of a server that dies', async () => {
    await using world = openWorld([stdioServer()]);
    await world.hub.known(KNOWN_MS, never);
    const ids: number[] = JSON.parse((await world.call('breed')).output);
    await world.call('die');
    await until(() => !ids.some(isAlive));
  });

  it('comes for a server that has not answered yet', async () => {
    const world = openWorld([stdioServer(['--silent', '--stubborn'])]);
    void world.hub.known(KNOWN_MS, never);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const own = ownTime();
    await world[Symbol.asyncDispose]();
    expect(own.ms()).toBeLessThan(1000);
    expect(world.notices).toEqual([]);
  });

  it('comes for everybody when sotto is killed', async () => {
    const support = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../support/mcp.ts')).href);
    const script = `
      const { openWorld, stdioServer } = await import(${support});
      const world = openWorld([stdioServer(['--stubborn'])]);
      await world.hub.known(10000, new AbortController().signal);
      console.log((await world.call('breed')).output);
      setInterval(() => {}, 1000);`;
    const sotto = spawn(process.execPath, [...READS_TYPESCRIPT, '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [bytes] = await once(sotto.stdout, 'data');
    const ids: number[] = JSON.parse(String(bytes));
    expect(ids.map(isAlive)).toEqual([true, true]);
    sotto.kill('SIGKILL');
    await until(() => !ids.some(isAlive));
  });
});

describe.runIf(process.platform === 'linux')('what a server has detached', () => {
  /** A server that lets processes out before it begins to talk. */
  const letsOut = (folder: string) =>
    stdioServer([], { command: '/bin/sh', args: ['-c', `${letAllOut(folder)}\nexec '${process.execPath}' '${SERVER}'`] });

  it('ends with it: when it is closed, and when it dies', async () => {
    for (const ending of ['close', 'die'] as const) {
      using folder = temporaryFolder();
      await using world = openWorld([letsOut(folder.path)]);
      await world.hub.known(KNOWN_MS, never);
      const pids = pidsIn(folder.path);
      expect(pids.filter(isAlive)).toEqual(pids);
      if (ending === 'close') await world.hub.close();
      else await world.call('die');
      await until(() => !pids.some(isAlive));
    }
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('ends when sotto ends by %s', async (signal) => {
    using folder = temporaryFolder();
    const support = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../support/mcp.ts')).href);
    const script = `
      const { openWorld } = await import(${support});
      const world = openWorld([${JSON.stringify(letsOut(folder.path))}]);
      await world.hub.known(10000, new AbortController().signal);
      console.log('known');
      setInterval(() => {}, 1000);`;
    const sotto = spawn(process.execPath, [...READS_TYPESCRIPT, '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(sotto.stdout, 'data');
    const pids = pidsIn(folder.path);
    expect(pids.filter(isAlive)).toEqual(pids);
    sotto.kill(signal);
    await until(() => !pids.some(isAlive));
  });
});

describe('a server behind HTTP', () => {
  it('that is down is one line', async () => {
    const port = await freePort();
    await using world = openWorld([
      { name: 'web', file: 'mcp.json', transport: 'http', url: `http://127.0.0.1:${port}/mcp?key=abc`, headers: {} },
    ]);
    await world.hub.known(KNOWN_MS, never);
    expect(world.notices).toEqual([
      `The MCP server web cannot be reached at http://127.0.0.1:${port}/mcp (ECONNREFUSED). Check the address, and that the server is running.`,
    ]);
  });

  it.each([
    [
      401,
      'refused the request (HTTP 401). Put the header that it wants into its "headers", such as {"Authorization": "Bearer $' +
        '{OWN_TOKEN}"}, in mcp.json.',
    ],
    [404, /has nothing at http:\/\/127\.0\.0\.1:\d+\/mcp \(HTTP 404\)\. Check the address\.$/],
    [405, /does not speak MCP at /],
    [500, 'answered with HTTP 500: the server is tired.'],
  ])('that answers with %i says what to do', async (status, words) => {
    await using running = await httpServer([`--status=${status}`]);
    await using world = openWorld([running.server]);
    await world.hub.known(KNOWN_MS, never);
    expect(world.notices).toEqual([typeof words === 'string' ? `The MCP server own ${words}` : expect.stringMatching(words)]);
  });

  it('is sent the configured headers, and they are kept secret', async () => {
    await using running = await httpServer(['--token=geheim']);
    await using world = openWorld([{ ...running.server, headers: { Authorization: 'Bearer geheim' } }]);
    await world.hub.known(KNOWN_MS, never);
    expect(await world.call('echo', { message: 'in' })).toEqual({ output: 'Echo: in' });
    expect(world.secrets).toEqual(['Bearer geheim', 'geheim']);
  });

  it('that cuts the answer is a failed call, at once', async () => {
    await using running = await httpServer();
    await using world = openWorld([running.server]);
    await world.hub.known(KNOWN_MS, never);
    expect(await world.call('cut')).toEqual({
      output: expect.stringContaining('the connection was cut before the answer came'),
      failed: true,
    });
    expect(await world.call('echo', { message: 'again' })).toEqual({ output: 'Echo: again' });
  });

  it('that has forgotten us is greeted again', async () => {
    await using running = await httpServer();
    await using world = openWorld([running.server]);
    await world.hub.known(KNOWN_MS, never);
    await world.call('forget').catch(() => undefined);
    expect(await world.call('echo', { message: 'who are you' })).toEqual({ output: 'Echo: who are you' });
    expect(world.notices).toEqual([]);
  });

  it('that goes away fails its calls and says why', async () => {
    await using running = await httpServer();
    await using world = openWorld([running.server]);
    await world.hub.known(KNOWN_MS, never);
    await running[Symbol.asyncDispose]();
    expect(await world.call('echo')).toEqual({ output: expect.stringContaining('cannot be reached'), failed: true });
    expect(await world.call('echo')).toMatchObject({ failed: true });
    expect(world.tool('echo').unavailable?.()).toContain('ECONNREFUSED');
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
