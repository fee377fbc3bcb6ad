import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addTurn, conversationsHome, jsonOf, onTerminal } from './conversations-home.ts';

function homeWith(...prompts: string[]) {
  const home = conversationsHome();
  const ids = home.fill((store) => prompts.map((prompt) => addTurn(store, { prompt, reply: `${prompt}: yes` }).conversation));
  return { home, ids: ids as [string, ...string[]], [Symbol.dispose]: () => home[Symbol.dispose]() };
}

describe('sotto rename', () => {
  it('sets the title, which a model may not change any more', async () => {
    using filled = homeWith('How do I squash?');
    const { home, ids } = filled;
    expect(await home.sotto(['rename', ids[0].slice(0, 11), 'Squashing', 'commits'])).toMatchObject({
      ...{ code: 0, stdout: '', stderr: `Renamed ${ids[0]} from "How do I squash?" to "Squashing commits".\n` },
    });
    expect(home.fill((store) => store.conversation(ids[0]))).toMatchObject({ title: 'Squashing commits', titleSource: 'user' });
    expect(jsonOf(await home.sotto(['rename', 'squashing', 'New', '--json']))).toEqual({ v: 1, id: ids[0], title: 'New' });
  });

  it('refuses an empty title', async () => {
    using filled = homeWith('How?');
    expect(await filled.home.sotto(['rename', 'How?', ' '])).toMatchObject({ code: 2, stdout: '' });
    expect(filled.home.fill((store) => store.conversation(filled.ids[0])?.title)).toBe('How?');
  });
});

describe('sotto delete', () => {
  it('asks on a terminal, with title and size, and does nothing on Enter', async () => {
    using filled = homeWith('How do I squash?');
    const { home, ids } = filled;
    const kept = await onTerminal(home, ['delete', ids[0]], { answer: '\r' });
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.text).toContain(`Delete "How do I squash?" (${ids[0]}), 2 messages? It cannot be brought back. [y/N] `);
    expect(kept.text).toContain('Nothing was deleted.');
    expect(home.fill((store) => store.list())).toHaveLength(1);
    expect((await onTerminal(home, ['delete', ids[0]], { answer: 'y\r' })).text).toContain('Deleted "How do I squash?"');
    expect(home.fill((store) => store.list())).toHaveLength(0);
  });

  it('is cancelled by Ctrl+C at the question', async () => {
    using filled = homeWith('How do I squash?');
    expect((await onTerminal(filled.home, ['delete', filled.ids[0]], { answer: '\x03' })).code).toBe(130);
    expect(filled.home.fill((store) => store.list())).toHaveLength(1);
  });

  it('needs --yes where nobody can be asked', async () => {
    using filled = homeWith('one', 'two');
    const ended = await filled.home.sotto(['delete', 'one', 'two']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toBe(`sotto: Nobody is there to confirm; nothing was deleted.\nRun: sotto delete ${filled.ids.join(' ')} --yes\n`);
    expect(filled.home.fill((store) => store.list())).toHaveLength(2);
  });

  it('deletes several, one named twice, and leaves no byte of them', async () => {
    using filled = homeWith('zanzibar one', 'zanzibar two', 'other');
    const { home, ids } = filled;
    const ended = await home.sotto(['delete', ids[0], ids[1] ?? '', 'zanzibar one', '--yes', '--json']);
    expect(jsonOf(ended)).toEqual({ v: 1, deleted: [ids[0], ids[1]], removed: 2, erased: true, failed: [] });
    expect(home.fill((store) => store.list()).map(({ title }) => title)).toEqual(['other']);
    expect(readFileSync(home.file).includes('zanzibar')).toBe(false);
  });

  it('deletes nothing when one of them is not known', async () => {
    using filled = homeWith('one', 'two');
    expect(await filled.home.sotto(['delete', filled.ids[0], 'three', '--yes'])).toMatchObject({ code: 2 });
    expect(filled.home.fill((store) => store.list())).toHaveLength(2);
  });

  it('does not take a part of a title for an answer with --yes', async () => {
    using filled = homeWith('How do I squash?');
    const { code, stderr } = await filled.home.sotto(['delete', 'squash', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('"squash" is only a part of a title; nothing was deleted.');
    expect(await filled.home.sotto(['delete', 'how do i SQUASH?', '--yes'])).toMatchObject({ code: 0 });
  });
});

describe('sotto fork', () => {
  it('prints the id of the copy alone', async () => {
    using home = conversationsHome();
    const ids = home.fill((store) => {
      const first = addTurn(store, { prompt: 'one' });
      addTurn(store, { conversation: first.conversation, prompt: 'two' });
      return first;
    });
    const { code, stdout, stderr } = await home.sotto(['fork', 'one', '--at', String(ids.reply)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[0-9a-z]{12}\n$/);
    expect(stderr).toBe(`Copied 2 messages of "one" (${ids.conversation}) as "one (fork)".\n`);
    expect(home.fill((store) => store.conversation(stdout.trim()))).toMatchObject({
      ...{ messageCount: 2, forkedFrom: { conversation: ids.conversation, message: ids.reply } },
    });
    expect(jsonOf(await home.sotto(['fork', ids.conversation, '--json']))).toMatchObject({ v: 1, messageCount: 4 });
  });

  it('gives every copy a title that finds it alone', async () => {
    using home = conversationsHome();
    home.fill((store) => addTurn(store, { prompt: 'one' }));
    const titles: string[] = [];
    for (const reference of ['one', 'ONE', 'one (fork)']) titles.push(jsonOf(await home.sotto(['fork', reference, '--json'])).title);
    expect(titles).toEqual(['one (fork)', 'one (fork 2)', 'one (fork 3)']);
    for (const title of ['one', ...titles])
      expect(home.fill((store) => store.find(title))).toMatchObject({ kind: 'one', conversation: { title } });
  });

  it('keeps who made the title, and shortens a long one rather than its number', async () => {
    using home = conversationsHome();
    const original = home.fill((store) => {
      const { conversation } = addTurn(store, { prompt: 'x' });
      store.rename(conversation, 'word '.repeat(40), 'model');
      return conversation;
    });
    for (const end of ['… (fork)', '… (fork 2)']) {
      const { id } = jsonOf(await home.sotto(['fork', original, '--json']));
      const { title = '', titleSource } = home.fill((store) => store.conversation(id)) ?? {};
      expect([title.slice(-end.length), titleSource]).toEqual([end, 'model']);
    }
  });

  it('refuses a message of another conversation', async () => {
    using filled = homeWith('one', 'two');
    const { code, stderr } = await filled.home.sotto(['fork', 'one', '--at', '4']);
    expect(code).toBe(2);
    expect(stderr).toContain(`The conversation ${filled.ids[0]} has no message 4.\nSee: sotto show ${filled.ids[0]} --tree`);
  });
});

describe('sotto tag', () => {
  it('puts tags on, takes them off, and lists them', async () => {
    using filled = homeWith('one', 'two');
    const { home, ids } = filled;
    expect((await home.sotto(['tag', 'one', 'work', '#git'])).stderr).toBe(`"one" (${ids[0]}) has now: #git #work\n`);
    await home.sotto(['tag', 'two', 'work']);
    expect((await home.sotto(['tag', 'one'])).stdout).toBe('git\nwork\n');
    expect((await home.sotto(['tag'])).stdout).toBe('tag   conversations\nwork              2\ngit               1\n');
    expect(jsonOf(await home.sotto(['tag', 'one', 'git', '--remove', '--json']))).toEqual({ v: 1, id: ids[0], tags: ['work'] });
    expect(jsonOf(await home.sotto(['tag', '--json'])).tags).toEqual([{ tag: 'work', conversations: 2 }]);
  });

  it('refuses what is no tag', async () => {
    using filled = homeWith('one');
    expect(await filled.home.sotto(['tag', 'one', '#'])).toMatchObject({ code: 2 });
    expect(await filled.home.sotto(['tag', 'one', '--remove'])).toMatchObject({ code: 2 });
  });
});

describe('sotto pin and sotto archive', () => {
  it('set their mark and take it off', async () => {
    using filled = homeWith('one', 'two');
    const { home, ids } = filled;
    expect((await home.sotto(['pin', 'one', 'two'])).stderr).toBe(`Pinned "one" (${ids[0]}).\nPinned "two" (${ids[1]}).\n`);
    expect((await home.sotto(['pin', 'one', '--off'])).stderr).toBe(`"one" (${ids[0]}) is not pinned any more.\n`);
    expect(home.fill((store) => store.list({ pinned: true })).map(({ id }) => id)).toEqual([ids[1]]);
    expect(jsonOf(await home.sotto(['archive', 'one', '--json']))).toEqual({ v: 1, conversations: [{ id: ids[0], archived: true }] });
    expect(home.fill((store) => store.list()).map(({ id }) => id)).toEqual([ids[1]]);
    await home.sotto(['archive', 'one', '--off']);
    expect(home.fill((store) => store.list())).toHaveLength(2);
  });
});

describe('the help of commands about conversations', () => {
  it.each([
    'list',
    'show',
    'search',
    'last',
    'rename',
    'tag',
    'pin',
    'archive',
    'fork',
    'delete',
    'db',
    'db check',
    'db backup',
    'db restore',
    'db vacuum',
    'db path',
  ])('has examples for %s', async (name) => {
    using home = conversationsHome();
    expect((await home.sotto([...name.split(' '), '--help'])).stdout).toMatch(/Examples?:\n {2}\S/);
  });
});
