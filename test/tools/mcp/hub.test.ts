import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { httpServer, openWorld, type RunningServer, stdioServer, until } from '../../support/mcp.ts';

const never = new AbortController().signal;
const KNOWN_MS = 10_000;

async function ready(...[servers, options]: Parameters<typeof openWorld>) {
  const world = openWorld(servers, options);
  await world.hub.known(KNOWN_MS, never);
  return world;
}

/** As it is written in a configuration. */
const variable = (name: string) => `\${${name}}`;

/** The same server behind both transports. */
async function withTransport(transport: string, flags: string[] = []) {
  const running: RunningServer | undefined = transport === 'http' ? await httpServer(flags) : undefined;
  const world = await ready([running?.server ?? stdioServer(flags)]);
  return {
    ...world,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await running?.[Symbol.asyncDispose]();
    },
  };
}

describe.each(['stdio', 'http'])('a server over %s', (transport) => {
  it('offers its tools under names and schemas that every vendor takes', async () => {
    await using world = await withTransport(transport);
    expect(world.notices).toEqual([]);
    expect(world.hub.status()).toMatchObject([{ name: 'own', state: 'ready', problem: undefined }]);
    const echo = world.tool('own__echo');
    expect(echo).toMatchObject({ access: 'mcp', source: 'mcp:own', description: 'Says the same' });
    expect(echo.parameters).toEqual({ type: 'object', properties: { message: { type: 'string' } }, required: ['message'] });
    expect(world.hub.tools().map(({ name }) => name)).toEqual(
      world.hub
        .tools()
        .map(({ name }) => name)
        .sort(),
    );
    expect(world.hub.tools()).toBe(world.hub.tools());
  });

  it('shows what the server says of a tool and trusts none of it', async () => {
    await using world = await withTransport(transport);
    const plan = await world.tool('echo').plan?.({ message: 'hi' }, { folder: '/', signal: never, progress() {} });
    expect(plan).toEqual({
      summary: 'echo of the MCP server own (own says: only reads)',
      details: '{\n  "message": "hi"\n}',
      covers: 'own__echo, while its server and the description of it stay as they are',
      identity: expect.stringMatching(/^[\da-f]{32}$/),
    });
  });

  it('gives every kind of result as text', async () => {
    await using world = await withTransport(transport);
    expect(await world.call('echo', { message: 'grüße' })).toEqual({ output: 'Echo: grüße' });
    // The declared schema says text: what the server sends counts all the same.
    expect(await world.call('add', { a: 1, b: 2 })).toEqual({ output: '{\n  "sum": 3\n}' });
    expect((await world.call('show')).output.split('\n\n')).toEqual([
      'words',
      '[image image/png, 1.5 kB; not shown to you]',
      '[resource One: note://1 (text/plain)] a note',
      '[resource note://2]\nthe second note',
    ]);
    expect(await world.call('fail')).toEqual({ output: 'no such row', failed: true });
    expect(await world.call('refuse')).toEqual({ output: 'The MCP server own answered with an error: not today.', failed: true });
  });

  it('may know nothing but the protocol of 2026', async () => {
    await using world = await withTransport(transport, ['--modern']);
    expect(world.notices).toEqual([]);
    expect(await world.call('echo', { message: 'new' })).toEqual({ output: 'Echo: new' });
  });

  it('passes progress on and stops when the call is cancelled', async () => {
    await using world = await withTransport(transport);
    expect(await world.call('count', { steps: 2 })).toEqual({ output: 'counted to 2' });
    expect(world.progress).toEqual([
      ['step 1', 0.5],
      ['step 2', 1],
    ]);
    const controller = new AbortController();
    const call = world.call('count', { steps: 1000, everyMs: 20 }, controller.signal);
    await until(() => world.progress.length > 2);
    controller.abort();
    expect(await call).toEqual({ output: '', failed: true });
    expect(await world.call('echo', { message: 'still here' })).toEqual({ output: 'Echo: still here' });
  });

  it('takes an answer of megabytes', async () => {
    await using world = await withTransport(transport);
    expect((await world.call('huge', { characters: 5_000_000 })).output).toHaveLength(5_000_000);
  });

  it('gives resources as attachments and prompts as messages', async () => {
    await using world = await withTransport(transport);
    expect(await world.hub.listResources('own', never)).toMatchObject([
      { server: 'own', uri: 'note://1', name: 'One', mediaType: 'text/plain' },
      { server: 'own', uri: 'picture://1', name: 'Dot' },
    ]);
    expect(await world.hub.readResource('own', 'note://1', never)).toEqual([{ type: 'text', text: 'the first note' }]);
    expect(await world.hub.readResource('own', 'picture://1', never)).toEqual([
      { type: 'media', mediaType: 'image/png', data: expect.stringMatching(/^iVBOR/), name: '1' },
    ]);
    await expect(world.hub.readResource('own', 'note://9', never)).rejects.toThrow('There is no note://9');
    await expect(world.hub.readResource('other', 'note://9', never)).rejects.toThrow('There is no MCP server other.');
    expect(await world.hub.listPrompts('own', never)).toEqual([
      { server: 'own', name: 'review', description: 'Reviews', arguments: [{ name: 'language', description: undefined, required: true }] },
    ]);
    expect(await world.hub.getPrompt({ server: 'own', name: 'review', arguments: { language: 'C' } }, never)).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Review this C' },
          { type: 'media', mediaType: 'image/png', data: expect.stringMatching(/^iVBOR/) },
        ],
      },
      { role: 'assistant', parts: [{ type: 'text', text: 'Gladly' }] },
    ]);
  });
});

describe('the hub', () => {
  it('starts none before it is asked for it, and then that one', async () => {
    await using world = openWorld([stdioServer(), stdioServer([], { name: 'other' }), stdioServer([], { name: 'third' })], {
      start: 'when-asked',
    });
    expect(world.hub.status()).toMatchObject([{ state: 'idle' }, { state: 'idle' }, { state: 'idle' }]);
    world.hub.start(['other']);
    await until(() => world.hub.status()[1]?.state === 'ready');
    expect(await world.hub.listResources('own', never)).toMatchObject([{ uri: 'note://1' }, { uri: 'picture://1' }]);
    expect(world.hub.status()).toMatchObject([{ state: 'ready' }, { state: 'ready' }, { state: 'idle' }]);
  });

  it('opens without waiting, and knows the tools of an earlier run before the server runs', async () => {
    const cacheFolder = mkdtempSync(join(tmpdir(), 'sotto-mcp-cache-'));
    try {
      await using first = openWorld([stdioServer()], { cacheFolder });
      expect(first.hub.tools()).toEqual([]);
      await first.hub.known(KNOWN_MS, never);
      const names = first.hub.tools().map(({ name }) => name);
      expect(first.changes()).toBe(1);
      await using second = openWorld([stdioServer()], { cacheFolder, start: 'when-called' });
      expect(second.hub.tools().map(({ name }) => name)).toEqual(names);
      expect(second.hub.status()).toMatchObject([{ state: 'idle' }]);
      await second.hub.known(0, never);
      // The call starts it, and its own list, which is the same, disturbs nothing.
      expect(await second.call('echo', { message: 'now' })).toEqual({ output: 'Echo: now' });
      expect(second.progress[0]).toEqual(['waiting for own to start', undefined]);
      expect(second.changes()).toBe(0);
    } finally {
      rmSync(cacheFolder, { recursive: true });
    }
  });

  it('notices that a server has other tools', async () => {
    await using world = await ready([stdioServer()]);
    await world.call('grow');
    await until(() => world.changes() === 2);
    expect(await world.call('grown')).toEqual({ output: 'I am new' });
  });

  it('leaves disabled servers alone', async () => {
    await using world = await ready([stdioServer([], { disabled: true })]);
    expect(world.hub.status()).toEqual([]);
  });

  it('makes valid, different names of odd and doubled ones', async () => {
    await using world = await ready([stdioServer(['--odd-names']), stdioServer(['--odd-names'], { name: '1 own' })]);
    const names = world.hub.tools().map(({ name }) => name);
    expect(names).toHaveLength(12);
    expect(new Set(names).size).toBe(12);
    for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
    expect((await world.call(names[0] ?? '')).output).toBe('Unknown tool get weather');
  });

  it('asks for nothing that a server does not have', async () => {
    await using world = await ready([stdioServer(['--bare'])]);
    expect(world.hub.tools()).toEqual([]);
    expect(await world.hub.listResources('own', never)).toEqual([]);
    expect(await world.hub.listPrompts('own', never)).toEqual([]);
    expect(world.notices).toEqual([]);
  });

  it('gives a server its own variables and nothing of the keys of the user', async () => {
    const env = { PATH: process.env.PATH, OPENAI_API_KEY: 'sk-secret', HTTPS_PROXY: 'http://me:pw@proxy', LANG: 'C', GH: 'ghp_token' };
    await using world = await ready([stdioServer([], { env: { GITHUB_TOKEN: variable('GH'), MODE: variable('MODE:-fast') } })], {
      ports: { env },
    });
    const seen = JSON.parse((await world.call('environment')).output);
    expect(seen).toMatchObject({ LANG: 'C', GITHUB_TOKEN: 'ghp_token', MODE: 'fast' });
    expect(Object.keys(seen)).not.toContain('OPENAI_API_KEY');
    expect(JSON.stringify(seen)).not.toMatch(/sk-secret|me:pw/);
    expect(world.secrets).toEqual(['ghp_token']);
  });

  it('starts a server in its own folder, or in the working folder', async () => {
    await using world = await ready([stdioServer([], { cwd: tmpdir() }), stdioServer([], { name: 'here' })]);
    expect((await world.call('own__folder')).output).toBe(realpathSync(tmpdir()));
    expect((await world.call('here__folder')).output).toContain('sotto-mcp-');
  });
});
