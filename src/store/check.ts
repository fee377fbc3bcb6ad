/** The whole check: SQLite's own of the file, and what must hold between the rows. Changes nothing. */

import { existsSync } from 'node:fs';
import { statIfThere } from '../config/stat.ts';
import { asSottoError } from '../core/errors.ts';
import { schemaProblems } from './check-schema.ts';
import type { Connection } from './connection.ts';
import { isBusy, isDamage, isNewer, newerError } from './failure.ts';
import { headerOf, readHeader } from './file.ts';
import { lostLog } from './fold.ts';
import { messageOf, messageRow } from './messages.ts';
import { versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { openForReading } from './read-only.ts';
import { belongsTo, readLog } from './salvage/log.ts';
import { USUAL_PAGE_BYTES } from './salvage/pages.ts';
import { trigramQuery } from './search-query.ts';
import { indexText, type Term } from './search-text.ts';
import type { CheckReport } from './store.ts';

/**
 * Also for a file that cannot be opened as a store: then the report says why. `inUse`: it is the user's database, which has its
 * log beside it; a copy need not.
 */
export function checkFile(file: string, { inUse = false }: { inUse?: boolean } = {}): CheckReport {
  let connection: Connection | undefined;
  try {
    const header = readHeader(file);
    if ((header?.version ?? 0) > MIGRATIONS.length) throw newerError(file, header?.version ?? 0, MIGRATIONS.length);
    const missing = inUse && header?.usesLog && !existsSync(`${file}-wal`) ? [lostLog(file)] : [];
    connection = openForReading(file);
    const report = checkConnection(connection);
    const problems = [...missing, ...headerProblems(file), ...logProblems(file), ...report.problems];
    return { ...report, ok: problems.length === 0, state: problems.length === 0 ? 'sound' : 'damaged', problems };
  } catch (thrown) {
    // Nothing is wrong with what another program holds.
    if (isBusy(thrown)) throw thrown;
    const state = isNewer(thrown) ? 'newer' : isDamage(thrown) ? 'damaged' : 'unreadable';
    return { ok: false, state, problems: [asSottoError(thrown).message], facts: { ...NOTHING, bytes: sizeOf(file) } };
  } finally {
    connection?.close();
  }
}

/** 1: with a journal, 2: with a log. Of any other kind SQLite reads all, writes nothing, and finds nothing wrong. */
function headerProblems(file: string): string[] {
  const kind = headerOf(file)[18];
  return kind === undefined || kind === 1 || kind === 2
    ? []
    : [`the header of the file is garbled: it says that it may only be read (write version ${kind})`];
}

/** SQLite passes over what stands behind a garbled place of the log, and says nothing. */
function logProblems(file: string): string[] {
  const log = readLog(`${file}-wal`, USUAL_PAGE_BYTES);
  if (!log) return [];
  return [
    ...(log.hidden > 0 ? [`the log ${file}-wal is garbled: ${log.hidden} pages that were saved in it are not read`] : []),
    ...(belongsTo(log, headerOf(file)) ? [] : [`the log ${file}-wal belongs to another copy of the database: one of the two was replaced`]),
  ];
}

export function checkConnection(connection: Connection): CheckReport {
  const problems: string[] = [];
  const attempt = <Result>(what: string, action: () => Result, otherwise: Result): Result => {
    try {
      return action();
    } catch (thrown) {
      if (isBusy(thrown)) throw thrown;
      problems.push(`${what}: ${asSottoError(thrown).message}`);
      return otherwise;
    }
  };
  problems.push(...attempt('the file', () => fileProblems(connection), []));
  const version = attempt('the schema', () => versionOf(connection, MIGRATIONS.length), MIGRATIONS.length);
  problems.push(...attempt('the schema', () => schemaProblems(connection, version), []));
  for (const [what, sql] of INVARIANTS) {
    const count = attempt(what, () => connection.get<{ count: number }>(sql)?.count ?? 0, 0);
    if (count > 0) problems.push(`${what}: ${count}`);
  }
  problems.push(...attempt('attachments', () => attachmentProblems(connection), []));
  // An older sotto compared other text; its index is made anew when the database is updated.
  if (version === MIGRATIONS.length) problems.push(...attempt('the search index', () => indexProblems(connection), []));
  const facts = attempt('the figures', () => factsOf(connection), NOTHING);
  return { ok: problems.length === 0, state: problems.length === 0 ? 'sound' : 'damaged', problems, facts };
}

const NOTHING: CheckReport['facts'] = { conversations: 0, messages: 0, bytes: 0, version: 0 };

/** What is wrong, and a statement that counts how often. */
const INVARIANTS: readonly [what: string, sql: string][] = [
  [
    'messages whose parent is missing or elsewhere',
    `SELECT count(*) AS count FROM messages m WHERE parent_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM messages p WHERE p.id = m.parent_id AND p.conversation_key = m.conversation_key)`,
  ],
  ['messages older than their parent in the tree', 'SELECT count(*) AS count FROM messages WHERE parent_id >= id'],
  ['messages that cannot be read', `SELECT count(*) AS count FROM messages WHERE iif(json_valid(parts), json_type(parts), '') <> 'array'`],
  [
    'messages whose attachment is missing',
    `SELECT count(*) AS count FROM messages m WHERE instr(parts, '"sha256"') > 0 AND json_valid(parts) AND EXISTS (
       SELECT 1 FROM json_each(m.parts) part WHERE part.type = 'object' AND part.value ->> 'type' = 'media'
         AND part.value ->> 'sha256' NOT IN (SELECT sha256 FROM attachments))`,
  ],
  [
    'conversations whose active message is missing',
    `SELECT count(*) AS count FROM conversations c WHERE active_message IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = c.active_message AND m.conversation_key = c.key)`,
  ],
  [
    'conversations with a wrong count of messages',
    'SELECT count(*) AS count FROM conversations c WHERE message_count <> (SELECT count(*) FROM messages WHERE conversation_key = c.key)',
  ],
  [
    'pieces of a reply that is closed',
    `SELECT count(*) AS count FROM reply_chunks c WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = c.message_id AND m.status = 'streaming')`,
  ],
  [
    'attempts of messages that do not exist',
    `SELECT count(*) AS count FROM attempts a WHERE message_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = a.message_id)`,
  ],
  [
    'attachments that nothing uses',
    'SELECT count(*) AS count FROM attachments a WHERE NOT EXISTS (SELECT 1 FROM message_attachments l WHERE l.sha256 = a.sha256)',
  ],
];

function fileProblems(connection: Connection): string[] {
  const integrity = connection.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check);
  const references = connection
    .all<{ table: string }>('PRAGMA foreign_key_check')
    .map((row) => `${row.table} refers to a row that is missing`);
  return [...integrity.filter((line) => line !== 'ok'), ...references];
}

function attachmentProblems(connection: Connection): string[] {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const problems: string[] = [];
  for (const { sha256, bytes } of connection.each<{ sha256: string; bytes: Buffer }>('SELECT sha256, bytes FROM attachments')) {
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) problems.push(`attachment ${sha256} has other content than its name`);
  }
  return problems;
}

const SAMPLED = 200;

/**
 * Are the newest messages found by their own words (SQLite's check of an index looks only at its inside), and those that wait
 * to be indexed not yet?
 */
function indexProblems(connection: Connection): string[] {
  const newest = (indexed: 0 | 1, every = 1): number[] =>
    connection
      .all<{ id: number }>(
        `SELECT id FROM messages WHERE indexed = ? AND status <> 'streaming' AND id % ? = 0 ORDER BY id DESC LIMIT ?`,
        ...[indexed, every, SAMPLED],
      )
      .map(({ id }) => id);
  const last = connection.get<{ id: number | null }>('SELECT max(id) AS id FROM messages')?.id ?? 0;
  const isKnown = (id: number): boolean | undefined => {
    const row = messageRow(connection, id);
    const query = row ? trigramQuery(firstWords(indexText(messageOf(connection, row, false))), () => 1) : '';
    // A bound number arrives as a fraction, and FTS5 then takes any row for the one that is asked for.
    const sql = 'SELECT 1 FROM search_trigrams WHERE search_trigrams MATCH ? AND rowid = CAST(? AS INTEGER)';
    return query === '' ? undefined : connection.get(sql, query, id) !== undefined;
  };
  // The newest, and others from everywhere.
  const indexed = [...new Set([...newest(1), ...newest(1, Math.ceil(last / SAMPLED) || 1)])];
  const lost = indexed.filter((id) => isKnown(id) === false).length;
  const early = newest(0).filter((id) => isKnown(id) === true).length;
  return [
    ...(lost > 0 ? [`messages that the search index does not know: ${lost} of ${indexed.length} that were looked for`] : []),
    ...(early > 0 ? [`messages that the search index knows without their being marked so: ${early}`] : []),
  ];
}

/** Words of three characters and more at the beginning of an indexed text; quotes are signs like others here, not a search. */
function firstWords(folded: string): Term[] {
  // By whole characters: half of one is in no index.
  const words = [...folded.slice(0, 400)].slice(0, 200).join('').split(/\s/);
  const long = words.filter((text) => [...text].length >= 3);
  return long.slice(0, 16).map((text) => ({ text, short: false }));
}

function factsOf(connection: Connection): CheckReport['facts'] {
  const count = (table: 'conversations' | 'messages'): number =>
    connection.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)?.count ?? 0;
  return {
    conversations: count('conversations'),
    messages: count('messages'),
    bytes: sizeOf(connection.file),
    version: versionOf(connection, MIGRATIONS.length),
  };
}

export function sizeOf(file: string): number {
  return statIfThere(file)?.size ?? 0;
}
