/** What stands between a turn and whoever answers it: the middleware, and its order. */
import type { StreamFunction } from '../core/provider.ts';
import { withRedaction } from '../middleware/redaction.ts';
import { withRetry } from '../middleware/retry.ts';
import { withWellFormed } from '../middleware/well-formed.ts';
import { type Candidate, withFitting } from './fitting.ts';
import type { TurnPorts } from './turn.ts';

export type ChainPorts = {
  /** How often a request that failed is sent again at most. */
  retries: number;
  /** Everything that must never be shown; may grow later. */
  secrets: readonly string[];
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** 0 ≤ n < 1 */
  random: () => number;
};

type ChainOptions = {
  /** May an answer that had already begun be begun again? See `withRetry`. */
  restart: boolean;
  /** The way to a candidate, behind its fitting. */
  reach: (candidate: Candidate) => StreamFunction;
};

/**
 * The one order, the outermost first; what is not there yet has its place in it:
 *
 * - cache: what was answered before is asked of nobody
 * - route: chooses the candidates
 * - fallback: the next candidate, when one cannot answer; it sees neither the attempts nor the waits at the one before
 * - breaker: a provider that is down is not asked, and so waited for by nobody
 * - limits: waits for its turn, outside of the retries, so that an attempt never waits while it holds a place
 * - **retry**: attempts at one candidate
 * - budget: reserved for each attempt, never while it waits
 * - ledger: a row for each attempt, opened when its request leaves
 * - **redaction**: inside of all that tells of a failure, so that what they tell is clean
 * - **well-formed**: whatever was put into the request until here
 * - **fitting**: innermost, so that each candidate gets the request as it takes it
 *
 * Takes the request as it was meant, fitted to nobody. The first of the candidates is asked.
 */
export function openChain(
  [candidate]: readonly [Candidate, ...Candidate[]],
  { retries, secrets, sleep, random }: ChainPorts,
  { restart, reach }: ChainOptions,
): TurnPorts['stream'] {
  const fitted = withFitting(candidate, reach(candidate));
  return withRetry({ retries, restart, sleep, random }, withRedaction(secrets, withWellFormed(fitted)));
}
