// What a run of the bench stands on: a temporary folder with a copy of the built program and the floors, and the mock server.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMock } from './mock.js';
import { startNode } from './process.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export async function setUp() {
  if (!existsSync(join(ROOT, 'dist/main.js'))) throw new Error('sotto is not built here: run npm run build first.');
  const newer = newerSource();
  if (newer) process.stderr.write(`bench: ${newer} is newer than the build; what is measured is the older program (npm run build).\n`);
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  try {
    copyProduct(join(folder, 'sotto'));
    bundle('openai.js', ['openai.js', '--format', 'esm', '--platform', 'node'], join(folder, 'openai.mjs'));
    bundle('ink.js', ['--config', 'ink.config.js'], join(folder, 'ink.mjs'));
    cpSync(join(ROOT, 'test/bench/floors/fetch.js'), join(folder, 'fetch.mjs'));
    return bench(folder, await startMock());
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
}

function bench(folder, mock) {
  const launcher = join(folder, 'sotto/bin/sotto.js');
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    // Compile caches go here: nothing of the user's is used or warmed.
    TMPDIR: folder,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SOTTO_HOME: join(folder, 'home'),
    OPENAI_API_KEY: 'bench',
  };
  const homeOf = (name) => join(folder, 'homes', name);
  const environmentIn = (home) => (home === undefined ? environment : { ...environment, SOTTO_HOME: homeOf(home) });
  const ask = (url, { more = [], home } = {}) => ({
    args: [launcher, 'ask', '-p', 'openai', '-m', 'gpt-4o-mini', ...more, 'Say hello.'],
    env: { ...environmentIn(home), OPENAI_BASE_URL: url },
  });
  const inTerminal = async (args, variables) => {
    // Loaded where it is needed: the larger this process, the slower every spawn.
    const { openTerminal } = await import('./terminal.js');
    return openTerminal({ argv: [process.execPath, ...args], env: { ...environment, COLORTERM: 'truecolor', ...variables } });
  };
  return {
    mock,
    folder,
    /** `sotto` with these arguments; `floor(name, url)` a floor script against a base URL; `bare` a Node that does nothing. */
    sotto: (args, { home, ...options } = {}) => startNode({ args: [launcher, ...args], env: environmentIn(home), ...options }),
    ask: (url, { more, home, ...options } = {}) => startNode({ ...ask(url, { more, home }), ...options }),
    askArgv: (url, more) => ({ argv: [process.execPath, ...ask(url, { more }).args], env: ask(url, { more }).env }),
    floor: (name, url, options = {}) =>
      startNode({
        args: [join(folder, `${name}.mjs`), url],
        env: { ...environment, NODE_COMPILE_CACHE: join(folder, 'cache') },
        ...options,
      }),
    /** The chat in a terminal; `home` keeps apart what figures write. */
    chat: (url, { command = 'chat', more = [], home = 'chat' } = {}) =>
      inTerminal([launcher, command, '-p', 'openai', '-m', 'gpt-4o-mini', ...more], {
        SOTTO_HOME: homeOf(home),
        OPENAI_BASE_URL: url,
      }),
    chatFloor: (url) => inTerminal([join(folder, 'ink.mjs'), url], { NODE_COMPILE_CACHE: join(folder, 'cache') }),
    homeOf,
    bare: () => startNode({ args: ['-e', '0'], env: environment }),
    tearDown() {
      mock.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A copy, so that a build meanwhile does not pull the files from under a measurement. */
function copyProduct(target) {
  mkdirSync(target);
  for (const name of ['bin', 'package.json', 'dist']) {
    cpSync(join(ROOT, name), join(target, name), { recursive: true, filter: (source) => !source.endsWith('.map') });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'), 'junction');
}

function newerSource() {
  const builtMs = statSync(join(ROOT, 'dist/main.js')).mtimeMs;
  return readdirSync(join(ROOT, 'src'), { recursive: true })
    .map((name) => join('src', name))
    .find((name) => /\.tsx?$/.test(name) && statSync(join(ROOT, name)).mtimeMs > builtMs);
}

/** In a process of its own: a bundler in this one would make every spawn that is measured slower. */
function bundle(floor, what, file) {
  const cli = join(ROOT, 'node_modules/rolldown/bin/cli.mjs');
  const { status, stderr } = spawnSync(process.execPath, [cli, ...what, '--file', file], {
    encoding: 'utf8',
    cwd: join(ROOT, 'test/bench/floors'),
  });
  if (status !== 0) throw new Error(`the floor ${floor} could not be bundled: ${stderr}`);
}
