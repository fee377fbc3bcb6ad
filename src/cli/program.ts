/** From the command line to an exit code: finds the command, loads only that one, and turns every failure into words. */
import { CommanderError } from 'commander';
import { redact } from '../config/redact.ts';
import { asSottoError, reportOf } from '../core/errors.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import { nearest } from '../models/near.ts';
import { failure } from '../output/status.ts';
import { prepare } from './commander.ts';
import { COMMANDS, type CommandName } from './commands.ts';
import type { CommandContext } from './context.ts';

export async function runProgram(argv: readonly string[], context: CommandContext): Promise<number> {
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  try {
    const { name, rest } = commandOf(argv, context);
    if (name === undefined) {
      const { writeHelp } = await import('./help.ts');
      return writeHelp(rest, context);
    }
    const command = await COMMANDS[name].load(context, finish);
    await prepare(command, context).parseAsync([...rest], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    return report(thrown, context);
  }
}

/** Everything that is no command is a question. */
function commandOf(argv: readonly string[], context: CommandContext): { name: CommandName | undefined; rest: readonly string[] } {
  const [first, ...rest] = argv;
  if (first === undefined && context.isTerminal.stdin) return { name: undefined, rest: [] };
  if (first === 'help' || first === '--help' || first === '-h') return { name: undefined, rest };
  if (isCommand(first)) return { name: first, rest };
  const near =
    first !== undefined && argv.length === 1 && /^[a-z]{4,}$/.test(first) ? nearest(first, Object.keys(COMMANDS), 1)[0] : undefined;
  if (near !== undefined && Math.abs(near.length - (first?.length ?? 0)) <= 1) throw mistyped(first ?? '', near);
  return { name: 'ask', rest: argv };
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
}

function mistyped(word: string, near: string): CommanderError {
  return new CommanderError(
    2,
    'sotto.mistyped',
    `There is no command "${word}". Did you mean ${near}? To ask the word itself: sotto ask ${word}`,
  );
}

function report(thrown: unknown, context: CommandContext): number {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return 0;
    // Groups without a subcommand show their help; that is no failure of the user's.
    if (thrown.code === 'commander.help') return 2;
    const message = thrown.message.replace(/^error: /, '').replace(/\n/g, ' ');
    context.stderr.write(
      failure({ message: /[.?)]$/.test(message) ? message : `${message}.`, hint: 'See: sotto help', requestId: null }, PLAIN_THEME),
    );
    return 2;
  }
  const error = asSottoError(thrown);
  const interrupted = context.interruptedCode();
  if (interrupted !== undefined && (error.kind === 'cancelled' || error.kind === 'internal')) return interrupted;
  const { message, hint, requestId } = reportOf(error);
  context.stderr.write(redact(failure({ message, hint, requestId }, PLAIN_THEME), knownSecrets(context)));
  if (error.kind === 'internal' && context.env.SOTTO_VERBOSE && error.cause instanceof Error)
    context.stderr.write(`${error.cause.stack}\n`);
  return error.exitCode;
}

function knownSecrets(context: CommandContext): string[] {
  try {
    return context.loadSettings().secrets();
  } catch {
    return [];
  }
}
