/** Asks the same provider again after a failure that may pass, with growing pauses and the server's own Retry-After. */
import { cancelledError, reportOf, SottoError } from '../core/errors.ts';
import type { MiddlewareEvent, ModelEvent } from '../core/events.ts';
import type { ModelRequest, StreamFunction } from '../core/provider.ts';

export type RetryOptions = {
  /** How often the request is sent again at most; 0: never. */
  retries: number;
  /** May an answer that had already begun be begun again? Only where nobody has seen its first part yet. */
  restart: boolean;
  /** Resolves after so many milliseconds; rejects when the signal fires. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** 0 ≤ n < 1: spreads the clients of an overloaded server. */
  random: () => number;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A server that asks for more than this is not waited for: the caller learns how long it would take. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export function withRetry(options: RetryOptions, next: StreamFunction): StreamFunction<ModelEvent | MiddlewareEvent> {
  return async function* retrying(request: ModelRequest, signal: AbortSignal) {
    for (let failures = 0; ; failures++) {
      let begun = false;
      try {
        for await (const event of next(request, signal)) {
          begun ||= event.type === 'part.delta' || event.type === 'part.end';
          yield event;
        }
        return;
      } catch (thrown) {
        if (!(thrown instanceof SottoError) || failures >= options.retries || !thrown.retryable || (begun && !options.restart))
          throw thrown;
        const waitMs = waitBefore(failures, thrown, options.random);
        if (waitMs === undefined) throw thrown;
        yield { type: 'retry', attempt: failures + 1, of: options.retries, waitMs, error: reportOf(thrown) };
        await options.sleep(waitMs, signal).catch(() => {
          throw cancelledError();
        });
      }
    }
  };
}

/** Milliseconds to wait, or undefined when waiting would take too long. */
function waitBefore(failures: number, { retryAfterMs }: SottoError, random: () => number): number | undefined {
  // Zero says that it may be at once, not that it is wise.
  if (retryAfterMs) return retryAfterMs > LONGEST_RETRY_AFTER_MS ? undefined : retryAfterMs;
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return Math.round(longest * (0.5 + random() / 2));
}
