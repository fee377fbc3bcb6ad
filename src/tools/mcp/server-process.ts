/** An MCP server as a child process in a group of its own: JSON-RPC messages as lines, and an end that leaves nobody behind. */
import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { endGroup, endTree, startGroup } from '../process-group.ts';
import type { ServerLog } from './log.ts';
import type { McpPorts } from './ports.ts';

type ServerCommand = { command: string; args: readonly string[]; env: Readonly<Record<string, string>>; folder: string };
type ProcessPorts = Pick<McpPorts, 'spawn' | 'kill' | 'platform'>;

export type ServerProcess = {
  /** One message; rejects when the server has gone. */
  send(line: string): Promise<void>;
  /** Asks it to end, waits a moment, then ends its whole group. */
  close(): Promise<void>;
};

type ProcessEvents = {
  line(text: string): void;
  /** Called once, after the last line. `why` completes "The server …". */
  ended(why: string): void;
};

/** A message longer than this is no answer but an accident. */
const LONGEST_LINE = 64_000_000;
/** Between the end of its input and being told to end, and between that and being ended. */
const GRACE_MS = 150;
/** What left the group may hold the output open. */
const LAST_OUTPUT_MS = 200;

/** Resolves when the process runs; rejects with the reason when it cannot be started. */
export function startServerProcess(
  command: ServerCommand,
  { events, log, ports }: { events: ProcessEvents; log: ServerLog; ports: ProcessPorts },
): Promise<ServerProcess> {
  return new Promise((resolve, reject) => {
    const { child, kill } = start(command, ports);
    let whyClosed: string | undefined;
    let hasEnded = false;
    const end = (why: string) => {
      if (hasEnded) return;
      hasEnded = true;
      for (const stream of child.stdio) stream?.destroy();
      events.ended(whyClosed ?? why);
    };
    const gone = new Promise<void>((resolveGone) => {
      child.on('exit', (code, signal) => {
        // What it left running ends with it.
        kill('SIGKILL');
        const patience = setTimeout(() => end(reasonOf(code, signal, command)), LAST_OUTPUT_MS);
        child.on('close', () => {
          clearTimeout(patience);
          end(reasonOf(code, signal, command));
        });
        resolveGone();
      });
      child.on('error', (error) => {
        // The shell is always there: what is missing is the folder.
        const isFolderMissing = 'code' in error && error.code === 'ENOENT' && ports.platform !== 'win32';
        const why = `could not be started: ${isFolderMissing ? `there is no folder ${command.folder}` : error.message}`;
        reject(new Error(why));
        resolveGone();
        end(why);
      });
    });
    const stop = (why: string) => {
      whyClosed ??= why;
      kill('SIGKILL');
    };
    readLines(child, { line: events.line, tooLong: () => stop(`sent a message of more than ${LONGEST_LINE / 1_000_000} MB`) });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => log.push(text));
    for (const stream of child.stdio) stream?.on('error', () => {});
    child.on('spawn', () =>
      resolve({
        // A pipe breaks because the server ends: why it did is told by its end, a moment later.
        send: (line) =>
          write(child, line).catch(async (thrown) => {
            if (!(await isSettledWithin(gone, LAST_OUTPUT_MS))) throw thrown;
          }),
        async close() {
          whyClosed ??= 'was stopped';
          child.stdin?.end();
          if (await isSettledWithin(gone, GRACE_MS)) return;
          kill('SIGTERM');
          if (await isSettledWithin(gone, GRACE_MS)) return;
          kill('SIGKILL');
          await isSettledWithin(gone, LAST_OUTPUT_MS);
        },
      }),
    );
  });
}

/** When sotto is killed, its input ends at the same moment: it may end by itself. */
const GRACE_SECONDS = 1;

type Started = { child: ChildProcess; kill: (signal: 'SIGTERM' | 'SIGKILL') => void };

function start({ command, args, env, folder }: ServerCommand, ports: ProcessPorts): Started {
  if (ports.platform === 'win32') {
    // npx and its like are .cmd files, which only a shell starts.
    const line = [command, ...args].map((word) => (/^[\w.:\\/@=-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`)).join(' ');
    const shell = env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
    const child = ports.spawn(shell, ['/d', '/s', '/c', `"${line}"`], {
      cwd: folder,
      env,
      windowsHide: true,
      windowsVerbatimArguments: true,
      stdio: 'pipe',
    });
    return { child, kill: () => endTree(child, ports) };
  }
  const group = startGroup({ file: command, args, folder, env, stdin: 'pipe', isJoined: false, graceSeconds: GRACE_SECONDS }, ports);
  return { child: group.child, kill: (signal) => endGroup(group, signal, ports) };
}

function readLines({ stdout }: ChildProcess, { line, tooLong }: { line: (text: string) => void; tooLong: () => void }): void {
  const decoder = new StringDecoder('utf8');
  let waiting: string[] = [];
  let waitingLength = 0;
  stdout?.on('data', (bytes: Buffer) => {
    const pieces = decoder.write(bytes).split('\n');
    for (const [index, piece] of pieces.entries()) {
      waiting.push(piece);
      waitingLength += piece.length;
      if (waitingLength > LONGEST_LINE) {
        waiting = [];
        return tooLong();
      }
      if (index === pieces.length - 1) return;
      const text = waiting.join('');
      waiting = [];
      waitingLength = 0;
      if (text.trim() !== '') line(text);
    }
  });
}

function write({ stdin }: ChildProcess, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!stdin?.writable) reject(new Error('the server has ended'));
    else stdin.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

/** 126 and 127 are a shell's words for a program that it could not run. */
function reasonOf(code: number | null, signal: string | null, { command }: ServerCommand): string {
  if (signal !== null) return `was ended by ${signal}`;
  if (code === 127) return `could not be started: there is no program ${command}`;
  if (code === 126) return `could not be started: ${command} is not executable`;
  return code === 0 ? 'has ended' : `has ended with exit code ${code}`;
}

function isSettledWithin(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
