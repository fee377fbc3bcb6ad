/** `/attach`: a file that goes along with the next prompt. */
import type { SlashCommand } from '../actions.ts';

export const attachCommand: SlashCommand = {
  name: 'attach',
  aliases: ['file'],
  argument: '<path>',
  summary: 'add a file',
  details: [
    'A text file or a picture goes along with the next prompt.',
    'In the middle of a prompt, @path does the same: what is wrong in @src/app.ts?',
    'Ctrl+C on an empty line takes the files off again.',
  ],
  group: 'Context',
  whileWorking: true,
  takesPath: true,
  async run(argument, actions) {
    const path = unquoted(argument) || ((await actions.line('Which file?'))?.trim() ?? '');
    if (path !== '') await actions.attach(path);
  },
};

function unquoted(argument: string): string {
  const [, , inside] = /^@?(["'])(.*)\1$/.exec(argument) ?? [];
  return inside ?? argument.replace(/^@/, '');
}
