// Fails a test run that leaves a process behind: whatever the tests have started, themselves or through others, and still runs when
// all of them are done. Linux only.
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
/** Inherited by whatever is started; test/support/program.ts hands it on to the programs that get no other variables. */
const RUN = `TEST_RUN_OF_SOTTO=${process.pid}-${Date.now()}`;
/** What was told to end may need a moment for it. */
const MOST_MS = 10_000;

export default function setup() {
  if (!existsSync('/proc/self/cmdline')) return;
  const before = new Set(running().keys());
  const [name, value] = RUN.split('=');
  process.env[name] = value;
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
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const rows = ids.map((id) => [id, factOf(id, 'cmdline')]);
  return new Map(rows.filter(([id, command]) => isOurs(command, factOf(id, 'environ')) && !isWorker(id, command)));
}

function isOurs(command, environment) {
  return command.includes(builds) || command.includes(children) || environment.includes(RUN);
}

/** What runs the tests, or helps to: vitest and its bundler end them. */
function isWorker(id, command) {
  return factOf(id, 'stat').split(') ')[1]?.split(' ')[1] === String(process.pid) && /vitest|esbuild/.test(command);
}

function factOf(id, name) {
  try {
    return readFileSync(`/proc/${id}/${name}`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
