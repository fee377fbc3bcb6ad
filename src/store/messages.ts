/** Table `messages`: a tree in each conversation (every message names its parent); what is closed is never rewritten. */
import type { ErrorReport } from '../core/errors.ts';
import type { FinishReason } from '../core/events.ts';
import { isObject, type JsonObject, parseJson } from '../core/json.ts';
import type { Message } from '../core/messages.ts';
import type { Cost, Usage } from '../core/usage.ts';
import { insertAttachments, packParts, type Unpacked, unpack } from './attachments.ts';
import { partialParts, readChunks, readResults } from './chunks.ts';
import type { Connection } from './connection.ts';
import { isDamage } from './failure.ts';
import type { MessageStatus, StoredMessage } from './store.ts';

export type MessageRow = {
  id: number;
  conversation_key: number;
  parent_id: number | null;
  role: Message['role'];
  status: MessageStatus;
  created_ms: number;
  provider: string | null;
  model: string | null;
  finish_reason: FinishReason | null;
  raw_finish_reason: string | null;
  usage: string | null;
  cost: string | null;
  error: string | null;
  first_token_ms: number | null;
  duration_ms: number | null;
  owner: string | null;
  indexed: number;
  source_id: string | null;
  parts: string;
};

const COLUMNS = `id, conversation_key, parent_id, role, status, created_ms, provider, model, finish_reason, raw_finish_reason,
  usage, cost, error, first_token_ms, duration_ms, owner, indexed, source_id, parts`;

type NewMessage = {
  key: number;
  parent: number | null;
  message: Message;
  createdMs: number;
  status?: MessageStatus;
  facts?: MessageFacts;
  sourceId?: string | undefined;
  /** Whether its text goes into the search index in the same transaction; otherwise it waits. */
  indexed?: boolean;
};

type MessageFacts = Partial<
  Pick<StoredMessage, 'provider' | 'model' | 'finishReason' | 'rawFinishReason' | 'usage' | 'cost' | 'error' | 'timing'>
>;

export function insertMessage(
  connection: Connection,
  { key, parent, message, createdMs, status = 'complete', facts = {}, sourceId, indexed = false }: NewMessage,
): number {
  const { json, contents } = packParts(message);
  const { id } = connection.run(
    `INSERT INTO messages (conversation_key, parent_id, role, status, created_ms, provider, model, finish_reason,
       raw_finish_reason, usage, cost, error, first_token_ms, duration_ms, source_id, indexed, parts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    key,
    parent,
    message.role,
    status,
    createdMs,
    facts.provider ?? null,
    facts.model ?? null,
    ...factValues(facts),
    sourceId ?? null,
    indexed ? 1 : 0,
    json,
  );
  insertAttachments(connection, id, contents);
  return id;
}

/** An imported message in the fuller form of a newer export: the only thing that is written over a closed message. */
export function replaceMessage(connection: Connection, id: number, { message, status, facts = {}, sourceId }: Replacement): void {
  const { json, contents } = packParts(message);
  connection.run(
    `UPDATE messages SET status = ?, provider = coalesce(?, provider), model = coalesce(?, model), finish_reason = ?, raw_finish_reason = ?,
       usage = ?, cost = ?, error = ?, first_token_ms = ?, duration_ms = ?, source_id = coalesce(?, source_id), parts = ? WHERE id = ?`,
    status,
    facts.provider ?? null,
    facts.model ?? null,
    ...factValues(facts),
    sourceId ?? null,
    json,
    id,
  );
  insertAttachments(connection, id, contents);
}

export function setSourceId(connection: Connection, id: number, sourceId: string): void {
  connection.run('UPDATE messages SET source_id = ? WHERE id = ?', sourceId, id);
}

type Replacement = Pick<NewMessage, 'message' | 'facts' | 'sourceId'> & { status: MessageStatus };

type Owner = { pid: number; token: string; heartbeatMs: number };
type NewReply = { key: number; parent: number; provider: string; model: string; createdMs: number; owner: Owner };
type NewResults = Omit<NewReply, 'provider' | 'model'>;

/** A reply begins as an empty row that says whose it is. */
export function insertReply(connection: Connection, reply: NewReply): number {
  return insertOpen(connection, 'assistant', reply);
}

/** So do the results of its calls. */
export function insertResults(connection: Connection, results: NewResults): number {
  return insertOpen(connection, 'tool', { ...results, provider: null, model: null });
}

type NewOpen = NewResults & { provider: string | null; model: string | null };

function insertOpen(connection: Connection, role: Message['role'], { key, parent, provider, model, createdMs, owner }: NewOpen): number {
  return connection.run(
    `INSERT INTO messages (conversation_key, parent_id, role, status, created_ms, provider, model, owner_pid, owner, heartbeat_ms, parts)
     VALUES (?, ?, ?, 'streaming', ?, ?, ?, ?, ?, ?, '[]')`,
    key,
    parent,
    role,
    createdMs,
    provider,
    model,
    owner.pid,
    owner.token,
    owner.heartbeatMs,
  ).id;
}

export function statusOf(connection: Connection, id: number): MessageStatus | undefined {
  return connection.get<{ status: MessageStatus }>('SELECT status FROM messages WHERE id = ?', id)?.status;
}

/** A sign of life. Also takes back a reply that another process closed too early. */
export function beatReply(connection: Connection, id: number, nowMs: number): void {
  connection.run(`UPDATE messages SET heartbeat_ms = ?, status = 'streaming' WHERE id = ?`, nowMs, id);
}

type Closing = {
  id: number;
  status: MessageStatus;
  message: Message;
  facts: MessageFacts & { provider: string | null; model: string | null };
};

export function closeReply(connection: Connection, { id, status, message, facts }: Closing): void {
  const { json, contents } = packParts(message);
  connection.run(
    `UPDATE messages SET status = ?, provider = ?, model = ?, finish_reason = ?, raw_finish_reason = ?, usage = ?, cost = ?, error = ?,
       first_token_ms = ?, duration_ms = ?, owner_pid = NULL, owner = NULL, heartbeat_ms = NULL, parts = ? WHERE id = ?`,
    status,
    facts.provider,
    facts.model,
    ...factValues(facts),
    json,
    id,
  );
  insertAttachments(connection, id, contents);
}

export type StreamingRow = { id: number; owner_pid: number | null; owner: string | null; heartbeat_ms: number | null };

/** Replies that nobody has closed yet: read from an index that holds nothing else, so that opening a store costs no scan. */
export function streamingReplies(connection: Connection): StreamingRow[] {
  return connection.all(`SELECT id, owner_pid, owner, heartbeat_ms FROM messages WHERE status = 'streaming'`);
}

export function messageRow(connection: Connection, id: number): MessageRow | undefined {
  return connection.get<MessageRow>(`SELECT ${COLUMNS} FROM messages WHERE id = ?`, id);
}

export function messageRows(connection: Connection, key: number): MessageRow[] {
  try {
    return connection.all<MessageRow>(`SELECT ${COLUMNS} FROM messages WHERE conversation_key = ? ORDER BY id`, key);
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return rowsOneByOne(connection, key);
  }
}

/** The index alone knows which rows there are: where one of them cannot be read, the others can. */
function rowsOneByOne(connection: Connection, key: number): MessageRow[] {
  const ids = connection.all<{ id: number }>('SELECT id FROM messages INDEXED BY messages_by_conversation WHERE conversation_key = ?', key);
  const rows: MessageRow[] = [];
  for (const { id } of ids) {
    try {
      const row = messageRow(connection, id);
      if (row) rows.push(row);
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      rows.push(unreadableRow(id, key, rows.at(-1)));
    }
  }
  return rows;
}

/** Holds the place of a message, so that what came before it is not cut off: nothing else is known of it. */
function unreadableRow(id: number, key: number, before: MessageRow | undefined): MessageRow {
  const nothing = { finish_reason: null, raw_finish_reason: null, usage: null, cost: null, error: null, owner: null, source_id: null };
  return {
    ...{ id, conversation_key: key, parent_id: before?.id ?? null, status: 'complete', created_ms: before?.created_ms ?? 0 },
    role: before?.role === 'user' ? 'assistant' : 'user',
    ...{ provider: null, model: null, ...nothing, first_token_ms: null, duration_ms: null, indexed: 0, parts: '' },
  };
}

/** The rows from the first message to the leaf. A parent outside of the conversation ends the walk. */
export function pathRows(connection: Connection, key: number, leaf: number): MessageRow[] {
  // One read of the conversation is faster than one statement per message, and a branch is rarely more than half of it.
  const byId = new Map(messageRows(connection, key).map((row) => [row.id, row]));
  const path: MessageRow[] = [];
  for (let row = byId.get(leaf); row; row = row.parent_id === null ? undefined : byId.get(row.parent_id)) {
    // A damaged file might hold a circle.
    byId.delete(row.id);
    path.push(row);
  }
  return path.reverse();
}

export function markIndexed(connection: Connection, id: number, indexed: boolean): void {
  connection.run('UPDATE messages SET indexed = ? WHERE id = ?', indexed ? 1 : 0, id);
}

/** A reply that still streams, here or in another process, is shown with what is on disk of it. */
export function messageOf(connection: Connection, row: MessageRow, media = true): Message {
  return wholeMessage(connection, row, media).message;
}

function wholeMessage(connection: Connection, row: MessageRow, media: boolean): Unpacked {
  const { message, damage } = unpack(connection, row, media);
  if (row.status !== 'streaming' || message.role === 'user') return { message, damage };
  const chunks = readChunks(connection, row.id);
  if (message.role === 'tool') return { message: { role: 'tool', parts: [...message.parts, ...readResults(chunks)] }, damage };
  return { message: { role: 'assistant', parts: [...message.parts, ...partialParts(chunks)] }, damage };
}

export function storedMessageOf(connection: Connection, row: MessageRow, media = true): StoredMessage {
  const { message, damage } = wholeMessage(connection, row, media);
  return {
    id: row.id,
    parent: row.parent_id,
    status: row.status,
    createdMs: row.created_ms,
    provider: row.provider,
    model: row.model,
    finishReason: row.finish_reason,
    rawFinishReason: row.raw_finish_reason,
    usage: readColumn<Usage>(row.usage),
    cost: readColumn<Cost>(row.cost),
    timing: { firstTokenMs: row.first_token_ms, durationMs: row.duration_ms },
    error: readColumn<ErrorReport>(row.error),
    message,
    ...(damage === undefined ? {} : { damage }),
  };
}

function factValues(facts: MessageFacts): (string | number | null)[] {
  return [
    facts.finishReason ?? null,
    facts.rawFinishReason ?? null,
    facts.usage ? JSON.stringify(facts.usage) : null,
    facts.cost ? JSON.stringify(facts.cost) : null,
    facts.error ? JSON.stringify(facts.error) : null,
    facts.timing?.firstTokenMs == null ? null : Math.round(facts.timing.firstTokenMs),
    facts.timing?.durationMs == null ? null : Math.round(facts.timing.durationMs),
  ];
}

/** A side fact that cannot be read is unknown; it does not take the message with it. */
function readColumn<Shape extends JsonObject>(text: string | null): Shape | null {
  const value = text === null ? undefined : parseJson(text);
  // The column holds what factValues wrote of this shape.
  return isObject(value) ? (value as Shape) : null;
}
