/** Table `attempts`, the ledger: one row per attempt at a provider, helper calls included. Rows outlive their conversation. */
import { UNCHARGED } from '../core/errors.ts';
import { parseJson } from '../core/json.ts';
import type { Connection, Value } from './connection.ts';
import type { AttemptRecord, Totals, TotalsFilter } from './store.ts';
import {
  AT_LEAST,
  type CostColumns,
  costOf,
  costValues,
  roundUsd,
  USAGE_COLUMNS,
  type UsageColumns,
  usageOf,
  usageValues,
} from './usage-columns.ts';

/**
 * Attempts whose price nobody knows, or not all of it. One that was turned away before the model began is free: it is not counted, though it has
 * no price either.
 */
export const COUNT_UNKNOWN_COSTS = `count(*) FILTER (WHERE cost_estimated & ${AT_LEAST} OR (cost_usd IS NULL AND (
  coalesce(first_token_ms, input_tokens, output_tokens) IS NOT NULL
  OR outcome NOT IN (${UNCHARGED.map((kind) => `'${kind}'`).join(', ')}))))`;

type AttemptPlace = { key: number | null; message: number | null; nowMs: number };

export function insertAttempt(connection: Connection, attempt: AttemptRecord, { key, message, nowMs }: AttemptPlace): void {
  connection.run(
    `INSERT INTO attempts (conversation_key, message_id, purpose, provider, model, outcome, ${USAGE_COLUMNS},
       cost_usd, cost_estimated, cost_source, price, started_ms, duration_ms, first_token_ms, request_id, http_status)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    key,
    message,
    attempt.purpose,
    attempt.provider,
    attempt.model,
    attempt.outcome,
    ...usageValues(attempt.usage),
    ...costValues(attempt.cost),
    attempt.price === undefined ? null : JSON.stringify(attempt.price),
    whole(attempt.startedMs) ?? nowMs,
    whole(attempt.durationMs),
    whole(attempt.firstTokenMs),
    attempt.requestId ?? null,
    attempt.status ?? null,
  );
}

/** By what an attempt that comes in again is known. */
export function attemptKey(attempt: AttemptRecord & { message: number | null }, nowMs: number): string {
  const { message, purpose, provider, model, outcome, startedMs, durationMs } = attempt;
  return JSON.stringify([message, purpose, provider, model, outcome, whole(startedMs) ?? nowMs, whole(durationMs)]);
}

type AttemptRow = UsageColumns &
  CostColumns & {
    message_id: number | null;
    purpose: string;
    provider: string;
    model: string;
    outcome: string;
    price: string | null;
    started_ms: number;
    duration_ms: number | null;
    first_token_ms: number | null;
    request_id: string | null;
    http_status: number | null;
  };

export function attemptsOf(connection: Connection, key: number): (AttemptRecord & { message: number | null })[] {
  return connection.all<AttemptRow>('SELECT * FROM attempts WHERE conversation_key = ? ORDER BY id', key).map((row) => {
    const cost = costOf(row);
    const usage = usageOf(row);
    return {
      message: row.message_id,
      purpose: row.purpose,
      provider: row.provider,
      model: row.model,
      outcome: row.outcome,
      startedMs: row.started_ms,
      ...(Object.keys(usage).length > 0 ? { usage } : {}),
      ...(cost ? { cost } : {}),
      ...(row.price === null ? {} : { price: parseJson(row.price) }),
      ...(row.duration_ms === null ? {} : { durationMs: row.duration_ms }),
      ...(row.first_token_ms === null ? {} : { firstTokenMs: row.first_token_ms }),
      ...(row.request_id === null ? {} : { requestId: row.request_id }),
      ...(row.http_status === null ? {} : { status: row.http_status }),
    };
  });
}

/** The words are gone, the money stays spent: without this, deleting a conversation would lower what a budget has seen. */
export function detachAttempts(connection: Connection, key: number): void {
  connection.run('UPDATE attempts SET conversation_key = NULL, message_id = NULL, request_id = NULL WHERE conversation_key = ?', key);
}

type TotalsRow = UsageColumns & { attempts: number; cost_usd: number | null; unknown_costs: number };

export function sumAttempts(
  connection: Connection,
  filter: TotalsFilter,
  key: number | undefined,
): Pick<Totals, 'attempts' | 'usage' | 'costUsd' | 'unknownCosts'> {
  const conditions: [string, Value | undefined][] = [
    ['started_ms >= ?', filter.sinceMs],
    ['started_ms < ?', filter.untilMs],
    ['provider = ?', filter.provider],
    ['model = ?', filter.model],
    ['conversation_key = ?', key],
  ];
  const used = conditions.filter((entry): entry is [string, Value] => entry[1] !== undefined);
  const where = used.length > 0 ? `WHERE ${used.map(([condition]) => condition).join(' AND ')}` : '';
  const row = connection.get<TotalsRow>(
    `SELECT count(*) AS attempts, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(reasoning_tokens) AS reasoning_tokens, sum(cost_usd) AS cost_usd, ${COUNT_UNKNOWN_COSTS} AS unknown_costs
     FROM attempts ${where}`,
    ...used.map(([, value]) => value),
  );
  if (!row) return { attempts: 0, usage: {}, costUsd: null, unknownCosts: 0 };
  return { attempts: row.attempts, usage: usageOf(row), costUsd: roundUsd(row.cost_usd), unknownCosts: row.unknown_costs };
}

/** Clocks give fractions, columns hold whole milliseconds. */
function whole(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds);
}
