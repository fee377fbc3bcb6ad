/** Counts and money: unknown is absent, never zero. */

/**
 * Totals so far of one attempt, in tokens. `input` and `output` are totals: cached tokens are part of `input`,
 * reasoning tokens part of `output` (OpenTelemetry's GenAI conventions). Absent: the provider did not say.
 */
export type TokenCounts = {
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
};

/**
 * What a provider may bill beside the tokens: tools that ran on its own side, by what they are paid by. `others` are calls of a
 * kind that has no price of its own here.
 */
export const HOSTED_CALLS = ['webSearches', 'fileSearches', 'codeSessions', 'others'] as const;
export type HostedCalls = { [Kind in (typeof HOSTED_CALLS)[number]]?: number };

/** `hostedCalls` is absent where none ran. */
export type Usage = TokenCounts & { hostedCalls?: HostedCalls };

/** Counts as a stream reports them; null: what it said before is not known after all. Hosted calls replace those before. */
export type UsageReport = { [Key in keyof TokenCounts]: number | null } & { hostedCalls?: HostedCalls };

export type Cost = {
  usd: number;
  /** True when the token counts behind it were estimated by us, not reported by the provider. */
  estimated: boolean;
  /** True when something in it has no known price: the figure is a lower bound. */
  atLeast?: boolean;
  /** Where the figure is from: the provider's own bill, or the price list's row for this model id. */
  source: 'provider' | { priceOf: string };
};

/** Newer totals over older ones: a count that is reported again replaces, one that is missing stays. */
export function mergeUsage(before: Usage, now: UsageReport): Usage {
  const merged: Usage = { ...before };
  for (const key of USAGE_KEYS) {
    const value = now[key];
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = value;
  }
  if (now.hostedCalls) merged.hostedCalls = now.hostedCalls;
  return merged;
}

/** Sum of two separate attempts, of what is known: a count that only one of them gives is that one's, a lower bound. */
export function addUsage(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (!one || !other) return one ?? other;
  const sum: Usage = {};
  for (const key of USAGE_KEYS) {
    const a = one[key];
    const b = other[key];
    if (a !== undefined || b !== undefined) sum[key] = (a ?? 0) + (b ?? 0);
  }
  const calls = addCalls(one.hostedCalls, other.hostedCalls);
  return calls ? { ...sum, hostedCalls: calls } : sum;
}

function addCalls(one: HostedCalls | undefined, other: HostedCalls | undefined): HostedCalls | undefined {
  if (!one || !other) return one ?? other;
  return someCalls(Object.fromEntries(HOSTED_CALLS.map((kind) => [kind, (one[kind] ?? 0) + (other[kind] ?? 0)])));
}

/** Without the kinds that did not run; undefined where none did. */
export function someCalls(calls: HostedCalls): HostedCalls | undefined {
  const ran = Object.entries(calls).filter(([, count]) => count > 0);
  return ran.length > 0 ? Object.fromEntries(ran) : undefined;
}

/** The sum of exact amounts and lower bounds is a lower bound. The source is that of the last. */
export function addCosts(costs: readonly Cost[]): Cost | undefined {
  const last = costs.at(-1);
  if (!last) return undefined;
  return {
    usd: withoutDust(costs.reduce((sum, { usd }) => sum + usd, 0)),
    estimated: costs.some(({ estimated }) => estimated),
    ...(costs.some(({ atLeast }) => atLeast) ? { atLeast: true } : {}),
    source: last.source,
  };
}

/** Binary fractions of a cent leave dust behind the twelfth digit. */
export function withoutDust(usd: number): number {
  return Number(usd.toPrecision(12));
}

export const USAGE_KEYS = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'] as const satisfies (keyof TokenCounts)[];
