/** The composition root: the real world (process, clock, network, files) as values, handed to the command line. */

import type { CommandContext } from './compose/context.ts';
import { loadSettings } from './config/load.ts';
import { resolvePaths } from './config/paths.ts';
import { errorCode } from './core/errors.ts';
import { runProgram, spawnEditor, startAlone } from './host-programs.ts';
import { aroundStop, createEndings, lookAtSize, openKeyboard, stopProcess } from './host-terminal.ts';
import { keyVariables, PROVIDERS } from './providers/list.ts';

export function createContext(host: NodeJS.Process): CommandContext {
  const { env, platform } = host;
  const home = process.getBuiltinModule('node:os').homedir();
  const paths = resolvePaths({ env, platform, home });
  const interruption = watchSignals(host);
  const secrets: string[] = [];
  const output = watchOutput(host, interruption.signal);
  return {
    version: versionOf(),
    env,
    platform,
    // Opened when first used: opening a terminal or a pipe costs start-up time.
    get stdin() {
      return host.stdin;
    },
    get stdout() {
      return output.stdout();
    },
    get stderr() {
      return output.stderr();
    },
    flushStdout: output.flush,
    isTerminal: terminals(),
    stdinKind,
    paths,
    secrets,
    loadSettings(flags = {}) {
      const settings = loadSettings({ env, paths, keyVariables: keyVariables(), ...flags });
      secrets.push(...settings.secrets());
      return settings;
    },
    knownProviders: PROVIDERS.map((entry) => entry.name),
    spawnEditor,
    runProgram,
    startAlone,
    startWork: async (name, input, options, signal) => (await import('./host-work.ts')).startWork(name, input, options, signal),
    openKeyboard: () => openKeyboard(host),
    lookAtSize: () => lookAtSize(host),
    stopProcess: () => stopProcess(host),
    aroundStop: (stop, back) => aroundStop(host, stop, back),
    beforeExit: createEndings(host),
    home,
    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    lookup: (host) => process.getBuiltinModule('node:dns/promises').lookup(host, { all: true }),
    startWorker: (source, options) => new (process.getBuiltinModule('node:worker_threads').Worker)(source, options),
    node: { version: host.version, readsTypeScript: Boolean(host.features.typescript) },
    spawn: (command, args, options) => process.getBuiltinModule('node:child_process').spawn(command, args, options),
    kill: (pid, signal) => void process.kill(pid, signal),
    fetch: (input, init) => globalThis.fetch(input, init),
    warmFetch: () => void new Request('http://localhost/'),
    favourMemory,
    now: () => performance.now(),
    date: () => Date.now(),
    sleep: (milliseconds, signal) => process.getBuiltinModule('node:timers/promises').setTimeout(milliseconds, undefined, { signal }),
    random: () => Math.random(),
    folder: () => currentFolder(host),
    pid: host.pid,
    isRunning,
    wakeAfter,
    interrupted: interruption.signal,
    interruptedCode: interruption.exitCode,
  };
}

/**
 * Without it the young generation alone grows to 70 MB over a long chat (heap 97 to 166 MB over 200 answers of 50 KB), for a speed
 * that nobody sees. Node has no other way to say so to a process that runs already.
 */
function favourMemory(): void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--optimize-for-size');
}

/** A folder that was deleted under our feet still has the name that the shell knows. */
function currentFolder(host: NodeJS.Process): string {
  try {
    return host.cwd();
  } catch {
    return host.env.PWD ?? '/';
  }
}

/** Signal 0 is never delivered; "not permitted" means that somebody else's process has this id. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errorCode(thrown) === 'EPERM';
  }
}

function wakeAfter(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

function versionOf(): string {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

function terminals(): CommandContext['isTerminal'] {
  const { isatty } = process.getBuiltinModule('node:tty');
  return { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) };
}

function stdinKind(): ReturnType<CommandContext['stdinKind']> {
  try {
    const found = process.getBuiltinModule('node:fs').fstatSync(0);
    if (found.isDirectory()) return 'folder';
    if (!found.isCharacterDevice()) return 'data';
  } catch {
    return 'nothing';
  }
  return process.getBuiltinModule('node:tty').isatty(0) ? 'terminal' : 'nothing';
}

/** An interrupted run waits no longer than this for a reader that does not read. */
const LAST_WORDS_MS = 300;

type Output = {
  stdout: () => NodeJS.WriteStream;
  stderr: () => NodeJS.WriteStream;
  flush: () => Promise<NodeJS.ErrnoException | undefined>;
};

/** Opens stdout and stderr when they are first used, and knows how stdout failed; a stderr that nobody takes is no failure. */
function watchOutput(host: NodeJS.Process, interrupted: AbortSignal): Output {
  let failure: NodeJS.ErrnoException | undefined;
  let isOutOpen = false;
  let isErrOpen = false;
  function stdout(): NodeJS.WriteStream {
    if (!isOutOpen) host.stdout.on('error', (error) => (failure ??= error));
    isOutOpen = true;
    return host.stdout;
  }
  return {
    stdout,
    stderr() {
      if (!isErrOpen) host.stderr.on('error', () => {});
      isErrOpen = true;
      return host.stderr;
    },
    async flush() {
      if (!isOutOpen) return undefined;
      const left = new Promise<void>((resolve) => {
        host.stdout.once('error', () => resolve());
        // After the last write there is one more turn in which a file tells that it was full.
        host.stdout.write('', () => setImmediate(resolve));
      });
      await Promise.race([left, patienceEnds(interrupted)]);
      return failure;
    },
  };
}

function patienceEnds(interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const hurry = () => setTimeout(resolve, LAST_WORDS_MS);
    if (interrupted.aborted) hurry();
    else interrupted.addEventListener('abort', hurry, { once: true });
  });
}

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** A terminal and a launcher may both pass on the same keypress. */
const SAME_PRESS_MS = 60;

/** The first signal asks the run to stop and keep what it has; a second one ends it at once. */
function watchSignals(host: NodeJS.Process): { signal: AbortSignal; exitCode: () => number | undefined } {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let firstMs = 0;
  for (const [name, code] of Object.entries(SIGNAL_CODES)) {
    host.on(name, () => {
      if (exitCode !== undefined && performance.now() - firstMs > SAME_PRESS_MS) host.exit(code);
      if (exitCode !== undefined) return;
      firstMs = performance.now();
      exitCode = code;
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
