/** Finding messages and titles: the index names candidates, newest first, and their text decides. */
import type { Message } from '../core/messages.ts';
import { unpackMessage } from './attachments.ts';
import type { Connection, Value } from './connection.ts';
import { isUnwritable } from './failure.ts';
import {
  type FieldTexts,
  fieldTexts,
  fold,
  isIndexedShort,
  parseTerms,
  placesOf,
  shortQuery,
  type Term,
  trigramQuery,
} from './search-text.ts';
import { snippetOf } from './snippet.ts';
import { SEARCH_FIELDS, type SearchField, type SearchHit, type SearchQuery, type SearchResult } from './store.ts';
import { indexAll } from './waiting.ts';

const USUAL_LIMIT = 20;
/** Of so many of the newest matches the best are chosen when ranked: what lies further back is looked for by narrower words. */
const MOST_RANKED = 500;
/** Imported messages are old and have new rowids: so many of the newest rows are put in order by their time. */
const MOST_REORDERED = 1000;
/** What no index holds (one or two signs of punctuation) is looked for in so many of the newest messages. */
const MOST_SCANNED = 5000;

/** What waits to be indexed is indexed first; where nothing can be written, or another process adds more, it is read instead. */
export function searchAll(connection: Connection, query: SearchQuery): SearchResult {
  try {
    indexAll(connection);
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
  }
  return connection.snapshot(() => search(connection, query));
}

function search(connection: Connection, query: SearchQuery): SearchResult {
  const terms = parseTerms(query.text);
  const fields = query.fields ?? SEARCH_FIELDS;
  const result: SearchResult = { hits: [], more: false, terms: terms.map((term) => term.text), fields };
  if (terms.length === 0) return result;
  const limit = Math.max(0, query.limit ?? USUAL_LIMIT);
  const hits: Hit[] = [];
  if (fields.includes('title')) hits.push(...titleHits(connection, query, terms, limit + 1));
  if (fields.some((field) => field !== 'title')) hits.push(...messageHits(connection, query, terms, limit + 1));
  hits.sort((one, other) => (query.order === 'rank' ? other.score - one.score : 0) || other.createdMs - one.createdMs);
  result.hits = hits.slice(0, limit).map(({ score: _, ...hit }) => hit);
  result.more = hits.length > limit;
  return result;
}

type Candidate = {
  id: number | null;
  role: Message['role'] | null;
  created_ms: number;
  provider: string | null;
  model: string | null;
  parts: string;
  conversation_id: string;
  title: string;
};

type Match = { from: string; values: Value[] };

/** Which rows may match, as the beginning of a statement; `scan` where no index can tell. */
function matchOf(terms: readonly Term[]): Match | 'scan' {
  const long = terms.filter((term) => !term.short);
  if (long.length > 0) return { from: 'search_trigrams', values: [trigramQuery(long)] };
  const short = terms.filter(isIndexedShort);
  return short.length > 0 ? { from: 'search_short', values: [shortQuery(short)] } : 'scan';
}

type Hit = SearchHit & { score: number };

function titleHits(connection: Connection, query: SearchQuery, terms: readonly Term[], most: number): Hit[] {
  const filter = conversationFilter(query, 'c.updated_ms', ['c.provider', 'c.model']);
  // A title taken from the prompt would only repeat the hit of the prompt.
  if (!query.fields || query.fields.includes('prompt')) filter.sql += ` AND c.title_source <> 'prompt'`;
  const select = `SELECT NULL AS id, NULL AS role, c.updated_ms AS created_ms, c.provider, c.model, '' AS parts, c.id AS conversation_id, c.title`;
  const match = matchOf(terms);
  const hitsOf = (sql: string, ...values: Value[]): Hit[] => {
    const rows = connection.each<Candidate>(`${select} ${sql}`, ...values, ...filter.values);
    return collect(rows, ({ title }) => [{ field: 'title', text: title }], terms, query.order === 'rank' ? MOST_RANKED : most);
  };
  if (match === 'scan') return hitsOf(`FROM conversations c WHERE 1 ${filter.sql} ORDER BY c.updated_ms DESC`);
  return [
    ...hitsOf(`FROM conversations c INDEXED BY conversations_waiting WHERE c.indexed = 0 ${filter.sql} ORDER BY c.key DESC`),
    // The key of the newest conversation is the smallest rowid.
    ...hitsOf(
      `FROM ${match.from} s CROSS JOIN conversations c ON c.key = -s.rowid
       WHERE s.${match.from} MATCH ? AND s.rowid < 0 ${filter.sql} ORDER BY s.rowid`,
      ...match.values,
    ),
  ];
}

function messageHits(connection: Connection, query: SearchQuery, terms: readonly Term[], most: number): Hit[] {
  // Results of tools name no model: they belong to the conversation's.
  const filter = conversationFilter(query, 'm.created_ms', ['coalesce(m.provider, c.provider)', 'coalesce(m.model, c.model)']);
  const select = `SELECT m.id, m.role, m.created_ms, m.provider, m.model, m.parts, c.id AS conversation_id, c.title`;
  const match = matchOf(terms);
  const join = 'CROSS JOIN conversations c ON c.key = m.conversation_key';
  const reordered = query.order !== 'rank' && hasImports(connection);
  const hitsOf = (ordered: string, ...values: Value[]): Hit[] => {
    const sql = reordered
      ? `SELECT * FROM (${select} ${ordered} LIMIT ${MOST_REORDERED}) ORDER BY created_ms DESC`
      : `${select} ${ordered}`;
    const rows = connection.each<Candidate>(sql, ...values, ...filter.values);
    return collect(rows, texts, terms, query.order === 'rank' ? MOST_RANKED : most);
  };
  const wanted = query.fields;
  const texts = (row: Candidate): FieldTexts => {
    if (row.id === null || row.role === null) return [];
    const message = unpackMessage(connection, { id: row.id, role: row.role, parts: row.parts }, false);
    const all = fieldTexts(message);
    return wanted ? all.filter(({ field }) => wanted.includes(field)) : all;
  };
  if (match === 'scan')
    return hitsOf(`FROM (SELECT * FROM messages ORDER BY id DESC LIMIT ${MOST_SCANNED}) m ${join} WHERE 1 ${filter.sql}`);
  return [
    ...hitsOf(
      `FROM messages m INDEXED BY messages_waiting ${join} WHERE m.indexed = 0 AND m.status <> 'streaming' ${filter.sql} ORDER BY m.id DESC`,
    ),
    ...hitsOf(
      `FROM ${match.from} s CROSS JOIN messages m ON m.id = s.rowid ${join}
       WHERE s.${match.from} MATCH ? AND s.rowid > 0 ${filter.sql} ORDER BY s.rowid DESC`,
      ...match.values,
    ),
  ];
}

function hasImports(connection: Connection): boolean {
  return connection.get('SELECT 1 FROM conversations WHERE source IS NOT NULL LIMIT 1') !== undefined;
}

function conversationFilter(query: SearchQuery, time: string, [provider, model]: [string, string]): { sql: string; values: Value[] } {
  const conditions: [string, Value | undefined][] = [
    [`${time} >= ?`, query.sinceMs],
    [`${time} < ?`, query.untilMs],
    [`${provider} = ?`, query.provider],
    [`${model} = ?`, query.model],
    ['c.folder = ?', query.folder],
    ['c.id = ?', query.conversation],
    ['c.key IN (SELECT conversation_key FROM tags WHERE tag = ?)', query.tag],
  ];
  const used = conditions.filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return { sql: used.map(([condition]) => `AND ${condition}`).join(' '), values: used.map(([, value]) => value) };
}

function collect(rows: Iterable<Candidate>, textsOf: (row: Candidate) => FieldTexts, terms: readonly Term[], most: number): Hit[] {
  const hits: Hit[] = [];
  for (const row of rows) {
    const hit = hitOf(row, textsOf(row), terms);
    if (hit) hits.push(hit);
    if (hits.length >= most) break;
  }
  return hits;
}

/** A hit has every term somewhere; its snippet is from the place with most of them. */
function hitOf(row: Candidate, texts: FieldTexts, terms: readonly Term[]): Hit | undefined {
  const missing = new Set(terms);
  const fields = new Set<SearchField>();
  let best: { text: string; found: number } | undefined;
  let score = 0;
  for (const { field, text } of texts) {
    const folded = fold(text);
    let found = 0;
    for (const term of terms) {
      const places = placesOf(term, folded, MOST_COUNTED);
      if (places.length === 0) continue;
      missing.delete(term);
      found++;
      score += (WEIGHT[field] * Math.log2(1 + places.length)) / Math.log2(8 + folded.length / 100);
    }
    if (found === 0) continue;
    fields.add(field);
    if (!best || found > best.found) best = { text, found };
  }
  if (missing.size > 0 || !best) return undefined;
  return {
    conversation: { id: row.conversation_id, title: row.title },
    message: row.id,
    role: row.role,
    createdMs: row.created_ms,
    provider: row.provider,
    model: row.model,
    fields: [...fields],
    snippet: snippetOf(best.text, terms),
    score,
  };
}

const MOST_COUNTED = 8;
/** A word in a title says more of a conversation than one in the output of a tool. */
const WEIGHT = { title: 4, prompt: 2, file: 2, reply: 1, reasoning: 0.5, tool: 0.5 } as const satisfies Record<SearchField, number>;
