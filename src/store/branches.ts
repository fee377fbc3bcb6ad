/** Moving about in the tree of a conversation: another branch, and a fork that becomes a conversation of its own. */
import { configurationError } from '../core/errors.ts';
import { copyAttachmentLinks } from './attachments.ts';
import { keyOf, type StoreContext } from './context.ts';
import { conversationById, growConversation, setActive } from './conversations.ts';
import { insertMessage, type MessageRow, messageOf, messageRow, messageRows, pathRows, storedMessageOf } from './messages.ts';
import { insertWithNewId } from './turns.ts';

/** Below the message, at every fork in the tree the newest branch is followed. */
export function activate({ connection }: StoreContext, id: string, message: number): void {
  connection.write(() => {
    const key = keyOf(connection, id);
    if (messageRow(connection, message)?.conversation_key !== key) throw noSuchMessage(id, message);
    const newestChild = new Map<number, number>();
    for (const row of messageRows(connection, key)) if (row.parent_id !== null) newestChild.set(row.parent_id, row.id);
    let leaf = message;
    for (let next = newestChild.get(leaf); next !== undefined; next = newestChild.get(leaf)) {
      newestChild.delete(leaf);
      leaf = next;
    }
    setActive(connection, key, leaf);
  });
}

/** Takes what follows the message off the active path; it stays in the tree. */
export function endAt({ connection }: StoreContext, id: string, message: number | null): void {
  connection.write(() => {
    const key = keyOf(connection, id);
    if (message !== null && messageRow(connection, message)?.conversation_key !== key) throw noSuchMessage(id, message);
    setActive(connection, key, message);
  });
}

/** Copies the path; the tags and the instructions come along, the costs stay where they were made. */
export function fork(context: StoreContext, id: string, message?: number): string {
  const { connection, now, newId } = context;
  return connection.write(() => {
    const original = conversationById(connection, id);
    if (!original) throw configurationError(`There is no conversation ${id}; it may have been deleted.`, 'See `sotto list`.');
    const leaf = message ?? original.active_message;
    const rows = leaf === null ? [] : pathRows(connection, original.key, leaf);
    if (rows.length === 0) throw noSuchMessage(id, leaf);
    const nowMs = now();
    const created = insertWithNewId(connection, () => newId(nowMs), {
      title: original.title,
      titleSource: original.title_source,
      createdMs: nowMs,
      updatedMs: nowMs,
      provider: original.provider,
      model: original.model,
      system: original.system,
      folder: original.folder,
      forkedFrom: { conversation: id, message: rows.at(-1)?.id ?? 0 },
    });
    connection.run(
      'INSERT INTO tags (conversation_key, tag) SELECT ?, tag FROM tags WHERE conversation_key = ?',
      created.key,
      original.key,
    );
    const active = copyRows(context, created.key, rows);
    growConversation(connection, { key: created.key, messages: rows.length, active, nowMs, provider: null, model: null });
    return created.id;
  });
}

function copyRows({ connection }: StoreContext, key: number, rows: readonly MessageRow[]): number {
  let parent: number | null = null;
  let last = 0;
  for (const row of rows) {
    const { message: _, ...facts } = storedMessageOf(connection, row, false);
    // A reply that still streams goes on in its own conversation; here it ends where it was.
    const status = row.status === 'streaming' ? 'interrupted' : row.status;
    last = insertMessage(connection, { key, parent, message: messageOf(connection, row), createdMs: row.created_ms, status, facts });
    copyAttachmentLinks(connection, row.id, last);
    parent = last;
  }
  return last;
}

function noSuchMessage(id: string, message: number | null) {
  return configurationError(`Conversation ${id} has no message ${message ?? 'yet'}.`, `See \`sotto show ${id} --tree\`.`);
}
