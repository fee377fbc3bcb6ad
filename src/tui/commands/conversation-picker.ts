/** The list of conversations: choose one to go on with, delete, rename, and search inside of them. */
import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/words.ts';
import { formatCount } from '../../format/numbers.ts';
import { age } from '../../format/times.ts';
import type { ConversationSummary, SearchResult, Store } from '../../store/store.ts';
import type { ChatActions, PickColumn, Picked, PickItem, PickKey } from '../actions.ts';
import { conversationPreview } from './conversation-preview.ts';

/** What the user has, newest first; `query` is typed already. */
export async function pickConversation(query: string, actions: ChatActions): Promise<void> {
  const store = await keptStore(actions);
  await choose({ store, actions, query, list: () => store.list({ limit: MOST_LISTED }) });
}

/** One of these, and no others. */
export function pickAmong(found: readonly ConversationSummary[], store: Store, actions: ChatActions): Promise<void> {
  const ids = found.map(({ id }) => id);
  return choose({ store, actions, query: '', list: () => ids.flatMap((id) => store.conversation(id) ?? []) });
}

export async function keptStore(actions: ChatActions): Promise<Store> {
  const store = await actions.store();
  if (store) return store;
  throw usageError(
    'Nothing is kept in this chat, so there are no other conversations.',
    'sotto resume chooses one, in a chat that is not private.',
  );
}

export async function goOnWith(id: string, actions: ChatActions): Promise<void> {
  await actions.chat.resume(id);
  await actions.showConversation();
}

/** More than anybody reads through; a search finds the others. */
const MOST_LISTED = 2000;

const KEYS: readonly PickKey[] = [
  { word: 'delete', chord: 'ctrl+x', on: 'item' },
  { word: 'rename', chord: 'ctrl+r', on: 'item' },
  { word: 'search inside', chord: 'ctrl+f', on: 'list' },
];

type Choosing = { store: Store; actions: ChatActions; query: string; list: () => readonly ConversationSummary[] };

/** The list comes back after each thing that was done in it. */
async function choose({ store, actions, query, list }: Choosing): Promise<void> {
  for (let typed = query; ; ) {
    const picked = await pickFrom(list(), { title: 'Conversations', query: typed, store, actions });
    if (!picked) return;
    if (picked.key === 'search inside') {
      if (await searchInside(picked.query, store, actions)) return;
    } else if (!picked.key) {
      if (picked.value) await goOnWith(picked.value.id, actions);
      return;
    } else if (picked.value) await change(picked.key, picked.value, actions);
    // What was typed to find it finds nothing any more.
    typed = picked.key === 'rename' ? picked.query : '';
  }
}

/** False: the user went back to the whole list. */
async function searchInside(typed: string, store: Store, actions: ChatActions): Promise<boolean> {
  const words = typed.trim() === '' ? (await actions.line('Search inside for:'))?.trim() : typed.trim();
  if (!words) return false;
  for (;;) {
    const found = await conversationsWith(words, store);
    if (found.size === 0) {
      actions.say(`No conversation has "${words}" inside.`);
      return false;
    }
    const conversations = [...found.keys()].flatMap((id) => store.conversation(id) ?? []);
    const picked = await pickFrom(conversations, { title: `With "${words}" inside`, query: '', store, actions, snippets: found });
    if (!picked) return false;
    if (picked.key === 'search inside') return searchInside(picked.query, store, actions);
    if (picked.value && picked.key) await change(picked.key, picked.value, actions);
    else if (picked.value) {
      await goOnWith(picked.value.id, actions);
      return true;
    }
  }
}

/** Places that are looked through for the conversations they are in. */
const MOST_PLACES = 300;

/** By their ids, newest first, with the first place that was found in each. Keys are heard between two steps. */
async function conversationsWith(text: string, store: Store): Promise<ReadonlyMap<string, string>> {
  const steps = store.searchSteps({ text, limit: MOST_PLACES });
  let result: SearchResult | undefined;
  while (!result) {
    const step = steps.next();
    if (step.done) result = step.value;
    else await new Promise(setImmediate);
  }
  const found = new Map<string, string>();
  for (const { conversation, snippet } of result.hits) if (!found.has(conversation.id)) found.set(conversation.id, snippet.text);
  return found;
}

type Picking = { title: string; query: string; store: Store; actions: ChatActions; snippets?: ReadonlyMap<string, string> };

function pickFrom(
  conversations: readonly ConversationSummary[],
  { title, query, store, actions, snippets }: Picking,
): Promise<Picked<ConversationSummary> | undefined> {
  return actions.pickOrDo({
    title,
    empty: emptyWords(conversations.length, actions),
    columns: COLUMNS,
    items: conversations.map((conversation) => itemOf(conversation, actions)),
    preview: (conversation) => {
      const { dots } = actions.theme.glyphs;
      const snippet = snippets?.get(conversation.id);
      return [
        ...(snippet === undefined ? [] : [`${dots} ${snippet} ${dots}`, '']),
        ...conversationPreview(conversation, store, actions.date()),
      ];
    },
    query,
    keys: KEYS,
  });
}

function emptyWords(listed: number, { isLinear }: ChatActions): string {
  if (listed === 0) return 'There is no conversation yet.';
  const titles = listed < MOST_LISTED ? 'No title' : `None of the newest ${formatCount(MOST_LISTED)} titles`;
  return `${titles} has that. ${isLinear ? 'Type: search inside WORDS' : 'Ctrl+F searches inside.'}`;
}

/** How long one is, in messages. */
const COLUMNS: readonly PickColumn[] = [
  { head: 'model', from: 56 },
  { head: 'when', from: 28 },
  { head: 'size', from: 44, align: 'right' },
];

function itemOf(conversation: ConversationSummary, actions: ChatActions): PickItem<ConversationSummary> {
  const { id, title, pinned, tags, updatedMs, model, messageCount } = conversation;
  return {
    value: conversation,
    label: [...(pinned ? ['(pinned)'] : []), title, ...tags.map((tag) => `#${tag}`)].join(' '),
    cells: [model ?? '', age(updatedMs, actions.date()), formatCount(messageCount)],
    current: id === actions.chat.state.conversation,
  };
}

async function change(what: string, { id, title, messageCount }: ConversationSummary, actions: ChatActions): Promise<void> {
  const isHere = id === actions.chat.state.conversation;
  if (what === 'rename') {
    const renamed = (await actions.line('Title:', title))?.trim();
    if (!renamed || renamed === title) return;
    await (isHere ? actions.chat.rename(renamed) : actions.renameConversation(id, renamed));
    return actions.say(`Renamed "${title}" to "${renamed}".`);
  }
  const size = counted(messageCount, 'message');
  const which = isHere ? 'the conversation that you are in, ' : '';
  if (!(await actions.confirm(`Delete ${which}"${title}" (${id}), ${size}? It cannot be brought back.`))) return;
  // Nothing goes on with what is gone.
  if (isHere) actions.chat.startNew();
  await actions.deleteConversation(id);
  actions.say(`Deleted "${title}", ${size}.${isHere ? ' This is a new conversation.' : ''}`);
}
