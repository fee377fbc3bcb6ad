/** Another program that holds a lock on a database of conversations. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './program.ts';

/** `writing`: others may read; `all`: nobody may do anything. */
type Kind = 'writing' | 'all';

/** Another program, in a process of its own, that holds the lock until it is released. */
export async function lockedBy(
  home: { path: string; file: string },
  kind: Kind,
): Promise<{ pid: number; release(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }> {
  const program = join(home.path, 'backup-program.mjs');
  const sqlite = pathToFileURL(join(ROOT, 'node_modules/better-sqlite3/lib/index.js')).href;
  const begin = {
    writing: 'BEGIN IMMEDIATE',
    all: 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE conversations SET title = title',
  };
  writeFileSync(
    program,
    `import Database from ${JSON.stringify(sqlite)};
     const database = new Database(process.argv[2]);
     database.exec(${JSON.stringify(begin[kind])});
     console.log('locked');
     process.stdin.resume();`,
  );
  const child = spawn(process.execPath, [program, home.file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const isLocked = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isLocked) throw new Error(`The other program could not lock ${home.file}.`);
  const release = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { pid: child.pid ?? 0, release, [Symbol.asyncDispose]: release };
}
