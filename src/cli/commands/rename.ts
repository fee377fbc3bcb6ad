/** `sotto rename`: another title for a conversation. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say, writeJson } from '../../compose/say.ts';
import { usageError } from '../../core/errors.ts';
import { oneLine } from '../../core/words.ts';
import { safeLine } from '../../format/safety.ts';
import { editConversation } from '../conversations/edit.ts';

export function renameCommand(context: CommandContext): Command {
  return new Command('rename')
    .description('give a conversation another title')
    .argument('<conversation>', 'its id, the beginning of it, or its title')
    .argument('<title...>', 'the new title')
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', '\nExamples:\n  sotto rename 1m7wqqngw7er "Squashing commits"\n  sotto rename "squash" Squashing commits\n')
    .action((reference: string, words: string[], { json }: { json?: true }) => {
      const title = oneLine(words.join(' '));
      if (title === '') throw usageError('The new title is empty.', 'Such as: sotto rename 1m7wqqngw7er "Squashing commits"');
      return editConversation(reference, context, async (store, conversation, patiently) => {
        await patiently(() => store.rename(conversation.id, title));
        const renamed = store.conversation(conversation.id)?.title ?? title;
        if (json) writeJson(context.stdout, { id: conversation.id, title: renamed });
        else say(`Renamed ${conversation.id} from "${safeLine(conversation.title)}" to "${safeLine(renamed)}".`, context);
      });
    });
}
