/** What a command is given of the world: streams, environment, files, clock, network, and the few things it may start. */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { Settings, SettingsRequest } from '../config/load.ts';
import type { Paths } from '../config/paths.ts';
import type { WorkInput, WorkName, WorkResult, WorkStep } from '../store/work.ts';
import type { HostAddress } from '../tools/built-in-ports.ts';

export type CommandContext = {
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  stdin: Readable & { setRawMode?(raw: boolean): unknown; ref?(): unknown; unref?(): unknown };
  /** `nothing` is /dev/null, or no stdin at all; reading a folder gives nothing, and no error. */
  stdinKind(): 'terminal' | 'data' | 'folder' | 'nothing';
  stdout: Writable & { columns?: number; rows?: number };
  /** Resolves when everything written to stdout has left this process, or cannot: then with the reason. */
  flushStdout(): Promise<NodeJS.ErrnoException | undefined>;
  stderr: Writable & { columns?: number };
  isTerminal: { stdin: boolean; stdout: boolean; stderr: boolean };
  paths: Paths;
  /** Everything that must never be printed; grows with each key that is opened. */
  secrets: string[];
  /** Reads flags, environment, profile and file; throws for a malformed file. */
  loadSettings(flags?: Pick<SettingsRequest, 'overrides' | 'sets' | 'profile'>): Settings;
  /** Names of the providers that sotto knows by itself: adapters and presets. */
  knownProviders: readonly string[];
  /** Opens a file in an editor and waits; resolves with its exit code. `command` may hold arguments ("code --wait"). */
  spawnEditor(command: string, file: string): Promise<number | null>;
  /** Runs a program with a text as its input; `output` is what it wrote, capped. Rejects where it cannot be started. */
  runProgram(
    program: { command: string; args: readonly string[]; input: string },
    signal: AbortSignal,
  ): Promise<{ output: string; code: number | null }>;
  /** Does long work on a database in a process of its own; the signal ends it at once. */
  startWork<Name extends WorkName>(
    name: Name,
    input: WorkInput<Name>,
    options: { onStep: (step: WorkStep) => void },
    signal: AbortSignal,
  ): Promise<WorkResult<Name>>;
  /** What is typed at the terminal, also where something is piped in; undefined where there is no terminal. */
  openKeyboard(): CommandContext['stdin'] | undefined;
  /** Looks at the size of the window now, and tells of a new one at once instead of with the next signal. */
  lookAtSize(): void;
  /** Ctrl+Z: resolves when the process is called back. */
  stopProcess(): Promise<void>;
  /** Does something before Ctrl+Z stops the process, and something when it is called back; returns how to call that off. */
  aroundStop(stop: () => void, back: () => void): () => void;
  /** Runs the action when the process ends by itself, also by a bug; returns how to call it off. */
  beforeExit(action: () => void): () => void;
  /** The user's home folder: what `~` means. */
  home: string;
  /** Name of the user's time zone. */
  timeZone(): string;
  /** Every address of a host. */
  lookup(host: string): Promise<readonly HostAddress[]>;
  /** Starts sotto once more with these arguments, for work that nobody waits for: it outlives this process and says nothing. */
  startAlone(args: readonly string[]): void;
  /** A thread of node:worker_threads. */
  startWorker(source: string, options: WorkerOptions): Worker;
  /** The Node that runs this. */
  node: { version: string; readsTypeScript: boolean };
  /** `spawn` of node:child_process. */
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** `process.kill`; a negative id is a group. Throws when nobody has that id. */
  kill(pid: number, signal: 'SIGTERM' | 'SIGSTOP' | 'SIGKILL'): void;
  fetch: typeof fetch;
  /** Loads what the first request needs, without sending one. */
  warmFetch(): void;
  /** From now on the heap is kept small rather than fast: for a process that mostly waits. */
  favourMemory(): void;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  random(): number;
  /** The folder the user is in. */
  folder(): string;
  /** The id of this process. */
  pid: number;
  /** Does a process with this id exist on this machine? */
  isRunning(pid: number): boolean;
  /** Runs the action once after the time, without keeping the process alive; returns how to call it off. */
  wakeAfter(milliseconds: number, action: () => void): () => void;
  /** Fires at Ctrl+C and at a request to terminate. */
  interrupted: AbortSignal;
  /** What a process that was interrupted ends with (130, 143, 129); undefined when it was not. */
  interruptedCode(): number | undefined;
};
