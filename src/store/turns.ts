/** The beginning of a turn: prompt and empty reply are on disk, in one transaction, before a request leaves. */
import { configurationError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import { keyOf, type StoreContext } from './context.ts';
import { growConversation, insertConversation } from './conversations.ts';
import { insertMessage, insertReply, insertResults, messageRow } from './messages.ts';
import { createReplyWriter } from './reply.ts';
import { createResultsWriter } from './results.ts';
import type { AddedMessage, BegunTurn, ReplyStart, ReplyWriter, ResultsStart, ResultsWriter, TitleSource, TurnStart } from './store.ts';
import { addTag } from './tags.ts';
import { cleanTitle, titleFrom } from './title.ts';

export function beginTurn(context: StoreContext, turn: TurnStart): BegunTurn {
  const { connection, now } = context;
  const { provider, model } = turn;
  const createdMs = now();
  context.asked = true;
  const begun = connection.write(() => {
    const { key, id } = turn.conversation === undefined ? newConversation(context, turn, createdMs) : known(connection, turn.conversation);
    const parent = turn.conversation === undefined ? null : turn.parent === undefined ? activeMessage(connection, key) : turn.parent;
    requireParent(connection, key, parent);
    const message = insertMessage(connection, { key, parent, message: turn.message, createdMs, facts: { provider, model } });
    const reply = insertReply(connection, { key, parent: message, provider, model, createdMs, owner: ownerOf(context, createdMs) });
    growConversation(connection, { key, messages: 2, active: reply, nowMs: createdMs, provider, model });
    return { conversation: id, message, reply };
  });
  const reply = createReplyWriter(context, { message: begun.reply, provider, model });
  return { conversation: begun.conversation, isNew: turn.conversation === undefined, message: begun.message, reply };
}

export function beginReply(context: StoreContext, { conversation, parent, provider, model }: ReplyStart): ReplyWriter {
  const { connection, now } = context;
  const createdMs = now();
  const message = connection.write(() => {
    const key = keyOf(connection, conversation);
    requireParent(connection, key, parent);
    const id = insertReply(connection, { key, parent, provider, model, createdMs, owner: ownerOf(context, createdMs) });
    growConversation(connection, { key, messages: 1, active: id, nowMs: createdMs, provider, model });
    return id;
  });
  return createReplyWriter(context, { message, provider, model });
}

export function beginResults(context: StoreContext, { conversation, parent }: ResultsStart): ResultsWriter {
  const { connection, now } = context;
  const createdMs = now();
  const message = connection.write(() => {
    const key = keyOf(connection, conversation);
    requireParent(connection, key, parent);
    const id = insertResults(connection, { key, parent, createdMs, owner: ownerOf(context, createdMs) });
    growConversation(connection, { key, messages: 1, active: id, nowMs: createdMs, provider: null, model: null });
    return id;
  });
  return createResultsWriter(context, message);
}

export function addMessage({ connection, now }: StoreContext, { conversation, parent, message }: AddedMessage): number {
  const createdMs = now();
  return connection.write(() => {
    const key = keyOf(connection, conversation);
    requireParent(connection, key, parent);
    const id = insertMessage(connection, { key, parent, message, createdMs });
    growConversation(connection, { key, messages: 1, active: id, nowMs: createdMs, provider: null, model: null });
    return id;
  });
}

/** Inserts under a fresh id; where another process had the same thought in the same millisecond, under the next one. */
export function insertWithNewId(
  connection: Connection,
  newId: () => string,
  row: Omit<Parameters<typeof insertConversation>[1], 'id'>,
): { key: number; id: string } {
  for (;;) {
    const id = newId();
    const key = insertConversation(connection, { ...row, id });
    if (key !== undefined) return { key, id };
  }
}

function newConversation({ connection, newId }: StoreContext, turn: TurnStart, createdMs: number): { key: number; id: string } {
  const given = cleanTitle(turn.title ?? '');
  const titleSource: TitleSource = given === '' ? 'prompt' : 'user';
  const created = insertWithNewId(connection, () => newId(createdMs), {
    title: given || titleFrom(turn.message),
    titleSource,
    createdMs,
    updatedMs: createdMs,
    provider: turn.provider,
    model: turn.model,
    system: turn.system ?? null,
    folder: turn.folder ?? null,
  });
  for (const tag of turn.tags ?? []) addTag(connection, created.key, tag);
  return created;
}

function known(connection: Connection, id: string): { key: number; id: string } {
  return { key: keyOf(connection, id), id };
}

function activeMessage(connection: Connection, key: number): number | null {
  return (
    connection.get<{ active_message: number | null }>('SELECT active_message FROM conversations WHERE key = ?', key)?.active_message ?? null
  );
}

function requireParent(connection: Connection, key: number, parent: number | null): void {
  if (parent !== null && messageRow(connection, parent)?.conversation_key !== key) {
    throw configurationError(`The conversation has no message ${parent}.`, 'See `sotto show --tree`.');
  }
}

function ownerOf({ pid, token }: StoreContext, heartbeatMs: number) {
  return { pid, token, heartbeatMs };
}
