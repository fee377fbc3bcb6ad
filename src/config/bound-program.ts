/** Starts a program in a group of its own that ends when sotto is killed meanwhile; what goes on after it (an agent, a clipboard) may. */
import { type ChildProcess, spawn } from 'node:child_process';

type BoundProgram = { child: ChildProcess /** At once, with its group. */; end(): void };

type BoundOptions = { stdin: 'ignore' | 'pipe'; env?: Readonly<Record<string, string | undefined>> };

/** A text is for the shell. */
export function startBound(
  run: string | { file: string; args: readonly string[] },
  { stdin, env = process.env }: BoundOptions,
): BoundProgram {
  if (process.platform === 'win32') {
    const options = { windowsHide: true, env: { ...env }, stdio: [stdin, 'pipe', 'pipe'] } satisfies Parameters<typeof spawn>[2];
    const child = typeof run === 'string' ? spawn(run, { ...options, shell: true }) : spawn(run.file, [...run.args], options);
    return { child, end: () => void child.kill() };
  }
  const words = typeof run === 'string' ? ['/bin/sh', '-c', run] : [run.file, ...run.args];
  const child = spawn('/bin/sh', ['-c', BOUND, 'sh', ...words], {
    detached: true,
    env: { ...env },
    stdio: [stdin, 'pipe', 'pipe', 'pipe'],
  });
  const lifeline = child.stdio[3];
  lifeline?.on('error', () => {});
  // A word on it says that nobody has to be ended any more.
  child.on('exit', () => lifeline && 'end' in lifeline && lifeline.end('\n'));
  return { child, end: () => endGroup(child) };
}

/** The watcher is nobody's child; the end of its input without a word means that sotto is gone. */
const BOUND = `( ( trap '' TERM INT HUP; exec <&3 >/dev/null 2>&1; read -r _ || kill -KILL 0 ) & )
exec 3<&-
exec "$@"`;

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
