/** How a Responses answer ends: its reason, its counts, and the text of its thoughts. */
import type { FinishReason } from '../core/events.ts';
import { type JsonObject, listAt, numberAt, objectAt, textAt } from '../core/json.ts';
import type { Usage } from '../core/usage.ts';
import { known } from './chat-usage.ts';

export type ResponseEnding = {
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
  const output = numberAt(objectAt(response, 'usage'), 'output_tokens');
  return maxTokens !== undefined && output !== undefined && output >= maxTokens ? 'length' : 'stop';
}

export function responsesUsage(usage: JsonObject): Usage {
  const input = objectAt(usage, 'input_tokens_details') ?? objectAt(usage, 'prompt_tokens_details');
  const output = objectAt(usage, 'output_tokens_details') ?? objectAt(usage, 'completion_tokens_details');
  return known({
    input: numberAt(usage, 'input_tokens') ?? numberAt(usage, 'prompt_tokens'),
    output: numberAt(usage, 'output_tokens') ?? numberAt(usage, 'completion_tokens'),
    cacheRead: numberAt(input, 'cached_tokens'),
    cacheWrite: numberAt(input, 'cache_write_tokens'),
    reasoning: numberAt(output, 'reasoning_tokens'),
  });
}

/** Summaries are paragraphs; without any, the open thoughts that some servers send. */
export function reasoningText(item: JsonObject): string {
  const texts = (key: string) =>
    listAt(item, key)
      .map((piece) => textAt(piece, 'text') ?? '')
      .filter((text) => text !== '');
  const summary = texts('summary');
  return (summary.length > 0 ? summary : texts('content')).join('\n\n');
}
