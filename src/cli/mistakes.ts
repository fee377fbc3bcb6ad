/** What commander finds wrong with a command line, in our words. */
import type { CommanderError } from 'commander';

type Words = { message: string; hint?: string };

export function wordsOf({ code, message }: CommanderError, command: string | undefined): Words {
  const [, what = ''] = /'([^']*)'/.exec(message) ?? [];
  const near = /Did you mean (?:one of )?(.*)\?/.exec(message)?.[1];
  const help = `See: sotto ${command === undefined ? 'help' : `${command} --help`}`;
  const meant = near === undefined ? help : `Did you mean ${near}? ${help}`;
  switch (code) {
    case 'commander.unknownOption':
      return {
        message: `There is no option ${what}.`,
        hint:
          near === undefined && command === 'ask'
            ? `${help}    A question that begins with a dash goes behind --: sotto -- "${what}"`
            : meant,
      };
    case 'commander.unknownCommand':
      return { message: `There is no command "${command === undefined ? what : `${command} ${what}`}".`, hint: meant };
    case 'commander.optionMissingArgument':
      return { message: `The option ${what} needs a value.`, hint: help };
    case 'commander.missingArgument':
      return { message: `No ${what} was given.`, hint: help };
    case 'commander.excessArguments':
      return { message: `There are more arguments than sotto ${command ?? ''} takes.`, hint: help };
    default:
      return { message: message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '), hint: help };
  }
}
