/** `/export`: the conversation as a Markdown file. */
import { usageError } from '../../core/errors.ts';
import type { SlashCommand } from '../actions.ts';

export const exportCommand: SlashCommand = {
  name: 'export',
  aliases: ['save'],
  argument: '[file]',
  summary: 'write it to a file',
  details: [
    'The active branch as Markdown; without a name the file gets one, and is never written over another.',
    'Other forms (JSON, HTML, training data): sotto export',
  ],
  group: 'Text',
  takesPath: true,
  async run(argument, actions) {
    const [, otherForm] = /\.(html?|jsonl?)$/i.exec(argument) ?? [];
    if (otherForm !== undefined) {
      const { conversation } = actions.chat.state;
      const what = conversation === undefined ? '' : ` ${conversation}`;
      throw usageError(
        `Here the conversation is written as Markdown, not as ${otherForm}.`,
        `In a shell: sotto export${what} -o ${argument}`,
      );
    }
    const file = await actions.exportConversation(argument === '' ? undefined : argument);
    actions.say(file === undefined ? 'There is nothing to write yet.' : `Written: ${file}`);
  },
};
