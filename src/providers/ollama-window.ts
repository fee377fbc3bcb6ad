/** How large a window Ollama has to load a model with, so that a prompt fits: its default is small, and what does not fit was cut off in silence. */
import { SottoError } from '../core/errors.ts';
import type { ModelRequest } from '../core/provider.ts';
import { type RequestSize, roughTokens, sizeOf } from '../models/tokens.ts';

/** What `/api/show` says of a model's window, in tokens. */
export type OllamaWindow = {
  /** The most the model was made for. */
  largest?: number;
  /** What its Modelfile asks for. */
  configured?: number;
};

type WindowQuestion = {
  provider: string;
  request: ModelRequest;
  /** The user's setting, in tokens. */
  setting: number | undefined;
  /** What the model table says. */
  known: number | undefined;
  /** Asks the server; only called for prompts that may not fit its default. */
  look: () => Promise<OllamaWindow | undefined>;
};

/** Ollama's default on small machines; larger defaults are only ever larger. */
const DEFAULT_WINDOW = 4096;
/** Room for an answer whose length nobody limited. */
const ROOM_FOR_ANSWER = 1024;

/** The `num_ctx` to send, or undefined where Ollama's own choice is enough. Throws where the prompt cannot fit at all. */
export async function windowFor({ provider, request, setting, known, look }: WindowQuestion): Promise<number | undefined> {
  const size = sizeOf(request);
  if (setting !== undefined) {
    refuseIfTooLarge({ provider, request, size, window: setting });
    return setting;
  }
  const need = roughTokens(size, 'most') + (request.maxTokens ?? ROOM_FOR_ANSWER);
  if (need <= DEFAULT_WINDOW) return undefined;
  const window = await look();
  const largest = window?.largest ?? known;
  if (largest !== undefined) refuseIfTooLarge({ provider, request, size, window: largest });
  if (window?.configured !== undefined && window.configured >= need) return undefined;
  // Powers of two: each new size makes Ollama load the model again.
  return Math.min(2 ** Math.ceil(Math.log2(need)), largest ?? Number.POSITIVE_INFINITY);
}

function refuseIfTooLarge({
  provider,
  request,
  size,
  window,
}: {
  provider: string;
  request: ModelRequest;
  size: RequestSize;
  window: number;
}): void {
  const atLeast = roughTokens(size, 'least');
  if (atLeast <= window) return;
  throw new SottoError({
    kind: 'context_length',
    provider,
    message: `${provider}: the prompt has at least ${atLeast} tokens, and the window of ${request.model} holds ${window}; it was not sent.`,
    hint: 'Send less text, or use a model with a larger window (sotto models list -p ollama).',
  });
}
