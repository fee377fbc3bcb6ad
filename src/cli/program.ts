/** From the command line to an exit code: finds the command, loads only that one, and turns every failure into words. */
import { CommanderError } from 'commander';
import type { CommandContext } from '../compose/context.ts';
import { redact } from '../config/redact.ts';
import { asSottoError, exitCodeOf, type SottoError } from '../core/errors.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import { failure } from '../output/status.ts';
import { isReaderGone } from '../output/writer.ts';
import { prepare } from './commander.ts';
import { COMMANDS, type CommandName } from './commands.ts';

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
      // Before its options are read: they may be those of the command that is meant.
      if (called.isQuestion) await refuseMistyped(wordsBeforeOptions(argv), argv, context);
      const command = await COMMANDS[name].load(context, finish);
      if (called.isQuestion)
        command.hook('preAction', async (_, asked) => {
          const withoutText = await refuseMistyped(asked.args, argv, context);
          if (withoutText) asked.setOptionValue('withoutText', withoutText);
        });
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

type Called = { name?: CommandName | undefined; rest: readonly string[]; version?: true; isQuestion?: true };

/** Everything that is no command is a question. */
function commandOf(argv: readonly string[], context: CommandContext): Called {
  const [first, ...rest] = argv;
  if (first === undefined && context.isTerminal.stdin) return context.isTerminal.stdout ? { name: 'chat', rest: [] } : { rest: [] };
  if (first === 'help' || first === '--help' || first === '-h') return { rest };
  if (first === '--version' || first === '-V') return { rest, version: true };
  if (isCommand(first)) return { name: first, rest };
  return { name: 'ask', rest: argv, isQuestion: true };
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
}

function wordsBeforeOptions(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  return end < 0 ? argv : argv.slice(0, end);
}

/**
 * A question of one bare word, or a word and what may be its subcommand, may be a mistyped command; `--` and `-c` say that it is none.
 * Returns what is wrong where a pipe, which has yet to be read, turns out to be empty.
 */
async function refuseMistyped(words: readonly string[], argv: readonly string[], context: CommandContext): Promise<SottoError | undefined> {
  if (!MAY_BE_COMMAND.test(words[0] ?? '') || argv.some((word) => TALKS_ON_PURPOSE.test(word))) return undefined;
  const { mistyped } = await import('./mistyped.ts');
  const wrong = (isPiped: boolean) => mistyped({ words, isPiped, providers: context.knownProviders });
  const attaches = argv.some((word) => ATTACHES.test(word));
  const isPiped = context.stdinKind() === 'data' && !argv.includes('--no-stdin');
  const problem = wrong(attaches || isPiped);
  if (problem) throw problem;
  return attaches ? undefined : wrong(false);
}

const MAY_BE_COMMAND = /^[a-z][a-z-]*$/i;
const TALKS_ON_PURPOSE = /^(--|-c|--continue|--resume(=.*)?)$/;
const ATTACHES = /^(-f|--file)/;

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
      hint: 'What was written is incomplete.',
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
