/** Runs a program in a group of its own that never outlives sotto, and keeps the beginning and the end of what it prints. */
import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { BuiltInPorts } from './built-in-ports.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { endGroup, endTree, startGroup } from './process-group.ts';

export type ProcessPorts = Pick<BuiltInPorts, 'spawn' | 'kill' | 'platform' | 'now'>;

type ProcessRequest = {
  /** A command for the shell, or a program and its arguments. */
  run: { command: string } | { file: string; args: readonly string[] };
  folder: string;
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Goes to its stdin; absent: there is nothing to read. */
  input?: string;
  /** stderr apart, in `errors`, instead of both in the order in which they were written. */
  isSplit?: true;
  /** What came since the last call, with `isSplit` of stderr alone; for showing, not for keeping. */
  watch?: (text: string) => void;
};

export type ProcessEnd = {
  end: 'exit' | 'timeout' | 'cancelled' | 'failed';
  /** Exit code, where there is one. */
  code?: number;
  /** The signal that ended it. */
  signal?: string;
  /** stdout and stderr in the order in which they were written; with `isSplit` only stdout. */
  output: string;
  /** stderr, with `isSplit`. */
  errors: string;
  durationMs: number;
  /** Why it could not be started. */
  problem?: string;
};

/** Between asking it to end and ending it. */
const GRACE_MS = 250;
/** A process that left the group may hold the output open; it is not waited for longer than this. */
const LAST_OUTPUT_MS = 200;

export async function runProcess(request: ProcessRequest, ports: ProcessPorts, signal: AbortSignal): Promise<ProcessEnd> {
  const startMs = ports.now();
  if (signal.aborted) return { end: 'cancelled', output: '', errors: '', durationMs: 0 };
  const output = createKeeper();
  const kept = { output, errors: request.isSplit ? createKeeper() : output };
  const result = await ended(request, { ports, kept }, signal);
  return { ...result, output: output.text(), errors: request.isSplit ? kept.errors.text() : '', durationMs: ports.now() - startMs };
}

type Ended = Pick<ProcessEnd, 'end' | 'code' | 'signal' | 'problem'>;
type Parts = { ports: ProcessPorts; kept: { output: Keeper; errors: Keeper } };

function ended(request: ProcessRequest, { ports, kept }: Parts, signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    let started: Started;
    try {
      started = start(request, ports);
    } catch (thrown) {
      resolve({ end: 'failed', problem: thrown instanceof Error ? thrown.message : String(thrown) });
      return;
    }
    const { child, end } = started;
    let stopped: 'timeout' | 'cancelled' | undefined;
    let patience: NodeJS.Timeout | undefined;
    const finish = (result: Ended) => {
      clearTimeout(timer);
      clearTimeout(patience);
      signal.removeEventListener('abort', cancel);
      for (const stream of child.stdio) stream?.destroy();
      resolve(result);
    };
    const finishSoon = (result: Ended) => {
      // Where the thread was busy until now, what waits in the pipes is read before the immediates.
      patience = setTimeout(() => setImmediate(() => finish(result)), LAST_OUTPUT_MS);
    };
    const stop = (why: 'timeout' | 'cancelled') => {
      if (stopped) return;
      stopped = why;
      end('SIGTERM');
      patience = setTimeout(() => {
        end('SIGKILL');
        finishSoon({ end: why });
      }, GRACE_MS);
    };
    const cancel = () => stop('cancelled');
    const timer = setTimeout(() => stop('timeout'), request.timeoutMs);
    signal.addEventListener('abort', cancel, { once: true });
    listen(child, request, kept);
    const outcome = (code: number | null, name: string | null): Ended => ({
      end: stopped ?? 'exit',
      ...(code === null ? {} : { code }),
      ...(name === null ? {} : { signal: name }),
    });
    child.on('error', (error) => finish({ end: 'failed', problem: error.message }));
    child.on('exit', (code, name) => {
      // What it left running ends with it.
      end('SIGKILL');
      clearTimeout(patience);
      finishSoon(outcome(code, name));
    });
    child.on('close', (code, name) => finish(outcome(code, name)));
  });
}

function listen(child: ChildProcess, { input, isSplit, watch }: ProcessRequest, kept: Parts['kept']): void {
  for (const [stream, keeper] of [
    [child.stdout, kept.output],
    [child.stderr, kept.errors],
  ] as const) {
    const decoder = new StringDecoder('utf8');
    stream?.on('data', (bytes: Buffer) => {
      const text = decoder.write(bytes);
      keeper.push(text);
      if (!isSplit || keeper === kept.errors) watch?.(text);
    });
    stream?.on('error', () => {});
  }
  // It need not read what it is given.
  child.stdin?.on('error', () => {});
  if (input !== undefined) child.stdin?.end(input);
}

type Started = { child: ChildProcess; end: (signal: 'SIGTERM' | 'SIGKILL') => void };

function start({ run, folder, env, input, isSplit }: ProcessRequest, ports: ProcessPorts): Started {
  const stdin = input === undefined ? 'ignore' : 'pipe';
  if (ports.platform === 'win32') {
    const child = startOnWindows({ run, folder, env }, stdin, ports.spawn);
    return { child, end: () => endTree(child, ports) };
  }
  const program = 'command' in run ? { file: '/bin/sh', args: ['-c', run.command] } : run;
  const group = startGroup({ ...program, folder, env, stdin, isJoined: !isSplit, graceSeconds: 0 }, ports);
  return { child: group.child, end: (signal) => endGroup(group, signal, ports) };
}

type Start = Pick<ProcessRequest, 'run' | 'folder' | 'env'>;

function startOnWindows({ run, folder, env }: Start, stdin: 'ignore' | 'pipe', spawn: ProcessPorts['spawn']): ChildProcess {
  const options = { cwd: folder, env, windowsHide: true, stdio: [stdin, 'pipe', 'pipe'] } satisfies Parameters<typeof spawn>[2];
  if ('file' in run && !/\.(cmd|bat)$/i.test(run.file)) return spawn(run.file, run.args, options);
  const command = 'file' in run ? [run.file, ...run.args].map((word) => `"${word}"`).join(' ') : run.command;
  const shell = env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
  return spawn(shell, ['/d', '/s', '/c', `"${command}"`], { ...options, windowsVerbatimArguments: true });
}
