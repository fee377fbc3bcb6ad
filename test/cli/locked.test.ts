/** What commands do while another program has locked the database: they wait 15 s together, say who it is, and end at once when told to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockedBy } from '../support/locked.ts';
import { asks, chat, type MockServer, startMockServer } from '../support/mock-server.ts';
import { endsBy, ownTimeOf } from '../support/own-time.ts';
import { builtProgram, start } from '../support/program.ts';
import { addTurn, conversationsHome, type Home } from './conversations-home.ts';

let server: MockServer;
beforeAll(async () => {
  builtProgram();
  server = await startMockServer(chat(['Fine.']));
});
afterAll(() => server.close());

function homeWithConversation(): Home & { id: string } {
  const home = conversationsHome();
  const id = home.fill((store) => addTurn(store, { prompt: 'one' }).conversation);
  using other = conversationsHome();
  const record = other.fill((store) => store.exportConversation(addTurn(store, { prompt: 'more' }).conversation));
  writeFileSync(join(home.path, 'more.jsonl'), `${JSON.stringify({ kind: 'sotto.conversation', ...record })}\n`);
  return Object.assign(home, { id });
}

const HOLDER = process.platform === 'linux' ? /locked by node \(process PID\)/ : /locked by another program/;

/** Of its own time: 16 s, and some for what it does on a machine that does it all at once. */
const MOST_MS = 20_000;

/** Each in a process of its own, all at once: what they end with and how long that took. */
async function timed(home: Home & { id: string }, commands: Record<string, string[]>) {
  const runs = Object.entries(commands).map(async ([name, args]) => {
    const startedMs = performance.now();
    const running = start(args, { home: home.path, cwd: home.path });
    const own = ownTimeOf(running.child);
    const { code, stderr, endedMs } = await running.ended;
    return { name, code, stderr, tookMs: endedMs - startedMs, ownMs: own.ms() };
  });
  return Promise.all(runs);
}

describe('a database that another program has locked', () => {
  it.concurrent('is waited for 15 s by every command, however much it has to do there; then it is said who has it', async () => {
    using home = homeWithConversation();
    await using lock = await lockedBy(home, 'all');
    const results = await timed(home, {
      list: ['list'],
      search: ['search', 'one'],
      export: ['export', home.id],
      check: ['db', 'check'],
      vacuum: ['db', 'vacuum'],
      backup: ['db', 'backup'],
    });
    for (const { name, code, stderr, tookMs, ownMs } of results) {
      expect([name, code]).toEqual([name, 3]);
      expect([name, stderr.replaceAll(String(lock.pid), 'PID')]).toEqual([name, expect.stringMatching(HOLDER)]);
      expect([name, tookMs > 14_000, ownMs < MOST_MS, ownMs]).toEqual([name, true, true, ownMs]);
    }
  }, 60_000);

  it.concurrent('is waited for 15 s by whatever writes, and read meanwhile where SQLite lets it', async () => {
    using home = homeWithConversation();
    await using _lock = await lockedBy(home, 'writing');
    const [list, search, ...writing] = await timed(home, {
      list: ['list'],
      search: ['search', 'one'],
      rename: ['rename', home.id, 'two'],
      delete: ['delete', home.id, '--yes'],
      import: ['import', 'more.jsonl'],
      ask: ['ask', 'two', ...asks(server)],
    });
    for (const reading of [list, search]) expect(reading).toMatchObject({ code: 0, stderr: expect.not.stringContaining('lock') });
    for (const { name, code, tookMs, ownMs } of writing) {
      expect([name, code]).toEqual([name, 3]);
      expect([name, tookMs > 14_000, ownMs < MOST_MS, ownMs]).toEqual([name, true, true, ownMs]);
    }
    expect(home.fill((store) => store.list().map(({ title }) => title))).toEqual(['one']);
  }, 60_000);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is not waited for any longer after %s', async (signal, code) => {
    using home = homeWithConversation();
    await using _lock = await lockedBy(home, 'all');
    const commands = [['list'], ['delete', home.id, '--yes'], ['ask', 'two', ...asks(server)], ['import', 'more.jsonl']];
    await Promise.all(
      commands.map(async (args) => {
        const running = start(args, { home: home.path, cwd: home.path });
        await running.shows('Waiting for ', 'stderr');
        const tookMs = await endsBy(signal, running.child);
        const ended = await running.ended;
        expect([args[0], ended.code, ended.stdout]).toEqual([args[0], code, '']);
        expect(tookMs).toBeLessThan(1000);
      }),
    );
  });

  it('is used as soon as it is free', async () => {
    using home = homeWithConversation();
    await using lock = await lockedBy(home, 'all');
    const commands = [
      ['rename', home.id, 'renamed'],
      ['ask', 'two', ...asks(server)],
      ['import', 'more.jsonl'],
      ['db', 'check'],
    ];
    const runs = commands.map((args) => start(args, { home: home.path, cwd: home.path }));
    await Promise.all(runs.slice(0, 3).map((running) => running.shows('Waiting for ', 'stderr')));
    await lock.release();
    for (const { ended } of runs) expect(await ended).toMatchObject({ code: 0 });
    expect(
      home.fill((store) =>
        store
          .list()
          .map(({ title }) => title)
          .sort(),
      ),
    ).toEqual(['more', 'renamed', 'two']);
    expect(server.asked.length).toBeGreaterThan(0);
  });
});
