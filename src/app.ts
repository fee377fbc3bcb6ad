/** The composition root: the real world (process, clock, network, files) as values, handed to the command line. */
import type { CommandContext } from './cli/context.ts';
import { loadSettings } from './config/load.ts';
import { resolvePaths } from './config/paths.ts';
import { keyVariables, PROVIDERS } from './providers/list.ts';

export function createContext(host: NodeJS.Process): CommandContext {
  const { env, platform } = host;
  const home = process.getBuiltinModule('node:os').homedir();
  const paths = resolvePaths({ env, platform, home });
  const interruption = watchSignals(host);
  return {
    version: versionOf(),
    env,
    platform,
    // Opened when first used: opening a terminal or a pipe costs start-up time.
    get stdin() {
      return host.stdin;
    },
    get stdout() {
      return host.stdout;
    },
    get stderr() {
      return host.stderr;
    },
    isTerminal: terminals(),
    paths,
    loadSettings: (flags = {}) => loadSettings({ env, paths, keyVariables: keyVariables(), ...flags }),
    knownProviders: PROVIDERS.map((entry) => entry.name),
    spawnEditor,
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => performance.now(),
    date: () => Date.now(),
    sleep: (milliseconds, signal) => process.getBuiltinModule('node:timers/promises').setTimeout(milliseconds, undefined, { signal }),
    random: () => Math.random(),
    interrupted: interruption.signal,
    interruptedCode: interruption.exitCode,
  };
}

function versionOf(): string {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

function terminals(): CommandContext['isTerminal'] {
  const { isatty } = process.getBuiltinModule('node:tty');
  return { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) };
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

function spawnEditor(command: string, file: string): Promise<number | null> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  return new Promise((resolve, reject) => {
    // The variable may hold arguments, as everywhere ("code --wait"): a shell takes it apart, the file stays one argument.
    const child =
      process.platform === 'win32'
        ? spawn(`${command} "${file}"`, { stdio: 'inherit', shell: true })
        : spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code));
  });
}
