/** Token counts of the Messages API, which come in two halves, as totals in our words. */
import { type JsonObject, objectAt } from '../core/json.ts';
import type { UsageReport } from '../core/usage.ts';
import type { Emit } from './decoder.ts';
import { countAnthropicCalls } from './hosted-calls.ts';
import { partsWithin } from './sound-counts.ts';
import { amountAt, countAt } from './wire-values.ts';

type Counts = { [Key in keyof typeof SOURCES]?: number | null };

type UsageCounter = {
  take(holder: JsonObject): void;
  /** A tool of theirs begins to run. */
  run(name: string): void;
};

export function countUsage(emit: Emit): UsageCounter {
  const counts: Counts = {};
  const calls = countAnthropicCalls();
  const withCalls = (usage: UsageReport): UsageReport => {
    const hostedCalls = calls.counts();
    return { ...usage, ...(hostedCalls ? { hostedCalls } : {}) };
  };
  return {
    run(name) {
      if (calls.begin(name)) emit({ type: 'usage', usage: withCalls({}) });
    },
    take(holder) {
      const usage = objectAt(holder, 'usage');
      if (!usage) return;
      for (const key of KEYS) {
        const value = SOURCES[key](usage);
        if (value === undefined) continue;
        // The output of the first half is a placeholder, what went in is known there already.
        if (value === null) counts[key] = key === 'output' || key === 'reasoning' ? null : (counts[key] ?? null);
        // The counts are cumulative; some gateways fill the half they do not know with zeros.
        else if (value > 0 || !counts[key]) counts[key] = value;
      }
      calls.take(usage);
      const costUsd = amountAt(usage, 'cost');
      if (costUsd === undefined && Object.keys(counts).length === 0) return;
      emit({ type: 'usage', usage: withCalls(partsWithin(totalsOf(counts))), ...(costUsd === undefined ? {} : { costUsd }) });
    },
  };
}

const SOURCES = {
  fresh: (usage: JsonObject) => countAt(usage, 'input_tokens'),
  cacheRead: (usage: JsonObject) => countAt(usage, 'cache_read_input_tokens'),
  cacheWrite: (usage: JsonObject) => countAt(usage, 'cache_creation_input_tokens'),
  output: (usage: JsonObject) => countAt(usage, 'output_tokens'),
  reasoning: (usage: JsonObject) => countAt(objectAt(usage, 'output_tokens_details'), 'thinking_tokens'),
};
const KEYS = ['fresh', 'cacheRead', 'cacheWrite', 'output', 'reasoning'] as const satisfies (keyof typeof SOURCES)[];

/** `input_tokens` counts neither what was read from the cache nor what was written to it; our `input` is everything. */
function totalsOf({ fresh, ...counts }: Counts): UsageReport {
  const { cacheRead = 0, cacheWrite = 0 } = counts;
  if (fresh === undefined) return counts;
  return { input: fresh === null || cacheRead === null || cacheWrite === null ? null : fresh + cacheRead + cacheWrite, ...counts };
}
