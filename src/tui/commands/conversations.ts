/** `/new`, `/list`, `/resume`, `/rename`, `/private`: which conversation is held, and whether it is kept. */
import { usageError } from '../../core/errors.ts';
import { safeLine } from '../../format/safety.ts';
import { age } from '../../format/times.ts';
import type { ConversationSummary, Store } from '../../store/store.ts';
import type { ChatActions, PickItem, SlashCommand } from '../actions.ts';
import { conversationPreview } from './conversation-preview.ts';
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
  details: ['Choose one to go on with; typing narrows the list. Words inside of conversations: sotto search'],
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
    const store = await kept(actions);
    const found = store.find(argument);
    switch (found.kind) {
      case 'one':
        return goOnWith(found.conversation.id, actions);
      case 'many':
        return choose(found.candidates, '', store, actions);
      case 'none':
        throw usageError(`There is no conversation "${argument}".`, 'Choose one: /list');
    }
  },
};

/** What the user has, newest first; `query` is typed already. */
export async function pickConversation(query: string, actions: ChatActions): Promise<void> {
  const store = await kept(actions);
  return choose(store.list({ limit: MOST_LISTED }), query, store, actions);
}

/** More than anybody reads through; a search finds the others. */
const MOST_LISTED = 2000;

async function choose(conversations: readonly ConversationSummary[], query: string, store: Store, actions: ChatActions): Promise<void> {
  const chosen = await actions.pick({
    title: 'Go on with which conversation?',
    empty: emptyWords(conversations.length),
    items: conversations.map((conversation) => itemOf(conversation, actions)),
    preview: (conversation) => conversationPreview(conversation, store, actions.date()),
    query,
  });
  if (chosen) await goOnWith(chosen.id, actions);
}

function emptyWords(listed: number): string {
  if (listed === 0) return 'There is no conversation yet.';
  const titles = listed < MOST_LISTED ? 'No title' : `None of the newest ${MOST_LISTED.toLocaleString('en-US')} titles`;
  return `${titles} has that. ${listed < MOST_LISTED ? 'Words inside' : 'All titles: sotto list WORD; words inside'}: sotto search`;
}

function itemOf(conversation: ConversationSummary, actions: ChatActions): PickItem<ConversationSummary> {
  const { id, title, pinned, tags, updatedMs } = conversation;
  return {
    value: conversation,
    label: [title, ...tags.map((tag) => `#${tag}`)].join(' '),
    detail: `${pinned ? 'pinned, ' : ''}${age(updatedMs, actions.date())}`,
    current: id === actions.chat.state.conversation,
  };
}

async function goOnWith(id: string, actions: ChatActions): Promise<void> {
  await actions.chat.resume(id);
  await actions.showConversation();
}

async function kept(actions: ChatActions): Promise<Store> {
  const store = await actions.store();
  if (store) return store;
  throw usageError(
    'Nothing is kept in this chat, so there are no other conversations.',
    'sotto resume chooses one, in a chat that is not private.',
  );
}

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
