/** What may match a search, newest first by its time: the index names it, or where it names too much, the newest is looked at first. */
import type { Message } from '../core/messages.ts';
import type { Connection, Value } from './connection.ts';
import type { IndexQuery } from './search-query.ts';
import type { SearchPlace, SearchQuery } from './store.ts';

export type Candidate = {
  /** As in the index: a message's id, or the key of a title's conversation with a minus. */
  rowid: number;
  role: Message['role'] | null;
  created_ms: number;
  provider: string | null;
  model: string | null;
  /** Of a title, itself. */
  parts: string;
  conversation_key: number;
};

/** Looked at one after the other. Of rows by their time, the newest first, the later ones can be spared. */
type Stage = { rows: Generator<Candidate>; isByTime: boolean };
/** The second one depends on how many matches the first one had. */
export type Candidates = readonly ((matched: number) => Stage)[];

/** So many are looked at as the file has them, which is fastest: 10 ms for a thousand. */
const FEW = 6000;
/** Where there are more, the newest are looked at first: a common word is found at once in so many. */
const NEWEST = 2000;

export function titleCandidates(connection: Connection, query: SearchQuery, asked: IndexQuery | undefined): Candidates {
  const filter = filterOf(query, { time: 'c.updated_ms', provider: 'c.provider', model: 'c.model' });
  // A title taken from the prompt would only repeat the hit of the prompt.
  if (!query.fields || query.fields.includes('prompt')) filter.push([`c.title_source <> 'prompt'`]);
  if (query.before) filter.push(['(c.updated_ms, -c.key) < (?, ?)', query.before.createdMs, query.before.rowid]);
  const select = `SELECT -c.key AS rowid, NULL AS role, c.updated_ms AS created_ms, c.provider, c.model, c.title AS parts,
    c.key AS conversation_key FROM conversations c`;
  const few = asked && fewOf(connection, asked, 'title');
  if (!few) return [() => byTime(rowsOf(connection, select, filter, 'ORDER BY c.updated_ms DESC, c.key DESC'))];
  const named: Condition = ['c.key IN (SELECT -value FROM json_each(?))', JSON.stringify(few)];
  return [() => anyhow(rowsOf(connection, select, [...filter, named]))];
}

const COLUMNS = 'm.id AS rowid, m.role, m.created_ms, m.provider, m.model, m.parts, m.conversation_key';
const NEWEST_FIRST = 'ORDER BY m.created_ms DESC, m.id DESC';
const BY_TIME = `SELECT ${COLUMNS} FROM messages m INDEXED BY messages_by_time`;

export function messageCandidates(connection: Connection, query: SearchQuery, asked: IndexQuery | undefined, wanted: number): Candidates {
  // Results of tools name no model: they belong to the conversation's.
  const filter = filterOf(query, {
    time: 'm.created_ms',
    provider: 'coalesce(m.provider, c.provider)',
    model: 'coalesce(m.model, c.model)',
  });
  if (query.before) filter.push(['(m.created_ms, m.id) < (?, ?)', query.before.createdMs, query.before.rowid]);
  const few = (asked && fewOf(connection, asked, 'message')) ?? idsWithin(connection, query);
  if (few) return [() => anyhow(rowsOf(connection, selectFrom('SELECT value AS id FROM json_each(?)'), filter, '', [JSON.stringify(few)]))];
  const edge = asked && edgeOf(connection, query.before, NEWEST + 10 * Math.min(wanted, FEW));
  if (!asked || !edge) return [() => byTime(rowsOf(connection, BY_TIME, filter, NEWEST_FIRST))];
  const place: Value[] = [edge.created_ms, edge.id];
  const older: Condition[] = [...filter, ['(m.created_ms, m.id) < (?, ?)', ...place]];
  const { sql, value } = namedBy(asked, 'message');
  return [
    () => byTime(rowsOf(connection, BY_TIME, [...filter, ['(m.created_ms, m.id) >= (?, ?)', ...place]], NEWEST_FIRST)),
    (matched) =>
      matched > 0
        ? byTime(rowsOf(connection, BY_TIME, [...older, [`+m.id IN (${sql})`, value]], NEWEST_FIRST))
        : anyhow(rowsOf(connection, selectFrom(sql), older, '', [value])),
  ];
}

function byTime(rows: Generator<Candidate>): Stage {
  return { rows, isByTime: true };
}

function anyhow(rows: Generator<Candidate>): Stage {
  return { rows, isByTime: false };
}

function selectFrom(ids: string): string {
  return `SELECT ${COLUMNS} FROM (${ids}) s CROSS JOIN messages m ON m.id = s.id`;
}

/** The last one of the newest. */
function edgeOf(connection: Connection, before: SearchPlace | undefined, newest: number): { created_ms: number; id: number } | undefined {
  const from: Value[] = before ? [before.createdMs, before.rowid] : [Number.MAX_SAFE_INTEGER, 0];
  return connection.get(
    `SELECT created_ms, id FROM messages INDEXED BY messages_by_time WHERE (created_ms, id) < (?, ?)
     ORDER BY created_ms DESC, id DESC LIMIT 1 OFFSET ?`,
    ...from,
    newest - 1,
  );
}

/** What the index names and what waits to be indexed; undefined where that is more than few. */
function fewOf(connection: Connection, asked: IndexQuery, what: 'title' | 'message'): number[] | undefined {
  const { sql, value } = namedBy(asked, what);
  const rows = connection.all<{ id: number }>(`${sql} LIMIT ${FEW + 1}`, value);
  return rows.length > FEW ? undefined : rows.map(({ id }) => id);
}

function namedBy({ table, match }: IndexQuery, what: 'title' | 'message'): { sql: string; value: Value } {
  const named = `SELECT rowid AS id FROM ${table} WHERE ${table} MATCH ? AND rowid ${what === 'title' ? '< 0' : '> 0'}`;
  return { sql: `${named} UNION ALL SELECT ${WAITING[what]}`, value: match };
}

const WAITING = {
  title: '-key AS id FROM conversations INDEXED BY conversations_waiting WHERE indexed = 0',
  message: `id FROM messages INDEXED BY messages_waiting WHERE indexed = 0 AND status <> 'streaming'`,
} as const;

/** Everything that was said in the conversations asked for, where that is not much. */
function idsWithin(connection: Connection, query: SearchQuery): number[] | undefined {
  const chosen = conversationConditions(query);
  if (chosen.length === 0) return undefined;
  const [conditions, values] = joined(chosen);
  const size = connection.get<{ size: number }>(`SELECT total(message_count) AS size FROM conversations c WHERE ${conditions}`, ...values);
  if ((size?.size ?? 0) > FEW) return undefined;
  const sql = `SELECT m.id FROM conversations c CROSS JOIN messages m ON m.conversation_key = c.key WHERE ${conditions}`;
  return connection.all<{ id: number }>(sql, ...values).map(({ id }) => id);
}

type Condition = [sql: string, ...values: Value[]];
type Columns = { time: string; provider: string; model: string };

function filterOf(query: SearchQuery, { time, provider, model }: Columns): Condition[] {
  return used([
    [`${time} >= ?`, query.sinceMs],
    [`${time} < ?`, query.untilMs],
    [`${provider} = ?`, query.provider],
    [`${model} = ?`, query.model],
  ]).concat(conversationConditions(query));
}

function conversationConditions({ folder, conversation, tag }: SearchQuery): Condition[] {
  return used([
    ['c.folder = ?', folder],
    ['c.id = ?', conversation],
    ['c.key IN (SELECT conversation_key FROM tags WHERE tag = ?)', tag],
  ]);
}

function used(conditions: readonly [sql: string, value: Value | undefined][]): Condition[] {
  return conditions.flatMap(([sql, value]): Condition[] => (value === undefined ? [] : [[sql, value]]));
}

function joined(conditions: readonly Condition[]): [sql: string, values: Value[]] {
  return [['1', ...conditions.map(([sql]) => sql)].join(' AND '), conditions.flatMap(([, ...values]) => values)];
}

function rowsOf(
  connection: Connection,
  select: string,
  filter: readonly Condition[],
  order = '',
  values: readonly Value[] = [],
): Generator<Candidate> {
  const [conditions, more] = joined(filter);
  // Reading the conversation of each costs as much as reading the message.
  const join = select.includes('messages m') && /\bc\./.test(conditions) ? 'CROSS JOIN conversations c ON c.key = m.conversation_key' : '';
  return connection.each<Candidate>(`${select} ${join} WHERE ${conditions} ${order}`, ...values, ...more);
}
