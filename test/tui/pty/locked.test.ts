/** The chat while another program has locked the database: keys are taken, nothing is lost, and it can be left. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../../src/core/messages.ts';
import { addTurn, conversationsHome, type Home } from '../../cli/conversations-home.ts';
import { lockedBy } from '../../support/locked.ts';
import { chat, type MockServer, startMockServer } from '../../support/mock-server.ts';
import { ownTimeOf } from '../../support/own-time.ts';
import { builtProgram } from '../../support/program.ts';
import { byHand, type ChatRun, KEYS, openChat } from './chat.ts';

let server: MockServer;
beforeAll(async () => {
  builtProgram();
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script = chat(['Fine.']);
});
afterAll(() => server.close());

/** Somebody was here before: the chat finds a database. */
function usedHome(): Home {
  const home = conversationsHome();
  home.fill((store) => addTurn(store, { prompt: 'before' }));
  return home;
}

/** What is kept of the newest conversation. */
function newest(home: Home): string[] {
  return home.fill((store) => {
    const [first] = store.list();
    return first ? store.path(first.id).map(({ message, status }) => `${message.role} ${status}: ${textOf(message)}`) : [];
  });
}

async function leave(run: ChatRun): Promise<void> {
  run.type(KEYS.ctrlD);
  await run.ended;
}

describe('a chat whose database another program has locked', () => {
  it.each(['writing', 'all'] as const)(
    'takes keys while a turn waits for it, and sends and keeps the turn when it is free (%s)',
    async (kind) => {
      using home = usedHome();
      const run = await openChat(server, { home: home.path });
      await using lock = await lockedBy(home, kind);
      run.type(`hi${KEYS.enter}`);
      await run.shows('Waiting for ');
      for (const key of 'next question') {
        run.type(key);
        const own = ownTimeOf(run.pty);
        await run.until((rows) => rows.some((row) => row.includes(key)));
        expect(own.ms()).toBeLessThan(1000);
      }
      await run.untilRow('> next question');
      expect(server.asked).toHaveLength(0);
      await lock.release();
      await run.untilRow('  Fine.');
      run.type(KEYS.backspace.repeat(20));
      await run.untilRow('>');
      await leave(run);
      expect(newest(home)).toEqual(['user complete: hi', 'assistant complete: Fine.']);
    },
  );

  it('stops waiting at Ctrl+C, and keeps that turn with the next one', async () => {
    using home = usedHome();
    const run = await openChat(server, { home: home.path });
    await using lock = await lockedBy(home, 'writing');
    run.type(`hi${KEYS.enter}`);
    await run.shows('Waiting for ');
    run.type(KEYS.ctrlC);
    await run.shows('stopped');
    await lock.release();
    run.type(`again${KEYS.enter}`);
    await run.untilRow('  Fine.');
    await leave(run);
    const kept = newest(home);
    expect(kept.filter((line) => line.startsWith('user'))).toEqual(['user complete: hi', 'user complete: again']);
    expect(kept.at(-1)).toBe('assistant complete: Fine.');
  });

  it('streams on when it is locked in the middle of a reply, which is kept whole afterwards', async () => {
    using home = usedHome();
    const answer = byHand();
    server.script = answer.script;
    const run = await openChat(server, { home: home.path });
    run.type(`hi${KEYS.enter}`);
    await server.next();
    answer.say('One.\n\n');
    await run.shows('One.');
    await using lock = await lockedBy(home, 'writing');
    answer.say('Two.\n\n');
    await run.shows('Two.');
    run.type('typed');
    await run.untilRow('> typed');
    answer.say('Three.');
    answer.end();
    await run.shows('Waiting for ');
    await lock.release();
    run.type(KEYS.backspace.repeat(5));
    await run.untilRow('>');
    await leave(run);
    expect(newest(home)).toEqual(['user complete: hi', 'assistant complete: One.\n\nTwo.\n\nThree.']);
  });

  it('is left at once when nothing has to be saved, and with Ctrl+C when something has', async () => {
    using home = usedHome();
    const run = await openChat(server, { home: home.path });
    await using _lock = await lockedBy(home, 'writing');
    await leave(run);
    const other = await openChat(server, { home: home.path });
    other.type(`hi${KEYS.enter}`);
    await other.shows('Waiting for ');
    other.type(KEYS.ctrlC);
    await other.shows('stopped');
    other.type(KEYS.ctrlD);
    await other.shows('sotto: Waiting for ');
    const own = ownTimeOf(other.pty);
    other.type(KEYS.ctrlC);
    await other.ended;
    expect(own.ms()).toBeLessThan(1000);
    expect(await other.text()).toContain('is not kept');
  });
});
