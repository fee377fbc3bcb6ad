import { describe, expect, it } from 'vitest';
import { addTurn, conversationsHome, DAY_MS, jsonOf, onTerminal, uncoloured } from './conversations-home.ts';

const NOW = Date.now();

function filledHome() {
  const home = conversationsHome();
  const ids = {
    git: home.fill(
      (store) => {
        const { conversation } = addTurn(store, {
          prompt: 'How do I squash commits?',
          reply: 'Use an interactive Rebase of the last three.',
        });
        addTurn(store, {
          conversation,
          prompt: 'And without an editor? rebase again?',
          reply: [
            { type: 'reasoning', text: 'Perhaps autosquash.' },
            { type: 'text', text: 'Réinitialise with reset.' },
            { type: 'tool_call', id: 'c', name: 'run_command', arguments: '{"command":"git reflog"}' },
          ],
        });
        store.tag(conversation, 'git');
        return conversation;
      },
      NOW - 5 * DAY_MS,
    ),
    tokyo: home.fill((store) => addTurn(store, { prompt: '東京の天気は？', reply: '晴れです', model: 'qwen3', provider: 'ollama' }), NOW)
      .conversation,
  };
  return { home, ids, [Symbol.dispose]: () => home[Symbol.dispose]() };
}

describe('sotto search', () => {
  it('prints one line per place in a pipe, and on stderr how many and where it looked', async () => {
    using filled = filledHome();
    const { code, stdout, stderr } = await filled.home.sotto(['search', 'rebase']);
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      [filled.ids.git, '3', expect.any(String), 'prompts', 'How do I squash commits?', 'And without an editor? rebase again?'],
      [filled.ids.git, '2', expect.any(String), 'replies', 'How do I squash commits?', 'Use an interactive Rebase of the last three.'],
    ]);
    expect(stderr).toBe('sotto: 2 places in 1 conversation. Looked everywhere for "rebase".\n');
  });

  it('groups places by conversation on a terminal, in its order, and paints what matched', async () => {
    using filled = filledHome();
    const { text } = await onTerminal(filled.home, ['search', 'rebase']);
    expect(text).toContain('Use an interactive \x1b[1mRebase\x1b[22m of');
    expect(uncoloured(text).split('\n')).toEqual([
      `${filled.ids.git}  How do I squash commits?`,
      '  reply · gpt-4o-mini · message 2 · 5 days ago',
      '  Use an interactive Rebase of the last three.',
      '  prompt · message 3 · 5 days ago',
      '  And without an editor? rebase again?',
      'sotto: 2 places in 1 conversation. Looked everywhere for "rebase".',
      '',
    ]);
  });

  it.each([
    [['squash', '--in', 'titles'], ['title']],
    [['autosquash'], ['reasoning']],
    [['reflog', '--in', 'tools,replies'], ['tool']],
    [['reflog', '--in', 'prompts'], []],
    [['reinit'], ['reply']],
    [['東京'], ['prompt']],
    [['東京', '--in', 'titles'], ['title']],
    [['"an editor"', 'again'], ['prompt']],
    [['rebase', '--until', '6d'], []],
    [['rebase', '-n', '1', '--tag', 'git'], ['prompt']],
    [['晴れ', '-m', 'qwen3', '-p', 'ollama'], ['reply']],
    [['rebase', '-p', 'ollama'], []],
  ])('finds %j', async (args, fields) => {
    using filled = filledHome();
    const { v, hits } = jsonOf(await filled.home.sotto(['search', ...args, '--json']));
    expect(v).toBe(1);
    expect(hits.map((hit: { fields: string[] }) => hit.fields[0]).sort()).toEqual(fields);
  });

  it('says that there are more, and what was looked for', async () => {
    using filled = filledHome();
    const { stderr } = await filled.home.sotto(['search', 'rebase', '-n', '1', '--in', 'prompts,replies']);
    const [, before] = /--before (\S+?)\)/.exec(stderr) ?? [];
    expect(stderr).toBe(
      `sotto: the first place; there is 1 more (-n 5, or go on with --before ${before}). Looked in prompts, replies for "rebase".\n`,
    );
    const first = jsonOf(await filled.home.sotto(['search', 'rebase', '-n', '1', '--json']));
    expect(first).toMatchObject({ more: true, remaining: 1, next: before, ranked: null, terms: ['rebase'] });
    const second = jsonOf(await filled.home.sotto(['search', 'rebase', '-n', '1', '--json', '--before', first.next]));
    expect(second).toMatchObject({ more: false, remaining: 0, next: null, hits: [{ message: 2 }] });
    expect(jsonOf(await filled.home.sotto(['search', 'rebase', '--json', '--all'])).hits).toHaveLength(2);
    const nothing = await filled.home.sotto(['search', 'rebase', '--before', '0.1']);
    expect(nothing.stderr).toBe('sotto: nothing found further back. Looked everywhere for "rebase".\n');
  });

  it('says out of what the best were chosen', async () => {
    using home = conversationsHome();
    home.fill((store) => {
      for (let index = 0; index < 520; index++) addTurn(store, { prompt: `kiwi ${index}`, reply: 'another kiwi' });
    }, NOW);
    const { stderr } = await home.sotto(['search', 'kiwi', '--rank', '-n', '3', '--in', 'prompts,replies']);
    expect(stderr).toContain('the best 3 places in ');
    expect(stderr).toMatch(/ of the newest 1,000; there are (many|1,037) more \(-n 15, the best of all: --all -n 3\)\. Looked/);
    const all = await home.sotto(['search', 'kiwi', '--rank', '--all', '-n', '3', '--in', 'prompts,replies']);
    expect(all.stderr).toMatch(/: the best 3 places in \d conversations?; there are 1,037 more \(-n 15\)\. Looked/);
  });

  it('ranks when asked', async () => {
    using home = conversationsHome();
    home.fill((store) => addTurn(store, { prompt: 'kiwi', reply: 'kiwi kiwi kiwi' }), NOW - DAY_MS);
    home.fill((store) => addTurn(store, { prompt: 'fruit', reply: `one kiwi among ${'many other words '.repeat(200)}` }), NOW);
    const first = async (args: string[]) => jsonOf(await home.sotto(['search', 'kiwi', '--json', ...args])).hits[0].conversation.title;
    expect(await first([])).toBe('fruit');
    expect(await first(['--rank'])).toBe('kiwi');
  });

  it('finds nothing without failing, also where nothing was ever said', async () => {
    using filled = filledHome();
    expect(await filled.home.sotto(['search', 'zebra'])).toMatchObject({
      ...{ code: 0, stdout: '', stderr: 'sotto: nothing found. Looked everywhere for "zebra".\n' },
    });
    using empty = conversationsHome();
    expect(await empty.sotto(['search', 'zebra'])).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    [['x', '--in', 'dreams'], 'There is no field "dreams" to search in.\nFields: titles, prompts, replies, reasoning, tools, files'],
    [[' '], 'There is nothing to look for.'],
    [['""'], 'There is nothing to look for in """".'],
    [['x', '--before', 'yesterday'], '--before takes a place that a search named, and "yesterday" is none.\nFor a date: --until'],
  ])('refuses %j', async (args, message) => {
    using filled = filledHome();
    const { code, stderr } = await filled.home.sotto(['search', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
