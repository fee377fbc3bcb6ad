/** How every commander command behaves here: it throws instead of ending the process, and writes where we say. */
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

export function prepare(command: Command, context: CommandContext): Command {
  command.exitOverride().configureOutput({
    writeOut: (text) => void context.stdout.write(text),
    // Failures are reported once, by the program.
    writeErr: () => {},
    getOutHelpWidth: () => (context.isTerminal.stdout ? (context.stdout.columns ?? 80) : 80),
    getErrHelpWidth: () => 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  if (command.parent === null && !command.name().startsWith('sotto')) command.name(`sotto ${command.name()}`);
  for (const sub of command.commands) prepare(sub, context);
  return command;
}
