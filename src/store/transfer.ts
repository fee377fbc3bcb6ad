/** A conversation as a value: out of the store without loss, and into it only once. */
import { attemptsOf } from './attempts.ts';
import type { Connection } from './connection.ts';
import { conversationById, wholeOf } from './conversations.ts';
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
