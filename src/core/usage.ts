/** Token counts and money: unknown is absent, never zero. */

/**
 * Totals so far of one attempt, in tokens. `input` and `output` are totals: cached tokens are part of `input`,
 * reasoning tokens part of `output` (OpenTelemetry's GenAI conventions). Absent: the provider did not say.
 */
export type Usage = {
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
};

/** Counts as a stream reports them; null: what it said before is not known after all. */
export type UsageReport = { [Key in keyof Usage]: number | null };

export type Cost = {
  usd: number;
  /** True when the token counts behind it were estimated by us, not reported by the provider. */
  estimated: boolean;
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
  return sum;
}

export const USAGE_KEYS = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'] as const satisfies (keyof Usage)[];
