/** Fills what could not be read from a backup: only rows that the damaged database itself says were there. */
import type { Connection } from '../connection.ts';
import { MIGRATIONS } from '../migrations.ts';
import type { Collected } from './collect.ts';

type Filled = {
  conversations: number;
  messages: number;
  /** Messages that were cut off and are whole now. */
  whole: number[];
  wholeConversations: number[];
};

/**
 * A conversation that stands in the backup and in no trace of the damaged file was deleted in between, and stays so. The backup
 * is only read.
 */
export function fillFromBackup(connection: Connection, backup: string, collected: Collected): Filled {
  connection.run('ATTACH ? AS backup', backup);
  try {
    const version = connection.get<{ user_version: number }>('PRAGMA backup.user_version')?.user_version;
    return version === MIGRATIONS.length
      ? connection.write(() => fill(connection, collected))
      : { conversations: 0, messages: 0, whole: [], wholeConversations: [] };
  } finally {
    connection.script('DETACH backup');
  }
}

function fill(connection: Connection, { cut, cutConversations, known }: Collected): Filled {
  connection.script('CREATE TEMP TABLE traces (key INTEGER PRIMARY KEY, id TEXT); CREATE TEMP TABLE cut (id INTEGER PRIMARY KEY)');
  for (const [key, id] of known) connection.run('INSERT INTO traces VALUES (?, ?)', key, id);
  for (const id of cut) connection.run('INSERT INTO cut VALUES (?)', id);
  const facts = cutConversations.filter((key) => completeConversation(connection, key));
  const conversations = connection.run(LOST_CONVERSATIONS).changes;
  const texts = connection.all<{ id: number }>(CUT_TEXTS).map(({ id }) => id);
  const messages = connection.run(LOST_MESSAGES).changes;
  for (const sql of REST) connection.run(sql);
  connection.script('DROP TABLE traces; DROP TABLE cut; DROP TABLE lost_attempts');
  return { conversations, messages: messages + texts.length, whole: texts, wholeConversations: facts };
}

/** What comes before the long instructions is newer in the damaged file; the rest is the backup's. */
function completeConversation(connection: Connection, key: number): boolean {
  const columns = connection
    .all<{ name: string }>(
      `SELECT name FROM pragma_table_info('conversations') WHERE cid > (SELECT cid FROM pragma_table_info('conversations') WHERE name = 'model')`,
    )
    .map(({ name }) => name)
    .join(', ');
  const sql = `UPDATE main.conversations AS c SET (${columns}) = (SELECT ${columns} FROM backup.conversations o WHERE o.key = c.key)
    WHERE c.key = ? AND c.id = (SELECT id FROM backup.conversations o WHERE o.key = c.key)`;
  return connection.run(sql, key).changes > 0;
}

/** Of which an index or a message of theirs is still there. */
const LOST_CONVERSATIONS = `INSERT OR IGNORE INTO main.conversations SELECT * FROM backup.conversations b
  WHERE b.key NOT IN (SELECT key FROM main.conversations) AND (
    EXISTS (SELECT 1 FROM traces WHERE traces.key = b.key AND traces.id = b.id)
    OR EXISTS (SELECT 1 FROM main.messages m JOIN backup.messages o ON o.id = m.id AND o.conversation_key = m.conversation_key
      AND o.created_ms = m.created_ms WHERE m.conversation_key = b.key))`;

const SAME = 'SELECT c.key FROM main.conversations c JOIN backup.conversations o ON o.key = c.key AND o.id = c.id';

const CUT_TEXTS = `UPDATE main.messages AS m SET parts = o.parts FROM backup.messages o
  WHERE o.id = m.id AND o.conversation_key = m.conversation_key AND o.created_ms = m.created_ms AND json_valid(o.parts)
    AND (NOT json_valid(m.parts) OR m.id IN (SELECT id FROM cut)) AND m.conversation_key IN (${SAME})
  RETURNING id`;

/** Single messages are never deleted: where a conversation counts more than it has, they were lost. */
const LOST_MESSAGES = `INSERT OR IGNORE INTO main.messages SELECT o.* FROM backup.messages o
  WHERE o.conversation_key IN (SELECT c.key FROM main.conversations c WHERE c.key IN (${SAME})
    AND c.message_count > (SELECT count(*) FROM main.messages WHERE conversation_key = c.key))`;

const REST: readonly string[] = [
  'UPDATE main.messages SET indexed = 0 WHERE indexed <> 0',
  'UPDATE main.conversations SET indexed = 0 WHERE indexed <> 0',
  `INSERT OR IGNORE INTO main.attachments (sha256, bytes) SELECT sha256, bytes FROM backup.attachments`,
  // The ledger forgets nothing: what the backup has and this has not is lost.
  'CREATE TEMP TABLE lost_attempts AS SELECT id FROM backup.attempts WHERE id NOT IN (SELECT id FROM main.attempts)',
  'INSERT INTO main.attempts SELECT * FROM backup.attempts WHERE id IN (SELECT id FROM lost_attempts)',
  `UPDATE main.attempts SET conversation_key = NULL, message_id = NULL
   WHERE id IN (SELECT id FROM lost_attempts) AND conversation_key NOT IN (${SAME})`,
];
