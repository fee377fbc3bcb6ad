/** Which programs of the system a test can use: some systems lack what is usual on Linux. */
import { spawnSync } from 'node:child_process';

/** macOS has no setsid. */
const LACKS_SETSID = spawnSync('sh', ['-c', 'command -v setsid']).status !== 0;

/** The reason with which a test of this shell command is skipped here, as vitest prints it. */
export function needsMore(command: string): [isNeeded: boolean, reason: string] {
  return [LACKS_SETSID && /\bsetsid\b/.test(command), 'this system has no setsid'];
}
