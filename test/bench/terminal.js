// Runs one process in a terminal of its own and keeps every byte it writes, with its time. Nothing is emulated meanwhile: screen.js reads
// the bytes when the run is over. What the process costs is read from /proc, so these figures need Linux.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { nowMs } from './process.js';
import { COLUMNS, linesOf, ROWS } from './screen.js';

const LONGEST_MS = 60_000;
/** After this a process that was asked to end is killed. */
const PATIENCE_MS = 3000;
/** As much of the newest output is searched: a row of the screen with all its colours is shorter. */
const TAIL = 4096;
const ESCAPES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -~]/g;

export function openTerminal({ argv: [program, ...args], env }) {
  if (process.platform !== 'linux') throw new Error('the figures of the chat need /proc: measure them on Linux.');
  // On an older one the launcher starts another Node, and what it costs itself would be measured.
  if (Number(process.versions.node.split('.')[0]) < 22) throw new Error('the figures of the chat need Node 22 or newer to run the bench.');
  const startedMs = nowMs();
  const pty = spawn(program, args, { cols: COLUMNS, rows: ROWS, env, cwd: env.HOME, name: env.TERM, encoding: null });
  const outputs = [];
  const watchers = new Set();
  let isOver = false;
  pty.onData((bytes) => {
    outputs.push({ atMs: nowMs(), bytes });
    for (const watcher of watchers) watcher();
  });
  const ended = new Promise((resolve) => {
    pty.onExit(() => {
      isOver = true;
      for (const watcher of watchers) watcher();
      resolve();
    });
  });

  return {
    startedMs,
    outputs,
    /** Where the output stands now, for `shows` and `bytesSince`. */
    mark: () => outputs.length,
    type: (keys) => pty.write(keys),
    /** Resolves with the time at which the text was there, colours and movements left out. */
    shows(pattern, from = 0) {
      const { promise, resolve, reject } = Promise.withResolvers();
      let index = from;
      let tail = '';
      const fail = async (why) =>
        reject(new Error(`${why} ${pattern} on the screen:\n${(await linesOf(outputs)).slice(-ROWS).join('\n')}`));
      const look = () => {
        for (; index < outputs.length; index++) {
          const { atMs, bytes } = outputs[index];
          tail += bytes.toString('latin1');
          if (pattern.test(tail.replaceAll(ESCAPES, ''))) return settle(() => resolve(atMs));
          tail = tail.slice(-TAIL);
        }
        if (isOver) settle(() => fail('the program ended without'));
      };
      const timer = setTimeout(() => settle(() => fail(`after ${LONGEST_MS / 1000} s there is no`)), LONGEST_MS);
      const settle = (action) => {
        clearTimeout(timer);
        watchers.delete(look);
        action();
      };
      watchers.add(look);
      look();
      return promise;
    },
    /** Resolves when nothing has been written for so long. */
    async quiet(milliseconds) {
      const sinceMs = nowMs();
      for (;;) {
        const restMs = Math.max(sinceMs, outputs.at(-1)?.atMs ?? 0) + milliseconds - nowMs();
        if (restMs <= 0) return;
        await sleep(restMs);
      }
    },
    bytesSince: (from) => Buffer.concat(outputs.slice(from).map(({ bytes }) => bytes)),
    usage: () => usageOf(pty.pid),
    async close() {
      if (!isOver) pty.kill('SIGTERM');
      const timer = setTimeout(() => pty.kill('SIGKILL'), PATIENCE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** CPU of all threads that live, how often the main one has woken up, memory now and at its peak. */
function usageOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
  return {
    cpuMs: threads.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0) / 1e6,
    wakeUps: number('voluntary_ctxt_switches'),
    memoryMb: number('VmRSS') / 1024,
    peakMb: number('VmHWM') / 1024,
  };
}
