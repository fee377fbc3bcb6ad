/** A side request whose whole answer is JSON (a list, a detail), with the same errors as a turn. */
import { hideAddress } from '../config/address-parts.ts';
import type { Origin } from '../config/layers.ts';
import { cancelledError, SottoError } from '../core/errors.ts';
import { isObject, type Json, parseJson } from '../core/json.ts';
import { bodyText } from './body.ts';
import { networkError } from './network-error.ts';
import { providerError } from './provider-error.ts';
import { strangeAnswer } from './strange-answer.ts';
import { errorIn } from './wire-values.ts';

export type JsonRequest = {
  provider: string;
  url: string;
  urlOrigin?: Origin | undefined;
  headers: Record<string, string>;
  fetch: typeof fetch;
  /** For the whole request, in milliseconds. */
  timeoutMs: number;
  /** What should come, in words, and whether it is that. */
  expected: string;
  isExpected: (answer: Json) => boolean;
};

export async function requestJson(
  { provider, url, urlOrigin, headers, fetch, timeoutMs, expected, isExpected }: JsonRequest,
  signal: AbortSignal,
): Promise<Json> {
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1));
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
      headers: { accept: 'application/json', ...headers },
    });
    const text = await bodyText(response);
    const { status } = response;
    if (!response.ok) throw providerError({ provider, status, headers: response.headers, body: text, url, urlOrigin });
    const answer = parseJson(text);
    if (isObject(answer) && errorIn(answer, undefined) !== undefined) throw providerError({ provider, body: answer, url, urlOrigin });
    if (answer === undefined || !isExpected(answer)) throw strangeAnswer({ provider, status, body: text, url, urlOrigin, expected });
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
