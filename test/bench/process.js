// Runs one process and keeps when it started, when each piece of its output came, and when it ended.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOOK = fileURLToPath(new URL('./usage-hook.cjs', import.meta.url));
const LONGEST_MS = 60_000;

/** The same clock in every process of a machine. */
export function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * `script` and its arguments on this Node, with `usage: true` together with the hook that says what it cost. `onOutput(text so far)` is
 * called for each piece of output.
 */
export function startNode({ args, env, usage = false, onOutput }) {
  const hook = usage ? ['--require', HOOK] : [];
  return start({ argv: [process.execPath, ...hook, ...args], env, pipes: usage ? ['pipe'] : [], onOutput });
}

export function start({ argv: [program, ...args], env, pipes = [], onOutput }) {
  const startedMs = nowMs();
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe', ...pipes] });
  const outputs = [];
  const errors = [];
  const usage = [];
  child.stdout.on('data', (bytes) => {
    outputs.push({ atMs: nowMs(), bytes });
    onOutput?.(outputs);
  });
  child.stderr.on('data', (bytes) => errors.push(bytes));
  child.stdio[3]?.on('data', (bytes) => usage.push(bytes));
  const done = new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    let exitedMs;
    child.on('error', reject);
    child.on('exit', () => {
      exitedMs = nowMs();
      clearTimeout(timer);
    });
    child.on('close', (code, signal) =>
      resolve({
        startedMs,
        exitedMs,
        wallMs: exitedMs - startedMs,
        code,
        signal,
        outputs,
        stdout: Buffer.concat(outputs.map((output) => output.bytes)).toString('utf8'),
        stderr: Buffer.concat(errors).toString('utf8'),
        ...(usage.length > 0 ? JSON.parse(Buffer.concat(usage).toString('utf8')) : {}),
      }),
    );
  });
  return { child, done };
}

/** The run, or a failure that says what went wrong: a figure of a command that failed means nothing. */
export async function succeeded({ done }) {
  const run = await done;
  if (run.code !== 0)
    throw new Error(`the measured command ended with ${run.signal ?? run.code}: ${run.stderr.trim() || run.stdout.slice(0, 400)}`);
  return run;
}
