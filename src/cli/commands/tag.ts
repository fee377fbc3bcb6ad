/** `sotto tag`: words put on conversations, to find them by. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { openExisting } from '../../compose/open-store.ts';
import { say, writeJson, writeRows } from '../../compose/say.ts';
import { usageError } from '../../core/errors.ts';
import { safeLine } from '../../format/safety.ts';
import { formatColumns } from '../conversations/columns.ts';
import { editConversation } from '../conversations/edit.ts';
import { cleanTag } from '../conversations/filters.ts';
import { named } from '../conversations.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { stdoutTheme } from '../screen.ts';

type TagOptions = { remove?: true; json?: true };

export function tagCommand(context: CommandContext): Command {
  const command = new Command('tag')
    .description('put tags on a conversation, take them off, or list them')
    .argument('[conversation]', 'its id, the beginning of it, or its title; without it all tags in use are listed')
    .argument('[tags...]', 'words to put on it; without any, those it has are printed')
    .option('--remove', 'take these tags off')
    .option('--json', 'the result as one JSON object');
  addSettingOptions(command, ['color', 'profile']);
  return command.addHelpText('after', EXAMPLES).action((reference: string | undefined, tags: string[], options: TagOptions) => {
    if (options.remove && tags.length === 0)
      throw usageError('--remove needs the tags to take off.', 'Such as: sotto tag 1m7wqqngw7er work --remove');
    return reference === undefined ? listTags(options, command, context) : tag({ reference, tags: tags.map(cleanTag), options, context });
  });
}

const EXAMPLES = `
Examples:
  sotto tag 1m7wqqngw7er work git
  sotto tag 1m7wqqngw7er git --remove
  sotto tag 1m7wqqngw7er
  sotto tag
  sotto list --tag work
`;

type Tagging = { reference: string; tags: string[]; options: TagOptions; context: CommandContext };

function tag({ reference, tags, options, context }: Tagging): Promise<void> {
  return editConversation(reference, context, async (store, conversation, patiently) => {
    const { id } = conversation;
    if (tags.length > 0) await patiently(() => (options.remove ? store.untag(id, ...tags) : store.tag(id, ...tags)));
    const now = store.conversation(id)?.tags ?? [];
    if (options.json) return writeJson(context.stdout, { id, tags: now });
    if (tags.length === 0) writeRows(now, context);
    else if (now.length === 0) say(`${named(conversation)} has no tag now.`, context);
    else say(`${named(conversation)} has now: ${now.map((word) => `#${safeLine(word)}`).join(' ')}`, context);
    if (tags.length === 0 && now.length === 0) say(`sotto: ${named(conversation)} has no tag.`, context);
  });
}

async function listTags({ json }: TagOptions, command: Command, context: CommandContext): Promise<void> {
  const settings = settingsOf(command, context);
  const store = await openExisting(context);
  const tags = store?.tags() ?? [];
  store?.close();
  if (json) return writeJson(context.stdout, { tags });
  if (tags.length === 0) return say('sotto: no conversation has a tag. Put one on: sotto tag 1m7wqqngw7er work', context);
  context.stdout.write(
    await formatColumns({
      columns: [
        { head: 'tag', least: 12 },
        { head: 'conversations', align: 'right' },
      ],
      rows: tags.map(({ tag: word, conversations }) => [word, String(conversations)]),
      width: context.isTerminal.stdout ? context.stdout.columns || 80 : undefined,
      theme: await stdoutTheme(settings, context),
    }),
  );
}
