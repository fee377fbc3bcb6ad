/** The ways in which a process gets away from whoever started it: shell commands that write the id of what stays into the file `pid`. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const STAY = 'echo $$ > pid; exec sleep 1000';
const node = (program: string) => `'${process.execPath}' -e '${program}'`;

/** What is run, in a folder of its own; it is out when the file `pid` is there. */
export const ESCAPES: readonly (readonly [string, string])[] = [
  ['has left the session', `setsid sh -c '${STAY}' &`],
  ['ignores every request to end', `setsid sh -c 'trap "" TERM INT HUP; ${STAY}' &`],
  ['has dropped its environment', `env -i PATH="$PATH" setsid sh -c '${STAY}' &`],
  ['has dropped its environment and its descriptors', `env -i PATH="$PATH" setsid sh -c '${STAY}' </dev/null >/dev/null 2>&1 3>&- &`],
  ['was forked twice', `setsid sh -c '(setsid sh -c "${STAY.replace('$$', '\\$\\$')}" >/dev/null 2>&1 &) ; exit'`],
  ['is hidden behind nohup and disown', `nohup setsid sh -c '${STAY}' >/dev/null 2>&1 &`],
  ['stands in another folder', `file=$PWD/pid; env -i PATH="$PATH" setsid sh -c 'cd /; echo $$ > '"$file"'; exec sleep 1000' &`],
  [
    'was detached by a program, with an empty environment and no descriptors',
    node(
      'const { spawn } = require("node:child_process"); spawn("/bin/sh", ["-c", "echo $$ > pid; exec /bin/sleep 1000"], { detached: true, env: {}, stdio: "ignore" }).unref()',
    ),
  ],
  [
    'was detached by what was detached',
    node(
      'const { spawn } = require("node:child_process"); const deeper = "require(\\"node:child_process\\").spawn(\\"/bin/sh\\", [\\"-c\\", \\"echo $$ > pid; exec /bin/sleep 1000\\"], { detached: true, env: {}, stdio: \\"ignore\\" }).unref()"; spawn(process.execPath, ["-e", deeper], { detached: true, env: {}, stdio: "ignore" }).unref()',
    ),
  ],
];

/** A process that starts the next one, in a session of its own, and ends, again and again; for as long as its folder is there. */
export const HOPPER = {
  'hop.sh': '[ -e hop.sh ] || exit\nenv -i PATH="$PATH" setsid sh "$1" "$1" >/dev/null 2>&1 &\necho hop >> hops\n',
};
export const HOP = 'sh "$PWD/hop.sh" "$PWD/hop.sh"';

/** A shell script that lets all of them out, each in a folder of its own below this one, and goes on when they are. */
export function letAllOut(folder: string): string {
  const each = ESCAPES.map(([, way], index) => {
    mkdirSync(placeOf(folder, index));
    return `cd "${placeOf(folder, index)}"; ${way}\nuntil test -s pid; do sleep 0.02; done`;
  });
  return `(${each.join('\n')}) >/dev/null`;
}

/** Their ids. */
export function pidsIn(folder: string): number[] {
  return ESCAPES.map((_, index) => pidIn(placeOf(folder, index)));
}

function placeOf(folder: string, index: number): string {
  return join(folder, `escape-${index}`);
}

export function pidIn(folder: string): number {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8'));
  } catch {
    return 0;
  }
}

/** The processes, zombies left out, in whose command line this text is. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      // A process that has ended has no command line.
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}
