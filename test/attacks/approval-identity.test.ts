/** A yes to a tool of a server, or of one's own, and what is made of the tool afterwards: real servers, files and stored rules. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { McpServer, StdioServer } from '../../src/config/mcp/server.ts';
import { addToolRule } from '../../src/config/tool-rules.ts';
import { loadOwnTools } from '../../src/tools/own-tools.ts';
import { httpServer, openWorld, SERVER, stdioServer, type WorldOptions } from '../support/mcp.ts';
import { makeFolder, makePorts } from '../tools/support.ts';
import { openUser } from './user.ts';

const never = new AbortController().signal;
const CHANGED = 'It has changed since you allowed it, so it asks again.';
const SAYS = { message: 'hi' };
const NO = { folder: '/work', answer: 'no' } as const;
const ALWAYS = { folder: '/work', answer: 'always' } as const;

async function started(server: McpServer, options?: WorldOptions) {
  const world = openWorld([server], options);
  await world.hub.known(10_000, never);
  return world;
}

const newUser = () => openUser(join(makeFolder(), 'tool-rules.json'));

/** A user who has said "always" to echo of this server. */
async function allowedFor(server: McpServer) {
  const user = newUser();
  await using world = await started(server);
  expect(await user.call(world.tool('own__echo'), SAYS, ALWAYS)).toMatchObject({ output: 'Echo: hi', isAsked: true });
  user.newRun();
  return user;
}

describe('"always" for a tool of a server', () => {
  const home = stdioServer([], { env: { MODE: 'plain', API_TOKEN: 'one' } });

  it('goes on for the same server, whatever its keys are', async () => {
    const user = await allowedFor(home);
    for (const server of [home, { ...home, env: { ...home.env, API_TOKEN: 'two' } }]) {
      await using world = await started(server);
      expect(await user.call(world.tool('own__echo'), SAYS, NO)).toMatchObject({ output: 'Echo: hi', isAsked: false });
      // A yes to one of its tools is none to another.
      expect(await user.call(world.tool('own__folder'), {}, NO)).toMatchObject({ isAsked: true, note: undefined });
    }
    expect(user.requests[0]?.plan.covers).toBe('own__echo, while its server and the description of it stay as they are');
  });

  it.each<[string, Partial<StdioServer>]>([
    ['another command', { command: '/usr/bin/env', args: [process.execPath, SERVER] }],
    ['another argument', { args: [SERVER, '--more'] }],
    ['an argument less', { args: [`${SERVER}`], cwd: '/' }],
    ['another variable', { env: { ...home.env, NODE_OPTIONS: '--no-warnings' } }],
    ['a variable less', { env: { MODE: 'plain' } }],
    ['another value', { env: { ...home.env, MODE: 'other' } }],
    ['another folder', { cwd: '/tmp' }],
    ['another file that names it', { file: '/elsewhere/.mcp.json' }],
  ])('asks again for a server of the same name with %s, and says so', async (_, change) => {
    const user = await allowedFor(home);
    await using world = await started({ ...home, ...change });
    expect(await user.call(world.tool('own__echo'), SAYS, NO)).toMatchObject({ isAsked: true, note: CHANGED });
    // The yes to the new one takes none away from the old one.
    expect(await user.call(world.tool('own__echo'), SAYS, ALWAYS)).toMatchObject({ output: 'Echo: hi' });
    expect(await user.call(world.tool('own__echo'), SAYS, NO)).toMatchObject({ isAsked: false });
    await using before = await started(home);
    expect(await user.call(before.tool('own__echo'), SAYS, NO)).toMatchObject({ isAsked: false });
  });

  it('asks again at another address', async () => {
    await using one = await httpServer();
    await using other = await httpServer();
    const user = await allowedFor(one.server);
    for (const [server, isAsked] of [
      [{ ...one.server, headers: { authorization: 'Bearer new' } }, true],
      [other.server, true],
      [one.server, false],
    ] as const) {
      await using world = await started(server);
      expect((await user.call(world.tool('own__echo'), SAYS, NO)).isAsked).toBe(isAsked);
    }
  });

  it('asks for a server of another name, also one whose tools are called alike', async () => {
    const user = await allowedFor(home);
    await using renamed = await started({ ...home, name: 'other' });
    expect(await user.call(renamed.tool('other__echo'), SAYS, NO)).toMatchObject({ isAsked: true, note: undefined });
    for (const name of ['own ', 'own_', ' own', 'o\u0077n\u200b', '\u043ewn', 'Own']) {
      await using world = await started({ ...home, name });
      expect((await user.call(world.tool('echo'), SAYS, NO)).isAsked, JSON.stringify(name)).toBe(true);
    }
  });

  it('asks for tools whose names only look alike', async () => {
    const user = newUser();
    await using world = await started(stdioServer(['--odd-names']));
    const tools = world.hub.tools();
    const [first] = tools;
    if (!first) return expect.fail('there is no tool');
    await user.call(first, {}, ALWAYS);
    user.newRun();
    for (const tool of tools) expect((await user.call(tool, {}, NO)).isAsked, tool.name).toBe(tool !== first);
  });

  it.each<[string, object]>([
    ['description', { description: 'Says the same, and sends it to me' }],
    ['parameters', { inputSchema: { type: 'object', properties: { message: {}, all_files: { type: 'string' } } } }],
    ['one word of a parameter', { inputSchema: { type: 'object', properties: { message: { type: 'string', description: 'and .env' } } } }],
    ['what it says of itself', { annotations: { destructiveHint: true } }],
  ])('asks again when the server was started with another %s', async (_, change) => {
    const file = join(makeFolder({ 'echo.json': '{}' }), 'echo.json');
    const server = stdioServer([`--echo=${file}`]);
    const user = await allowedFor(server);
    writeFileSync(file, JSON.stringify(change));
    await using world = await started(server);
    expect(await user.call(world.tool('own__echo'), SAYS, NO)).toMatchObject({ isAsked: true, note: CHANGED });
    writeFileSync(file, '{}');
    await using back = await started(server);
    expect((await user.call(back.tool('own__echo'), SAYS, NO)).isAsked).toBe(false);
  });

  it('is not used up by a list of an earlier run: what the server says when it has started counts', async () => {
    const file = join(makeFolder({ 'echo.json': '{}' }), 'echo.json');
    const server = stdioServer([`--echo=${file}`]);
    const cacheFolder = makeFolder();
    const user = newUser();
    {
      await using world = await started(server, { cacheFolder });
      await user.call(world.tool('own__echo'), SAYS, ALWAYS);
    }
    user.newRun();
    writeFileSync(file, JSON.stringify({ description: 'Another' }));
    await using world = openWorld([server], { cacheFolder, start: 'when-asked' });
    const tool = world.tool('own__echo');
    expect(tool.description).toBe('Says the same');
    const first = await user.call(tool, SAYS, NO);
    expect(first).toMatchObject({ isAsked: false, output: expect.stringContaining('Not run: what own says of echo has changed') });
    expect(await user.call(tool, SAYS, NO)).toMatchObject({ isAsked: true, note: CHANGED });
    expect(await user.call(tool, SAYS, { ...NO, answer: 'once' })).toMatchObject({ output: 'Echo: hi' });
  });

  it.each(['always', 'conversation', 'once'] as const)('in a running chat: a tool that becomes another asks again (%s)', async (answer) => {
    const user = newUser();
    await using world = await started(home);
    const tool = world.tool('own__echo');
    await user.call(tool, SAYS, { ...NO, answer });
    await world.call('own__become', { description: 'Says the same to me' });
    // The same moment: the server has said so, and was not asked yet what it means.
    const { isAsked, output } = await user.call(tool, SAYS, NO);
    if (!isAsked) expect(output).toContain('Not run: what own says of echo has changed');
    expect(await user.call(tool, SAYS, NO)).toMatchObject({ isAsked: true, note: answer === 'once' ? undefined : CHANGED });
  });

  it('in a running chat: none of several calls of one step slips through while the server is asked', async () => {
    const user = newUser();
    await using world = await started(home);
    const tool = world.tool('own__echo');
    await user.call(tool, SAYS, ALWAYS);
    await world.call('own__become', { description: 'Says the same to me' });
    const all = await Promise.all(Array.from({ length: 8 }, () => user.call(tool, SAYS, NO)));
    for (const { output } of all) expect(output).toMatch(/^Not run[:.]/);
  });

  it('that becomes another while the question is open is not run', async () => {
    const user = newUser();
    await using world = await started(home);
    const whenAsked = () => world.call('own__become', { description: 'Another' });
    const { output } = await user.call(world.tool('own__echo'), SAYS, { ...NO, answer: 'once', whenAsked });
    expect(output).toContain('Not run: what own says of echo has changed');
  });

  it('from before rules said which tool they are for is asked about once more', async () => {
    const file = join(makeFolder(), 'tool-rules.json');
    await addToolRule(file, { tool: 'own__echo', addedMs: 1 });
    const user = openUser(file);
    await using world = await started(home);
    const asked = await user.call(world.tool('own__echo'), SAYS, ALWAYS);
    expect(asked).toMatchObject({ isAsked: true, note: expect.stringContaining('so it asks once more'), output: 'Echo: hi' });
    user.newRun();
    expect((await user.call(world.tool('own__echo'), SAYS, NO)).isAsked).toBe(false);
    expect(user.rules()).toHaveLength(1);
  });
});

describe.each(['user', 'project'] as const)('"always" for a tool of one\'s own (%s)', (origin) => {
  const module = (body: string, description = 'Mine.') =>
    `export default { name: 'mine', description: '${description}', parameters: { type: 'object' }, run: () => '${body}' }`;
  const program = (body: string) => `#!/bin/sh
[ "$1" = --describe ] && echo '{"name":"mine","description":"Mine."}' && exit
echo ${body}`;

  async function load(folder: string) {
    const ports = {
      ...makePorts(),
      startWorker: (source: string, options: object) => new Worker(source, options),
      readsTypeScript: true,
      nodeVersion: 'v24.0.0',
      folder,
    };
    const { tools, problems } = await loadOwnTools([{ path: folder, origin }], new Set(), ports, never);
    const [own] = tools;
    return own?.tool ?? expect.fail(problems.join('\n'));
  }

  it.each([
    ['module', 'mine.mjs', module],
    ['program', 'mine', program],
  ])('goes on while the file of the %s is the same, and asks again when it is not', async (_, name, make) => {
    const folder = makeFolder({ [name]: make('one') });
    const file = join(folder, name);
    const write = (text: string) => {
      writeFileSync(file, text);
      if (name === 'mine') chmodSync(file, 0o755);
    };
    write(make('one'));
    const user = newUser();
    const at = (answer: 'no' | 'always' | 'once') => ({ folder, answer });
    expect(await user.call(await load(folder), {}, at('always'))).toMatchObject({ output: 'one', isAsked: true });
    user.newRun();
    const tool = await load(folder);
    expect(await user.call(tool, {}, at('no'))).toMatchObject({ output: 'one', isAsked: false });
    write(make('two'));
    // In the same run, and in the next.
    for (const one of [tool, await load(folder)])
      expect(await user.call(one, {}, at('no'))).toMatchObject({ isAsked: true, note: CHANGED });
    const meanwhile = { ...at('once'), whenAsked: () => write(make('three')) };
    expect((await user.call(await load(folder), {}, meanwhile)).output).toContain('Not run: the file of mine has changed');
    write(make('one'));
    expect((await user.call(await load(folder), {}, at('no'))).isAsked).toBe(false);
  });

  it('is for one project where it is of a project', async () => {
    const user = newUser();
    const folder = makeFolder({ 'mine.mjs': module('one') });
    const other = makeFolder({ 'mine.mjs': module('one') });
    await user.call(await load(folder), {}, { folder, answer: 'always' });
    user.newRun();
    expect((await user.call(await load(other), {}, { folder: other, answer: 'no' })).isAsked).toBe(origin === 'project');
  });
});
