/** Programs that sotto starts for its user: an editor with the terminal its own, and a command that gets a text. */

/** The user's editor; resolves with its exit code. `command` may hold arguments ("code --wait"). */
export function spawnEditor(command: string, file: string): Promise<number | null> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { closeSync, openSync } = process.getBuiltinModule('node:fs');
  // Something may be piped into sotto: the editor is typed in at the terminal all the same.
  const terminal = process.getBuiltinModule('node:tty').isatty(0) || process.platform === 'win32' ? undefined : openSync('/dev/tty', 'r');
  return new Promise((resolve, reject) => {
    const stdio = [terminal ?? ('inherit' as const), 'inherit' as const, 'inherit' as const];
    // A shell takes the words of the command apart, as everywhere; the file stays one argument.
    const child =
      process.platform === 'win32'
        ? spawn(`${command} "${file}"`, { stdio, shell: true })
        : spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', file], { stdio });
    if (terminal !== undefined) closeSync(terminal);
    child.on('error', reject);
    child.on('exit', (code) => resolve(code));
  });
}

type ProgramRun = { command: string; args: readonly string[]; input: string };

/** More of what a program prints is not kept. */
const MOST_OUTPUT = 1_000_000;

/** `output` is what came on stdout and stderr, in their order. Rejects where the program cannot be started; the signal ends its whole group. */
export async function runProgram(
  { command, args, input }: ProgramRun,
  signal: AbortSignal,
): Promise<{ output: string; code: number | null }> {
  const { startBound } = await import('./config/bound-program.ts');
  return new Promise((resolve, reject) => {
    const { child, end } = startBound({ file: command, args }, { stdin: 'pipe' });
    let output = '';
    const take = (text: string) => {
      if (output.length < MOST_OUTPUT) output += text.slice(0, MOST_OUTPUT - output.length);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', take);
    signal.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', end);
      resolve({ output, code });
    });
    // A program that does not read its input is no failure.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    if (signal.aborted) end();
  });
}

/** In a session of its own, so that the end of the terminal does not end it. */
export function startAlone(args: readonly string[]): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const launcher = fileURLToPath(new URL('../bin/sotto.js', import.meta.url));
  const child = spawn(process.execPath, [launcher, ...args], { detached: true, stdio: 'ignore', windowsHide: true });
  child.on('error', () => {});
  child.unref();
}
