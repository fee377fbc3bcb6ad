/** Table `conversations`: one row each, with the sums that a list shows, so that listing never touches the messages. */
import { COUNT_UNKNOWN_COSTS } from './attempts.ts';
import type { Connection, Value } from './connection.ts';
import { fold } from './folding.ts';
import type { Conversation, ConversationSummary, ListFilter, TitleSource } from './store.ts';
import { roundUsd, USAGE_COLUMNS, type UsageColumns, usageOf } from './usage-columns.ts';

export type ConversationRow = UsageColumns & {
  key: number;
  id: string;
  title: string;
  title_source: TitleSource;
  created_ms: number;
  updated_ms: number;
  provider: string | null;
  model: string | null;
  system: string | null;
  folder: string | null;
  pinned: number;
  archived: number;
  active_message: number | null;
  message_count: number;
  cost_usd: number | null;
  unknown_costs: number;
  forked_conversation: string | null;
  forked_message: number | null;
  source: string | null;
  source_id: string | null;
  indexed: number;
  tags: string | null;
};

type NewConversation = {
  id: string;
  title: string;
  titleSource: TitleSource;
  createdMs: number;
  updatedMs: number;
  provider: string | null;
  model: string | null;
  system: string | null;
  folder: string | null;
  pinned?: boolean;
  archived?: boolean;
  forkedFrom?: { conversation: string; message: number } | null;
  source?: { name: string; id: string } | null;
  /** Whether its title goes into the search index in the same transaction; otherwise it waits. */
  indexed?: boolean;
};

/** Undefined where the id is taken. */
export function insertConversation(connection: Connection, row: NewConversation): number | undefined {
  const { changes, id } = connection.run(
    `INSERT INTO conversations (id, title, title_source, created_ms, updated_ms, provider, model, system, folder,
       pinned, archived, forked_conversation, forked_message, source, source_id, indexed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    row.id,
    row.title,
    row.titleSource,
    row.createdMs,
    row.updatedMs,
    row.provider,
    row.model,
    row.system,
    row.folder,
    row.pinned ? 1 : 0,
    row.archived ? 1 : 0,
    row.forkedFrom?.conversation ?? null,
    row.forkedFrom?.message ?? null,
    row.source?.name ?? null,
    row.source?.id ?? null,
    row.indexed ? 1 : 0,
  );
  return changes === 0 ? undefined : id;
}

export function markTitleIndexed(connection: Connection, key: number, indexed: boolean): void {
  connection.run('UPDATE conversations SET indexed = ? WHERE key = ?', indexed ? 1 : 0, key);
}

const SELECT = `SELECT c.*, (SELECT group_concat(tag, char(10)) FROM tags WHERE conversation_key = c.key) AS tags FROM conversations c`;

export function conversationById(connection: Connection, id: string): ConversationRow | undefined {
  return connection.get<ConversationRow>(`${SELECT} WHERE c.id = ?`, id);
}

export function conversationKey(connection: Connection, id: string): number | undefined {
  return connection.get<{ key: number }>('SELECT key FROM conversations WHERE id = ?', id)?.key;
}

export function conversationBySource(connection: Connection, name: string, id: string): string | undefined {
  return connection.get<{ id: string }>('SELECT id FROM conversations WHERE source = ? AND source_id = ?', name, id)?.id;
}

export function conversationsByPrefix(connection: Connection, prefix: string, limit: number): ConversationRow[] {
  return connection.all<ConversationRow>(`${SELECT} WHERE c.id >= ? AND c.id < ? ORDER BY c.id DESC LIMIT ?`, prefix, `${prefix}~`, limit);
}

/** Titles that are the folded text, or contain it. */
export function conversationsByTitle(connection: Connection, folded: string, whole: boolean, limit: number): ConversationRow[] {
  connection.define('fold', fold);
  const condition = whole ? 'fold(c.title) = ?' : 'instr(fold(c.title), ?) > 0';
  return connection.all<ConversationRow>(`${SELECT} WHERE ${condition} ORDER BY c.updated_ms DESC, c.id DESC LIMIT ?`, folded, limit);
}

export function listConversations(connection: Connection, filter: ListFilter): ConversationRow[] {
  const conditions: string[] = [];
  const values: Value[] = [];
  const where = (condition: string, ...more: Value[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (filter.before) where('(c.updated_ms, c.id) < (?, ?)', filter.before.updatedMs, filter.before.id);
  if (filter.model !== undefined) where('c.model = ?', filter.model);
  if (filter.provider !== undefined) where('c.provider = ?', filter.provider);
  if (filter.folder !== undefined) where('c.folder = ?', filter.folder);
  if (filter.tag !== undefined) where('c.key IN (SELECT conversation_key FROM tags WHERE tag = ?)', filter.tag);
  if (filter.sinceMs !== undefined) where('c.updated_ms >= ?', filter.sinceMs);
  if (filter.untilMs !== undefined) where('c.updated_ms < ?', filter.untilMs);
  if (filter.minCostUsd !== undefined) where('c.cost_usd >= ?', filter.minCostUsd);
  if (filter.pinned !== undefined) where('c.pinned = ?', filter.pinned ? 1 : 0);
  if (filter.archived !== 'any') where('c.archived = ?', filter.archived ? 1 : 0);
  if (filter.title !== undefined) {
    connection.define('fold', fold);
    where('instr(fold(c.title), ?) > 0', fold(filter.title));
  }
  const condition = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const sql = `${SELECT} ${condition} ORDER BY c.updated_ms DESC, c.id DESC LIMIT ?`;
  return connection.all<ConversationRow>(sql, ...values, filter.limit ?? -1);
}

export function setTitle(connection: Connection, key: number, title: string, source: TitleSource): void {
  connection.run('UPDATE conversations SET title = ?, title_source = ? WHERE key = ?', title, source, key);
}

export function setFlag(connection: Connection, key: number, flag: 'pinned' | 'archived', value: boolean): void {
  connection.run(`UPDATE conversations SET ${flag} = ? WHERE key = ?`, value ? 1 : 0, key);
}

export function setSystem(connection: Connection, key: number, system: string | null): void {
  connection.run('UPDATE conversations SET system = ? WHERE key = ?', system, key);
}

export function setActive(connection: Connection, key: number, message: number | null): void {
  connection.run('UPDATE conversations SET active_message = ? WHERE key = ?', message, key);
}

type Growth = {
  key: number;
  messages: number;
  /** The end of the active path; undefined: it stays where it is. */
  active: number | undefined;
  nowMs: number;
  provider: string | null;
  model: string | null;
};

/** Messages were added. */
export function growConversation(connection: Connection, { key, messages, active, nowMs, provider, model }: Growth): void {
  connection.run(
    `UPDATE conversations SET message_count = message_count + ?, active_message = coalesce(?, active_message), updated_ms = max(updated_ms, ?),
       provider = coalesce(?, provider), model = coalesce(?, model) WHERE key = ?`,
    messages,
    active ?? null,
    nowMs,
    provider,
    model,
    key,
  );
}

export function touchConversation(connection: Connection, key: number, nowMs: number, provider: string, model: string): void {
  connection.run(
    'UPDATE conversations SET updated_ms = max(updated_ms, ?), provider = ?, model = ? WHERE key = ?',
    nowMs,
    provider,
    model,
    key,
  );
}

/** Sums come from the ledger anew: adding up would drift, and a sum over one conversation is a few rows. */
export function sumConversation(connection: Connection, key: number): void {
  connection.run(
    `UPDATE conversations SET (${USAGE_COLUMNS}, cost_usd, unknown_costs) = (
       SELECT sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
         sum(cost_usd), ${COUNT_UNKNOWN_COSTS}
       FROM attempts WHERE conversation_key = ?)
     WHERE key = ?`,
    key,
    key,
  );
}

export function deleteConversation(connection: Connection, key: number): void {
  connection.run('DELETE FROM conversations WHERE key = ?', key);
}

export function summaryOf(row: ConversationRow): ConversationSummary {
  return {
    id: row.id,
    title: row.title,
    titleSource: row.title_source,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    provider: row.provider,
    model: row.model,
    messageCount: row.message_count,
    pinned: row.pinned === 1,
    archived: row.archived === 1,
    folder: row.folder,
    tags: row.tags === null ? [] : row.tags.split('\n'),
    forkedFrom:
      row.forked_conversation === null || row.forked_message === null
        ? null
        : { conversation: row.forked_conversation, message: row.forked_message },
    usage: usageOf(row),
    costUsd: roundUsd(row.cost_usd),
    unknownCosts: row.unknown_costs,
  };
}

export function wholeOf(row: ConversationRow): Conversation {
  return {
    ...summaryOf(row),
    system: row.system,
    activeMessage: row.active_message,
    source: row.source === null || row.source_id === null ? null : { name: row.source, id: row.source_id },
  };
}
