/** What the commands that change conversations share: open, find what is meant, act, close. */

import type { CommandContext } from '../../compose/context.ts';
import { openExisting, patienceOf } from '../../compose/open-store.ts';
import type { Patience } from '../../store/patience.ts';
import type { ConversationSummary, Store } from '../../store/store.ts';
import { findConversation, noneYet } from '../conversations.ts';

/** Changes go through `patiently`, one by one: another program may have locked the database. */
type Edit<Found, Result> = (store: Store, found: Found, patiently: Patience) => Promise<Result>;

/** Every reference is found before anything happens; one conversation named twice comes once. */
export async function editConversations<Result>(
  references: readonly string[],
  context: CommandContext,
  action: Edit<ConversationSummary[], Result>,
): Promise<Result> {
  const store = await openExisting(context);
  if (!store) throw noneYet();
  try {
    const found = references.map((reference) => findConversation(store, reference));
    const each = [...new Map(found.map((conversation) => [conversation.id, conversation])).values()];
    return await action(store, each, await patienceOf(context));
  } finally {
    store.close();
  }
}

/** The same for a command that takes exactly one. */
export function editConversation<Result>(
  reference: string,
  context: CommandContext,
  action: Edit<ConversationSummary, Result>,
): Promise<Result> {
  return editConversations([reference], context, async (store, [conversation], patiently) => {
    if (!conversation) throw noneYet();
    return action(store, conversation, patiently);
  });
}
