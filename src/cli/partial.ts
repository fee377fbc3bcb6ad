/** Reading where the database is damaged: what can be read is given, what cannot is told line by line on stderr and by the exit code. */

import type { CommandContext } from '../compose/context.ts';
import { databaseFile, openConversations, openExisting } from '../compose/open-store.ts';
import { say } from '../compose/say.ts';
import { counted, nounOf } from '../core/words.ts';
import type { SalvageReport } from '../store/salvage/repair.ts';
import type { ConversationSummary, Store, StoredMessage } from '../store/store.ts';

/** "Done in part", as for every command that goes over many things. */
export const PARTIAL_EXIT_CODE = 7;

export type Finish = (exitCode: number) => void;

/** Collects what could not be read; told at the end, when everything else is out. */
export type Unread = {
  /** Messages that were read and are not whole. */
  note(conversation: Pick<ConversationSummary, 'id' | 'title'>, messages: readonly Pick<StoredMessage, 'id' | 'damage'>[]): void;
  lines: string[];
};

/**
 * Runs the action on the database; where SQLite cannot read that, on a copy of all that can be read of it. The action must not
 * have written anything before it has read all it needs.
 */
export async function reading<Result>(
  context: CommandContext,
  finish: Finish,
  action: (store: Store | undefined, unread: Unread) => Promise<Result> | Result,
): Promise<{ result: Result; unread: readonly string[] }> {
  const lines: string[] = [];
  const unread: Unread = {
    lines,
    note({ id, title }, messages) {
      for (const message of messages)
        if (message.damage !== undefined) lines.push(`message ${message.id} of "${title}" (${id}) is not whole: ${message.damage}`);
    },
  };
  let store: Store | undefined;
  try {
    try {
      store = await openExisting(context);
      return { result: await action(store, unread), unread: lines };
    } catch (thrown) {
      const { isDamage } = await import('../store/failure.ts');
      if (!isDamage(thrown)) throw thrown;
      store?.close();
      store = undefined;
      lines.length = 0;
      return { result: await onSalvaged(context, unread, action), unread: lines };
    }
  } finally {
    store?.close();
    if (lines.length > 0) {
      finish(PARTIAL_EXIT_CODE);
      for (const line of lines) say(`sotto: ${line}`, context);
    }
  }
}

async function onSalvaged<Result>(
  context: CommandContext,
  unread: Unread,
  action: (store: Store | undefined, unread: Unread) => Promise<Result> | Result,
): Promise<Result> {
  const [{ mkdtempSync, rmSync }, { tmpdir }, { join }, { runWork }] = await Promise.all([
    import('node:fs'),
    import('node:os'),
    import('node:path'),
    import('./long-work.ts'),
  ]);
  const file = databaseFile(context);
  const folder = mkdtempSync(join(tmpdir(), 'sotto-salvage-'));
  try {
    const into = join(folder, 'sotto.db');
    const report = await runWork('salvage', { file, into }, 'reading the damaged database', context);
    const store = await openConversations(context, { file: into });
    try {
      unread.lines.push(`${file} is damaged; what could be read of it was read. Repair it with: sotto db repair`);
      unread.lines.push(...lossLines(report));
      return await action(store, unread);
    } finally {
      store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As a field of JSON, only where there is something. */
export function unreadJson(unread: readonly string[]): { unread?: readonly string[] } {
  return unread.length > 0 ? { unread } : {};
}

/** One line for each thing that is gone. */
export function lossLines({ losses, incomplete, renamed, attachmentsLost }: SalvageReport): string[] {
  return [
    ...losses.map(({ conversation, title, messages, ids }) => {
      const named =
        ids.length > 0 ? ` (${ids.length < messages ? 'among them ' : ''}${nounOf(ids.length, 'message')} ${ids.join(', ')})` : '';
      return `lost: ${counted(messages, 'message')} of "${title}" (${conversation})${named}`;
    }),
    ...incomplete.map(({ conversation, message }) => `not whole: message ${message} of ${conversation}`),
    ...renamed.map((conversation) => `title, instructions or marks could not be read: ${conversation}`),
    ...(attachmentsLost > 0 ? [`lost: ${counted(attachmentsLost, 'attachment')}`] : []),
  ];
}
