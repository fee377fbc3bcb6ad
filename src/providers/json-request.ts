/** A side request whose whole answer is JSON (a list, a detail), with the same errors as a turn. */
import { hideAddress } from '../config/address-parts.ts';
import type { Origin } from '../config/layers.ts';
import { cancelledError, SottoError } from '../core/errors.ts';
import { type Json, type JsonObject, parseJson } from '../core/json.ts';
import { networkError } from './network-error.ts';
import { providerError } from './provider-error.ts';

export type JsonRequest = {
  provider: string;
  url: string;
  urlOrigin?: Origin | undefined;
  headers: Record<string, string>;
  fetch: typeof fetch;
  /** For the whole request, in milliseconds. */
  timeoutMs: number;
  /** Sent as a POST when given. */
  body?: JsonObject;
};

export async function requestJson(
  { provider, url, urlOrigin, headers, fetch, timeoutMs, body }: JsonRequest,
  signal: AbortSignal,
): Promise<Json> {
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1));
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw providerError({ provider, status: response.status, headers: response.headers, body: text, url, urlOrigin });
    const answer = parseJson(text);
    if (answer === undefined)
      throw new SottoError({
        kind: 'protocol',
        provider,
        message: `${provider}: ${hideAddress(url)} did not answer with JSON.`,
        hint: 'Check the base URL: most end in /v1.',
      });
    return answer;
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
