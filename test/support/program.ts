/** Runs the real program in a process of its own: a fresh build of the sources, a home of its own, nothing of the machine's environment. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
/** Outside of the checkout: an `npm ci` meanwhile must not take a build away. One folder for each checkout and user. */
const BUILDS = join(tmpdir(), `sotto-builds-${createHash('sha256').update(`${ROOT}:${userInfo().uid}`).digest('hex').slice(0, 12)}`);
const HOUR_MS = 3_600_000;

/**
 * The launcher of a build of the sources as they are now. A build starts in a third of the time that the sources take,
 * and is what users get; `dist` is not used, because nobody knows which sources it was made from.
 */
export function builtProgram(): string {
  built ??= build();
  return built;
}

/** One build for all tests of a file, also where somebody edits the sources meanwhile. */
let built: string | undefined;

function build(): string {
  const folder = join(BUILDS, fingerprint());
  const launcher = join(folder, 'bin', 'sotto.js');
  if (existsSync(launcher)) return launcher;
  mkdirSync(BUILDS, { recursive: true, mode: 0o700 });
  for (const old of readdirSync(BUILDS)) removeWhenOld(join(BUILDS, old));
  // Several test files may do this at once: each builds its own, the first one to finish wins.
  const draft = mkdtempSync(join(BUILDS, 'draft-'));
  const rolldown = join(ROOT, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
  const bundled = spawnSync(process.execPath, [rolldown, '-c', join(ROOT, '.config', 'rolldown.config.js'), '-d', join(draft, 'dist')], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (bundled.status !== 0) throw new Error(`The build failed: ${bundled.stderr}${bundled.stdout}`);
  cpSync(join(ROOT, 'bin'), join(draft, 'bin'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(draft, 'package.json'));
  // What is not bundled, and the Node that the launcher looks for.
  symlinkSync(join(ROOT, 'node_modules'), join(draft, 'node_modules'), 'junction');
  const help = spawnSync(process.execPath, [join(draft, 'bin', 'sotto.js'), 'help'], { encoding: 'utf8' });
  writeFileSync(join(draft, 'dist', 'help.txt'), help.stdout);
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
  return launcher;
}

function removeWhenOld(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && Date.now() - found.mtimeMs > HOUR_MS) rmSync(path, { recursive: true, force: true });
}

/** Newest change and size of everything that goes into a build. */
function fingerprint(): string {
  let newest = 0;
  let size = 0;
  const look = (path: string): void => {
    const found = statSync(path);
    if (found.isDirectory()) for (const entry of readdirSync(path)) look(join(path, entry));
    newest = Math.max(newest, found.mtimeMs);
    size += found.size;
  };
  for (const path of ['src', 'bin', 'package.json', '.config/rolldown.config.js']) look(join(ROOT, path));
  return `${Math.round(newest).toString(36)}-${size.toString(36)}`;
}

/** A folder that is removed by the test that made it. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'sotto-cli-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export type RunOptions = {
  /** Sent through a pipe, then its end; `hold` keeps the pipe open; `none` is /dev/null. */
  stdin?: { send?: string | Buffer; hold?: true } | 'none';
  env?: Record<string, string>;
  cwd?: string;
  home?: string;
  /** Runs a shell command around the program: `$SOTTO` stands for it. */
  shell?: string;
  node?: string;
};

export type Ended = {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  stdoutBytes: Buffer;
  /** When the process was gone, on the clock of `performance.now()`. */
  endedMs: number;
};

export type Running = {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when stdout (or stderr) holds this text. */
  shows(text: string, where?: 'stdout' | 'stderr'): Promise<void>;
  ended: Promise<Ended>;
};

/** Variables of every run: no key, no proxy, no terminal settings of the person who tests. */
export function environment(home: string, more: Record<string, string> = {}): Record<string, string> {
  const { PATH = '', TEST_RUN_OF_SOTTO } = process.env;
  // Whose test it is: .config/leftovers.js looks for it.
  const run = TEST_RUN_OF_SOTTO === undefined ? {} : { TEST_RUN_OF_SOTTO };
  return { PATH, HOME: home, SOTTO_HOME: join(home, 'sotto'), LANG: 'C.UTF-8', ...run, ...more };
}

export function start(args: readonly string[], options: RunOptions = {}): Running {
  const { stdin = 'none', home = SHARED_HOME, node = process.execPath } = options;
  const launcher = builtProgram();
  const program: [string, string[]] = options.shell
    ? ['/bin/sh', ['-c', options.shell.replaceAll('$SOTTO', `'${node}' '${launcher}'`)]]
    : [node, [launcher, ...args]];
  const child = spawn(...program, {
    cwd: options.cwd ?? home,
    env: environment(home, options.env),
    stdio: [stdin === 'none' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => {});
  if (stdin !== 'none') {
    if (stdin.send !== undefined) child.stdin?.write(stdin.send);
    if (!stdin.hold) child.stdin?.end();
  }
  const out: Buffer[] = [];
  let err = '';
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    out.push(chunk);
    changed();
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
    changed();
  });
  const stdout = () => Buffer.concat(out).toString('utf8');
  let exitedMs = 0;
  child.on('exit', () => {
    exitedMs = performance.now();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const stdoutBytes = Buffer.concat(out);
      resolve({ code, signal, stdout: stdoutBytes.toString('utf8'), stderr: err, stdoutBytes, endedMs: exitedMs });
      changed();
    });
  });
  const running: Running = {
    child,
    stdout,
    stderr: () => err,
    shows(text, where = 'stdout') {
      return new Promise((resolve, reject) => {
        const look = () => {
          const shown = where === 'stdout' ? stdout() : err;
          if (shown.includes(text)) resolve();
          else if (child.exitCode !== null || child.signalCode !== null)
            reject(new Error(`It ended without "${text}" on ${where}: ${shown} / ${err}`));
          else return;
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      });
    },
    ended,
  };
  return running;
}

export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}

/** A home without anything in it, for runs that write nothing there. */
const SHARED_HOME = mkdtempSync(join(tmpdir(), 'sotto-home-'));
process.on('exit', () => rmSync(SHARED_HOME, { recursive: true, force: true }));

/** Every file below a folder with its text. */
export function filesIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'latin1')]),
  );
}
