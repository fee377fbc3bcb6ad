/** Servers that answer as some do in the world: what can be used of an answer is used, the rest is named. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorld, stdioServer, type World } from '../../support/mcp.ts';

const never = new AbortController().signal;
const ODD = join(import.meta.dirname, '../../support/mcp-odd-server.js');

async function withAnswers(answers: Record<string, unknown>): Promise<World> {
  const world = openWorld([stdioServer([], { args: [ODD, JSON.stringify(answers)] })]);
  await world.hub.known(10_000, never);
  return world;
}

const GOOD = { name: 'good', description: 'fine', inputSchema: { type: 'object', properties: { a: { type: 'string' } } } };
const listing = (odd: unknown) => ({ 'tools/list': { tools: [GOOD, odd] } });

describe('a tool of a server', () => {
  it.each<[string, object, object]>([
    ['a union at its top', { anyOf: [{ type: 'object' }] }, { anyOf: [{ type: 'object' }] }],
    ['only a dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, {}],
    ['a list of types', { type: ['object', 'null'] }, {}],
    ['properties that are a list', { type: 'object', properties: [] }, {}],
    ['a property that is true', { type: 'object', properties: { a: true } }, { properties: { a: {} } }],
    ['required as a flag', { type: 'object', required: true }, {}],
    ['required with numbers', { type: 'object', properties: { a: {} }, required: ['a', 1] }, { properties: { a: {} }, required: ['a'] }],
  ])('whose schema has %s is mended', async (_, inputSchema, read) => {
    await using world = await withAnswers(listing({ name: 'odd', inputSchema }));
    expect(world.hub.tools().map(({ name }) => name)).toEqual(['own__good', 'own__odd']);
    expect(world.tool('odd').parameters).toEqual({ type: 'object', properties: {}, ...read });
    expect(world.tool('good').parameters).toEqual(GOOD.inputSchema);
    expect(world.notices).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['without a schema', { name: 'odd' }],
    ['with null for everything', { name: 'odd', title: null, description: null, inputSchema: null, annotations: null, _meta: null }],
    [
      'with numbers for words',
      { name: 'odd', description: 5, annotations: { readOnlyHint: 'yes', title: 7 }, outputSchema: 'none', icons: {} },
    ],
  ])('%s is there', async (_, odd) => {
    await using world = await withAnswers(listing(odd));
    expect(world.hub.tools().map(({ name }) => name)).toEqual(['own__good', 'own__odd']);
    expect(world.notices).toEqual([]);
  });

  it.each([[{ description: 'who am I' }], [null], ['odd'], [{ name: '' }], [{ name: 5 }]])('%j is left out, in one line', async (odd) => {
    await using world = await withAnswers(listing(odd));
    expect(world.hub.tools().map(({ name }) => name)).toEqual(['own__good']);
    expect(world.notices).toEqual(['The MCP server own: entry 2 of its tools has no name, and is left out.']);
  });

  it.each<[unknown, string]>([
    [{ content: [{ type: 'text', text: 'a' }, { type: 'chart', bars: [1] }, 'b', null] }, 'a\n\n{"type":"chart","bars":[1]}\n\nb\n\nnull'],
    [{ content: 'just text' }, 'just text'],
    [{ content: { type: 'text', text: 'one' } }, 'one'],
    [{ content: [{ type: 'text' }] }, '{"type":"text"}'],
    [{ content: [{ type: 'resource', resource: { text: 'no address' } }] }, '[resource ]\nno address'],
    [{ structuredContent: { a: 1 } }, '{\n  "a": 1\n}'],
    [{ structuredContent: [1], content: [], isError: 'no' }, '(no output)'],
    [{}, '(no output)'],
  ])('that answers %j is heard', async (result, output) => {
    await using world = await withAnswers({ ...listing(GOOD), 'tools/call': result });
    expect(await world.call('good')).toEqual({ output });
  });

  it('whose answer is nothing at all fails in one line, at once', async () => {
    await using world = await withAnswers({ ...listing(GOOD), 'tools/call': 'done' });
    expect(await world.call('good')).toEqual({ output: expect.stringMatching(/^The MCP server own [^\n{[]*\.$/), failed: true });
  });
});

describe('a server', () => {
  it.each([
    [{ serverInfo: { name: 'odd' } }],
    [{ serverInfo: null, capabilities: { tools: {}, logging: true, experimental: null } }],
    [{ instructions: 5 }],
  ])('that introduces itself with %j works', async (initialize) => {
    await using world = await withAnswers({ ...listing({ name: 'odd' }), initialize });
    expect(world.hub.tools()).toHaveLength(2);
    expect(world.notices).toEqual([]);
  });

  it('gives the resources and prompts that can be used', async () => {
    await using world = await withAnswers({
      ...listing(GOOD),
      'resources/list': { resources: [{ uri: 'note://1' }, { name: 'nowhere' }, { uri: 'note://2', name: 7, size: 'big' }] },
      'prompts/list': { prompts: [{ name: 'review', arguments: [{ name: 'language', required: 'yes' }, { description: 'no name' }] }, {}] },
      'resources/read': { contents: [{ text: 'first' }, { uri: 'note://1', text: 'second', mimeType: null }, { uri: 'note://1' }] },
      'prompts/get': {
        description: 7,
        messages: [
          { role: 'system', content: 'Be kind' },
          { role: 'user', content: { type: 'text', text: 'Hi' } },
        ],
      },
    });
    expect((await world.hub.listResources('own', never)).map(({ uri, name }) => [uri, name])).toEqual([
      ['note://1', 'note://1'],
      ['note://2', 'note://2'],
    ]);
    expect((await world.hub.listPrompts('own', never)).map(({ name, arguments: args }) => [name, args.length])).toEqual([['review', 1]]);
    expect(await world.hub.readResource('own', 'note://1', never)).toEqual([
      { type: 'text', text: 'first' },
      { type: 'text', text: 'second' },
    ]);
    expect(await world.hub.getPrompt({ server: 'own', name: 'review', arguments: {} }, never)).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Be kind' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ]);
    expect(world.notices).toEqual([
      'The MCP server own: entry 2 of its resources has no uri, and is left out.',
      'The MCP server own: entry 2 of its prompts has no name, and is left out.',
    ]);
  });
});
