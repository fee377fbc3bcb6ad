/** Long work on the database: shown on a terminal, ended at once by a signal, gone with the process that started it. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../store/children/world.ts';
import { endsBy } from '../support/own-time.ts';
import { type Running, start } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';
import { addTurn, conversationsHome, type Home } from './conversations-home.ts';

/** Of its own time. */
const SOON_MS = 200;

function homeWithConversation(): Home {
  const home = conversationsHome();
  home.fill((store) => addTurn(store, { prompt: 'one' }));
  return home;
}

/** Another program that writes: whatever needs the database for itself waits for it. */
function locked(home: Home): { release(): void; [Symbol.dispose](): void } {
  const database = new Database(home.file);
  database.exec('BEGIN IMMEDIATE');
  const release = () => {
    if (database.open) database.close();
  };
  return { release, [Symbol.dispose]: release };
}

/** The process that the command started, once it has the database open. */
async function childOf({ child }: Running): Promise<number> {
  for (;;) {
    const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]);
    if (pid > 0 && filesOf(pid).some((file) => file.endsWith('sotto.db'))) return pid;
    await delay(5);
  }
}

function filesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return '';
    }
  });
}

async function gone(pid: number): Promise<void> {
  while (isRunning(pid) && !/^State:\s+Z/m.test(statusOf(pid))) await delay(5);
}

function statusOf(pid: number): string {
  return existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
}

describe.skipIf(process.platform !== 'linux')('long work on the database', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once by %s, in both processes', async (signal, code) => {
    using home = homeWithConversation();
    using _lock = locked(home);
    const running = start(['db', 'vacuum'], { home: home.path });
    const child = await childOf(running);
    const tookMs = await endsBy(signal, running.child);
    const ended = await running.ended;
    expect({ code: ended.code, stdout: ended.stdout, stderr: ended.stderr }).toEqual({ code, stdout: '', stderr: '' });
    expect(tookMs).toBeLessThan(SOON_MS);
    await gone(child);
  });

  it('does not outlive a process that is killed', async () => {
    using home = homeWithConversation();
    using _lock = locked(home);
    const running = start(['db', 'vacuum'], { home: home.path });
    const child = await childOf(running);
    running.child.kill('SIGKILL');
    await running.ended;
    await gone(child);
  });

  it('is shown in one line on a terminal, which is gone at the end', async () => {
    using home = homeWithConversation();
    using lock = locked(home);
    const terminal = openTerminal(['db', 'vacuum'], { home: home.path });
    await terminal.shows('writing the database anew: 1 s');
    await terminal.shows('writing the database anew: 2 s');
    expect(await terminal.lines()).toHaveLength(1);
    lock.release();
    expect((await terminal.ended).code).toBe(0);
    expect(await terminal.lines()).toEqual([expect.stringMatching(/^[\d.]+ kB before, [\d.]+ kB now\.$/)]);
  });

  it('is said in a line of its own where nothing can be redrawn, and not at all when quiet', async () => {
    using home = homeWithConversation();
    using lock = locked(home);
    const plain = openTerminal(['db', 'vacuum'], { home: home.path, env: { TERM: 'dumb' } });
    const quiet = openTerminal(['db', 'vacuum'], { home: home.path, env: { SOTTO_QUIET: '1' } });
    await plain.shows('writing the database anew: 1 s');
    await delay(1200);
    lock.release();
    await Promise.all([plain.ended, quiet.ended]);
    expect(plain.raw()).toMatch(/^writing the database anew: 1 s\r\n[\d.]+ kB before, [\d.]+ kB now\.\r\n$/);
    expect(quiet.raw()).toMatch(/^[\d.]+ kB before, [\d.]+ kB now\.\r\n$/);
  });

  it('fails as if it had been done here', async () => {
    using home = homeWithConversation();
    const database = new Database(home.file);
    database.exec('PRAGMA user_version = 999');
    database.close();
    const { code, stdout, stderr } = await home.sotto(['db', 'vacuum']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^sotto: The conversation database .* was written by a newer sotto \(schema 999; .*\nUpdate sotto, /);
  });
});
