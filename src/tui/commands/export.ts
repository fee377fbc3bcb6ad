/** `/export`: the conversation as a Markdown file. */
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
    const file = await actions.exportConversation(argument === '' ? undefined : argument);
    actions.say(file === undefined ? 'There is nothing to write yet.' : `Written: ${file}`);
  },
};
