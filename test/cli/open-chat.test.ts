/** The chat of the command's world: which files it makes, and when. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type OpenedChat, openChat } from '../../src/compose/open-chat.ts';
import { databaseFile } from '../../src/compose/open-store.ts';
import { openWorld } from '../../src/compose/world.ts';
import { loadSettings } from '../../src/config/load.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { textOf } from '../../src/core/messages.ts';
import { temporaryFolder } from '../store/support.ts';
import { fakeContext } from '../support/context.ts';

type World = OpenedChat & { database: string; say(text: string): Promise<void> };

/** The guide answers: it needs neither key nor network. */
function openTest({ home = temporaryFolder(), sets = [] as string[] } = {}): World {
  const paths = resolvePaths({ env: { SOTTO_HOME: home }, platform: 'linux', home });
  const context = fakeContext({ paths, date: () => 1_795_000_000_000, random: Math.random });
  const settings = loadSettings({ env: {}, paths: { configFile: join(home, 'none.json') }, sets });
  const world = openWorld(settings, context, () => {});
  const fail = (error: unknown) => {
    throw error;
  };
  const opened = openChat({ settings, context, world, notice: () => {}, onFailure: fail });
  return {
    ...opened,
    database: databaseFile(context),
    async say(text) {
      for await (const event of opened.chat.send({ text }, {}, new AbortController().signal)) {
        if (event.type === 'turn.end' && event.error) fail(new Error(event.error.message));
      }
    },
  };
}

describe('the store of a chat', () => {
  it('is made with the first prompt, not before', async () => {
    const test = openTest();
    await test.chat.choose(new AbortController().signal);
    expect(existsSync(test.database)).toBe(false);
    await test.say('How do I start?');
    expect(existsSync(test.database)).toBe(true);
    await test.chat.close();
  });

  it('is the one that the chat writes to, and is closed with it', async () => {
    const test = openTest();
    await test.say('How do I start?');
    const store = await test.openStore();
    expect(store?.prompts({ limit: 5 })).toEqual(['How do I start?']);
    expect(await test.openStore()).toBe(store);
    await test.chat.close();
    expect(() => store?.list()).toThrow();
  });

  it.each(['private=true', 'save=false'])('is not made with %s, but one that is there is read', async (set) => {
    const home = temporaryFolder();
    const fresh = openTest({ home, sets: [set] });
    await fresh.say('Hello');
    expect(await fresh.openStore()).toBeUndefined();
    await expect(fresh.chat.resume('1m7wqqngw7er')).rejects.toThrow('No conversations are kept here');
    await fresh.chat.close();
    expect(existsSync(fresh.database)).toBe(false);

    const keeping = openTest({ home });
    await keeping.say('How do I start?');
    const id = keeping.chat.state.conversation ?? '';
    await keeping.chat.close();
    const reading = openTest({ home, sets: [set] });
    await reading.chat.resume(id);
    await reading.say('And then?');
    expect(reading.chat.path().map(({ message }) => textOf(message))[2]).toBe('And then?');
    expect((await reading.openStore())?.tree(id)).toHaveLength(2);
    await reading.chat.close();
  });

  it('is made when a private chat is private no longer', async () => {
    const test = openTest({ sets: ['private=true'] });
    await test.say('Hello');
    test.chat.setPrivate(false);
    await test.say('How do I start?');
    expect((await test.openStore())?.prompts({ limit: 5 })).toEqual(['How do I start?']);
    await test.chat.close();
  });
});
