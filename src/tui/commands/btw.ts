/** `/btw`: a question on the side. */
import type { SlashCommand } from '../actions.ts';

export const btwCommand: SlashCommand = {
  name: 'btw',
  aliases: ['aside'],
  argument: '<question>',
  summary: 'ask on the side',
  details: ['The model knows the conversation, but neither question nor answer become part of it, and nothing of them is kept.'],
  group: 'Talk',
  whileWorking: true,
  async run(argument, actions) {
    const question = argument || ((await actions.line('What do you want to know?'))?.trim() ?? '');
    if (question !== '') actions.aside(question);
  },
};
