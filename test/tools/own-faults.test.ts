/** Tools of the user that do everything wrong: each is one clear line, the others work, and what had to be waited for is waited for once. */
import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { loadOwnTools, type OwnPorts } from '../../src/tools/own-tools.ts';
import { ownTime } from '../support/own-time.ts';
import { contextOf, makeFolder, makePorts } from './support.ts';

const POST = `import { parentPort } from 'node:worker_threads';\n`;
const tool = (name: string, run = `() => 'ok'`) => `export default { name: '${name}', description: 'x', run: ${run} };`;

async function load(
  files: Readonly<Record<string, string>>,
  { folder = makeFolder(files), cacheFile = '', signal = new AbortController().signal } = {},
) {
  for (const [name, content] of Object.entries(files)) if (content.startsWith('#!')) chmodSync(join(folder, name), 0o755);
  const ports: OwnPorts = {
    ...makePorts(),
    startWorker: (source, options) => new Worker(source, options),
    readsTypeScript: true,
    nodeVersion: process.version,
    folder,
    ...(cacheFile === '' ? {} : { cache: { file: cacheFile, refresh: true, write: (text) => writeFileSync(cacheFile, text) } }),
  };
  const started = performance.now();
  const own = ownTime();
  const loaded = await loadOwnTools([{ path: folder, origin: 'user' }], new Set(), ports, signal);
  return {
    folder,
    tookMs: performance.now() - started,
    ownMs: own.ms(),
    names: loaded.tools.map((one) => one.tool.name),
    problems: loaded.problems.map((problem) => problem.replaceAll(`${folder}/`, '')),
    run: (name: string, args: JsonObject = {}) => loaded.tools.find((one) => one.tool.name === name)?.tool.run(args, contextOf(folder)),
  };
}

describe('a module that does everything wrong while it is loaded', () => {
  it.each<[string, string, RegExp | undefined]>([
    ['posts null', `${POST}parentPort.postMessage(null); ${tool('odd')}`, undefined],
    [
      'posts numbers, texts and lists',
      `${POST}for (const one of [5, 'x', [], true, undefined, new Map(), { type: 'x' }, { type: 'result' }, { type: 'described' }]) parentPort.postMessage(one); ${tool('odd')}`,
      undefined,
    ],
    ['posts a circle', `${POST}const a = {}; a.a = a; parentPort.postMessage(a); ${tool('odd')}`, undefined],
    ['posts 50 MB', `${POST}parentPort.postMessage('x'.repeat(5e7)); ${tool('odd')}`, undefined],
    [
      'posts a description that is none',
      `${POST}parentPort.postMessage({ type: 'described', tools: [null, 5, {}, { definition: null }] }); ${tool('odd')}`,
      /^a\.mjs: .*describe itself/,
    ],
    [
      'posts thousands of messages',
      `${POST}for (let i = 0; i < 20000; i++) parentPort.postMessage(i); ${tool('odd')}`,
      /^a\.mjs: it cannot be loaded: it posts messages to sotto/,
    ],
    ['posts without end', `${POST}for (;;) parentPort.postMessage(null);`, /^a\.mjs: it cannot be loaded: it posts messages to sotto/],
    [
      'closes its port',
      `${POST}parentPort.close(); ${tool('odd')}`,
      /^a\.mjs: it cannot be loaded: (its thread has ended|it was not loaded)/,
    ],
    ['exits', `process.exit(0);`, /^a\.mjs: it cannot be loaded: its thread has ended/],
    ['throws', `throw new Error('broken');`, /^a\.mjs: it cannot be loaded: broken/],
    ['throws null', `throw null;`, /^a\.mjs: it cannot be loaded: null/],
    [
      'throws later',
      `setTimeout(() => { throw new Error('later'); }, 0); await new Promise((resolve) => setTimeout(resolve, 1000));`,
      /^a\.mjs: it cannot be loaded: later/,
    ],
    [
      'takes all memory',
      `const all = []; for (;;) all.push(new Array(1e6).fill(all.length));`,
      /^a\.mjs: it cannot be loaded: (.*memory|it was not loaded after 5 s)/,
    ],
    ['calls itself without end', `(function f() { f(); })();`, /^a\.mjs: it cannot be loaded: Maximum call stack/],
    [
      'has a name that throws',
      `export default { get name() { throw new Error('no name'); }, description: 'x', run() {} };`,
      /^a\.mjs: .*no name/,
    ],
    ['is a proxy', `export default new Proxy({}, { get() { throw new Error('trapped'); } });`, /^a\.mjs: .*trapped/],
    ['is nothing', ``, /^a\.mjs: it cannot be loaded: it has no default export/],
    ['is no text', `\u0000\u0001`, /^a\.mjs: it cannot be loaded: /],
    ['prints without end', `for (let i = 0; i < 2e5; i++) process.stdout.write('x'.repeat(100)); ${tool('odd')}`, undefined],
  ])('is one line: it %s', async (_, text, problem) => {
    const { names, problems } = await load({ 'a.mjs': text, 'b.mjs': tool('fine') });
    expect({ names, problems }).toEqual(
      problem === undefined
        ? { names: ['odd', 'fine'], problems: [] }
        : { names: ['fine'], problems: expect.arrayContaining([expect.stringMatching(problem)]) },
    );
    for (const line of problems) expect(line.length).toBeLessThan(500);
  });
});

describe('a module that does everything wrong while it is called', () => {
  it.each<[string, string, RegExp]>([
    ['posts null', `() => { parentPort.postMessage(null); return 'ok'; }`, /^ok$/],
    [
      'posts the end of a call that is not its own',
      `() => { parentPort.postMessage({ type: 'result', id: 99, text: 'x' }); return 'ok'; }`,
      /^ok$/,
    ],
    ['posts without end', `() => { for (;;) parentPort.postMessage(null); }`, /^odd failed: it posts messages to sotto/],
    ['tells progress without end', `(_, { progress }) => { for (;;) progress('x'); }`, /^odd failed: it reports progress without end/],
    ['tells progress that is huge', `(_, { progress }) => { progress('x'.repeat(1e8)); return 'ok'; }`, /^ok$/],
    ['returns too much', `() => 'x'.repeat(2e8)`, /^odd failed: its result is too long/],
    ['returns what JSON does not know', `() => ({ a: 1n })`, /^odd failed: .*BigInt/],
    ['returns a function', `() => () => 1`, /=>/],
    ['takes all memory', `() => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }`, /^odd failed: .*memory/],
  ])('is a result: it %s', async (_, run, output) => {
    const own = await load({ 'a.mjs': POST + tool('odd', run), 'b.mjs': tool('fine') });
    expect((await own.run('odd'))?.output).toMatch(output);
    expect(await own.run('fine')).toEqual({ output: 'ok' });
  });
});

describe('a file that hangs instead of saying what it is', () => {
  const HANGING = {
    'never.mjs': `await new Promise(() => setInterval(() => {}, 1000));`,
    'loops.mjs': `for (;;);`,
    sleeps: `#!/bin/sh\nsleep 1000\n`,
    prints: `#!/bin/sh\nyes\n`,
    'fine.mjs': tool('fine'),
  };

  it('is waited for once, until it changes', async () => {
    const cacheFile = join(makeFolder(), 'own-tools.json');
    const first = await load(HANGING, { cacheFile });
    expect(first.names).toEqual(['fine']);
    expect(first.problems.map((line) => line.split(':')[0]).sort()).toEqual(['loops.mjs', 'never.mjs', 'prints', 'sleeps']);
    expect(first.tookMs).toBeGreaterThan(4900);
    const second = await load({}, { folder: first.folder, cacheFile });
    expect(second.names).toEqual(['fine']);
    for (const line of second.problems)
      expect(line).toMatch(/(was not loaded|did not describe itself) .*; it is not asked again until the file changes\.$/);
    expect(second.problems).toHaveLength(4);
    // Nobody was asked: what each says of itself stands in the file as it did.
    expect(second.ownMs).toBeLessThan(4900);
    writeFileSync(join(first.folder, 'never.mjs'), tool('mended'));
    expect((await load({}, { folder: first.folder, cacheFile })).names).toEqual(['fine', 'mended']);
    const { mtime } = statSync(join(first.folder, 'loops.mjs'));
    utimesSync(join(first.folder, 'loops.mjs'), mtime, new Date(mtime.getTime() + 1000));
    const before = readFileSync(cacheFile, 'utf8');
    const touched = await load({}, { folder: first.folder, cacheFile });
    expect(touched.tookMs).toBeGreaterThan(4900);
    expect(readFileSync(cacheFile, 'utf8')).not.toBe(before);
  });

  it('holds up nobody who leaves', async () => {
    const controller = new AbortController();
    const loading = load(HANGING, { signal: controller.signal });
    controller.abort();
    const { ownMs } = await loading;
    expect(ownMs).toBeLessThan(4900);
  });
});
