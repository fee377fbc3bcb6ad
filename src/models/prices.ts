/** What a request cost, from the bundled price list. What is not known is undefined, never zero; nothing is ever fetched. */
import type { ModelPrice, PriceCalculation, Usage as PriceUsage } from '@pydantic/genai-prices';
import { type Cost, HOSTED_CALLS, type HostedCalls, type Usage, withoutDust } from '../core/usage.ts';
import { isLocal } from './defaults.ts';
import { meansExactly } from './price-match.ts';
import { CODE_SESSIONS_PER_THOUSAND, OWN_PRICES } from './price-own.ts';

/** US dollars: for a million tokens, for a thousand hosted calls. */
type Price = {
  inputPerMillion?: number;
  outputPerMillion?: number;
  cacheReadPerMillion?: number;
  cacheWritePerMillion?: number;
  /** For a thousand calls of what the provider ran itself; a kind that is missing has no known price. */
  hostedPerThousand?: HostedCalls;
};

type PriceQuery = {
  /** sotto's name of the provider. */
  provider: string;
  model: string;
  /** The user's own price, which wins over the list. */
  configured?: Price;
  /** When the request was made; some prices change with the hour. Absent: now. */
  at?: Date;
};

/**
 * What a request with these counts costs. Undefined where the model's price or one of the two totals is not known; a lower bound
 * where a hosted tool ran whose price is not.
 */
export async function costOf(query: PriceQuery & { usage: Usage }): Promise<Cost | undefined> {
  const { input, output } = query.usage;
  if (input === undefined || output === undefined) return undefined;
  if (query.configured) return costAt(query.configured, query.usage, query.model);
  const { counts, estimated } = priceCounts(query.usage, input, output);
  const row = await rowFor(query, counts);
  if (!row) return undefined;
  const tokens: Cost = { usd: row.total_price, estimated, source: { priceOf: row.model.id } };
  return withHosted(tokens, query.usage, hostedPrices(row));
}

export type FoundPrice = Price & {
  /** The row of the price list that was taken. */
  matchedId: string;
  /** The price list's name of the provider. */
  provider: string;
  /** From so many tokens of input on, another price holds. */
  changesAbove?: number;
  /** The same at every hour, on every day and for every length: it may be kept for the next time. */
  fixed: boolean;
};

/** The list price of a model: that of short prompts where it depends on their length. */
export async function priceOf(query: PriceQuery): Promise<FoundPrice | undefined> {
  if (query.configured) return { ...query.configured, matchedId: query.model, provider: query.provider, fixed: true };
  const row = await rowFor(query, { input_tokens: 1, output_tokens: 1 });
  if (!row) return undefined;
  const { model_price: prices } = row;
  const above = tierStart(prices);
  return {
    ...perMillion('inputPerMillion', prices.input_mtok),
    ...perMillion('outputPerMillion', prices.output_mtok),
    ...perMillion('cacheReadPerMillion', prices.cache_read_mtok),
    ...perMillion('cacheWritePerMillion', prices.cache_write_mtok),
    hostedPerThousand: hostedPrices(row),
    ...(above === undefined ? {} : { changesAbove: above }),
    matchedId: row.model.id,
    provider: row.provider.id,
    // A price for the request itself (Perplexity) or one that depends on the length cannot be told from four numbers.
    fixed:
      !Array.isArray(row.model.prices) &&
      prices.requests_kcount === undefined &&
      Object.values(prices).every((price) => typeof price !== 'object'),
  };
}

/** sotto's provider names to the price list's; a provider that is not here has no prices. */
const PRICE_PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'azure',
  anthropic: 'anthropic',
  openrouter: 'openrouter',
  groq: 'groq',
  deepseek: 'deepseek',
  mistral: 'mistral',
  xai: 'x-ai',
  gemini: 'google',
  together: 'together',
  fireworks: 'fireworks',
  perplexity: 'perplexity',
  cerebras: 'cerebras',
  moonshot: 'moonshotai',
  zai: 'zai',
};

async function rowFor({ provider, model, at }: PriceQuery, counts: PriceUsage): Promise<PriceCalculation | undefined> {
  const providerId = isLocal(provider) ? undefined : PRICE_PROVIDERS[provider];
  if (providerId === undefined) return undefined;
  const { calcPrice } = await import('@pydantic/genai-prices');
  const id = model.replace(/^models\//, '');
  const when = at === undefined ? {} : { timestamp: at };
  const listed = calcPrice(counts, id, { providerId, ...when });
  if (listed && hasPrices(listed.model_price) && meansExactly(listed.model.match, id)) return listed;
  const own = OWN_PRICES.find((row) => row.id === providerId);
  return (own && calcPrice(counts, id, { provider: own, ...when })) ?? undefined;
}

/** A row without both prices would count the other half as free. */
function hasPrices(prices: ModelPrice): boolean {
  return prices.input_mtok !== undefined && prices.output_mtok !== undefined;
}

/** Counts as the price list wants them. Some servers report more cached tokens than there were tokens: those are priced as if none were cached. */
function priceCounts(usage: Usage, input: number, output: number): { counts: PriceUsage; estimated: boolean } {
  const { cacheRead = 0, cacheWrite = 0 } = usage;
  const totals = { input_tokens: input, output_tokens: output };
  if (cacheRead + cacheWrite > input) return { counts: totals, estimated: true };
  return { counts: { ...totals, cache_read_tokens: cacheRead, cache_write_tokens: cacheWrite }, estimated: false };
}

/** What these counts cost at a price that holds for any length; `row` names where the price is from. */
export function costAt(price: Price, usage: Usage, row: string): Cost | undefined {
  const { input, output, cacheRead = 0, cacheWrite = 0 } = usage;
  const { inputPerMillion, outputPerMillion } = price;
  if (inputPerMillion === undefined || outputPerMillion === undefined || input === undefined || output === undefined) return undefined;
  const split = cacheRead + cacheWrite <= input;
  const cached = split
    ? cacheRead * (price.cacheReadPerMillion ?? inputPerMillion) + cacheWrite * (price.cacheWritePerMillion ?? inputPerMillion)
    : 0;
  const fresh = (split ? input - cacheRead - cacheWrite : input) * inputPerMillion;
  const tokens: Cost = {
    usd: (fresh + cached + output * outputPerMillion) / 1_000_000,
    estimated: !split,
    source: { priceOf: row },
  };
  return withHosted(tokens, usage, price.hostedPerThousand);
}

/** The cost with what ran on the provider's side; a lower bound where one of it has no price. */
function withHosted(cost: Cost, { hostedCalls = {} }: Usage, perThousand: HostedCalls = {}): Cost {
  const ran = HOSTED_CALLS.filter((kind) => hostedCalls[kind]);
  if (ran.length === 0) return cost;
  const usd = ran.reduce((sum, kind) => sum + ((hostedCalls[kind] ?? 0) * (perThousand[kind] ?? 0)) / 1000, cost.usd);
  const isWhole = ran.every((kind) => perThousand[kind] !== undefined);
  return { ...cost, usd: withoutDust(usd), ...(isWhole ? {} : { atLeast: true }) };
}

function hostedPrices({ model_price: prices, provider }: PriceCalculation): HostedCalls {
  // Who is paid for each request (Perplexity) is paid for its search.
  const web = numberOf(prices.web_searches_kcount) ?? (prices.requests_kcount === undefined ? undefined : 0);
  const file = numberOf(prices.storage_searches_kcount);
  const code = CODE_SESSIONS_PER_THOUSAND[provider.id];
  return {
    ...(web === undefined ? {} : { webSearches: web }),
    ...(file === undefined ? {} : { fileSearches: file }),
    ...(code === undefined ? {} : { codeSessions: code }),
  };
}

function numberOf(price: ModelPrice[string]): number | undefined {
  return typeof price === 'number' ? price : undefined;
}

function perMillion(key: keyof Price, price: ModelPrice[string]): Price {
  const base = typeof price === 'object' ? price.base : price;
  return base === undefined ? {} : { [key]: base };
}

function tierStart(prices: ModelPrice): number | undefined {
  const input = prices.input_mtok;
  return typeof input === 'object' ? input.tiers[0]?.start : undefined;
}
