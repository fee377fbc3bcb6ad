/** Small programs that run beside a test: bundled once, so that hundreds of them start quickly. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '../..');

/** A test that fails or is stopped kills nobody: some of these programs would run for ever. */
const ENDS_WITH_ITS_TEST = "process.stdin.on('error', () => {}).on('close', () => process.exit()).resume().unref();";

/** Bundles test/store/children/NAME.ts and returns the path of the program. */
export async function bundleChild(name: string): Promise<string> {
  // Inside of the checkout, so that better-sqlite3 is found from there.
  const folder = join(ROOT, 'node_modules/.cache/sotto-test');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${process.pid}.mjs`);
  const bundle = await rolldown({ input: join(ROOT, `test/store/children/${name}.ts`), platform: 'node', external: ['better-sqlite3'] });
  await bundle.write({ file, format: 'esm', intro: ENDS_WITH_ITS_TEST });
  await bundle.close();
  process.once('exit', () => rmSync(file, { force: true }));
  return file;
}

export function start(program: string, ...parameters: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...parameters], { stdio: ['pipe', 'pipe', 'pipe'] });
}

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => {
    stdout += data;
  });
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}
