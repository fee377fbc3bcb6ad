import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { loadOwnTools, type OwnPorts } from '../../src/tools/own-tools.ts';
import { contextOf, isAlive, makeFolder, makePorts, until } from './support.ts';

const ROOT = join(import.meta.dirname, '../..');

function portsOf(folder: string, changes: Partial<OwnPorts> = {}): OwnPorts {
  return {
    ...makePorts({ env: { PATH: process.env.PATH, LANG: 'C.UTF-8', OPENAI_API_KEY: 'sk-secret', WEATHER_TOKEN: 'wanted' } }),
    startWorker: (source, options) => new Worker(source, options),
    readsTypeScript: true,
    nodeVersion: 'v24.0.0',
    folder,
    ...changes,
  };
}

/** Tools made of these files; those that begin with `#!` are made executable. */
async function load(
  files: Record<string, string>,
  { origin = 'user' as 'user' | 'project', ...changes }: Partial<OwnPorts> & { origin?: 'user' | 'project' } = {},
) {
  const folder = makeFolder(files);
  for (const [name, content] of Object.entries(files)) if (content.startsWith('#!')) chmodSync(join(folder, name), 0o755);
  const own = await loadOwnTools(
    [{ path: folder, origin }],
    new Set(['read_file']),
    portsOf(folder, changes),
    new AbortController().signal,
  );
  const run = (name: string, args: JsonObject = {}, signal = new AbortController().signal) => {
    const found = own.tools.find(({ tool }) => tool.name === name);
    if (!found) throw new Error(`no tool ${name}: ${own.problems.join('\n')}`);
    return found.tool.run(args, contextOf(folder, { signal, progress }));
  };
  const progress: string[] = [];
  return {
    folder,
    run,
    progress,
    tools: own.tools.map(({ tool }) => tool),
    problems: own.problems.map((problem) => problem.replaceAll(`${folder}/`, '')),
  };
}

const program = (
  body: string,
  description: object = { name: 'tool', description: 'A tool.', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
) => `#!/bin/sh
if [ "$1" = --describe ]; then
cat <<'END'
${JSON.stringify(description)}
END
exit; fi
${body}
`;

describe('a tool that a file exports', () => {
  it('is what it says, and asks unless it says otherwise', async () => {
    const { tools, run, problems } = await load({
      'weather.mjs': `export default { name: 'weather', description: ' Weather of a city. ', parameters: { $schema: 'x', type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        async run({ city }, { folder, signal, progress }) { progress('asking'); return city + ' ' + typeof folder + ' ' + signal.aborted; } };`,
      'clock.js': `export default { name: 'clock', description: 'Time.', access: 'none', timeoutSeconds: 2, run: () => ({ hour: 12 }) };`,
    });
    expect(problems).toEqual([]);
    expect(
      tools.map(({ name, access, source, parameters, description, timeoutMs }) => ({
        name,
        access,
        source,
        parameters,
        description,
        timeoutMs,
      })),
    ).toEqual([
      {
        name: 'clock',
        access: 'none',
        source: 'own',
        parameters: { type: 'object', properties: {} },
        description: 'Time.',
        timeoutMs: 2000,
      },
      {
        name: 'weather',
        access: 'execute',
        source: 'own',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        description: 'Weather of a city.',
        timeoutMs: undefined,
      },
    ]);
    expect(await run('weather', { city: 'Paris' })).toEqual({ output: 'Paris string false' });
    expect(await run('clock')).toEqual({ output: '{"hour":12}' });
    expect(await tools[1]?.plan?.({ city: 'Paris', days: 2 }, contextOf('/'))).toEqual({
      summary: 'weather (city: Paris, days: 2)',
      details: '{\n  "city": "Paris",\n  "days": 2\n}',
      covers: 'weather, while its file stays as it is',
      identity: expect.stringMatching(/^[\da-f]{32}$/),
    });
  });

  // sotto says that it needs a newer one: see below.
  it.skipIf(!process.features.typescript)('may be TypeScript (needs Node 22.18)', async () => {
    const { run, problems } = await load({
      'typed.mts': `type Args = { a: number }; export default { name: 'typed', description: 'x', run: ({ a }: Args): string => String(a + 1) };`,
    });
    expect(problems).toEqual([]);
    expect(await run('typed', { a: 1 })).toEqual({ output: '2' });
  });

  it('may be a list, an object with methods, and described with zod', async () => {
    const { run, tools, problems } = await load({
      'many.mjs': `class Counter { name = 'counter'; description = 'x'; count = 0; run() { return ++this.count; } }
        export default [new Counter(), { name: 'other', description: 'x', run: () => null }];`,
      'zod.mjs': `import { z } from ${JSON.stringify(pathToFileURL(join(ROOT, 'node_modules/zod/index.js')).href)};
        export default { name: 'zodded', description: 'x', parameters: z.object({ count: z.number().int().default(3).describe('how many') }), run: ({ count }) => 'n' + count };`,
    });
    expect(problems).toEqual([]);
    expect(await run('counter')).toEqual({ output: '1' });
    expect(await run('counter')).toEqual({ output: '2' });
    expect(await run('other')).toEqual({ output: '[done, no output]' });
    expect(tools.find(({ name }) => name === 'zodded')?.parameters).toMatchObject({
      type: 'object',
      properties: { count: { type: 'integer', default: 3, description: 'how many' } },
    });
    expect(await run('zodded')).toEqual({ output: 'n3' });
    expect(await run('zodded', { count: 'many' })).toEqual({
      output: expect.stringMatching(/^zodded failed: the arguments are not right: .*expected number/s),
      failed: true,
    });
  });

  it('that throws, rejects or returns something odd has a result all the same', async () => {
    const { run } = await load({
      'a.mjs': `export default [
        { name: 'throws', description: 'x', run() { throw new Error('broken'); } },
        { name: 'rejects', description: 'x', run: () => Promise.reject('no') },
        { name: 'says', description: 'x', run: () => ({ output: 'partly', failed: true }) },
        { name: 'circle', description: 'x', run() { const a = {}; a.a = a; return a; } },
        { name: 'empty', description: 'x', run: () => '' },
        { name: 'number', description: 'x', run: () => 12n.toString() },
      ];`,
    });
    expect(await run('throws')).toEqual({ output: 'throws failed: broken', failed: true });
    expect(await run('rejects')).toEqual({ output: 'rejects failed: no', failed: true });
    expect(await run('says')).toEqual({ output: 'partly', failed: true });
    expect(await run('circle')).toEqual({ output: expect.stringMatching(/^circle failed: Converting circular/), failed: true });
    expect(await run('empty')).toEqual({ output: '[done, no output]' });
    expect(await run('number')).toEqual({ output: '12' });
  });

  it('that hangs, exits or forgets to wait is ended, and the next call works again', async () => {
    const { run } = await load({
      'a.mjs': `let calls = 0; export default [
        { name: 'loops', description: 'x', run() { for (;;); } },
        { name: 'never', description: 'x', run: () => new Promise(() => {}) },
        { name: 'exits', description: 'x', run() { process.exit(0); } },
        { name: 'forgets', description: 'x', async run() { Promise.reject(new Error('late')); await new Promise((resolve) => setTimeout(resolve, 1000)); return 'x'; } },
        { name: 'listens', description: 'x', run: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('heard'))) },
        { name: 'counts', description: 'x', run: () => ++calls },
      ];`,
    });
    const soon = (name: string) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 300);
      return run(name, {}, controller.signal);
    };
    for (const name of ['loops', 'never', 'listens']) expect(await soon(name)).toEqual({ output: '', failed: true });
    expect(await run('exits')).toEqual({ output: 'exits failed: its thread has ended (exit code 0)', failed: true });
    expect(await run('forgets')).toEqual({ output: 'forgets failed: late', failed: true });
    expect([(await run('counts')).output, (await run('counts')).output]).toEqual(['1', '2']);
    expect(await run('loops', {}, AbortSignal.abort())).toMatchObject({ failed: true });
  });

  it('that prints does so as progress, never into the answer', async () => {
    const { run, progress } = await load({
      'a.mjs': `export default { name: 'chatty', description: 'x', async run() { console.log('one\\ntwo'); process.stderr.write('three'); await new Promise((resolve) => setTimeout(resolve, 100)); return 'ok'; } };`,
    });
    expect(await run('chatty')).toEqual({ output: 'ok' });
    expect(progress.sort()).toEqual(['three', 'two']);
  });

  it('sees none of the keys but those that it names', async () => {
    const { run } = await load({
      'a.mjs': `const show = () => process.env.OPENAI_API_KEY + ',' + process.env.WEATHER_TOKEN;
        export default [{ name: 'a', description: 'x', run: show }, { name: 'b', description: 'x', env: ['WEATHER_TOKEN'], run: show }];`,
    });
    expect([(await run('a')).output, (await run('b')).output]).toEqual(['undefined,undefined', 'undefined,wanted']);
  });

  it('is not loaded at all while nobody calls it, once it is known', async () => {
    const cacheFile = join(makeFolder(), 'own-tools.json');
    const cache = { file: cacheFile, write: (text: string) => writeFileSync(cacheFile, text) };
    const folder = makeFolder({
      'a.mjs': `import { appendFileSync } from 'node:fs'; appendFileSync(new URL('loaded', import.meta.url), 'x'); export default { name: 'a', description: 'x', run: () => 'ok' }`,
    });
    const again = async (refresh: boolean) =>
      (
        await loadOwnTools(
          [{ path: folder, origin: 'user' }],
          new Set(),
          portsOf(folder, { cache: { ...cache, refresh } }),
          new AbortController().signal,
        )
      ).tools[0]?.tool;
    const loaded = () => readFileSync(join(folder, 'loaded'), 'utf8').length;
    await again(false);
    const tool = await again(false);
    expect(loaded()).toBe(1);
    expect(await tool?.run({}, contextOf(folder))).toEqual({ output: 'ok' });
    expect(loaded()).toBe(2);
    await again(true);
    expect(loaded()).toBe(3);
  });

  it.each([
    ['a.mjs', 'export default {', /a\.mjs: it cannot be loaded: /],
    ['a.mjs', 'throw new Error("at once")', /a\.mjs: it cannot be loaded: at once\./],
    ['a.mjs', 'export const x = 1', /no default export/],
    ['a.mjs', 'export default 5', /its default export is no object/],
    ['a.mjs', 'export default { name: "a", description: "x" }', /a has no function run/],
    ['a.mjs', 'export default { name: "a b", description: "x", run() {} }', /its name "a b" must be letters/],
    ['a.mjs', 'export default { name: "a__b", description: "x", run() {} }', /two underscores in a row/],
    ['a.mjs', 'export default { description: "x", run() {} }', /its name is missing/],
    ['a.mjs', 'export default { name: "a", run() {} }', /a has no description/],
    ['a.mjs', 'export default { name: "a", description: "x", access: "all", run() {} }', /access is "all", but must be one of none, read/],
    ['a.mjs', 'export default { name: "a", description: "x", parameters: { city: "string" }, run() {} }', /must be a JSON schema such as/],
    ['a.mjs', 'export default { name: "a", description: "x", parameters: { type: "array" }, run() {} }', /of type "object"/],
    ['a.mjs', 'export default { name: "a", description: "x", timeoutSeconds: -1, run() {} }', /timeoutSeconds/],
    ['a.mjs', 'export default { name: "read_file", description: "x", run() {} }', /sotto itself uses the name read_file/],
    [
      'a.mjs',
      'export default [{ name: "a", description: "x", run() {} }, { name: "a", description: "x", run() {} }]',
      /a is there already, from .*a\.mjs/,
    ],
  ])('%s with %s is a clear line', async (name, source, message) => {
    const { problems } = await load({ [name]: source });
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  it('in TypeScript says what it needs on a Node that cannot read it', async () => {
    const { problems, tools } = await load({ 'a.ts': 'export default {}' }, { readsTypeScript: false, nodeVersion: 'v22.14.0' });
    expect({ problems, tools }).toEqual({
      problems: [expect.stringMatching(/^a\.ts: TypeScript needs Node 22\.18 or newer, and this is v22\.14\.0/)],
      tools: [],
    });
  });

  it('that never finishes loading holds up nobody for long', async () => {
    const { problems } = await load({ 'a.mjs': 'await new Promise(() => setInterval(() => {}, 1000))' });
    expect(problems).toEqual(['a.mjs: it cannot be loaded: it was not loaded after 5 s.']);
  });
});

describe('a tool that is a program', () => {
  it('describes itself, gets its arguments on stdin and answers with text or JSON', async () => {
    const { run, tools, problems, progress } = await load({
      text: program('echo "working" >&2; printf "got %s in %s" "$(cat)" "$PWD"'),
      'json.sh': program('echo \'{"output": "not quite", "failed": true}\'', { name: 'json', description: 'x', access: 'read' }),
      'other.sh': program('echo \'{"a": 1}\'', { name: 'other', description: 'x' }),
    });
    expect(problems).toEqual([]);
    expect(tools.map(({ name, access, source }) => [name, access, source])).toEqual([
      ['json', 'read', 'own'],
      ['other', 'execute', 'own'],
      ['tool', 'execute', 'own'],
    ]);
    const { output } = await run('tool', { city: 'Zürich' });
    expect(output).toMatch(/^got \{"city":"Zürich"\} in \//);
    expect(progress).toEqual(['working']);
    expect(await run('json')).toEqual({ output: 'not quite', failed: true });
    expect(await run('other')).toEqual({ output: '{"a": 1}' });
  });

  it('sees none of the keys but those that it names', async () => {
    const { run } = await load({
      a: program('echo "$OPENAI_API_KEY,$WEATHER_TOKEN"'),
      b: program('echo "$OPENAI_API_KEY,$WEATHER_TOKEN"', { name: 'named', description: 'x', env: ['WEATHER_TOKEN', 'MISSING'] }),
    });
    expect(await run('tool')).toEqual({ output: ',' });
    expect(await run('named')).toEqual({ output: ',wanted' });
  });

  it('that fails is a failed result with its words', async () => {
    const { run } = await load({
      a: program('echo partly; echo "no network" >&2; exit 4'),
      b: program('kill -KILL $$', { name: 'dies', description: 'x' }),
      c: program('exec 0<&-; sleep 0.1; echo fine', { name: 'deaf', description: 'x' }),
    });
    expect(await run('tool')).toEqual({ output: 'partly\n[exit code 4: no network]', failed: true });
    expect(await run('dies')).toEqual({ output: '[ended by SIGKILL]', failed: true });
    expect(await run('deaf', { city: 'x'.repeat(1_000_000) })).toEqual({ output: 'fine' });
  });

  it('ends with its grandchildren when the call is cancelled', async () => {
    const { run, folder } = await load({ a: program('sleep 1000 & echo $! > pid; wait') });
    const controller = new AbortController();
    const running = run('tool', {}, controller.signal);
    const pid = () => (existsSync(join(folder, 'pid')) ? Number(readFileSync(join(folder, 'pid'), 'utf8')) : 0);
    await until(() => pid() > 0);
    controller.abort();
    expect(await running).toEqual({ output: '', failed: true });
    await until(() => !isAlive(pid()));
  });

  it.each([
    ['prints no JSON', '#!/bin/sh\necho hello', /a: called with --describe it should print JSON, but it printed "hello"\./],
    ['prints nothing', '#!/bin/sh\n', /printed nothing/],
    ['fails', '#!/bin/sh\necho broken >&2; exit 2', /called with --describe it failed: exit code 2: broken\./],
    ['crashes', '#!/bin/sh\nkill -SEGV $$', /ended by SIGSEGV/],
    ['is no program', '#!/nonexistent/interpreter\n', /called with --describe it failed/],
    ['has no name', '#!/bin/sh\necho "{}"', /its name is missing/],
    ['describes a list', '#!/bin/sh\necho "[]"', /does not describe itself as an object/],
    ['prints megabytes', '#!/bin/sh\nyes | head -c 5000000', /should print JSON, but it printed "y y y/],
  ])('that %s is a clear line', async (_, source, message) => {
    const { problems, tools } = await load({ a: source });
    expect({ problems, tools }).toEqual({ problems: [expect.stringMatching(message)], tools: [] });
  });

  it('that hangs instead of describing itself is a clear line, and costs the others nothing', async () => {
    const { problems, tools } = await load({ a: '#!/bin/sh\nsleep 1000', b: program('') });
    expect(problems).toEqual(['a: it did not describe itself within 5 s when it was called with --describe.']);
    expect(tools.map(({ name }) => name)).toEqual(['tool']);
  });

  it('is asked again only when it has changed', async () => {
    const cacheFile = join(makeFolder(), 'own-tools.json');
    const cache = { file: cacheFile, write: (text: string) => writeFileSync(cacheFile, text) };
    const counting = (description: string) => `#!/bin/sh\necho x >> asked\necho '{"name": "counted", "description": "${description}"}'\n`;
    const folder = makeFolder({ a: counting('one') });
    chmodSync(join(folder, 'a'), 0o755);
    const again = async () =>
      (await loadOwnTools([{ path: folder, origin: 'user' }], new Set(), portsOf(folder, { cache }), new AbortController().signal)).tools[0]
        ?.tool.description;
    expect([await again(), await again()]).toEqual(['one', 'one']);
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('x\n');
    writeFileSync(join(folder, 'a'), counting('two, which is longer'));
    expect(await again()).toBe('two, which is longer');
    writeFileSync(cacheFile, 'broken');
    expect(await again()).toBe('two, which is longer');
  });
});

describe('a folder of tools', () => {
  it('may hold other things', async () => {
    const { tools, problems } = await load({
      'README.md': 'x',
      'data.json': '{}',
      'types.d.ts': '',
      'a.test.mjs': 'throw 1',
      '_helper.mjs': 'throw 1',
      '.hidden.mjs': 'throw 1',
      'lib/inner.mjs': 'throw 1',
      'notes.py': 'x',
    });
    expect({ tools, problems }).toEqual({ tools: [], problems: [] });
  });

  it('that is not there has no tools', async () => {
    expect(await loadOwnTools([{ path: '/nonexistent', origin: 'user' }], new Set(), portsOf('/'), new AbortController().signal)).toEqual({
      tools: [],
      problems: [],
    });
  });

  it('of a project never has tools that run unasked', async () => {
    const { tools } = await load(
      {
        'a.mjs':
          "export default [{ name: 'a', description: 'x', access: 'none', run() {} }, { name: 'b', description: 'x', access: 'network', run() {} }]",
        c: program('', { name: 'c', description: 'x', access: 'read' }),
      },
      { origin: 'project' },
    );
    expect(tools.map(({ name, access }) => [name, access])).toEqual([
      ['a', 'execute'],
      ['b', 'network'],
      ['c', 'execute'],
    ]);
    // "always" is for this project: another one may have another tool of this name.
    for (const tool of tools) {
      const pattern = async (folder: string) => (await tool.plan?.({}, contextOf(folder)))?.pattern;
      expect(await pattern('/proj/a')).toBe('in /proj/a');
      expect(await pattern('/proj/b')).toBe('in /proj/b');
    }
  });
});
