/** Servers of other people: those of the MCP project, where they are installed, and always our own as the least of them. */
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StdioServer } from '../../../src/config/mcp/server.ts';
import { openWorld, stdioServer } from '../../support/mcp.ts';

/** `SOTTO_MCP_SERVERS`: a folder with a node_modules that holds them. */
const PLACES = [join(import.meta.dirname, '../../..'), process.env.SOTTO_MCP_SERVERS ?? ''];
const never = new AbortController().signal;

function installed(name: string, args: string[] = []): StdioServer[] {
  const found = PLACES.map((place) => join(place, 'node_modules/@modelcontextprotocol', name, 'dist/index.js')).filter(existsSync);
  return found.slice(0, 1).map((path) => stdioServer([], { name: name.replace('server-', ''), args: [path, ...args] }));
}

type Case = { server: StdioServer; tool: string; args: object; says: string | RegExp };

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sotto-files-')));
writeFileSync(join(folder, 'pears.txt'), 'ripe');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const everything = installed('server-everything');
const cases: Case[] = [
  { server: stdioServer(), tool: 'echo', args: { message: 'hi' }, says: 'Echo: hi' },
  ...everything.flatMap((server): Case[] => [
    { server, tool: 'echo', args: { message: 'hi' }, says: 'Echo: hi' },
    { server, tool: 'get-sum', args: { a: 2, b: 3 }, says: 'The sum of 2 and 3 is 5.' },
    { server, tool: 'get-structured-content', args: { location: 'Chicago' }, says: /"temperature"/ },
    { server, tool: 'get-tiny-image', args: {}, says: /\[image image\/png, 4 kB; not shown to you\]/ },
    { server, tool: 'get-resource-links', args: { count: 2 }, says: /\[resource .*: demo:\/\/resource/ },
    { server, tool: 'trigger-long-running-operation', args: { duration: 0.2, steps: 2 }, says: /completed/ },
  ]),
  ...installed('server-filesystem', [folder]).flatMap((server): Case[] => [
    { server, tool: 'read_text_file', args: { path: join(folder, 'pears.txt') }, says: 'ripe' },
    { server, tool: 'list_directory', args: { path: folder }, says: '[FILE] pears.txt' },
    { server, tool: 'read_text_file', args: { path: '/etc/hostname' }, says: /Access denied/ },
  ]),
];

describe.each(cases)('$server.name: $tool', ({ server, tool, args, says }) => {
  it('answers', async () => {
    await using world = openWorld([server]);
    await world.hub.known(10_000, never);
    const { output } = await world.call(`${server.name}__${tool}`, args);
    if (typeof says === 'string') expect(output).toBe(says);
    else expect(output).toMatch(says);
    expect(world.notices).toEqual([]);
  });
});

it.each([stdioServer(), ...everything])('$name: resources can be attached and prompts used', async (server) => {
  await using world = openWorld([server]);
  const [resource] = await world.hub.listResources(server.name, never);
  expect(await world.hub.readResource(server.name, resource?.uri ?? '', never)).toMatchObject([
    { type: 'text', text: expect.stringMatching(/\w/) },
  ]);
  const [prompt] = await world.hub.listPrompts(server.name, never);
  const messages = await world.hub.getPrompt({ server: server.name, name: prompt?.name ?? '', arguments: { language: 'C' } }, never);
  expect(messages[0]?.role).toBe('user');
  expect(messages[0]?.parts[0]).toEqual({ type: 'text', text: expect.stringMatching(/\w/) });
});
