/** How every commander command behaves here: it throws instead of ending the process, and writes where we say. */
import type { Command } from 'commander';
import type { CommandContext } from '../compose/context.ts';

export function prepare(command: Command, context: CommandContext): Command {
  command
    .exitOverride()
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      // Failures are reported once, by the program.
      outputError: () => {},
      getOutHelpWidth: () => (context.isTerminal.stdout ? (context.stdout.columns ?? 80) : 80),
      getErrHelpWidth: () => (context.isTerminal.stderr ? (context.stderr.columns ?? 80) : 80),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  // `sotto help config set` does it for all of them.
  if (command.commands.length > 0) command.helpCommand(false);
  if (command.parent === null && !command.name().startsWith('sotto')) command.name(`sotto ${command.name()}`);
  for (const sub of command.commands) prepare(sub, context);
  return command;
}
