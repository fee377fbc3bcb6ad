/** The lock around a file that several sotto processes change: waited for 15 s, and taken at once from a process that is gone. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFileLock } from '../../src/config/lock.ts';
import { endsBy, ownTime, ownTimeOf } from '../support/own-time.ts';
import { type Running, start, temporaryFolder } from '../support/program.ts';

/** An id that nobody has. */
const GONE = spawnSync(process.execPath, ['-e', '']).pid;

/** Node itself looks after SIGINT and SIGTERM from the beginning, and sotto after SIGHUP too. */
async function hearsSignals({ child }: Running): Promise<void> {
  const caught = () => /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? '0';
  while ((Number.parseInt(caught().slice(-8), 16) & 1) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a lock on a file', () => {
  it('says who has it while it is held, and is gone afterwards', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'keys.json');
    await withFileLock(file, () => expect(readFileSync(`${file}.lock`, 'utf8')).toBe(`${process.pid} ${hostname()}`));
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it.each([
    ['of a process that is gone', `${GONE} ${hostname()}`, 0],
    ['that is old and does not say whose it is', '', 20],
    ['that is old and of another machine', `${process.pid} elsewhere.example`, 20],
  ])('%s is taken at once', async (_name, text, ageSeconds) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'keys.json');
    writeFileSync(`${file}.lock`, text);
    const madeMs = Date.now() / 1000 - ageSeconds;
    utimesSync(`${file}.lock`, madeMs, madeMs);
    const own = ownTime();
    expect(await withFileLock(file, () => 'done')).toBe('done');
    expect(own.ms()).toBeLessThan(1000);
  });

  it.skipIf(process.platform !== 'linux')(
    'of a living process is waited for 15 s, then named; Ctrl+C ends the wait at once',
    async () => {
      using folder = temporaryFolder();
      const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      try {
        const config = join(folder.path, 'sotto', 'config.json');
        await withFileLock(config, () => {});
        // However old it is.
        writeFileSync(`${config}.lock`, `${holder.pid} ${hostname()}`);
        utimesSync(`${config}.lock`, 1, 1);
        const args = ['config', 'set', 'model', 'a'];
        const options = { home: folder.path, env: { NODE_OPTIONS: '' } };
        const startedMs = performance.now();
        const waiting = start(args, options);
        const own = ownTimeOf(waiting.child);
        for (const [signal, expected] of [
          ['SIGINT', 130],
          ['SIGTERM', 143],
        ] as const) {
          const stopped = start(args, options);
          await hearsSignals(stopped);
          expect(await endsBy(signal, stopped.child)).toBeLessThan(1000);
          expect(await stopped.ended).toMatchObject({ code: expected, stderr: '' });
        }
        const { code, stderr, endedMs } = await waiting.ended;
        expect(code).toBe(3);
        expect(stderr).toContain(`Another sotto (process ${holder.pid}) has locked ${config} and does not finish.`);
        expect(endedMs - startedMs).toBeGreaterThan(14_000);
        expect(own.ms()).toBeLessThan(18_000);
      } finally {
        holder.kill('SIGKILL');
      }
    },
    60_000,
  );
});
