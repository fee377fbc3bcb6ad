/** How a Chat Completions answer ends: what its finish reasons mean, and where servers put an error instead. */
import { SottoError } from '../core/errors.ts';
import type { FinishReason } from '../core/events.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { complaintIn, errorIn, isTold } from './wire-values.ts';

/** An error where there should be an answer: in a chunk, in a choice, or the chunk itself. */
export function chatError(chunk: JsonObject, choice: JsonObject | undefined, eventName: string | undefined): Json | undefined {
  const error = errorIn(chunk, eventName);
  if (error !== undefined) return error;
  if (isTold(choice?.error)) return { ...chunk, error: choice?.error };
  return 'choices' in chunk || 'usage' in chunk ? undefined : complaintIn(chunk);
}

type Ending = { raw: string | null; called: boolean; refused: boolean; provider: string };

/** The unified reason; throws for a reason that says that the model failed. */
export function finishReasonOf({ raw, called, refused, provider }: Ending): FinishReason {
  const word = (raw ?? '').toLowerCase();
  if (/^(error|abort|aborted|insufficient_system_resource|network_error|malformed_function_call)$/.test(word)) {
    throw new SottoError({
      kind: 'overloaded',
      provider,
      message: `${provider}: the model stopped with "${raw}".`,
      hint: 'Try again, or try another model.',
    });
  }
  if (/length|max_tokens|max_output|context_window/.test(word)) return 'length';
  if (/filter|refusal|safety|sensitive|prohibited|blocklist|recitation/.test(word)) return 'content_filter';
  if (called) return 'tool_calls';
  return refused ? 'content_filter' : 'stop';
}
