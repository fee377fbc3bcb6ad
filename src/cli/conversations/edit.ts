/** What the commands that change conversations share: open, find what is meant, act, close. */
import type { ConversationSummary, Store } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { findConversation, noneYet } from '../conversations.ts';
import { openExisting } from '../open-store.ts';

/** Every reference is found before anything happens; one conversation named twice comes once. */
export async function editConversations<Result>(
  references: readonly string[],
  context: CommandContext,
  action: (store: Store, found: ConversationSummary[]) => Result | Promise<Result>,
): Promise<Result> {
  const store = await openExisting(context);
  if (!store) throw noneYet();
  try {
    const found = references.map((reference) => findConversation(store, reference));
    return await action(store, [...new Map(found.map((conversation) => [conversation.id, conversation])).values()]);
  } finally {
    store.close();
  }
}

/** The same for a command that takes exactly one. */
export function editConversation<Result>(
  reference: string,
  context: CommandContext,
  action: (store: Store, conversation: ConversationSummary) => Result | Promise<Result>,
): Promise<Result> {
  return editConversations([reference], context, (store, [conversation]) => {
    if (!conversation) throw noneYet();
    return action(store, conversation);
  });
}

/** What was done, for the person; stdout stays for what a script wants to read. */
export function say(message: string, { stderr }: Pick<CommandContext, 'stderr'>): void {
  stderr.write(`${message}\n`);
}
