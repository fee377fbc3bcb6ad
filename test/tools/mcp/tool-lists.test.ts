import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toolNames } from '../../../src/tools/mcp/names.ts';
import { keepToolList, keptToolList, readToolList } from '../../../src/tools/mcp/tool-lists.ts';
import { openWorld, stdioServer } from '../../support/mcp.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/mcp');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sotto-lists-'));
  folders.push(made);
  return made;
}

describe('the tools of a server', () => {
  it.each(readdirSync(FIXTURES))('are definitions that every vendor takes, as they were recorded: %s', (file) => {
    const recorded = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8'));
    const list = readToolList(recorded.tools);
    expect(list).toHaveLength(recorded.tools.length);
    for (const tool of list) {
      expect(tool.description).not.toBe('');
      expect(tool.inputSchema).toMatchObject({ type: 'object', properties: expect.any(Object) });
      expect(tool.inputSchema).not.toHaveProperty('$schema');
    }
    const names = toolNames(list.map(({ name }) => ({ server: 'x', tool: name })));
    expect(names).toEqual(list.map(({ name }) => `x__${name}`));
    // In whatever order the server sends them.
    expect(readToolList([...recorded.tools].reverse())).toEqual(list);
  });

  it('are read from poor and broken entries', () => {
    const list = readToolList([
      { name: 'b', inputSchema: { properties: [] } },
      { name: 'a', title: 'A title', annotations: { destructiveHint: true } },
      { name: 'b', description: 'again' },
      { name: '' },
      {},
      { name: 'c', annotations: { title: 'From hints', readOnlyHint: true, destructiveHint: true }, description: 7 },
    ]);
    const inputSchema = { type: 'object', properties: {} };
    expect(list).toEqual([
      { name: 'a', description: 'A title', inputSchema, hints: ['may destroy'] },
      { name: 'b', description: '', inputSchema, hints: [] },
      { name: 'c', description: 'From hints', inputSchema, hints: ['only reads'] },
    ]);
  });
});

describe('a kept list', () => {
  const tools = [{ name: 'a', description: 'A', inputSchema: { type: 'object' }, outputSchema: { type: 'object' } }];

  it('is that of the same server only, whatever its variables hold', () => {
    const cache = folder();
    keepToolList(cache, stdioServer([], { env: { TOKEN: 'one' } }), tools);
    expect(keptToolList(cache, stdioServer([], { env: { TOKEN: 'two' } }))).toEqual(readToolList(tools));
    expect(keptToolList(cache, stdioServer(['--other'], { env: { TOKEN: 'one' } }))).toBeUndefined();
    expect(keptToolList(cache, stdioServer([], { name: 'other', env: { TOKEN: 'one' } }))).toBeUndefined();
    expect(readFileSync(join(cache, readdirSync(cache)[0] ?? ''), 'utf8')).not.toContain('one');
  });

  it('that is broken or cannot be written is no list and no failure', () => {
    const cache = folder();
    keepToolList(cache, stdioServer(), tools);
    writeFileSync(join(cache, readdirSync(cache)[0] ?? ''), '{"v": 1, "tools": [');
    expect(keptToolList(cache, stdioServer())).toBeUndefined();
    writeFileSync(join(cache, 'file'), '');
    expect(() => keepToolList(join(cache, 'file', 'below'), stdioServer(), tools)).not.toThrow();
  });

  it('is read and not written by a private run', async () => {
    const cacheFolder = folder();
    await using world = openWorld([stdioServer()], { cacheFolder, ports: { isPrivate: true } });
    await world.hub.known(10_000, new AbortController().signal);
    expect(world.hub.tools().length).toBeGreaterThan(0);
    expect(readdirSync(cacheFolder)).toEqual([]);
    keepToolList(cacheFolder, stdioServer(), tools);
    await using next = openWorld([stdioServer()], { cacheFolder, ports: { isPrivate: true }, start: 'when-called' });
    expect(next.hub.tools().map(({ name }) => name)).toEqual(['own__a']);
  });
});
