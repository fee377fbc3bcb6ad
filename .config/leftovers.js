// Fails a test run that leaves a process behind: a program of this checkout that still runs when all tests are done. Linux only.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
/** Where test/support/program.ts and test/store/child-process.ts put what they start. */
const builds = join(tmpdir(), `sotto-builds-${createHash('sha256').update(`${root}:${userInfo().uid}`).digest('hex').slice(0, 12)}`);
const children = join(root, 'node_modules', '.cache', 'sotto-test');
/** What was told to end may need a moment for it. */
const MOST_MS = 10_000;

export default function setup() {
  if (!existsSync('/proc/self/cmdline')) return;
  const before = new Set(running().keys());
  return async () => {
    const startedMs = performance.now();
    for (;;) {
      const left = [...running()].filter(([id]) => !before.has(id));
      if (left.length === 0) return;
      if (performance.now() - startedMs > MOST_MS)
        throw new Error(`Still running after the tests:\n${left.map((row) => row.join(' ')).join('\n')}`);
      await setTimeout(100);
    }
  };
}

/** Process id → command line. */
function running() {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const rows = ids.map((id) => [id, commandOf(id)]);
  return new Map(rows.filter(([, command]) => command.includes(builds) || command.includes(children)));
}

function commandOf(id) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
