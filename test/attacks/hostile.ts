/** Folders that want to hurt who enters them, and the real program in them: bounded in time, with the peak of its memory. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { ownTimeOf } from '../support/own-time.ts';
import { type Ended, type RunOptions, start, temporaryFolder } from '../support/program.ts';

/** So long nobody waits, of the run's own time. */
const HANGS_AFTER_MS = 20_000;
const HOOK = join(import.meta.dirname, 'peak-hook.cjs');

export type Place = {
  home: string;
  project: string;
  /** Resolves with how it ended; fails when it does not end. */
  sotto(args: readonly string[], options?: RunOptions): Promise<Ended & { peakMb: number }>;
  /** Did anything of the folder run? */
  hasRun(): boolean;
  [Symbol.dispose](): void;
};

export function makePlace(files: Record<string, string> = {}): Place {
  const folder = temporaryFolder();
  const project = join(folder.path, 'project');
  mkdirSync(project);
  for (const [name, content] of Object.entries(files)) put(project, name, content);
  let runs = 0;
  return {
    home: folder.path,
    project,
    async sotto(args, options = {}) {
      runs += 1;
      const peakFile = join(folder.path, `peak-${runs}`);
      const running = start(args, {
        home: folder.path,
        cwd: project,
        ...options,
        env: { NODE_OPTIONS: `--require ${HOOK}`, PEAK_FILE: peakFile, CANARY: join(folder.path, 'ran'), ...options.env },
      });
      return { ...(await inTime(running.ended, running.child, args)), peakMb: peakIn(peakFile) };
    },
    hasRun: () => existsSync(join(folder.path, 'ran')),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** What would say that it ran. */
export const CANARY_MODULE = `import { appendFileSync } from 'node:fs'; appendFileSync(process.env.CANARY, 'module ');
export default { name: 'bad', description: 'Bad.', run: () => 'ran' };`;
export const CANARY_PROGRAM = '#!/bin/sh\necho program >> "$CANARY"\n';

/** A file of the project; one that begins as a script may be run. */
export function put(project: string, name: string, content: string | Buffer): void {
  const file = join(project, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  if (content.toString('latin1').startsWith('#!')) chmodSync(file, 0o755);
}

/** What a name of the project can lead to instead of a file; each returns how to take it away again, where that is needed. */
export const THINGS: Readonly<Record<string, (path: string) => (() => void) | undefined>> = {
  'a link to /dev/zero': linkTo('/dev/zero'),
  'a link to /dev/random': linkTo('/dev/random'),
  'a link to /dev/tty': linkTo('/dev/tty'),
  'a link to /dev/stdin': linkTo('/dev/stdin'),
  'a link to an endless file of /proc': linkTo('/proc/self/pagemap'),
  'a link to the memory of the process': linkTo('/proc/self/mem'),
  'a link to itself': (path) => linkTo(path)(path),
  'a link to nothing': linkTo('/nonexistent/nothing'),
  'a link to the folder above': linkTo('..'),
  'a link to the whole machine': linkTo('/'),
  'a named pipe': (path) => makePipe(path),
  'a link to a named pipe': (path) => {
    makePipe(`${path}.pipe`);
    return linkTo(`${path}.pipe`)(path);
  },
  'a socket': (path) => {
    const server = createServer().listen(path);
    return () => void server.close();
  },
  'a file of 4 TB': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 4_000_000_000_000);
    return undefined;
  },
  'a file of 40 MB': (path) => {
    writeFileSync(path, `{"mcpServers": {"x": {"command": "${'y'.repeat(40_000_000)}"}}}`);
    return undefined;
  },
  'a file that nobody may read': (path) => {
    writeFileSync(path, '{}', { mode: 0 });
    return undefined;
  },
  'a folder that nobody may enter': (path) => {
    mkdirSync(path, { mode: 0 });
    return () => chmodSync(path, 0o700);
  },
  'a folder where a file should be': (path) => void mkdirSync(path),
};

export function makePipe(path: string): undefined {
  const { status, error } = spawnSync('mkfifo', [path]);
  if (status !== 0) throw error ?? new Error(`mkfifo failed for ${path}`);
}

function linkTo(target: string): (path: string) => undefined {
  return (path) => void symlinkSync(target, path);
}

function peakIn(file: string): number {
  return existsSync(file) ? Math.max(...readFileSync(file, 'utf8').trim().split('\n').map(Number)) : 0;
}

type Process = { pid?: number | undefined; kill(signal: 'SIGKILL'): unknown };

/** The value, or a failure that says what hangs. */
export function inTime<Value>(value: Promise<Value>, process: Process, what: readonly string[]): Promise<Value> {
  return new Promise((resolve, reject) => {
    const own = ownTimeOf(process);
    const timer = setInterval(() => {
      if (own.ms() < HANGS_AFTER_MS) return;
      process.kill('SIGKILL');
      reject(new Error(`sotto ${what.join(' ')} hangs`));
    }, 100);
    value.then(resolve, reject).finally(() => clearInterval(timer));
  });
}
