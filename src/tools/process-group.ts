/** Starts a program in a group of its own that never outlives sotto, and ends it with everything that came of it. */
import type { ChildProcess } from 'node:child_process';
import type { BuiltInPorts } from './built-in-ports.ts';
import { endStragglers, type Mark, newMark } from './stragglers.ts';

type GroupPorts = Pick<BuiltInPorts, 'spawn' | 'kill' | 'platform'>;

type Group = { child: ChildProcess; mark: Mark };

type GroupStart = {
  file: string;
  args: readonly string[];
  folder: string;
  env: Readonly<Record<string, string>>;
  stdin: 'ignore' | 'pipe';
  /** stderr goes where stdout goes. */
  isJoined: boolean;
  /** What it may take to end by itself when sotto has been killed. */
  graceSeconds: number;
};

/** Not on Windows. What cannot be run is told by exit code 126 or 127. */
export function startGroup({ file, args, folder, env, stdin, isJoined, graceSeconds }: GroupStart, { spawn, platform }: GroupPorts): Group {
  const mark = newMark(platform);
  const script = isJoined ? `${WATCHED} 2>&1` : WATCHED;
  const child = spawn('/bin/sh', ['-c', script, 'sh', mark.id, mark.place, String(graceSeconds), file, ...args], {
    cwd: folder,
    env,
    detached: true,
    stdio: [stdin, 'pipe', 'pipe', 'pipe'],
  });
  return { child, mark };
}

/** SIGKILL also finds what has left the group. */
export function endGroup({ child, mark }: Group, signal: 'SIGTERM' | 'SIGKILL', { kill }: Pick<GroupPorts, 'kill'>): void {
  if (child.pid === undefined) return;
  // First: should sotto be killed in between, the watcher in the group is still there to do the rest.
  if (signal === 'SIGKILL') endStragglers(mark, kill);
  try {
    kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

/** Windows knows no groups: a tree is ended from its first process on. */
export function endTree(child: ChildProcess, { spawn }: Pick<GroupPorts, 'spawn'>): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on('error', () => {});
}

/**
 * The first lines start a watcher that does nothing but wait for the end of a pipe that only sotto holds: even when sotto is
 * killed, the group ends, and on Linux what carries the mark and left the group; it is stopped first, so that it starts nothing
 * more, and looked for again and again, for some start the next one and end. The watcher is nobody's child, so that a program that waits for all of its children does not wait for it.
 */
const WATCHED = `( ( trap '' TERM INT HUP; exec <&3 >/dev/null 2>&1; read -r _
[ "$3" = 0 ] || sleep "$3"
stopped=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
found=$(grep -als "$1" /proc/[0-9]*/"$2" 2>/dev/null | cut -d/ -f3)
[ -z "$found" ] || kill -STOP $found
stopped="$stopped $found"
done
kill -KILL $stopped
kill -KILL 0 ) & )
exec 3<&-
case $2 in
limits) ulimit -Sw "$1" 2>/dev/null || ulimit -Sx "$1" 2>/dev/null;;
environ) export SOTTO_CALL="$SOTTO_CALL $1";;
esac
shift 3
exec "$@"`;
