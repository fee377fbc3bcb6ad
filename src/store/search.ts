/** Finding messages and titles: what may match comes newest first, and its text decides. */
import { unpack } from './attachments.ts';
import type { Connection } from './connection.ts';
import { isUnwritable } from './failure.ts';
import { fold } from './folding.ts';
import { type Candidate, type Candidates, messageCandidates, titleCandidates } from './search-candidates.ts';
import { indexQuery } from './search-query.ts';
import { type FieldTexts, fieldTexts, parseTerms, placesOf, type Term } from './search-text.ts';
import { snippetOf } from './snippet.ts';
import {
  NOTHING_FOUND,
  SEARCH_FIELDS,
  type SearchField,
  type SearchHit,
  type SearchQuery,
  type SearchResult,
  type SearchStep,
} from './store.ts';
import { indexSteps } from './waiting.ts';

const USUAL_LIMIT = 20;
/** Of so many of the newest matches the best are chosen when ranked, unless all of them are asked for. */
const RANKED = 1000;
/** So much of what waits is indexed before an answer: 2 to 3 s. The rest is read instead, 3 µs for each, and waits for the next time. */
const MOST_INDEXED_BYTES = 16 * 1024 * 1024;
/** About 20 ms. */
const STEP = 4000;

/** Says now and then how far it is: a search through everything takes seconds in a million messages. */
export function* searchSteps(connection: Connection, query: SearchQuery): Generator<SearchStep, SearchResult> {
  const terms = parseTerms(query.text);
  const fields = query.fields ?? SEARCH_FIELDS;
  const result: SearchResult = { ...NOTHING_FOUND, terms: terms.map(({ text }) => text), fields };
  if (terms.length === 0) return result;
  yield* indexing(connection);
  const { limit = USUAL_LIMIT, order, all = false } = query;
  const isRanked = order === 'rank';
  const most = isRanked && !all ? Math.max(RANKED, limit) : limit;
  const kept: Kept = isRanked && all ? { by: byScore, most, enough: Number.POSITIVE_INFINITY } : { by: byTime, most, enough: most };
  const look = (row: Candidate): Match | undefined => {
    const texts = textsOf(connection, row, fields);
    if (!texts) result.unreadable++;
    return texts && matchOf(row, texts, terms);
  };
  let places: Match[] = [];
  let matched = 0;
  let isWhole = true;
  for (const candidates of connection.snapshot(() => candidatesOf(connection, query, terms, most))) {
    const found = yield* collect(candidates, look, kept);
    places = places.concat(found.places);
    matched += found.matched;
    isWhole &&= found.isWhole;
  }
  const chosen = places.sort(kept.by).slice(0, most);
  const last = isWhole && matched === chosen.length ? undefined : chosen.at(-1)?.row;
  const shown = isRanked ? chosen.sort(byScore).slice(0, limit) : chosen;
  result.hits = shown.flatMap((place) => hitOf(connection, place, terms) ?? []);
  result.more = !isWhole || matched > shown.length;
  result.remaining = isWhole ? matched - shown.length : null;
  if (last && !(isRanked && all)) {
    result.next = { createdMs: last.created_ms, rowid: last.rowid };
    if (isRanked) result.ranked = most;
  }
  return result;
}

/** The same at once. */
export function search(connection: Connection, query: SearchQuery): SearchResult {
  const steps = searchSteps(connection, query);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Where nothing can be written, or another process is writing all the time, what waits is read instead. */
function* indexing(connection: Connection): Generator<SearchStep> {
  try {
    for (const { done, total } of indexSteps(connection, MOST_INDEXED_BYTES)) yield { doing: 'indexing', done, total };
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
  }
}

function candidatesOf(connection: Connection, query: SearchQuery, terms: readonly Term[], wanted: number): Candidates[] {
  const { fields = SEARCH_FIELDS } = query;
  const asked = indexQuery(connection, terms);
  return [
    ...(fields.includes('title') ? [titleCandidates(connection, query, asked)] : []),
    ...(fields.some((field) => field !== 'title') ? [messageCandidates(connection, query, asked, wanted)] : []),
  ];
}

/** The order of what is kept, how many that are, and after how many of the newest ones nobody asks for more. */
type Kept = { by: (one: Match, other: Match) => number; most: number; enough: number };
type Collected = { places: Match[]; matched: number; isWhole: boolean };

function* collect(
  candidates: Candidates,
  look: (row: Candidate) => Match | undefined,
  { by, most, enough }: Kept,
): Generator<SearchStep, Collected> {
  let places: Match[] = [];
  let matched = 0;
  let looked = 0;
  for (const stage of candidates) {
    const { rows, isByTime } = stage(matched);
    for (const row of rows) {
      if (++looked % STEP === 0) yield { doing: 'looking', done: looked };
      const found = look(row);
      if (!found) continue;
      places.push(found);
      if (++matched > enough && isByTime) return { places, matched, isWhole: false };
      if (places.length > 2 * most + SPARE) places = places.sort(by).slice(0, most);
    }
  }
  return { places, matched, isWhole: true };
}

const SPARE = 1000;

/** Of the same millisecond the message before the title. */
function byTime({ row }: Match, { row: other }: Match): number {
  return other.created_ms - row.created_ms || other.rowid - row.rowid;
}

function byScore(one: Match, other: Match): number {
  return other.score - one.score || byTime(one, other);
}

/** Undefined where the message cannot be read. */
function textsOf(connection: Connection, { rowid, role, parts }: Candidate, fields: readonly SearchField[]): FieldTexts | undefined {
  if (role === null) return [{ field: 'title', text: parts }];
  const { message, damage } = unpack(connection, { id: rowid, role, parts }, false);
  if (damage !== undefined && message.parts.length === 0) return undefined;
  const all = fieldTexts(message);
  return fields.length === SEARCH_FIELDS.length ? all : all.filter(({ field }) => fields.includes(field));
}

type Match = { row: Candidate; fields: SearchField[]; score: number; text: string };

/** A match has every term somewhere; its snippet is from the place with most of them. */
function matchOf(row: Candidate, texts: FieldTexts, terms: readonly Term[]): Match | undefined {
  const all = texts.map(({ field, text }) => ({ field, text, folded: fold(text) }));
  if (!terms.every((term) => all.some(({ folded }) => placesOf(term, folded, 1).length > 0))) return undefined;
  const fields = new Set<SearchField>();
  let best: { text: string; found: number } | undefined;
  let score = 0;
  for (const { field, text, folded } of all) {
    let found = 0;
    for (const term of terms) {
      const { length } = placesOf(term, folded, MOST_COUNTED);
      if (length === 0) continue;
      found++;
      score += (WEIGHT[field] * Math.log2(1 + length)) / Math.log2(8 + folded.length / 100);
    }
    if (found === 0) continue;
    fields.add(field);
    if (!best || found > best.found) best = { text, found };
  }
  return best && { row, fields: [...fields], score, text: best.text };
}

const MOST_COUNTED = 8;
/** A word in a title says more of a conversation than one in the output of a tool. */
const WEIGHT = { title: 4, prompt: 2, file: 2, reply: 1, reasoning: 0.5, tool: 0.5 } as const satisfies Record<SearchField, number>;

/** Undefined where the conversation was deleted meanwhile. */
function hitOf(connection: Connection, { row, fields, text }: Match, terms: readonly Term[]): SearchHit | undefined {
  const sql = 'SELECT id, title FROM conversations WHERE key = ?';
  const conversation = connection.get<{ id: string; title: string }>(sql, row.conversation_key);
  return (
    conversation && {
      conversation,
      message: row.role === null ? null : row.rowid,
      role: row.role,
      createdMs: row.created_ms,
      provider: row.provider,
      model: row.model,
      fields,
      snippet: snippetOf(text, terms),
    }
  );
}
