/** Token counts as columns: the same five names in every table that sums them. NULL is unknown. */
import { type Cost, type Usage, withoutDust } from '../core/usage.ts';
import type { Value } from './connection.ts';

export type UsageColumns = {
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  reasoning_tokens: number | null;
};

export const USAGE_COLUMNS = 'input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens';

export function usageValues(usage: Usage | undefined): Value[] {
  return [usage?.input ?? null, usage?.output ?? null, usage?.cacheRead ?? null, usage?.cacheWrite ?? null, usage?.reasoning ?? null];
}

export function usageOf(row: UsageColumns): Usage {
  const usage: Usage = {};
  if (row.input_tokens !== null) usage.input = row.input_tokens;
  if (row.output_tokens !== null) usage.output = row.output_tokens;
  if (row.cache_read_tokens !== null) usage.cacheRead = row.cache_read_tokens;
  if (row.cache_write_tokens !== null) usage.cacheWrite = row.cache_write_tokens;
  if (row.reasoning_tokens !== null) usage.reasoning = row.reasoning_tokens;
  return usage;
}

export type CostColumns = { cost_usd: number | null; cost_estimated: number | null; cost_source: string | null };

/** The bits of `cost_estimated`; the second one came later, older rows do not have it. */
const ESTIMATED = 1;
export const AT_LEAST = 2;

/** `provider` for the provider's own bill, `price:<model>` for a row of the price list. */
export function costValues(cost: Cost | undefined): Value[] {
  if (!cost) return [null, null, null];
  const bits = (cost.estimated ? ESTIMATED : 0) | (cost.atLeast ? AT_LEAST : 0);
  return [cost.usd, bits, cost.source === 'provider' ? 'provider' : `${PRICE}${cost.source.priceOf}`];
}

export function costOf(row: CostColumns): Cost | undefined {
  if (row.cost_usd === null) return undefined;
  const source = row.cost_source ?? 'provider';
  return {
    usd: row.cost_usd,
    estimated: ((row.cost_estimated ?? 0) & ESTIMATED) !== 0,
    ...(((row.cost_estimated ?? 0) & AT_LEAST) !== 0 ? { atLeast: true } : {}),
    source: source.startsWith(PRICE) ? { priceOf: source.slice(PRICE.length) } : 'provider',
  };
}

const PRICE = 'price:';

/** Sums of money without the dust of binary fractions behind the twelfth digit. */
export function roundUsd(usd: number | null): number | null {
  return usd === null ? null : withoutDust(usd);
}
