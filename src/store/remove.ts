/** Deleting for real: rows, search index and attachments that nothing else uses, and the bytes in the file and in its log. */
import { attachmentsOnlyIn, deleteAttachment, unpack } from './attachments.ts';
import { detachAttempts } from './attempts.ts';
import type { Connection } from './connection.ts';
import { conversationById, deleteConversation } from './conversations.ts';
import { isDamage } from './failure.ts';
import { messageRows } from './messages.ts';
import { isCheaperMarked, mergeCompletely, setSecureDelete, TABLES, unindexMessage, unindexTitle } from './search-index.ts';
import type { Removal } from './store.ts';

/** What has been done is not done again when another program's lock stops it and it is called once more. */
export function removing(connection: Connection, ids: readonly string[]): () => Removal {
  const left = [...ids];
  const failed: string[] = [];
  let removed = 0;
  let leavesMarks = false;
  return () => {
    for (let id = left[0]; id !== undefined; id = left[0]) {
      const messages = removeReadable(connection, id);
      left.shift();
      if (messages === 'damaged') failed.push(id);
      if (typeof messages !== 'number') continue;
      removed++;
      leavesMarks ||= isCheaperMarked(messages);
    }
    if (leavesMarks) for (const table of TABLES) mergeCompletely(connection, table);
    return { removed, erased: removed === 0 || eraseLog(connection), failed };
  };
}

/** Writes the log into the file and empties it. False when a reader held it; the next checkpoint then does it. */
export function eraseLog(connection: Connection): boolean {
  return connection.waiting(ERASE_WAIT_MS, () => connection.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')?.busy === 0);
}

/** A reader may sit on the log for as long as it likes; the deletion itself is done. */
const ERASE_WAIT_MS = 500;

function removeReadable(connection: Connection, id: string): number | undefined | 'damaged' {
  try {
    return removeOne(connection, id);
  } catch (thrown) {
    if (isDamage(thrown)) return 'damaged';
    throw thrown;
  }
}

/** The number of its messages; undefined where it is not there. */
function removeOne(connection: Connection, id: string): number | undefined {
  return connection.write(() => {
    const row = conversationById(connection, id);
    if (!row) return undefined;
    const count = row.message_count;
    if (isCheaperMarked(count)) setSecureDelete(connection, false);
    if (row.indexed === 1) unindexTitle(connection, row.key, row.title);
    for (const message of messageRows(connection, row.key)) {
      const { message: whole, damage } = unpack(connection, message, false);
      // What cannot be read cannot be taken out of the index by its words: they find nothing any more, and go with a repair.
      if (message.indexed === 1 && damage === undefined) unindexMessage(connection, message.id, whole);
    }
    const attachments = attachmentsOnlyIn(connection, row.key);
    detachAttempts(connection, row.key);
    // Messages, tags, chunks and links of attachments go with it.
    deleteConversation(connection, row.key);
    for (const sha256 of attachments) deleteAttachment(connection, sha256);
    if (isCheaperMarked(count)) setSecureDelete(connection, true);
    return count;
  });
}
