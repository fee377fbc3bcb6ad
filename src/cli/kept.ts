/** Whether and where a run of `ask` is kept: the store, and the conversation that goes on. */

import type { CommandContext } from '../compose/context.ts';
import type { Settings } from '../config/load.ts';
import { asSottoError, type SottoError, usageError } from '../core/errors.ts';
import type { Conversation, Store, StoredMessage } from '../store/store.ts';

export type KeepOptions = {
  /** `--continue`: the conversation that was used last. */
  continue?: true;
  /** `--resume ID`: an id, the beginning of one, or a title. */
  resume?: string;
};

export type Kept = {
  /** Undefined where nothing is written. */
  store: Store | undefined;
  conversation: Conversation | undefined;
  /** The messages of that conversation. */
  path: StoredMessage[];
};

export type KeepRequest = {
  options: KeepOptions;
  settings: Settings;
  context: CommandContext;
  /** The run goes on without being kept; the user is told why. */
  onFailure: (error: SottoError) => void;
  notice: (message: string) => void;
};

const NOT_KEPT: Kept = { store: undefined, conversation: undefined, path: [] };

/** The conversation that goes on, where one was named. What cannot be found ends the run: an answer without it would be another answer. */
export async function openEarlier({ options, context, notice }: KeepRequest): Promise<Kept> {
  if (!options.continue && options.resume === undefined) return NOT_KEPT;
  const { openConversations } = await import('../compose/open-store.ts');
  const store = await openConversations(context);
  const conversation = await conversationOf(options, store);
  const path = store.path(conversation.id);
  if (path.at(-1)?.status === 'streaming')
    notice('the last answer of this conversation is still being written; it is sent as far as it has come.');
  return { store, conversation, path };
}

/** The store that the turn is written to, opened when it is certain that there will be one. A store that cannot be opened stops nobody. */
export async function openKept({ settings, context, onFailure }: KeepRequest, before: Kept): Promise<Kept> {
  if (!settings.get('save') || settings.get('private')) {
    before.store?.close();
    return { ...before, store: undefined };
  }
  if (before.store) return before;
  const { hasDatabase, openConversations } = await import('../compose/open-store.ts');
  try {
    return { ...before, store: await openConversations(context) };
  } catch (thrown) {
    // Other than a full disk, a home that cannot be made is a mistake of the configuration: nothing would ever be kept.
    await hasDatabase(context);
    onFailure(asSottoError(thrown));
    return before;
  }
}

async function conversationOf({ resume }: KeepOptions, store: Store): Promise<Conversation> {
  if (resume === undefined) {
    const last = store.last();
    const found = last && store.conversation(last.id);
    if (!found) throw usageError('There is no conversation to continue.', 'Ask without --continue; the answer begins one.');
    return found;
  }
  const { findConversation } = await import('./conversations.ts');
  const found = store.conversation(findConversation(store, resume).id);
  if (!found) throw usageError(`There is no conversation "${resume}".`, 'See: sotto list');
  return found;
}
