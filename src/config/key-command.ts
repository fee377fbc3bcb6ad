/** Runs a `!command` whose output is a key. What it prints on stdout is never repeated anywhere. */
import { cancelledError, SottoError } from '../core/errors.ts';
import { startBound } from './bound-program.ts';
import type { Environment } from './environment.ts';

type KeyCommand = { command: string; provider: string; origin: string; env: Environment; limitMs: number };

/** The first line of the command's output. Throws kind `authentication` when it fails, hangs or prints nothing. */
export async function runKeyCommand(request: KeyCommand, signal: AbortSignal): Promise<string> {
  const { provider, origin, limitMs } = request;
  const outcome = await run(request, signal);
  const fail = (what: string): never => {
    const said = lastWords(outcome.stderr, outcome.stdout);
    throw new SottoError({
      kind: 'authentication',
      provider,
      message: `The command for the key of ${provider} (${origin}) ${what}.${said === '' ? '' : ` It said: ${said}`}`,
      hint: `Run the command by itself to see what is wrong, or store the key with: sotto keys set ${provider}`,
    });
  };
  if (outcome.end === 'cancelled') throw cancelledError();
  if (outcome.end === 'timeout') fail(`did not finish within ${limitMs / 1000} s and was stopped`);
  if (outcome.end === 'failed') fail('could not be started');
  if (outcome.code !== 0) fail(outcome.code === null ? 'was killed' : `failed with exit code ${outcome.code}`);
  const key = outcome.stdout.trim().split(/\r?\n/)[0]?.trim() ?? '';
  if (key === '') fail('printed no key (exit code 0)');
  return key;
}

type Outcome = { end: 'exit' | 'timeout' | 'cancelled' | 'failed'; code: number | null; stdout: string; stderr: string };

const MOST_OUTPUT = 65_536;

function run({ command, env, limitMs }: KeyCommand, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ end: 'cancelled', code: null, stdout: '', stderr: '' });
    // stdin stays closed: it may be the user's prompt.
    const { child, end: endGroup } = startBound(command, { stdin: 'ignore', env });
    let stdout = '';
    let stderr = '';
    const finish = (end: Outcome['end'], code: number | null = null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ end, code, stdout, stderr });
    };
    const stop = (end: Outcome['end']) => {
      endGroup();
      finish(end);
    };
    const cancel = () => stop('cancelled');
    const timer = setTimeout(() => stop('timeout'), limitMs);
    signal.addEventListener('abort', cancel, { once: true });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MOST_OUTPUT) stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < MOST_OUTPUT) stderr += text;
    });
    child.on('error', () => finish('failed'));
    child.on('close', (code) => finish('exit', code));
    // A helper left in the background may hold the pipes open; the shell's own end is what counts.
    child.on('exit', (code) => setTimeout(() => finish('exit', code), 200).unref());
  });
}

/** The end of what the command said on stderr, on one line, without control characters and without what it printed as the key. */
function lastWords(stderr: string, stdout: string): string {
  let said = stderr;
  for (const line of stdout.split(/\r?\n/)) if (line.trim().length > 3) said = said.replaceAll(line.trim(), '…');
  const plain = said
    .replace(/\x1b\[[\d;?]*[A-Za-z]/g, '')
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim();
  return plain.length > 300 ? `…${plain.slice(-300)}` : plain;
}
