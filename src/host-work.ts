/** Starts long work in a child process, which is the same program with an entry of its own; and is that child. */
import { asSottoError, cancelledError, type ErrorReport, errorCode, reportOf, SottoError } from './core/errors.ts';
import type { WorkInput, WorkName, WorkResult, WorkStep, WorkWorld } from './store/work.ts';

/** The first argument of such a process. It counts only where a parent listens, so that it is a word like others on a command line. */
const WORK_ENTRY = 'work-of-another-sotto';

type WorkOptions = { onStep: (step: WorkStep) => void };

/** `code`: of SQLite or the system, by which it is told what kind of failure it was. */
type Answer = { step: WorkStep } | { result: unknown } | { error: ErrorReport; code: string };

/** Rejects with what the work failed with; the signal kills it at once. It dies with this process, however that ends. */
export function startWork<Name extends WorkName>(
  name: Name,
  input: WorkInput<Name>,
  { onStep }: WorkOptions,
  signal: AbortSignal,
): Promise<WorkResult<Name>> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const launcher = fileURLToPath(new URL('../bin/sotto.js', import.meta.url));
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelledError());
    // Its stdin says that this process lives.
    const child = spawn(process.execPath, [launcher, WORK_ENTRY, name, JSON.stringify(input)], {
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      windowsHide: true,
    });
    let answer: Answer | undefined;
    let said = '';
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    child.stdin?.on('error', () => {});
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.on('message', (message: Answer) => {
      if ('step' in message) return onStep(message.step);
      answer = message;
      // It has closed what it worked on, and waits for this.
      child.stdin?.end();
    });
    child.on('error', reject);
    child.on('close', (code, name) => {
      signal.removeEventListener('abort', kill);
      // The result is that of the function with this name.
      if (answer && 'result' in answer) resolve(answer.result as WorkResult<Name>);
      else if (answer && 'error' in answer) reject(errorOf(answer.error, answer.code));
      else if (signal.aborted) reject(cancelledError());
      else reject(asSottoError(new Error(`its work on the database ended early (${name ?? `code ${code}`}). ${said}`.trim())));
    });
  });
}

function errorOf({ kind, message, hint }: ErrorReport, code: string): SottoError {
  return new SottoError({ kind, message, ...(hint === null ? {} : { hint }), cause: Object.assign(new Error(message), { code }) });
}

/** The child: does what its arguments say, answers, and waits for its end. */
export async function serveWork(host: NodeJS.Process, world: Omit<WorkWorld, 'tell'>): Promise<void> {
  dieWithParent();
  const tellParent = (answer: Answer) => void host.send?.(answer);
  try {
    const { WORK } = await import('./store/work.ts');
    const [, name = '', input = ''] = host.argv.slice(2);
    const work = Object.hasOwn(WORK, name) ? WORK[name as WorkName] : undefined;
    if (!work) throw new Error(`there is no work "${name}"`);
    // What is sent is what the parent's types allowed.
    const result = await work(JSON.parse(input) as never, { ...world, tell: (step) => tellParent({ step }) });
    tellParent({ result: result ?? null });
  } catch (thrown) {
    const error = asSottoError(thrown);
    const { cause } = error;
    tellParent({ error: reportOf(error), code: errorCode(cause) ?? '' });
  }
}

/**
 * While SQLite works, nothing in this thread notices that the parent is gone: a second one waits for the end of stdin. Killed is
 * also how it ends when all is done; SQLite is made for that.
 */
function dieWithParent(): void {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const watching = `new (require('node:net').Socket)({ fd: 0 }).resume().on('error', () => {}).on('close', () => process.kill(process.pid, 'SIGKILL'))`;
  new Worker(watching, { eval: true });
}
