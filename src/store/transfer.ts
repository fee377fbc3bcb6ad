/** A conversation as a value: out of the store without loss, and into it only once. */
import { attemptsOf } from './attempts.ts';
import type { Connection } from './connection.ts';
import { conversationById, wholeOf } from './conversations.ts';
import { isDamage } from './failure.ts';
import { messageRows, storedMessageOf } from './messages.ts';
import type { ConversationRecord } from './store.ts';

export function exportConversation(connection: Connection, id: string): ConversationRecord | undefined {
  const row = conversationById(connection, id);
  if (!row) return undefined;
  const { messageCount: _, usage: __, costUsd: ___, unknownCosts: ____, ...facts } = wholeOf(row);
  return {
    v: 1,
    ...facts,
    messages: messageRows(connection, row.key).map((message) => ({
      ...storedMessageOf(connection, message),
      ...(message.source_id === null ? {} : { sourceId: message.source_id }),
    })),
    attempts: attemptsOf(connection, row.key),
  };
}

/** SQLite measures every text, for which it has to read it. */
export function isReadable(connection: Connection, ids: readonly string[]): boolean {
  try {
    for (const id of ids) {
      const key = conversationById(connection, id)?.key ?? 0;
      connection.get('SELECT max(length(parts)), max(length(usage || cost || error)) FROM messages WHERE conversation_key = ?', key);
      connection.get('SELECT max(length(price)), max(http_status) FROM attempts WHERE conversation_key = ?', key);
    }
    return true;
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return false;
  }
}
