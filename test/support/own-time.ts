/** Time that a busy machine does not stretch: what passed, without the time in which the process was ready to run and had no core (Linux). */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export type OwnTime = { ms(): number };

/** Of this process, from now on. */
export function ownTime(): OwnTime {
  const startedMs = performance.now();
  const startDelayMs = delayOf('self') ?? 0;
  return { ms: () => performance.now() - startedMs - ((delayOf('self') ?? 0) - startDelayMs) };
}

/** So often another process is looked at; of a look that comes late and finds it gone, no more than the double is counted. */
const STEP_MS = 5;

/** Of another process, from now on until it is gone. */
export function ownTimeOf({ pid }: { pid?: number | undefined }): OwnTime {
  let lastMs = performance.now();
  let lastDelayMs = delayOf(pid);
  let ownMs = 0;
  const timer = setInterval(look, STEP_MS);
  timer.unref();
  return {
    ms() {
      look();
      return ownMs;
    },
  };

  function look(): void {
    const nowMs = performance.now();
    const delayMs = delayOf(pid);
    if (lastDelayMs === undefined) {
      clearInterval(timer);
      return;
    }
    ownMs += delayMs === undefined ? Math.min(nowMs - lastMs, 2 * STEP_MS) : Math.max(0, nowMs - lastMs - (delayMs - lastDelayMs));
    lastMs = nowMs;
    lastDelayMs = delayMs;
  }
}

/** Resolves when a process has had so much time, however long a busy machine takes to give it; or is gone. */
export async function lives(milliseconds: number, process: { pid?: number | undefined }): Promise<void> {
  const own = ownTimeOf(process);
  while (own.ms() < milliseconds && delayOf(process.pid) !== undefined) await pause(STEP_MS);
}

/** Sends a signal; resolves with how long the process then took to end. */
export async function endsBy(signal: NodeJS.Signals, child: ChildProcess): Promise<number> {
  const own = ownTimeOf(child);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
  return own.ms();
}

/** Milliseconds that the first thread of a process has waited for a core; undefined when it is gone. Where nobody counts them there are none. */
function delayOf(pid: number | 'self' | undefined): number | undefined {
  if (pid === undefined) return undefined;
  if (process.platform !== 'linux') return isThere(pid) ? 0 : undefined;
  try {
    if (pid !== 'self' && /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return undefined;
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return isThere(pid) ? 0 : undefined;
  }
}

function isThere(pid: number | 'self'): boolean {
  if (pid === 'self') return true;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
