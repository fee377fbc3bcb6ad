/** The tree of a conversation: edited prompts, other answers, what was taken back, copies. */
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/messages.ts';
import { type ChatTest, type ChatTestOptions, openChatTest, signal } from './chat-support.ts';

/** A chat with the turns One and Two. */
async function twoTurns(options: ChatTestOptions = {}): Promise<ChatTest> {
  const test = openChatTest(options);
  await test.say('One');
  await test.say('Two');
  return test;
}

const idOf = (test: ChatTest, index: number): number => test.chat.path()[index]?.id ?? Number.NaN;
const leaves = (test: ChatTest) => test.chat.branches().map(({ prompt, messageCount, isActive }) => [prompt, messageCount, isActive]);

/** The same in the store and where nothing is written. */
const MODES: [string, ChatTestOptions][] = [
  ['kept', {}],
  ['private', { overrides: { private: true } }],
  ['not saved', { sets: ['save=false'] }],
];

describe.each(MODES)('a conversation that is %s', (mode, options) => {
  const isKept = mode === 'kept';
  const stored = async (test: ChatTest) => (isKept ? (await test.store()).path(test.chat.state.conversation ?? '') : undefined);

  it('has a branch beside a prompt that is sent anew', async () => {
    const test = await twoTurns(options);
    await test.say('Two, better', { replaces: idOf(test, 2) });
    expect(test.texts()).toEqual(['One', 're: One 1', 'Two, better', 're: Two, better 3']);
    expect(test.asked[2]?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'Two, better']);
    expect(leaves(test)).toEqual([
      ['Two, better', 4, true],
      ['Two', 4, false],
    ]);
    if (isKept) expect((await stored(test))?.map(({ message }) => textOf(message))).toEqual(test.texts());
  });

  it('begins again beside its first prompt', async () => {
    const test = await twoTurns(options);
    await test.say('Instead', { replaces: idOf(test, 0) });
    expect(test.texts()).toEqual(['Instead', 're: Instead 3']);
    expect(test.chat.path()[0]).toMatchObject({ parent: null });
    if (isKept) expect((await stored(test))?.[0]).toMatchObject({ parent: null, message: { parts: [{ text: 'Instead' }] } });
  });

  it('takes another answer beside the one that is there', async () => {
    const test = await twoTurns(options);
    const prompt = idOf(test, 2);
    await test.follow(test.chat.retry(signal()));
    expect(test.texts()).toEqual(['One', 're: One 1', 'Two', 're: Two 3']);
    expect(idOf(test, 2)).toBe(prompt);
    expect(test.asked[2]?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'Two']);
    expect(leaves(test)).toEqual([
      ['Two', 4, true],
      ['Two', 4, false],
    ]);
    expect(test.chat.branches().map(({ reply }) => reply)).toEqual(['re: Two 3', 're: Two 2']);
    if (isKept) expect((await test.store()).tree(test.chat.state.conversation ?? '')).toHaveLength(5);
  });

  it('takes back its last turn, and gives its prompt', async () => {
    const test = await twoTurns(options);
    expect(await test.chat.undo()).toEqual({ text: 'Two' });
    expect(test.texts()).toEqual(['One', 're: One 1']);
    if (isKept) expect(await stored(test)).toHaveLength(2);
    expect(await test.chat.undo()).toEqual({ text: 'One' });
    expect(await test.chat.undo()).toBeUndefined();
    if (isKept) expect(await stored(test)).toEqual([]);
    await test.say('Anew');
    expect(test.texts()).toEqual(['Anew', 're: Anew 3']);
    expect(leaves(test)).toEqual([
      ['Anew', 2, true],
      ['Two', 4, false],
    ]);
  });

  it('goes back to any of its branches, and on from there', async () => {
    const test = await twoTurns(options);
    await test.say('Two, better', { replaces: idOf(test, 2) });
    const other = test.chat.branches().find(({ isActive }) => !isActive);
    await test.chat.activate(other?.leaf ?? 0);
    expect(test.texts()).toEqual(['One', 're: One 1', 'Two', 're: Two 2']);
    expect(test.chat.state.contextTokens).toBe(15);
    if (isKept) expect((await stored(test))?.map(({ message }) => textOf(message))).toEqual(test.texts());
    await test.say('Three');
    expect(test.asked[3]?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'Two', 're: Two 2', 'Three']);
    if (isKept) expect((await stored(test))?.map(({ message }) => textOf(message))).toEqual(test.texts());
  });

  it('edits a prompt of a branch that is not the active one', async () => {
    const test = await twoTurns(options);
    const two = idOf(test, 2);
    await test.say('Other', { replaces: idOf(test, 0) });
    await test.say('Two, again', { replaces: two });
    expect(test.texts()).toEqual(['One', 're: One 1', 'Two, again', 're: Two, again 4']);
  });

  it('refuses what is not there', async () => {
    const test = await twoTurns(options);
    await expect(test.chat.activate(999_999)).rejects.toThrow('This conversation has no message 999999.');
    expect(() => test.chat.send({ text: 'x' }, { replaces: 999_999 }, signal())).toThrow('no message 999999');
    expect(() => test.chat.send({ text: 'x' }, { replaces: idOf(test, 1) }, signal())).toThrow('Only a message of your own');
    expect(() => openChatTest(options).chat.retry(signal())).toThrow('There is no prompt yet');
    expect(test.texts()).toHaveLength(4);
  });

  it('is left behind by a new one', async () => {
    const test = await twoTurns(options);
    const before = test.chat.state;
    test.chat.startNew();
    expect(test.chat.state).toMatchObject({
      conversation: undefined,
      title: undefined,
      model: 'tiny',
      contextTokens: undefined,
      totals: before.totals,
    });
    await test.say('New');
    expect(test.texts()).toEqual(['New', 're: New 3']);
    expect(test.chat.branches()).toHaveLength(1);
    if (isKept) expect(test.chat.state.conversation).not.toBe(before.conversation);
  });
});

describe('a copy', () => {
  it('goes up to a message, becomes the conversation, and leaves the original alone', async () => {
    const test = await twoTurns();
    const original = test.chat.state.conversation ?? '';
    const copy = await test.chat.fork(idOf(test, 1));
    expect(test.chat.state).toMatchObject({ conversation: copy, title: 'One (fork)' });
    await test.say('Otherwise');
    const store = await test.store();
    expect(store.path(copy).map(({ message }) => textOf(message))).toEqual(['One', 're: One 1', 'Otherwise', 're: Otherwise 3']);
    expect(store.path(original)).toHaveLength(4);
  });

  it('is whole without a message', async () => {
    const test = await twoTurns();
    await test.chat.fork();
    expect(test.texts()).toHaveLength(4);
  });

  it('is refused where nothing is kept', async () => {
    const isPrivate = await twoTurns({ overrides: { private: true } });
    await expect(isPrivate.chat.fork()).rejects.toThrow('This chat is private');
    await expect(openChatTest().chat.fork()).rejects.toThrow('There is nothing kept yet');
  });
});

describe('a conversation in two processes', () => {
  it('branches where both go on from the same place, and neither sees the other', async () => {
    const first = await twoTurns();
    const id = first.chat.state.conversation ?? '';
    const second = openChatTest({ file: first.file });
    await second.chat.resume(id);
    await Promise.all([first.say('Mine'), second.say('Yours')]);
    expect(first.texts().slice(4)).toEqual(['Mine', 're: Mine 3']);
    expect(second.texts().slice(4)).toEqual(['Yours', 're: Yours 1']);
    expect(first.chat.branches()).toHaveLength(2);
    await first.say('More');
    expect(first.asked.at(-1)?.request.messages.map(textOf)).not.toContain('Yours');
    expect(first.chat.branches().map(({ prompt }) => prompt)).toEqual(expect.arrayContaining(['More', 'Yours']));
  });

  it('goes on in memory when it is deleted meanwhile', async () => {
    const first = await twoTurns();
    const second = openChatTest({ file: first.file });
    (await second.store()).remove([first.chat.state.conversation ?? '']);
    await first.say('Three');
    expect(first.failures).toHaveLength(1);
    expect(first.texts()).toHaveLength(6);
  });
});
