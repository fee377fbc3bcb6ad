/** Token counts of the Messages API, which come in two halves, as totals in our words. */
import { type JsonObject, objectAt } from '../core/json.ts';
import type { Usage } from '../core/usage.ts';
import type { Emit } from './decoder.ts';
import { amountAt, countAt } from './wire-values.ts';

export type UsageCounter = { take(holder: JsonObject): void };

export function countUsage(emit: Emit): UsageCounter {
  const counts: Partial<Record<keyof typeof SOURCES, number>> = {};
  return {
    take(holder) {
      const usage = objectAt(holder, 'usage');
      if (!usage) return;
      for (const key of KEYS) {
        const value = SOURCES[key](usage);
        // The counts are cumulative; some gateways fill the half they do not know with zeros.
        if (value !== undefined && (value > 0 || !counts[key])) counts[key] = value;
      }
      const costUsd = amountAt(usage, 'cost');
      if (costUsd === undefined && Object.keys(counts).length === 0) return;
      emit({ type: 'usage', usage: totalsOf(counts), ...(costUsd === undefined ? {} : { costUsd }) });
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
function totalsOf({ fresh, ...counts }: Partial<Record<keyof typeof SOURCES, number>>): Usage {
  const input = fresh === undefined ? undefined : fresh + (counts.cacheRead ?? 0) + (counts.cacheWrite ?? 0);
  return { ...(input === undefined ? {} : { input }), ...counts };
}
