/** The one table of words for how a turn goes: how a reply and a call of a tool ended, and why it is asked for again. */
import type { ErrorKind, ErrorReport } from '../core/errors.ts';
import type { FinishReason, ToolEndOutcome } from '../core/events.ts';
import { formatDuration } from './numbers.ts';

/** How an answer ended that is not whole: "The answer was …"; undefined where it is. */
export function endingOf(reason: FinishReason | null): string | undefined {
  if (reason === 'length') return 'cut at the token limit';
  return reason === 'content_filter' ? 'withheld by a content filter, at least in part' : undefined;
}

/** "overloaded (529)" */
export function reasonOf({ kind, status }: Pick<ErrorReport, 'kind' | 'status'>): string {
  return `${REASONS[kind]}${status === null ? '' : ` (${status})`}`;
}

const REASONS = {
  cancelled: 'stopped',
  timeout: 'no answer in time',
  network: 'connection failed',
  overloaded: 'overloaded',
  rate_limit: 'rate limit',
  quota: 'quota used up',
  authentication: 'key refused',
  configuration: 'not configured',
  invalid_request: 'request refused',
  not_found: 'not found',
  context_length: 'too long for the model',
  unsupported: 'not supported',
  content_filter: 'content filter',
  protocol: 'answer cut off',
  budget: 'budget reached',
  usage: 'cannot be asked',
  internal: 'sotto failed',
} as const satisfies Record<ErrorKind, string>;

/** "retrying in 2 s (1 of 4)" */
export function retryWords({ attempt, of }: { attempt: number; of: number }, leftMs: number): string {
  return `retrying ${leftMs > 0 ? `in ${formatDuration(leftMs)}` : 'now'} (${attempt} of ${of})`;
}

/** "ok 0.2 s": how long it took is said of what ran, where it is known. */
export function outcomeWords(outcome: ToolEndOutcome, durationMs: number | null): string {
  const { word, ran } = OUTCOMES[outcome];
  return ran && durationMs !== null ? `${word} ${formatDuration(durationMs)}` : word;
}

const OUTCOMES = {
  ok: { word: 'ok', ran: true },
  failed: { word: 'failed', ran: true },
  invalid: { word: 'not run: invalid call', ran: false },
  denied: { word: 'not run: denied', ran: false },
  timeout: { word: 'took too long', ran: true },
  cancelled: { word: 'cancelled', ran: true },
} as const satisfies Record<ToolEndOutcome, { word: string; ran: boolean }>;
