/** A chat of which nothing is written, and one that changes its mind. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/messages.ts';
import { openChatTest, prompt, signal } from './chat-support.ts';

describe('a private chat', () => {
  it('makes no database, and answers, remembers and counts as always', async () => {
    const test = openChatTest({ overrides: { private: true }, sets: ['titleModel=tiny'] });
    await test.say('One');
    await test.follow(test.chat.aside(prompt('Aside'), signal()));
    await test.chat.rename('Secret');
    await test.say('Two');
    await test.chat.close();
    expect(existsSync(test.file)).toBe(false);
    expect(test.opened()).toBe(0);
    expect(test.asked.at(-1)?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'Two']);
    expect(test.asked).toHaveLength(3);
    expect(test.chat.state).toMatchObject({ conversation: undefined, title: 'Secret', isPrivate: true, totals: { turns: 2 } });
    expect(test.chat.path().every(({ id }) => id < 0)).toBe(true);
  });

  it('can begin in mid-conversation: the history is known, nothing more is written', async () => {
    const test = openChatTest();
    await test.say('One');
    test.chat.setPrivate(true);
    await test.say('Two');
    await test.chat.setSystem('Whisper.');
    await test.chat.rename('Secret');
    await test.follow(test.chat.aside(prompt('Aside'), signal()));
    expect(test.asked[1]?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'Two']);
    const store = await test.store();
    const id = test.chat.state.conversation ?? '';
    expect(store.tree(id)).toHaveLength(2);
    expect(store.totals({}).attempts).toBe(1);
    expect(store.conversation(id)).toMatchObject({ title: 'One', system: null });
  });

  it('leaves the stored path alone when a turn is taken back', async () => {
    const test = openChatTest();
    await test.say('One');
    test.chat.setPrivate(true);
    await test.say('Two');
    await test.chat.undo();
    await test.chat.undo();
    expect(test.texts()).toEqual([]);
    expect((await test.store()).path(test.chat.state.conversation ?? '')).toHaveLength(2);
  });
});

describe('a chat that is private no longer', () => {
  it('says what is kept from now on, and goes on below what was kept', async () => {
    const test = openChatTest();
    await test.say('One');
    test.chat.setPrivate(true);
    await test.say('Secret');
    test.chat.setPrivate(false);
    expect(test.notices).toEqual(['What was said in private stays out of what is kept, though the model still sees it.']);
    await test.say('Three');
    expect(test.texts()).toEqual(['One', 're: One 1', 'Secret', 're: Secret 2', 'Three', 're: Three 3']);
    const stored = (await test.store()).path(test.chat.state.conversation ?? '');
    expect(stored.map(({ message }) => textOf(message))).toEqual(['One', 're: One 1', 'Three', 're: Three 3']);
  });

  it('begins a conversation with its next message where there was none', async () => {
    const test = openChatTest({ overrides: { private: true } });
    await test.say('Secret');
    test.chat.setPrivate(false);
    await test.say('Open');
    expect(test.chat.state.title).toBe('Open');
    const store = await test.store();
    expect(store.path(store.last()?.id ?? '').map(({ message }) => textOf(message))).toEqual(['Open', 're: Open 2']);
  });

  it('keeps another answer to a private prompt to itself', async () => {
    const test = openChatTest({ overrides: { private: true } });
    await test.say('Secret');
    test.chat.setPrivate(false);
    await test.follow(test.chat.retry(signal()));
    expect(test.texts()).toEqual(['Secret', 're: Secret 2']);
    expect((await test.store()).last()).toBeUndefined();
  });

  it('says so where nothing is kept all the same', () => {
    const test = openChatTest({ overrides: { private: true }, sets: ['save=false'] });
    test.chat.setPrivate(false);
    expect(test.notices).toEqual(['Nothing is kept all the same: the setting save is off.']);
  });
});
