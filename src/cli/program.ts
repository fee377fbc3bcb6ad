/** From the command line to an exit code: finds the command, loads only that one, and turns every failure into words. */
import { CommanderError } from 'commander';
import { redact } from '../config/redact.ts';
import { asSottoError, exitCodeOf, usageError } from '../core/errors.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import { nearest } from '../models/near.ts';
import { failure } from '../output/status.ts';
import { isReaderGone } from '../output/writer.ts';
import { prepare } from './commander.ts';
import { COMMANDS, type CommandName, LATER } from './commands.ts';
import type { CommandContext } from './context.ts';

export async function runProgram(argv: readonly string[], context: CommandContext): Promise<number> {
  let name: CommandName | undefined;
  let exitCode = 0;
  try {
    const called = commandOf(argv, context);
    name = called.name;
    if (called.version) context.stdout.write(`${context.version}\n`);
    else if (name === undefined) await (await import('./help.ts')).writeHelp(called.rest, context);
    else {
      const finish = (code: number) => {
        exitCode = code;
      };
      const command = await COMMANDS[name].load(context, finish);
      await prepare(command, context).parseAsync([...called.rest], { from: 'user' });
    }
  } catch (thrown) {
    exitCode = await report(thrown, { name, argv, context });
  }
  const failed = await context.flushStdout();
  return failed && !isReaderGone(failed) ? reportOutput(failed, exitCode, context) : exitCode;
}

/** What nobody caught is told like everything else: one line, and the stack only with -v. */
export function reportCrash(thrown: unknown, argv: readonly string[], context: CommandContext): Promise<number> {
  return report(thrown, { name: undefined, argv, context });
}

type Called = { name?: CommandName | undefined; rest: readonly string[]; version?: true };

/** Everything that is no command is a question. */
function commandOf(argv: readonly string[], context: CommandContext): Called {
  const [first, ...rest] = argv;
  if (first === undefined && context.isTerminal.stdin) return context.isTerminal.stdout ? { name: 'chat', rest: [] } : { rest: [] };
  if (first === 'help' || first === '--help' || first === '-h') return { rest };
  if (first === '--version' || first === '-V') return { rest, version: true };
  if (isCommand(first)) return { name: first, rest };
  if (first !== undefined) refuseMistyped(first, rest);
  return { name: 'ask', rest: argv };
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
}

/** A word that is nearly a command is not sent to a model, which would cost money and help nobody. */
function refuseMistyped(word: string, rest: readonly string[]): void {
  if (!/^[a-z]{3,}$/.test(word)) return;
  const ask = `To ask ${rest.length === 0 ? 'the word itself' : 'it as a question'}: sotto ask ${[word, ...rest].join(' ')}`;
  if (LATER.includes(word)) throw usageError(`This version of sotto has no command "${word}" yet.`, `${ask}    All commands: sotto help`);
  const names = [...Object.keys(COMMANDS), ...LATER];
  // Behind it stand arguments: then only a slip of the fingers counts, for "lost dog" is a question.
  const near = rest.length === 0 ? nearest(word, names, 1)[0] : names.find((name) => isSlip(word, name));
  if (near === undefined || near.length < 4 || Math.abs(near.length - word.length) > 1) return;
  const meant = LATER.includes(near) && !isCommand(near) ? `${near} (which this version does not have yet)` : near;
  throw usageError(`There is no command "${word}".`, `Did you mean ${meant}? ${ask}`);
}

/** Two neighbouring letters exchanged, or one letter of a longer name left out or doubled. */
function isSlip(word: string, name: string): boolean {
  const exchanged = [...name.slice(1)].some(
    (letter, index) => name.slice(0, index) + letter + name[index] + name.slice(index + 2) === word,
  );
  const without = (text: string, other: string) => [...text].some((_, index) => text.slice(0, index) + text.slice(index + 1) === other);
  return exchanged || (name.length >= 6 && (without(name, word) || without(word, name)));
}

type Failed = { name: CommandName | undefined; argv: readonly string[]; context: CommandContext };

async function report(thrown: unknown, { name, argv, context }: Failed): Promise<number> {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return 0;
    // A group without a subcommand has shown its help.
    if (thrown.code === 'commander.help') return exitCodeOf('usage');
    const { wordsOf } = await import('./mistakes.ts');
    say(wordsOf(thrown, name), context);
    return exitCodeOf('usage');
  }
  const error = asSottoError(thrown);
  const interrupted = context.interruptedCode();
  if (interrupted !== undefined && (error.kind === 'cancelled' || error.kind === 'internal')) return interrupted;
  say(error, context);
  const isVerbose = context.env.SOTTO_VERBOSE || argv.includes('-v') || argv.includes('--verbose');
  if (error.kind === 'internal' && isVerbose && error.cause instanceof Error)
    context.stderr.write(redact(`${error.cause.stack}\n`, context.secrets));
  return error.exitCode;
}

function reportOutput(failed: NodeJS.ErrnoException, exitCode: number, context: CommandContext): number {
  const reasons: Record<string, string> = {
    ENOSPC: 'no space is left on the device',
    EIO: 'the device reports an error',
    EDQUOT: 'the disk quota is used up',
  };
  say(
    {
      message: `The output could not be written: ${reasons[failed.code ?? ''] ?? failed.message}.`,
      hint: 'What stdout leads to holds only a part.',
    },
    context,
  );
  return exitCode === 0 ? exitCodeOf('usage') : exitCode;
}

function say(
  { message, hint, requestId }: { message: string; hint?: string | undefined; requestId?: string | undefined },
  context: CommandContext,
): void {
  const words = failure({ message, hint: hint ?? null, requestId: requestId ?? null }, PLAIN_THEME);
  context.stderr.write(redact(words, context.secrets));
}
