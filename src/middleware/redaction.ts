/** Takes known secrets out of what a provider says about a request, before anything shows or stores it: some repeat the key in their errors. */
import { redact } from '../config/redact.ts';
import { type ErrorDetails, SottoError } from '../core/errors.ts';
import type { ModelEvent } from '../core/events.ts';
import type { StreamFunction } from '../core/provider.ts';

/** `secrets` may grow later. What the model itself writes is left alone: it is the answer. */
export function withRedaction(secrets: readonly string[], next: StreamFunction): StreamFunction {
  return async function* redacted(request, signal): AsyncGenerator<ModelEvent> {
    try {
      for await (const event of next(request, signal)) yield redactEvent(event, secrets);
    } catch (thrown) {
      throw thrown instanceof SottoError ? redactError(thrown, secrets) : thrown;
    }
  };
}

function redactEvent(event: ModelEvent, secrets: readonly string[]): ModelEvent {
  if (event.type === 'notice') return { ...event, message: redact(event.message, secrets) };
  if (event.type !== 'finish') return event;
  // Names and numbers of the server's own: each may be what it was sent.
  const { raw, model, requestId } = event;
  return {
    ...event,
    raw: raw === null ? null : redact(raw, secrets),
    ...(model === undefined ? {} : { model: redact(model, secrets) }),
    ...(requestId === undefined ? {} : { requestId: redact(requestId, secrets) }),
  };
}

/** The same error without the secrets. */
export function redactError(error: SottoError, secrets: readonly string[]): SottoError {
  const { kind, message, hint, status, provider, retryAfterMs, requestId, retryable, cause } = error;
  const plain = (text: string | undefined) => (text === undefined ? undefined : redact(text, secrets));
  const facts = { hint: plain(hint), status, provider, retryAfterMs, requestId: plain(requestId), cause };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  const details: ErrorDetails = { kind, message: redact(message, secrets), retryable, ...known };
  return new SottoError(details);
}
