/** Ends what a command left behind outside of its group (`setsid`, daemons), on Linux, where a process shows its first environment. */
import { readdirSync, readFileSync } from 'node:fs';
import type { BuiltInPorts } from './built-in-ports.ts';

/** The variable that everything a command starts inherits, with a value of its own for each command. */
export const MARK = 'SOTTO_CALL';

/** New ones may be started while the old ones are looked for. */
const MOST_ROUNDS = 5;

export function endStragglers(mark: string, kill: BuiltInPorts['kill']): void {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const found = marked(mark);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }
}

function marked(mark: string): number[] {
  return readdirOf('/proc').flatMap((name) => (/^\d+$/.test(name) && environOf(name).includes(mark) ? [Number(name)] : []));
}

function readdirOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for the processes of others, and for those that have ended and are only waited for. */
function environOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
