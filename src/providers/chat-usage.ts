/** Reads the token counts of Chat Completions answers, under all the names they go by. */
import { type JsonObject, objectAt } from '../core/json.ts';
import { type TokenCounts, USAGE_KEYS, type Usage, type UsageReport } from '../core/usage.ts';
import { countedSearches } from './hosted-calls.ts';
import { partsWithin } from './sound-counts.ts';
import { amountAt, countAt, MOST_DOLLARS } from './wire-values.ts';

type ReportedUsage = { usage: UsageReport; costUsd?: number };

/** The counts in a chunk or choice; undefined where it holds none. xAI reports reasoning tokens beside the output tokens, everyone else as part of them. */
export function chatUsage(holder: JsonObject, reasoningOutsideOutput: boolean): ReportedUsage | undefined {
  const usage = objectAt(holder, 'usage') ?? objectAt(objectAt(holder, 'x_groq'), 'usage');
  if (!usage) return undefined;
  const input = objectAt(usage, 'prompt_tokens_details') ?? objectAt(usage, 'input_tokens_details');
  const output = objectAt(usage, 'completion_tokens_details') ?? objectAt(usage, 'output_tokens_details');
  const reasoning = countAt(output, 'reasoning_tokens') ?? countAt(usage, 'reasoning_tokens');
  const completion = countAt(usage, 'completion_tokens', 'output_tokens');
  const costUsd = billedUsd(usage);
  const counts = known({
    input: countAt(usage, 'prompt_tokens', 'input_tokens'),
    output: reasoningOutsideOutput && typeof completion === 'number' ? completion + (reasoning ?? 0) : completion,
    cacheRead: countAt(input, 'cached_tokens') ?? countAt(usage, 'prompt_cache_hit_tokens', 'cached_tokens'),
    cacheWrite: countAt(input, 'cache_write_tokens', 'cache_creation_tokens'),
    reasoning,
  });
  if (costUsd === undefined && Object.keys(counts).length === 0) return undefined;
  const hostedCalls = countedSearches(usage);
  return {
    usage: { ...(XAI in usage ? counts : partsWithin(counts)), ...(hostedCalls ? { hostedCalls } : {}) },
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

/** Grok counts its thoughts, and cached words of its own, beside the tokens of question and answer (seen at xAI and at Azure). */
const XAI = 'num_sources_used';

/** xAI bills in ticks of 1e-10 dollars, tools that it ran included; served by others, its models say 0 there. */
const USD_PER_TICK = 1e-10;

/** What the provider itself says that it costs, in US dollars. */
export function billedUsd(usage: unknown): number | undefined {
  const ticks = amountAt(usage, 'cost_in_usd_ticks', MOST_DOLLARS / USD_PER_TICK);
  return amountAt(usage, 'cost') ?? amountAt(objectAt(usage, 'cost'), 'total_cost') ?? (ticks ? ticks * USD_PER_TICK : undefined);
}

/** Counts only grow: a zero behind one that is known is a field that was left empty. What went in is known for good. */
export function withoutGaps(now: UsageReport, before: Usage): UsageReport {
  const counts = { ...now };
  for (const key of USAGE_KEYS) {
    const isGap = now[key] === 0 || (now[key] === null && key !== 'output' && key !== 'reasoning');
    if (isGap && before[key]) delete counts[key];
  }
  return counts;
}

/** Drops what is not known. */
export function known(counts: { [Key in keyof TokenCounts]: number | null | undefined }): UsageReport {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}
