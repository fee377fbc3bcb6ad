/** How a Responses answer ends: its reason, its counts, and the text of its thoughts. */
import { SottoError } from '../core/errors.ts';
import type { FinishReason, ModelEvent } from '../core/events.ts';
import { type JsonObject, objectAt, textAt } from '../core/json.ts';
import type { UsageReport } from '../core/usage.ts';
import { billedUsd, known } from './chat-usage.ts';
import { responsesCalls } from './hosted-calls.ts';
import { partsWithin } from './sound-counts.ts';
import { countAt, itemsAt, wordsIn } from './wire-values.ts';

type ResponseEnding = {
  /** The final response; undefined where a server only said that it is done. */
  response: JsonObject | undefined;
  called: boolean;
  refused: boolean;
  /** Most tokens that were asked for, where the server does not say that it stopped there. */
  maxTokens: number | undefined;
};

export function responseReasonOf({ response, called, refused, maxTokens }: ResponseEnding): FinishReason {
  if (textAt(response, 'status') === 'incomplete') {
    const reason = textAt(objectAt(response, 'incomplete_details'), 'reason') ?? '';
    return /filter/.test(reason) ? 'content_filter' : 'length';
  }
  if (called) return 'tool_calls';
  if (refused) return 'content_filter';
  // llama-server says "completed" of an answer that it cut (seen 0.7).
  const output = countAt(objectAt(response, 'usage'), 'output_tokens');
  return maxTokens !== undefined && typeof output === 'number' && output >= maxTokens ? 'length' : 'stop';
}

/** Throws for an answer that ended at a limit which is neither that of tokens nor a filter: `max_tool_calls`. */
export function refuseOtherLimits(response: JsonObject, provider: string): void {
  const reason = textAt(objectAt(response, 'incomplete_details'), 'reason') ?? '';
  if (textAt(response, 'status') !== 'incomplete' || reason === '' || /filter|token|length/.test(reason)) return;
  throw new SottoError({
    kind: 'protocol',
    provider,
    message: `${provider} stopped before the answer was complete (${reason}).`,
    hint: 'What had arrived is kept.',
    // The same request ends at the same limit, and is paid again.
    retryable: false,
  });
}

/** What the whole answer says that it took; undefined where it says nothing. `paid` are containers of earlier answers. */
export function responsesReport(
  response: JsonObject,
  items: readonly JsonObject[],
  paid: ReadonlySet<string>,
): Extract<ModelEvent, { type: 'usage' }> | undefined {
  const usage = responsesUsage(objectAt(response, 'usage') ?? {});
  const costUsd = billedUsd(response.usage);
  const hostedCalls = responsesCalls(items, response, paid);
  if (costUsd === undefined && hostedCalls === undefined && Object.keys(usage).length === 0) return undefined;
  return {
    type: 'usage',
    usage: { ...usage, ...(hostedCalls ? { hostedCalls } : {}) },
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

function responsesUsage(usage: JsonObject): UsageReport {
  const input = objectAt(usage, 'input_tokens_details') ?? objectAt(usage, 'prompt_tokens_details');
  const output = objectAt(usage, 'output_tokens_details') ?? objectAt(usage, 'completion_tokens_details');
  const counts = known({
    input: countAt(usage, 'input_tokens', 'prompt_tokens'),
    output: countAt(usage, 'output_tokens', 'completion_tokens'),
    cacheRead: countAt(input, 'cached_tokens'),
    cacheWrite: countAt(input, 'cache_write_tokens'),
    reasoning: countAt(output, 'reasoning_tokens'),
  });
  return partsWithin(counts);
}

/** Summaries are paragraphs; without any, the open thoughts that some servers send. */
export function reasoningText(item: JsonObject): string {
  const texts = (key: string) =>
    itemsAt(item, key)
      .map((piece) => wordsIn(piece))
      .filter((text) => text !== '');
  const summary = texts('summary');
  return (summary.length > 0 ? summary : texts('content')).join('\n\n');
}
