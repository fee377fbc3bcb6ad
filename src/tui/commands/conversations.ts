/** `/new`, `/list`, `/resume`, `/rename`, `/private`: which conversation is held, and whether it is kept. */
import { usageError } from '../../core/errors.ts';
import { safeLine } from '../../format/safety.ts';
import type { SlashCommand } from '../actions.ts';
import { goOnWith, keptStore, pickAmong, pickConversation } from './conversation-picker.ts';
import { onOrOff } from './facts.ts';

export const newCommand: SlashCommand = {
  name: 'new',
  aliases: ['clear'],
  summary: 'a new conversation',
  details: ['The one before is kept: /list. Model and system prompt stay.'],
  group: 'Conversation',
  run(_, actions) {
    actions.chat.startNew();
    actions.say('A new conversation.');
  },
};

export const listCommand: SlashCommand = {
  name: 'list',
  aliases: ['conversations'],
  summary: 'all conversations',
  argument: '[words]',
  details: [
    'Choose one to go on with; typing narrows the list.',
    'Ctrl+X deletes the one under the cursor (you are asked), Ctrl+R renames it, Ctrl+F searches inside of all.',
  ],
  group: 'Conversation',
  run: (argument, actions) => pickConversation(argument, actions),
};

export const resumeCommand: SlashCommand = {
  name: 'resume',
  aliases: ['open'],
  argument: '[name]',
  summary: 'go on with another one',
  details: ['/resume       choose one', '/resume soup  the one with soup in its title; the beginning of an id does too'],
  group: 'Conversation',
  complete: async (_, actions) => ((await actions.store())?.list({ limit: 100 }) ?? []).map(({ title }) => safeLine(title)),
  async run(argument, actions) {
    if (argument === '') return pickConversation('', actions);
    const store = await keptStore(actions);
    const found = store.find(argument);
    switch (found.kind) {
      case 'one':
        return goOnWith(found.conversation.id, actions);
      case 'many':
        return pickAmong(found.candidates, store, actions);
      case 'none':
        throw usageError(`There is no conversation "${argument}".`, 'Choose one: /list');
    }
  },
};

export const renameCommand: SlashCommand = {
  name: 'rename',
  aliases: ['title'],
  argument: '[title]',
  summary: 'give it a title',
  group: 'Conversation',
  details: ['/rename          asks for the title', '/rename My soup  sets it'],
  async run(argument, actions) {
    const { chat } = actions;
    if (chat.path().length === 0) return actions.say('The conversation has not begun yet: it gets its title with the first prompt.');
    const title = argument || (await actions.line('Title:', chat.state.title))?.trim();
    if (!title) return;
    await chat.rename(title);
    actions.say(`Title: ${title}`);
  },
};

export const privateCommand: SlashCommand = {
  name: 'private',
  argument: '[on|off]',
  summary: 'write nothing to disk',
  details: ['From now on, or no longer. What was kept before stays.', 'From the start: sotto --private'],
  group: 'Conversation',
  complete: async () => ['on', 'off'],
  run(argument, actions) {
    const { chat } = actions;
    const wanted = argument === '' ? !chat.state.isPrivate : onOrOff(argument);
    if (wanted === undefined) throw usageError(`/private takes on or off, and "${argument}" is neither.`);
    chat.setPrivate(wanted);
    actions.say(wanted ? 'Private: from now on nothing of this chat is written.' : 'What follows is kept again.');
  },
};
