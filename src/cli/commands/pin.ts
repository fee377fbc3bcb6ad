/** `sotto pin` and `sotto archive`: marks that bring conversations forward or put them away. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say, writeJson } from '../../compose/say.ts';
import { editConversations } from '../conversations/edit.ts';
import { named } from '../conversations.ts';

export function pinCommand(context: CommandContext): Command {
  return markCommand(context, {
    name: 'pin',
    description: 'mark conversations that are wanted again and again (sotto list --pinned)',
    done: (title, on) => (on ? `Pinned ${title}.` : `${title} is not pinned any more.`),
    mark: 'pinned',
  });
}

export function archiveCommand(context: CommandContext): Command {
  return markCommand(context, {
    name: 'archive',
    description: 'put conversations away: kept and found by search, but not listed',
    done: (title, on) => (on ? `Archived ${title}. See: sotto list --archived` : `${title} is listed again.`),
    mark: 'archived',
  });
}

type Mark = { name: 'pin' | 'archive'; mark: 'pinned' | 'archived'; description: string; done: (title: string, on: boolean) => string };

function markCommand(context: CommandContext, { name, mark, description, done }: Mark): Command {
  return new Command(name)
    .description(description)
    .argument('<conversation...>', 'ids, the beginnings of them, or titles')
    .option('--off', 'take the mark off again')
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', `\nExamples:\n  sotto ${name} 1m7wqqngw7er\n  sotto ${name} 1m7wqqngw7er --off\n`)
    .action((references: string[], { off, json }: { off?: true; json?: true }) =>
      editConversations(references, context, async (store, found, patiently) => {
        const on = !off;
        for (const { id } of found) await patiently(() => store[name](id, on));
        if (json) return writeJson(context.stdout, { conversations: found.map(({ id }) => ({ id, [mark]: on })) });
        for (const conversation of found) say(done(named(conversation), on), context);
      }),
    );
}
