/** What a turn sends of its conversation: decided before each of its requests, those with results of tools included, and nowhere else. */
import type { StreamEvent } from '../core/events.ts';
import type { ModelRequest } from '../core/provider.ts';
import { estimateRequestTokens, roughTokens, sizeOf } from '../models/tokens.ts';

type ContextEvent = Extract<StreamEvent, { type: 'context' }>;

/** The request as it is to be sent, and what is to be said of that. */
export type Fit = (request: ModelRequest) => Promise<{ request: ModelRequest; event?: ContextEvent }>;

/** `contextWindow`: tokens that the model takes; undefined where nobody knows. Leaves nothing out: it measures, and warns once. */
export function createFit(contextWindow: number | undefined): Fit {
  let isOver = false;
  return async (request) => {
    if (contextWindow === undefined || isOver || roughTokens(sizeOf(request), 'most') <= contextWindow) return { request };
    const tokens = await estimateRequestTokens(request);
    isOver = tokens > contextWindow;
    return isOver ? { request, event: { type: 'context', tokens, contextWindow, model: request.model } } : { request };
  };
}
