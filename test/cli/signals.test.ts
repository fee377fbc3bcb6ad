import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, failure, type MockServer, silence, startMockServer } from '../support/mock-server.ts';
import { endsBy, lives } from '../support/own-time.ts';
import { type Running, start } from '../support/program.ts';
import { conversationsHome, type Home } from './conversations-home.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script = chat(['half of ', 'it'], { hang: true });
});
afterAll(() => server.close());

/** Of its own time; the bench holds the 50 ms that are promised. */
const SOON_MS = 200;

const ask = (...more: string[]) => start(['hi', ...asks(server), ...more]);
const askIn = (home: Home, ...more: string[]) => start(['hi', ...asks(server), ...more], { home: home.path });

async function interrupt(running: Running, signal: NodeJS.Signals = 'SIGINT') {
  const tookMs = await endsBy(signal, running.child);
  return { ...(await running.ended), tookMs };
}

describe('Ctrl+C in the middle of an answer', () => {
  it('ends with 130 at once, keeps what had arrived, and stops the request', async () => {
    const running = ask();
    await running.shows('half of it');
    const asked = await server.next();
    const { code, stdout, stderr, tookMs } = await interrupt(running);
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: 'half of it\n', stderr: '' });
    expect(tookMs).toBeLessThan(SOON_MS);
    await asked.left;
  });

  it('keeps what had arrived in JSON, as cancelled', async () => {
    using home = conversationsHome();
    const running = askIn(home, '--output', 'json');
    await home.keeps('half of it'.length);
    const { code, stdout } = await interrupt(running);
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      text: 'half of it',
      finishReason: 'cancelled',
      attempts: [{ outcome: 'cancelled' }],
      error: { kind: 'cancelled' },
    });
  });

  it('ends NDJSON with turn.end', async () => {
    const running = ask('--output', 'ndjson');
    await running.shows('"part.delta"');
    const { code, stdout } = await interrupt(running);
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(code).toBe(130);
    expect(last).toMatchObject({ type: 'turn.end', finishReason: 'cancelled' });
  });

  it('prints what had arrived as markdown', async () => {
    using home = conversationsHome();
    const running = askIn(home, '--output', 'markdown');
    await home.keeps('half of it'.length);
    expect(await interrupt(running)).toMatchObject({ code: 130, stdout: 'half of it\n' });
  });

  it('does not wait for a reader that does not read', async () => {
    using home = conversationsHome();
    server.script = chat(['x'.repeat(3_000_000)], { hang: true });
    const running = askIn(home);
    running.child.stdout?.pause();
    await home.keeps(500_000);
    const tookMs = await endsBy('SIGINT', running.child);
    expect(running.child.exitCode).toBe(130);
    // It waits 0.3 s for one that is only slow.
    expect(tookMs).toBeLessThan(300 + SOON_MS);
    running.child.stdout?.resume();
    await running.ended;
  });
});

describe('SIGTERM and SIGHUP', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends with %i and keeps what had arrived', async (signal, expected) => {
    const running = ask();
    await running.shows('half of it');
    expect(await interrupt(running, signal)).toMatchObject({ code: expected, stdout: 'half of it\n', stderr: '' });
  });
});

describe('Ctrl+C while sotto waits', () => {
  it('for the first byte of the answer', async () => {
    server.script = silence;
    const running = ask();
    const asked = await server.next();
    const { code, stdout, stderr, tookMs } = await interrupt(running);
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: '' });
    expect(tookMs).toBeLessThan(SOON_MS);
    await asked.left;
  });

  it('for standard input', async () => {
    const running = start(['hi', ...asks(server)], { stdin: { hold: true } });
    await running.shows('Waiting for text', 'stderr');
    const { code, stdout, tookMs } = await interrupt(running);
    expect({ code, stdout, asked: server.asked.length }).toEqual({ code: 130, stdout: '', asked: 0 });
    expect(tookMs).toBeLessThan(SOON_MS);
  });

  it('for standard input, in the form that a script reads', async () => {
    const running = start(['hi', ...asks(server), '--output', 'json'], { stdin: { hold: true } });
    await running.shows('Waiting for text', 'stderr');
    const { code, stdout } = await interrupt(running);
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ finishReason: 'cancelled', text: '', error: { kind: 'cancelled' } });
  });

  it('before it tries again', async () => {
    server.script = failure(503, 'down', { headers: { 'retry-after': '30' } });
    const running = ask();
    await running.shows('Retrying in 30 s', 'stderr');
    const { code, stdout, tookMs } = await interrupt(running);
    expect({ code, stdout, asked: server.turns().length }).toEqual({ code: 130, stdout: '', asked: 1 });
    expect(tookMs).toBeLessThan(SOON_MS);
  });

  it('for the command that prints a key', async () => {
    using home = conversationsHome();
    const key = '!touch "$HOME/started"; sleep 20; echo key';
    const running = start(['hi', '-p', 'openai', '-m', 'gpt-4o', '--set', `providers.openai.key=${key}`], { home: home.path });
    while (!existsSync(join(home.path, 'started'))) await delay(10);
    const { code, tookMs } = await interrupt(running);
    expect(code).toBe(130);
    expect(tookMs).toBeLessThan(SOON_MS);
  });
});

describe('a second Ctrl+C', () => {
  it('ends the run at once, whatever it still does', async () => {
    using home = conversationsHome();
    server.script = chat(['x'.repeat(3_000_000)], { hang: true });
    const running = askIn(home);
    running.child.stdout?.pause();
    await home.keeps(500_000);
    running.child.kill('SIGINT');
    // Two presses that are too near to each other are one.
    await lives(100, running.child);
    const tookMs = await endsBy('SIGINT', running.child);
    expect(running.child.exitCode).toBe(130);
    // The first one alone would wait 0.2 s longer, for the reader that does not read.
    expect(tookMs).toBeLessThan(100);
    running.child.stdout?.resume();
    await running.ended;
  });
});
