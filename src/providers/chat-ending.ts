/** How a Chat Completions answer ends: what its finish reasons mean, and where servers put an error instead. */
import { SottoError } from '../core/errors.ts';
import type { FinishReason } from '../core/events.ts';
import { isObject, type Json, type JsonObject, textAt } from '../core/json.ts';

/** An error where there should be an answer: in a chunk, in a choice, or the chunk itself. */
export function errorIn(chunk: JsonObject, choice: JsonObject | undefined, eventName: string | undefined): Json | undefined {
  const error = [chunk.error, choice?.error].find(isSaid);
  if (error !== undefined) return { ...chunk, error };
  if (eventName === 'error' || chunk.object === 'error' || chunk.type === 'error') return chunk;
  if (!('choices' in chunk) && !('usage' in chunk) && (textAt(chunk, 'message') || textAt(chunk, 'detail'))) return chunk;
  return undefined;
}

/** Servers that always send the field leave it empty where nothing is wrong. */
function isSaid(error: Json | undefined): boolean {
  if (isObject(error)) return Object.keys(error).length > 0;
  return error !== undefined && error !== null && error !== '' && error !== false;
}

export type Ending = { raw: string | null; called: boolean; refused: boolean; provider: string };

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
