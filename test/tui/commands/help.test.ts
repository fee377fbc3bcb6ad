/** The help: everything on one screen, in any window. */
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../../src/format/theme.ts';
import { displayWidth } from '../../../src/format/width.ts';
import { helpLines } from '../../../src/tui/commands/help.ts';
import { COMMANDS } from '../../../src/tui/commands/list.ts';
import { openServers } from '../../../src/tui/servers.ts';
import { fakePort } from '../fake-servers.ts';
import { type FakeOptions, fakeActions } from './fake-actions.ts';

function help(columns: number, rows: number): string[] {
  return helpLines(COMMANDS, { columns: columns - 1, rows, theme: PLAIN_THEME });
}

async function run(argument: string, options: FakeOptions = {}): Promise<string[]> {
  const { actions, seen } = fakeActions(options);
  await COMMANDS.find(({ name }) => name === 'help')?.run(argument, actions);
  return seen;
}

describe('/help', () => {
  it('tells of a prompt of a server, and completes those that are known', async () => {
    const servers = openServers(fakePort(), new AbortController().signal);
    expect(await run('/own:review', { actions: { servers } })).toEqual([
      '/own:review language=…  Reviews code',
      '  thoroughly',
      '  language: which one',
      '  A prompt of the MCP server own.',
      '',
    ]);
    expect((await run('own:trip_plan', { actions: { servers } }))[0]).toBe('/own:trip_plan to=… days=… [by=…]');
    await expect(run('own:walk', { actions: { servers } })).rejects.toThrow('The MCP server own has no prompt "walk".');
    expect(await run('nobody:walk', { actions: { servers } })).toEqual(['warning: There is no command /nobody:walk.']);
    const help = COMMANDS.find(({ name }) => name === 'help');
    expect(await help?.complete?.('', fakeActions({ actions: { servers } }).actions)).toContain('own:trip_plan');
  });

  it.each([
    [80, 24],
    [40, 24],
    [40, 10],
    [200, 60],
    [60, 16],
    [20, 24],
  ])('fits a window of %i by %i, with the input and the status line below', (columns, rows) => {
    const lines = help(columns, rows);
    const live = rows >= 16 ? 4 : 3;
    expect(lines.length).toBeLessThanOrEqual(Math.max(rows - live, 0));
    for (const line of lines) expect(displayWidth(line)).toBeLessThan(columns);
    const words = lines.join(' ');
    for (const { name } of COMMANDS) expect(words, name).toContain(`/${name}`);
  });

  it('says what each command does, and which keys there are, in 80 columns', () => {
    const words = help(80, 24).join('\n');
    for (const { summary } of COMMANDS) expect(words).toContain(summary);
    expect(words).toContain('Enter sends');
    expect(words).toContain('Ctrl+R');
  });

  it('is one command a line where it is read out, and names no key that is not there', async () => {
    const lines = await run('', { actions: { isLinear: true } });
    expect(lines[0]).toBe('/retry: another answer');
    for (const { name, summary } of COMMANDS) expect(lines).toContain(`/${name}: ${summary}`);
    expect(lines.join('\n')).not.toMatch(/Ctrl\+[JRTG]|Tab|Esc/);
  });

  it('tells all about one command', async () => {
    expect(await run('copy')).toEqual([
      '/copy [number|all]  reply or code block',
      '  /copy      the last reply, as Markdown',
      '  /copy 2    the code block with [2] above it, without the fences',
      '  /copy all  the whole conversation, as Markdown',
      '  Also: /c',
      '',
    ]);
    expect((await run('/exit'))[0]).toBe('/quit  leave');
    const narrow = await run('copy', { actions: { size: () => ({ columns: 40, rows: 24 }) } });
    expect(narrow.slice(1, 5)).toEqual([
      '  /copy      the last reply, as',
      '             Markdown',
      '  /copy 2    the code block with [2]',
      '             above it, without the',
    ]);
  });

  it('says that there is no such command', async () => {
    expect(await run('cpoy')).toEqual(['warning: There is no command /cpoy. Did you mean /copy?']);
  });
});
