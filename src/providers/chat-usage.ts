/** Reads the token counts of Chat Completions answers, under all the names they go by. */
import { type JsonObject, numberAt, objectAt } from '../core/json.ts';
import type { Usage } from '../core/usage.ts';

export type ReportedUsage = { usage: Usage; costUsd?: number };

/** The counts in a chunk or choice; undefined where it holds none. xAI reports reasoning tokens beside the output tokens, everyone else as part of them. */
export function chatUsage(holder: JsonObject, reasoningOutsideOutput: boolean): ReportedUsage | undefined {
  const usage = objectAt(holder, 'usage') ?? objectAt(objectAt(holder, 'x_groq'), 'usage');
  if (!usage) return undefined;
  const input = objectAt(usage, 'prompt_tokens_details') ?? objectAt(usage, 'input_tokens_details');
  const output = objectAt(usage, 'completion_tokens_details') ?? objectAt(usage, 'output_tokens_details');
  const reasoning = numberAt(output, 'reasoning_tokens') ?? numberAt(usage, 'reasoning_tokens');
  const completion = numberAt(usage, 'completion_tokens') ?? numberAt(usage, 'output_tokens');
  const costUsd = numberAt(usage, 'cost') ?? numberAt(objectAt(usage, 'cost'), 'total_cost');
  return {
    usage: known({
      input: numberAt(usage, 'prompt_tokens') ?? numberAt(usage, 'input_tokens'),
      output: reasoningOutsideOutput && completion !== undefined ? completion + (reasoning ?? 0) : completion,
      cacheRead: numberAt(input, 'cached_tokens') ?? numberAt(usage, 'prompt_cache_hit_tokens') ?? numberAt(usage, 'cached_tokens'),
      cacheWrite: numberAt(input, 'cache_write_tokens') ?? numberAt(input, 'cache_creation_tokens'),
      reasoning,
    }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

/** Drops what is not known. */
export function known(counts: { [Key in keyof Usage]: number | undefined }): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}
