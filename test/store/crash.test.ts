/** Kills processes while they stream, at random moments and hundreds of times, and looks at what is left. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Message, textOf } from '../../src/core/messages.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { bundleChild, ended, start } from './child-process.ts';
import { textOfPieces } from './children/pieces.ts';
import { realWorld } from './children/world.ts';
import { temporaryFolder } from './support.ts';

/** SOTTO_KILLS=2000 for a longer look. */
const KILLS = Number(process.env.SOTTO_KILLS ?? 200);
const AT_ONCE = 4;

describe('a process that is killed while it streams', () => {
  it(
    `keeps every prompt, every finished reply, and all but the last 250 ms or 4 KB of an open one (${KILLS} kills)`,
    async () => {
      const folder = temporaryFolder();
      const program = await bundleChild('stream');
      const file = join(folder, 'sotto.db');
      let started = 0;
      const seen = { interrupted: 0, complete: 0, text: 0 };
      const worker = async (): Promise<void> => {
        while (started < KILLS) {
          const seed = String(++started);
          const log = join(folder, `log-${seed}`);
          await runAndKill(program, file, log, seed);
          const store = openStore(realWorld(file));
          try {
            checkLog(store, log, seen);
          } finally {
            store.close();
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const store = openStore(realWorld(file));
      expect(store.check()).toMatchObject({ ok: true, problems: [] });
      store.close();
      // The moments were really spread: replies were caught open, with text and finished.
      expect(seen.interrupted).toBeGreaterThan(KILLS / 2);
      expect(seen.complete).toBeGreaterThan(0);
      expect(seen.text).toBeGreaterThan(KILLS / 4);
    },
    60_000 + KILLS * 400,
  );
});

async function runAndKill(program: string, file: string, log: string, seed: string): Promise<void> {
  const child = start(program, file, log, seed);
  const end = ended(child);
  while (!existsSync(log) && child.exitCode === null) await delay(2);
  await delay(Math.random() < 0.4 ? Math.random() * 20 : Math.random() * 450);
  child.kill('SIGKILL');
  // A child that failed by itself says why.
  expect(await end).toEqual({ code: null, signal: 'SIGKILL', stdout: '', stderr: '' });
}

type Turn = { conversation: string | undefined; takes: { atMs: number; index: number }[]; done: number | undefined };

function checkLog(store: Store, log: string, seen: { interrupted: number; complete: number; text: number }): void {
  for (const [name, turn] of turnsIn(log)) {
    if (turn.conversation === undefined) {
      // Killed between the two notes: the prompt is there whole, or not at all.
      const found = store
        .search({ text: `"prompt ${name}"`, fields: ['prompt'] })
        .hits.filter((hit) => hit.snippet.text === `prompt ${name}`);
      expect(found.length).toBeLessThanOrEqual(1);
      continue;
    }
    const [prompt, reply, ...rest] = store.path(turn.conversation);
    expect(rest).toEqual([]);
    expect(prompt?.status).toBe('complete');
    expect(text(prompt?.message)).toBe(`prompt ${name}`);
    expect(['interrupted', 'complete']).toContain(reply?.status);
    const stored = text(reply?.message);
    if (turn.done !== undefined) {
      seen.complete++;
      expect(reply?.status).toBe('complete');
      expect(stored).toBe(textOfPieces(name, turn.done));
      continue;
    }
    checkPartial(name, turn, stored, reply?.status ?? '', seen);
  }
}

function checkPartial(name: string, { takes }: Turn, stored: string, status: string, seen: { interrupted: number; text: number }): void {
  const taken = takes.length;
  if (status === 'interrupted') seen.interrupted++;
  if (stored !== '') seen.text++;
  const whole = textOfPieces(name, taken);
  expect(whole.startsWith(stored), 'what is stored is the beginning of what was sent').toBe(true);
  if (status === 'complete') return;
  // The last note was written before its piece was taken: nothing is promised of that one.
  const before = takes.at(-2);
  if (!before) return;
  const promised = takes.filter(({ atMs }) => atMs <= before.atMs - 250).length;
  expect(stored.length, 'what came 250 ms ago is on disk').toBeGreaterThanOrEqual(textOfPieces(name, promised).length - 1);
  const lost = Buffer.byteLength(textOfPieces(name, taken - 1).slice(stored.length));
  expect(lost, 'at most 4 KB are lost').toBeLessThan(4096 + 400);
}

function turnsIn(log: string): Map<string, Turn> {
  const turns = new Map<string, Turn>();
  let open: Turn | undefined;
  for (const line of readFileSync(log, 'utf8').split('\n').slice(0, -1)) {
    const [what, first = '', second = ''] = line.split(' ');
    if (what === 'begin') {
      open = { conversation: undefined, takes: [], done: undefined };
      turns.set(first, open);
    }
    if (open && what === 'begun') open.conversation = second;
    if (open && what === 'take') open.takes.push({ atMs: Number(first), index: Number(second) });
    if (open && what === 'done') open.done = Number(second);
  }
  return turns;
}

function text(message: Message | undefined): string {
  return message ? textOf(message) : '';
}

it('a program of a test that is gone ends by itself', async () => {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  const child = start(await bundleChild('stream'), join(folder, 'sotto.db'), log, '1');
  while (!existsSync(log)) await delay(10);
  const end = ended(child);
  // What the system does with the pipe of a process that is killed.
  child.stdin?.destroy();
  expect(await end).toMatchObject({ code: 0, stderr: '' });
});
