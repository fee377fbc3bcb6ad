/** An import that is killed, stopped or run twice at once, as real processes: repeated, it is what one import would have been. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { endsBy } from '../support/own-time.ts';
import { type Running, start } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';
import { conversationsHome, type Home } from './conversations-home.ts';

/** Of its own time. */
const SOON_MS = 200;

/** Many small conversations, and one that takes several transactions. */
const SIZES = [...Array.from({ length: 30 }, () => 30), 4000, ...Array.from({ length: 10 }, () => 30)];
const MESSAGES = SIZES.reduce((sum, size) => sum + size, 0);

function exportFile(home: Home, sizes: readonly number[] = SIZES): string {
  const conversations = sizes.map((size, conversation) => ({
    ...{ title: `Talk ${conversation}`, create_time: 1_760_000_000 + conversation, conversation_id: `c${conversation}` },
    mapping: Object.fromEntries(
      Array.from({ length: size }, (_, index) => [
        `c${conversation}-${index}`,
        {
          parent: index === 0 ? null : `c${conversation}-${index - 1}`,
          children: index === size - 1 ? [] : [`c${conversation}-${index + 1}`],
          message: {
            author: { role: index % 2 ? 'assistant' : 'user' },
            content: { content_type: 'text', parts: [`message ${index} of ${conversation} ${'with some more words '.repeat(20)}`] },
          },
        },
      ]),
    ),
  }));
  const file = join(home.path, 'conversations.json');
  writeFileSync(file, JSON.stringify(conversations));
  return file;
}

/** Another program that writes. */
function locked(home: Home): { release(): void; [Symbol.dispose](): void } {
  const database = new Database(home.file);
  database.exec('BEGIN IMMEDIATE');
  const release = () => void database.close();
  return { release, [Symbol.dispose]: release };
}

/** How many messages are in the database now. */
function countIn(home: Home): number {
  if (!existsSync(home.file)) return 0;
  const database = new Database(home.file, { readonly: true, timeout: 5000 });
  try {
    return Number(database.prepare('SELECT count(*) FROM messages').pluck().get());
  } catch {
    // Its tables are just being made.
    return 0;
  } finally {
    database.close();
  }
}

/** False when it ended before. */
async function holds(home: Home, messages: number, { child }: Running): Promise<boolean> {
  while (countIn(home) < messages) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    await delay(2);
  }
  return child.exitCode === null;
}

/** All conversations by their source, with the places of messages instead of their ids. */
function contentOf(store: Store): unknown[] {
  expect(store.check().problems).toEqual([]);
  return store
    .list({ archived: 'any' })
    .map(({ id }) => {
      const { id: _, activeMessage, messages, ...facts } = store.exportConversation(id)!;
      const places = new Map(messages.map((message, index) => [message.id, index]));
      const tree = messages.map((message) => ({ ...message, id: places.get(message.id), parent: places.get(message.parent ?? -1) }));
      return { ...facts, activeMessage: places.get(activeMessage ?? -1), messages: tree };
    })
    .sort((one, other) => ((one.source?.id ?? '') < (other.source?.id ?? '') ? -1 : 1));
}

async function whole(): Promise<unknown[]> {
  using home = conversationsHome();
  expect(await home.sotto(['import', exportFile(home)])).toMatchObject({
    code: 0,
    stdout: `Added ${SIZES.length} conversations (${MESSAGES} messages).\n`,
  });
  return home.fill(contentOf);
}

describe('an import', async () => {
  const expected = await whole();

  it('that is killed again and again loses nothing and does nothing twice', async () => {
    using home = conversationsHome();
    const file = exportFile(home);
    let kills = 0;
    while (kills < 6) {
      const running = start(['import', file], { home: home.path });
      const isThere = await holds(home, Math.min(MESSAGES - 50, countIn(home) + 1 + Math.random() * 900), running);
      running.child.kill('SIGKILL');
      await running.ended;
      if (!isThere) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(2);
    await home.sotto(['import', file]);
    expect(home.fill(contentOf)).toEqual(expected);
    expect((await home.sotto(['import', file])).stdout).toBe(`Added 0 conversations (0 messages); ${SIZES.length} were there already.\n`);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that gets %s ends at once, keeps what is there and says so', async (signal, code) => {
    using home = conversationsHome();
    const sizes = [...Array(30).fill(30), 20_000];
    const file = exportFile(home, sizes);
    const running = start(['import', file], { home: home.path });
    // In the middle of the long conversation.
    expect(await holds(home, 1200, running)).toBe(true);
    const tookMs = await endsBy(signal, running.child);
    const ended = await running.ended;
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(tookMs).toBeLessThan(SOON_MS);
    const said = /Stopped; added so far: 31 conversations \((\d+) messages\)\./.exec(ended.stderr);
    expect(Number(said?.[1])).toBe(countIn(home));
    const rest = 20_900 - countIn(home);
    expect(rest).toBeGreaterThan(0);
    expect((await home.sotto(['import', file])).stdout).toBe(
      `Added 0 conversations (0 messages) and ${rest} messages to 1 other; 30 were there already.\n`,
    );
    home.fill((store) => {
      const long = store.list().find(({ messageCount }) => messageCount === 20_000);
      expect(store.path(long?.id ?? '')).toHaveLength(20_000);
    });
  });

  it('beside another one of the same file does nothing twice', async () => {
    using home = conversationsHome();
    const file = exportFile(home);
    const runs = await Promise.all([0, 1, 2].map(() => home.sotto(['import', file])));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(home.fill(contentOf)).toEqual(expected);
  });

  it('shows on a terminal how far it is, and nothing of that stays', async () => {
    using home = conversationsHome();
    exportFile(home, Array(30).fill(30));
    home.fill(() => {});
    using lock = locked(home);
    const terminal = openTerminal(['import', 'conversations.json'], { home: home.path });
    await terminal.shows('importing: 1 s');
    lock.release();
    await terminal.ended;
    const lines = await terminal.lines();
    expect(lines.at(-1)).toBe('Added 30 conversations (900 messages).');
    expect(lines.join('\n')).not.toContain('importing');
  });
});
