/** `sotto fork`: a copy of a conversation up to a message, to go on from there. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say, writeJson } from '../../compose/say.ts';
import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/words.ts';
import { freeTitle } from '../../engine/fork-title.ts';
import { safeLine } from '../../format/safety.ts';
import { editConversation } from '../conversations/edit.ts';
import { readCount } from '../conversations/filters.ts';
import { named } from '../conversations.ts';

export function forkCommand(context: CommandContext): Command {
  return new Command('fork')
    .description('copy a conversation, whole or up to a message, and print the id of the copy')
    .argument('<conversation>', 'its id, the beginning of it, or its title')
    .option('--at <message>', 'the last message of the copy; sotto show --tree has the numbers')
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((reference: string, { at, json }: { at?: string; json?: true }) => {
      const message = at === undefined ? undefined : readCount(at, '--at');
      return editConversation(reference, context, async (store, original, patiently) => {
        if (message !== undefined && store.path(original.id, { leaf: message, media: false }).length === 0) {
          throw usageError(`The conversation ${original.id} has no message ${message}.`, `See: sotto show ${original.id} --tree`);
        }
        if (original.messageCount === 0) throw usageError(`${named(original)} has no message to copy.`);
        const id = await patiently(() => store.fork(original.id, message));
        await patiently(() => store.rename(id, freeTitle(store, original.title), original.titleSource));
        const { title, forkedFrom, messageCount } = store.conversation(id) ?? { ...original, forkedFrom: null, messageCount: 0 };
        if (json) return writeJson(context.stdout, { id, title, forkedFrom, messageCount });
        context.stdout.write(`${id}\n`);
        say(`Copied ${counted(messageCount, 'message')} of ${named(original)} as "${safeLine(title)}".`, context);
      });
    });
}

const EXAMPLES = `
Examples:
  sotto fork 1m7wqqngw7er
  sotto fork 1m7wqqngw7er --at 12
  sotto ask --resume "$(sotto fork 1m7wqqngw7er --at 12)" "and without an editor?"
`;
