/** Makes of the rows that were read a database that hangs together again. Nothing is invented: what is gone is counted and named. */
import type { Message } from '../../core/messages.ts';
import { unpackMessage } from '../attachments.ts';
import type { Connection } from '../connection.ts';
import { insertConversation, sumConversation } from '../conversations.ts';
import { idAt } from '../ids.ts';
import { messageRow } from '../messages.ts';
import { titleFrom } from '../title.ts';
import type { Collected } from './collect.ts';

type Loss = {
  conversation: string;
  title: string;
  /** So many of its messages are gone. */
  messages: number;
  /** Those of them that others name. */
  ids: number[];
};

export type Mended = {
  losses: Loss[];
  /** Messages that are there, but not whole. */
  incomplete: { conversation: string; message: number }[];
  /** Conversations whose title, instructions or marks are gone; their messages are there. */
  renamed: string[];
  reattached: number;
  attachmentsLost: number;
};

export function mend(connection: Connection, collected: Collected, world: { random: () => number }): Mended {
  return connection.write(() => {
    const attachmentsLost = dropForeignBytes(connection);
    const cut = closeTexts(connection, collected.cut);
    nameLostAttachments(connection);
    const nameless = nameConversations(connection, collected.known, world);
    const renamed = [...nameless, ...collected.cutConversations.map((key) => idOf(connection, key))];
    const incomplete = cut.map(({ id, key }) => ({ conversation: idOf(connection, key), message: id }));
    const missing = missingParents(connection);
    const reattached = reattach(connection);
    const losses = lossesOf(connection, missing);
    for (const sql of STEPS) connection.run(sql, ...(sql.includes('?') ? [JSON.stringify(collected.cutConversations)] : []));
    for (const id of renamed) sumConversation(connection, keyOf(connection, id));
    const before = connection.get<{ count: number }>('SELECT count(*) AS count FROM attachments')?.count ?? 0;
    connection.run('DELETE FROM attachments WHERE sha256 NOT IN (SELECT sha256 FROM message_attachments)');
    const after = connection.get<{ count: number }>('SELECT count(*) AS count FROM attachments')?.count ?? 0;
    return { losses, incomplete, renamed, reattached, attachmentsLost: attachmentsLost + before - after };
  });
}

/** What follows from the rest, in this order. */
const STEPS: readonly string[] = [
  'DELETE FROM tags WHERE conversation_key NOT IN (SELECT key FROM conversations)',
  `DELETE FROM reply_chunks WHERE message_id NOT IN (SELECT id FROM messages WHERE status = 'streaming')`,
  'UPDATE attempts SET message_id = NULL WHERE message_id NOT IN (SELECT id FROM messages)',
  'UPDATE attempts SET conversation_key = NULL WHERE conversation_key NOT IN (SELECT key FROM conversations)',
  'UPDATE conversations SET message_count = (SELECT count(*) FROM messages WHERE conversation_key = key)',
  `UPDATE conversations SET active_message = (SELECT max(id) FROM messages WHERE conversation_key = key)
   WHERE coalesce(active_message, 0) NOT IN (SELECT id FROM messages WHERE conversation_key = key)
     AND (active_message IS NOT NULL OR key IN (SELECT value FROM json_each(?)))`,
  'DELETE FROM message_attachments',
  `INSERT OR IGNORE INTO message_attachments (message_id, sha256)
   SELECT m.id, a.sha256 FROM messages m, json_each(m.parts) part
   JOIN attachments a ON a.sha256 = iif(part.type = 'object', json_extract(part.value, '$.sha256'), NULL)`,
];

/** Bytes with another content than their name are not what was attached. */
function dropForeignBytes(connection: Connection): number {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const foreign = [...connection.each<{ key: number; sha256: string; bytes: Buffer }>('SELECT key, sha256, bytes FROM attachments')]
    .filter(({ sha256, bytes }) => createHash('sha256').update(bytes).digest('hex') !== sha256)
    .map(({ key }) => key);
  for (const key of foreign) connection.run('DELETE FROM attachments WHERE key = ?', key);
  return foreign.length;
}

const GONE = '[The rest of this message could not be read: its place in the database was damaged.]';

/** A message that cannot be read as a whole keeps its place, and the beginning of its text where that is there. */
function closeTexts(connection: Connection, cut: readonly number[]): { id: number; key: number }[] {
  const broken = connection.all<{ id: number }>(
    `SELECT id FROM messages WHERE NOT json_valid(parts) OR json_type(iif(json_valid(parts), parts, 'null')) <> 'array'`,
  );
  const ids = [...new Set([...broken.map(({ id }) => id), ...cut])].sort((one, other) => one - other);
  return ids.flatMap((id) => {
    const row = messageRow(connection, id);
    if (!row) return [];
    const parts = row.role === 'tool' ? [] : [...readableParts(row.parts), { type: 'text', text: GONE }];
    connection.run('UPDATE messages SET parts = ? WHERE id = ?', JSON.stringify(parts), id);
    return [{ id, key: row.conversation_key }];
  });
}

/** The whole parts at the beginning of a list that ends too early, and the beginning of the text after them. */
function readableParts(json: string): object[] {
  for (const end of ['', ']', '}]', '"}]']) {
    // Not in the middle of an escape, nor of half a character.
    const whole = json.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '').replace(/\ufffd+$/, '');
    try {
      const parts: unknown = JSON.parse(whole + end);
      if (Array.isArray(parts)) return parts.filter((part) => typeof part?.type === 'string' && (part.type !== 'text' || part.text));
    } catch {
      // The next way to end it.
    }
  }
  return [];
}

/** Where the bytes are gone, the message says so in their place. */
function nameLostAttachments(connection: Connection): void {
  const rows = connection.all<{ id: number; parts: string }>(
    `SELECT id, parts FROM messages m WHERE instr(parts, '"sha256"') > 0 AND EXISTS (SELECT 1 FROM json_each(m.parts) part
     WHERE part.type = 'object' AND iif(part.type = 'object', json_extract(part.value, '$.sha256'), NULL) NOT IN (SELECT sha256 FROM attachments))`,
  );
  const kept = new Set(connection.all<{ sha256: string }>('SELECT sha256 FROM attachments').map(({ sha256 }) => sha256));
  for (const { id, parts } of rows) {
    const named = (JSON.parse(parts) as { type?: string; name?: string; mediaType?: string; sha256?: string }[]).map((part) =>
      part?.type === 'media' && !kept.has(part.sha256 ?? '')
        ? {
            type: 'text',
            text: `[Attachment ${part.name ?? part.mediaType ?? ''} could not be read: its place in the database was damaged.]`,
          }
        : part,
    );
    connection.run('UPDATE messages SET parts = ? WHERE id = ?', JSON.stringify(named), id);
  }
}

/** Messages whose conversation cannot be read get one with what they say of it; its id where an index still knows that. */
function nameConversations(connection: Connection, known: ReadonlyMap<number, string>, world: { random: () => number }): string[] {
  const nameless = connection.all<{ key: number; created_ms: number; updated_ms: number }>(
    `SELECT conversation_key AS key, min(created_ms) AS created_ms, max(created_ms) AS updated_ms FROM messages
     WHERE conversation_key NOT IN (SELECT key FROM conversations) GROUP BY conversation_key`,
  );
  return nameless.map(({ key, created_ms, updated_ms }) => {
    const first = connection.get<{ id: number; role: Message['role']; parts: string }>(
      `SELECT id, role, parts FROM messages WHERE conversation_key = ? ORDER BY role <> 'user', id LIMIT 1`,
      key,
    );
    const last = connection.get<{ provider: string | null; model: string | null }>(
      'SELECT provider, model FROM messages WHERE conversation_key = ? AND model IS NOT NULL ORDER BY id DESC LIMIT 1',
      key,
    );
    const facts = { titleSource: 'prompt' as const, createdMs: created_ms, updatedMs: updated_ms, system: null, folder: null };
    const title = first ? titleFrom(unpackMessage(connection, first, false)) : 'Untitled';
    for (let id = known.get(key) ?? idAt(created_ms, world.random); ; id = idAt(created_ms, world.random)) {
      const made = insertConversation(connection, { id, title, provider: last?.provider ?? null, model: last?.model ?? null, ...facts });
      if (made === undefined) continue;
      connection.run('UPDATE conversations SET key = ? WHERE key = ?', key, made);
      connection.run(
        'UPDATE conversations SET active_message = (SELECT max(id) FROM messages WHERE conversation_key = key) WHERE key = ?',
        key,
      );
      return id;
    }
  });
}

const ORPHANS = `FROM messages m WHERE parent_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM messages p WHERE p.id = m.parent_id AND p.conversation_key = m.conversation_key AND p.id < m.id)`;

function missingParents(connection: Connection): { key: number; id: number }[] {
  return connection.all(
    `SELECT DISTINCT conversation_key AS key, parent_id AS id ${ORPHANS} AND parent_id NOT IN (SELECT id FROM messages) AND parent_id < id`,
  );
}

/** To the nearest message before the one that is gone: in a conversation without branches that is what came before it. */
function reattach(connection: Connection): number {
  const orphans = connection.all<{ id: number; key: number; parent: number }>(
    `SELECT id, conversation_key AS key, min(parent_id, id) AS parent ${ORPHANS}`,
  );
  for (const { id, key, parent } of orphans) {
    connection.run(
      'UPDATE messages SET parent_id = (SELECT max(id) FROM messages WHERE conversation_key = ? AND id < ?) WHERE id = ?',
      key,
      parent,
      id,
    );
  }
  return orphans.length;
}

/** A conversation counts its messages, so it knows how many there were. */
function lossesOf(connection: Connection, missing: readonly { key: number; id: number }[]): Loss[] {
  const rows = connection.all<{ key: number; id: string; title: string; lost: number }>(
    `SELECT key, id, title, message_count - (SELECT count(*) FROM messages WHERE conversation_key = key) AS lost FROM conversations`,
  );
  return rows.flatMap(({ key, id, title, lost }) => {
    const ids = missing.filter((one) => one.key === key).map((one) => one.id);
    const messages = Math.max(lost, ids.length);
    return messages > 0 ? [{ conversation: id, title, messages, ids }] : [];
  });
}

function keyOf(connection: Connection, id: string): number {
  return connection.get<{ key: number }>('SELECT key FROM conversations WHERE id = ?', id)?.key ?? 0;
}

function idOf(connection: Connection, key: number): string {
  return connection.get<{ id: string }>('SELECT id FROM conversations WHERE key = ?', key)?.id ?? '';
}
