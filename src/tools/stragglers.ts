/** Finds what a command or a server has started, wherever it hid (`setsid`, daemons, an empty environment), and ends it, on Linux. */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { BuiltInPorts } from './built-in-ports.ts';

/**
 * A number that everything inherits which is started: as its limit of file locks, which Linux has not looked at since 2.4.25 and
 * which no program changes, whatever it does to its session, environment and descriptors. Within another sotto's command that limit
 * is the other's, who must find us too: there the number is put into the environment.
 */
export type Mark = { id: string; place: 'limits' | 'environ' | 'none' };

export function newMark(platform: string): Mark {
  const id = `1${String(randomInt(2 ** 47)).padStart(16, '0')}`;
  if (platform !== 'linux') return { id, place: 'none' };
  return { id, place: /^Max file locks +unlimited +unlimited/m.test(read('self', 'limits') ?? '') ? 'limits' : 'environ' };
}

/** A process that starts the next one and ends is another one each time that we look. */
const MOST_ROUNDS = 100;

/** All are stopped before the first is ended: what is stopped starts nothing more, and nobody is left to do it over. */
export function endStragglers(mark: Mark, kill: BuiltInPorts['kill']): void {
  if (mark.place === 'none') return;
  const seen = new Set<string>();
  const stopped: string[] = [];
  for (let round = 0, isQuiet = false; round < MOST_ROUNDS && !isQuiet; round += 1) {
    isQuiet = true;
    for (const pid of processes()) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      const place = read(pid, mark.place);
      // It may have left a child.
      if (place === undefined) isQuiet = false;
      // What has ended and is only waited for still shows its limits.
      if (!place?.includes(mark.id) || /\) [ZX] /.test(read(pid, 'stat') ?? '')) continue;
      isQuiet = false;
      stopped.push(pid);
      tell(pid, 'SIGSTOP', kill);
    }
  }
  for (const pid of stopped) tell(pid, 'SIGKILL', kill);
}

function tell(pid: string, signal: 'SIGSTOP' | 'SIGKILL', kill: BuiltInPorts['kill']): void {
  try {
    kill(Number(pid), signal);
  } catch {
    // It has ended by itself.
  }
}

/** The newest first: of all the likeliest to be gone in a moment. */
function processes(): string[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .reverse();
  } catch {
    return [];
  }
}

/** Empty for what is not ours to read, undefined for what is no more. */
function read(pid: string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (thrown) {
    return /ENOENT|ESRCH/.test(String(thrown)) ? undefined : '';
  }
}
