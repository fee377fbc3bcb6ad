/** Ends a process together with everything in the group that it was started as the first of. */
import type { ChildProcess } from 'node:child_process';
import type { BuiltInPorts } from './built-in-ports.ts';

export type GroupPorts = Pick<BuiltInPorts, 'spawn' | 'kill' | 'platform'>;

export function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', { kill, spawn, platform }: GroupPorts): void {
  if (child.pid === undefined) return;
  if (platform === 'win32') {
    if (child.exitCode === null)
      spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on('error', () => {});
    return;
  }
  try {
    kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
