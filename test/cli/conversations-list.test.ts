import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/format/width.ts';
import { addTurn, conversationsHome, DAY_MS, HOUR_MS, jsonOf, onTerminal, uncoloured } from './conversations-home.ts';

const NOW = Date.now();

/** Three conversations: today, three days ago, forty days ago. */
function filledHome() {
  const home = conversationsHome();
  const ids = {
    old: home.fill(
      (store) => addTurn(store, { prompt: 'Explain monads', model: 'claude-sonnet-4-5', provider: 'anthropic', usd: 0.5 }),
      NOW - 40 * DAY_MS,
    ).conversation,
    middle: home.fill(
      (store) => {
        const { conversation } = addTurn(store, { prompt: 'Squash three commits', usd: 0.0021, folder: join(home.path, 'work') });
        addTurn(store, { conversation, prompt: 'and without an editor?' });
        store.tag(conversation, 'git');
        store.pin(conversation, true);
        return conversation;
      },
      NOW - 3 * DAY_MS,
    ),
    recent: home.fill((store) => addTurn(store, { prompt: 'What is 東京 like in spring?', folder: home.path }), NOW - 2 * HOUR_MS)
      .conversation,
  };
  return { home, ids, [Symbol.dispose]: () => home[Symbol.dispose]() };
}

const titles = (result: { conversations: { title: string }[] }) => result.conversations.map(({ title }) => title);

describe('sotto list', () => {
  it('prints the newest first, in columns, whole and without colour in a pipe', async () => {
    using filled = filledHome();
    const { home, ids } = filled;
    const { code, stdout, stderr } = await home.sotto(['list']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, 'TIME'))).toEqual([
      'id            when              model                        msgs       cost  title',
      `${ids.recent}  TIME  openai/gpt-4o-mini              2          –  What is 東京 like in spring?`,
      `${ids.middle}  TIME  openai/gpt-4o-mini              4  ≥ $0.0021  * Squash three commits #git`,
      `${ids.old}  TIME  anthropic/claude-sonnet-4-5     2      $0.50  Explain monads`,
      '',
    ]);
  });

  it('fits the terminal, where the title keeps most of the room', async () => {
    using filled = filledHome();
    const { text } = await onTerminal(filled.home, ['list'], { columns: 72 });
    const lines = uncoloured(text).trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    expect(lines[2]).toMatch(/ 3 days ago +gpt-4o-mini +4 +≥ \$0\.0021 {2}\* Squash three…$/);
  });

  it.each([
    [70, 'id when model msgs cost title'],
    [69, 'id when title'],
    [48, 'id when title'],
    [47, 'id title'],
    [40, 'id title'],
  ])('wraps nothing at %i columns and leaves out what has no room', async (columns, heads) => {
    using filled = filledHome();
    const lines = uncoloured((await onTerminal(filled.home, ['list'], { columns })).text)
      .trimEnd()
      .split('\n');
    expect(lines[0]?.split(/ +/).join(' ')).toBe(heads);
    expect(lines).toHaveLength(4);
    expect(Math.max(...lines.map((line) => displayWidth(line)))).toBeLessThanOrEqual(columns);
    expect(lines[3]).toMatch(columns < 70 ? / Explain monads$/ : / Explain/);
  });

  it.each([
    [['--since', '1d'], ['What is 東京 like in spring?']],
    [
      ['--until', '3d'],
      ['Squash three commits', 'Explain monads'],
    ],
    [
      ['-m', 'gpt-4o-mini'],
      ['What is 東京 like in spring?', 'Squash three commits'],
    ],
    [['-m', 'anthropic/claude-sonnet-4-5'], ['Explain monads']],
    [['-p', 'anthropic'], ['Explain monads']],
    [['--min-cost', '0.01'], ['Explain monads']],
    [['--tag', '#git'], ['Squash three commits']],
    [['--pinned'], ['Squash three commits']],
    [['--folder', 'work'], ['Squash three commits']],
    [['--folder'], ['What is 東京 like in spring?']],
    [['THREE', 'commits'], ['Squash three commits']],
    [['-n', '1'], ['What is 東京 like in spring?']],
  ])('chooses by %j', async (args, expected) => {
    using filled = filledHome();
    const cut = args[0] === '--until' ? ['--until', new Date(NOW - 3 * DAY_MS + HOUR_MS).toISOString()] : args;
    expect(titles(jsonOf(await filled.home.sotto(['list', ...cut, '--json'])))).toEqual(expected);
  });

  it('knows the aliases of the configuration', async () => {
    using filled = filledHome();
    await filled.home.sotto(['config', 'set', 'aliases.deep', 'anthropic/claude-sonnet-4-5']);
    expect(titles(jsonOf(await filled.home.sotto(['list', '-m', 'deep', '--json'])))).toEqual(['Explain monads']);
  });

  it('leaves out what is archived until it is asked for', async () => {
    using filled = filledHome();
    filled.home.fill((store) => store.archive(filled.ids.old, true));
    expect(titles(jsonOf(await filled.home.sotto(['list', '--json'])))).not.toContain('Explain monads');
    expect(titles(jsonOf(await filled.home.sotto(['list', '--archived', '--json'])))).toEqual(['Explain monads']);
  });

  it('gives every fact as JSON, unknown ones as null', async () => {
    using filled = filledHome();
    const { v, more, conversations } = jsonOf(await filled.home.sotto(['list', '--json']));
    expect([v, more]).toEqual([1, false]);
    expect(conversations[0]).toEqual({
      id: filled.ids.recent,
      title: 'What is 東京 like in spring?',
      titleSource: 'prompt',
      createdMs: NOW - 2 * HOUR_MS,
      updatedMs: NOW - 2 * HOUR_MS,
      provider: 'openai',
      model: 'gpt-4o-mini',
      messageCount: 2,
      pinned: false,
      archived: false,
      folder: filled.home.path,
      tags: [],
      forkedFrom: null,
      usage: { input: 10, output: 5, cacheRead: null, cacheWrite: null, reasoning: null },
      costUsd: null,
      unknownCosts: 1,
    });
  });

  it('shows twenty, says that there are more, and shows all with --all', async () => {
    using home = conversationsHome();
    home.fill((store) => {
      for (let count = 1; count <= 23; count++) addTurn(store, { prompt: `Question ${count}` });
    });
    expect((await home.sotto(['list'])).stdout.trimEnd().split('\n')).toHaveLength(21);
    expect(jsonOf(await home.sotto(['list', '--json'])).more).toBe(true);
    expect((await onTerminal(home, ['list'])).text).toContain('sotto: there are more: sotto list --all');
    expect((await home.sotto(['list', '--all'])).stdout.trimEnd().split('\n')).toHaveLength(24);
  });

  it('is friendly where nothing is, and makes no database', async () => {
    using home = conversationsHome();
    expect(await home.sotto(['list'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'sotto: there is no conversation yet. Begin one: sotto "…"\n',
    });
    expect(jsonOf(await home.sotto(['list', '--json']))).toEqual({ v: 1, conversations: [], more: false });
    expect(existsSync(home.file)).toBe(false);
  });

  it.each([
    [['--since', 'whenever'], '--since takes a time, and "whenever" is none.'],
    [['-n', '0'], '--limit takes a whole number from 1 on, and "0" is none.'],
    [['--min-cost', 'much'], '--min-cost takes an amount in US dollars, and "much" is none.'],
  ])('refuses %j', async (args, message) => {
    using home = conversationsHome();
    const { code, stdout, stderr } = await home.sotto(['list', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('keeps what a title holds away from the terminal', async () => {
    using home = conversationsHome();
    home.fill((store) => store.rename(addTurn(store, { prompt: 'hello' }).conversation, 'red\x1b[31m\u202eevil\x9b2J'));
    const { text } = await onTerminal(home, ['list'], { env: { NO_COLOR: '1' } });
    expect(text).toMatch(/evil/);
    expect(text).not.toMatch(/\x1b|\u202e|\x9b/);
  });
});
