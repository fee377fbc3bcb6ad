/** Ollama's package for lists and details, made safe: our headers, a signal and a limit per request, no output of its own. */

import type { Ollama } from 'ollama';
import { hideAddress } from '../config/address-parts.ts';
import { cancelledError, SottoError } from '../core/errors.ts';
import { type Json, parseJson } from '../core/json.ts';
import { bodyText } from './body.ts';
import { networkError } from './network-error.ts';
import { OLLAMA_ADDRESS, pullHint } from './ollama-request.ts';
import type { ProviderOptions } from './options.ts';
import { providerError } from './provider-error.ts';
import { strangeAnswer } from './strange-answer.ts';

type OllamaQuestion = {
  options: ProviderOptions;
  url: string;
  headers: Record<string, string>;
  model?: string;
  /** For the whole request, in milliseconds. */
  timeoutMs: number;
  /** What should come, in words, and whether it is that. */
  expected: string;
  isExpected: (answer: Json) => boolean;
};

/**
 * The package has no signal per request, reads OLLAMA_API_KEY and prints to stdout when a refusal is no JSON. All three pass
 * through its fetch: this one brings the signal, replaces the headers, and never lets a refusal reach the package.
 */
export async function askOllama<Answer>(
  question: OllamaQuestion,
  signal: AbortSignal,
  ask: (client: Ollama) => Promise<Answer>,
): Promise<Answer> {
  const { options, url, headers, model, timeoutMs, expected, isExpected } = question;
  const provider = options.name;
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1));
  const [host = '', query] = url.split('?');
  const guarded: typeof fetch = async (input, init) => {
    const asked = query === undefined ? input : `${input}?${query}`;
    const response = await options.fetch(asked, { ...init, headers, redirect: 'manual', signal: AbortSignal.any([signal, timeout]) });
    const body = await bodyText(response);
    const who = { provider, url: response.url || url, addressHint: OLLAMA_ADDRESS };
    const missingModelHint = model && pullHint(model);
    const { status } = response;
    if (!response.ok) throw providerError({ ...who, status, headers: response.headers, body, model, missingModelHint });
    const answer = parseJson(body);
    if (answer === undefined || !isExpected(answer)) throw strangeAnswer({ ...who, status, body, expected });
    return new Response(body);
  };
  try {
    const { Ollama: Client } = await import('ollama');
    return await ask(new Client({ host, fetch: guarded }));
  } catch (thrown) {
    if (thrown instanceof SottoError) throw thrown;
    if (signal.aborted) throw cancelledError();
    if (timeout.aborted)
      throw new SottoError({
        kind: 'timeout',
        provider,
        message: `${provider}: no answer from ${hideAddress(url)} within ${timeoutMs / 1000} s.`,
      });
    throw networkError({ provider, url, thrown }) ?? thrown;
  }
}
