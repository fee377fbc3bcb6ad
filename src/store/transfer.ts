/** A conversation as a value: out of the store without loss, and into it only once. */
import { configurationError } from '../core/errors.ts';
import { attemptsOf, insertAttempt } from './attempts.ts';
import type { Connection } from './connection.ts';
import type { StoreContext } from './context.ts';
import {
  conversationById,
  conversationBySource,
  conversationKey,
  growConversation,
  setActive,
  sumConversation,
  wholeOf,
} from './conversations.ts';
import { idAt, isId } from './ids.ts';
import { insertMessage, messageRows, storedMessageOf } from './messages.ts';
import { indexMessage, indexTitle } from './search-index.ts';
import type { ConversationRecord, Imported, RecordedMessage } from './store.ts';
import { addTag } from './tags.ts';
import { cleanTitle, titleFrom } from './title.ts';
import { insertWithNewId } from './turns.ts';

export function exportConversation(connection: Connection, id: string): ConversationRecord | undefined {
  const row = conversationById(connection, id);
  if (!row) return undefined;
  const { messageCount: _, usage: __, costUsd: ___, unknownCosts: ____, ...facts } = wholeOf(row);
  return {
    v: 1,
    ...facts,
    messages: messageRows(connection, row.key).map((message) => storedMessageOf(connection, message)),
    attempts: attemptsOf(connection, row.key),
  };
}

export function importConversation(context: StoreContext, record: ConversationRecord): Imported {
  const { connection } = context;
  return connection.write((): Imported => {
    const present = presentId(connection, record);
    if (present !== undefined) return { id: present, outcome: 'present' };
    const { key, id } = insertRecord(context, record);
    const ids = insertMessages(connection, key, record.messages);
    for (const { message, ...attempt } of record.attempts ?? []) {
      const place = { key, message: (message === null ? undefined : ids.get(message)) ?? null, nowMs: record.createdMs };
      insertAttempt(connection, attempt, place);
    }
    const last = [...ids.values()].at(-1);
    if (last !== undefined) {
      growConversation(connection, { key, messages: ids.size, active: last, nowMs: 0, provider: null, model: null });
      const active = record.activeMessage == null ? undefined : ids.get(record.activeMessage);
      if (active !== undefined) setActive(connection, key, active);
    }
    sumConversation(connection, key);
    return { id, outcome: 'added' };
  });
}

/** The same conversation was imported before, or is the one that was exported. */
function presentId(connection: Connection, { id, source }: ConversationRecord): string | undefined {
  const bySource = source ? conversationBySource(connection, source.name, source.id) : undefined;
  if (bySource !== undefined) return bySource;
  return id !== undefined && conversationKey(connection, id) !== undefined ? id : undefined;
}

function insertRecord({ connection, random }: StoreContext, record: ConversationRecord): { key: number; id: string } {
  const first = record.messages.find(({ message }) => message.role === 'user') ?? record.messages[0];
  const given = cleanTitle(record.title ?? '');
  const kept = record.id !== undefined && isId(record.id) ? record.id : undefined;
  const newest = record.messages.reduce((latest, { createdMs }) => Math.max(latest, createdMs), record.createdMs);
  const title = given || (first ? titleFrom(first.message) : 'Untitled');
  const created = insertWithNewId(connection, () => kept ?? idAt(record.createdMs, random), {
    title,
    titleSource: record.titleSource ?? (given ? 'import' : 'prompt'),
    createdMs: Math.round(record.createdMs),
    updatedMs: Math.round(record.updatedMs ?? newest),
    provider: record.provider ?? null,
    model: record.model ?? null,
    system: record.system ?? null,
    folder: record.folder ?? null,
    pinned: record.pinned ?? false,
    archived: record.archived ?? false,
    forkedFrom: record.forkedFrom ?? null,
    // What is marked as imported is looked for by its time, not by its place in the table.
    source: record.source ?? { name: 'sotto', id: record.id ?? idAt(record.createdMs, random) + idAt(record.createdMs, random) },
  });
  indexTitle(connection, created.key, title);
  for (const tag of record.tags ?? []) addTag(connection, created.key, tag);
  return created;
}

/** From the ids in the record to the ids here. */
function insertMessages(connection: Connection, key: number, messages: readonly RecordedMessage[]): Map<number, number> {
  const ids = new Map<number, number>();
  for (const { id, parent, message, createdMs, status = 'complete', ...facts } of messages) {
    const newParent = parent === null ? null : ids.get(parent);
    if (newParent === undefined || ids.has(id)) {
      throw configurationError(
        `The conversation cannot be imported: message ${id} ${ids.has(id) ? 'is there twice' : `comes before its parent ${parent}`}.`,
        'Nothing of it was imported.',
      );
    }
    const closed = status === 'streaming' ? 'interrupted' : status;
    const created = insertMessage(connection, { key, parent: newParent, message, createdMs: Math.round(createdMs), status: closed, facts });
    indexMessage(connection, created, message);
    ids.set(id, created);
  }
  return ids;
}
