/** What stands between a turn and its provider: the middleware, and its order. */
import type { Provider } from '../core/provider.ts';
import { withRedaction } from '../middleware/redaction.ts';
import { withRetry } from '../middleware/retry.ts';
import { withWellFormed } from '../middleware/well-formed.ts';
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

/** Redaction is inside of the retries: what they tell of a failure is clean already. `restart`: see `withRetry`. */
export function openChain(provider: Provider, ports: ChainPorts, { restart }: { restart: boolean }): TurnPorts['stream'] {
  const { retries, secrets, sleep, random } = ports;
  return withRetry(
    { retries, restart, sleep, random },
    withRedaction(
      secrets,
      withWellFormed((request, signal) => provider.stream(request, signal)),
    ),
  );
}
