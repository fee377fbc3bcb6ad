/** Names of commands: which one is meant, and which are near to one that is none. */
import { nearest } from '../../models/near.ts';
import type { SlashCommand } from '../actions.ts';

export function namedCommand(name: string, commands: readonly SlashCommand[]): SlashCommand | undefined {
  const wanted = name.toLowerCase();
  return commands.find((command) => command.name === wanted) ?? commands.find(({ aliases }) => aliases?.includes(wanted));
}

/** "/copy or /cost"; empty where nothing is near. */
export function nearestCommands(name: string, commands: readonly SlashCommand[]): string {
  const begun = commands.filter((command) => command.name.startsWith(name.toLowerCase())).map((command) => command.name);
  const near =
    begun.length > 0
      ? begun
      : nearest(
          name,
          commands.map((command) => command.name),
          3,
        );
  return near
    .slice(0, 3)
    .map((one) => `/${one}`)
    .join(' or ');
}
