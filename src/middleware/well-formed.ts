/** What is sent has no half characters: JSON lets them through, and most servers then refuse the whole request. */
import { wellFormed } from '../core/json.ts';
import type { StreamFunction } from '../core/provider.ts';

export function withWellFormed(next: StreamFunction): StreamFunction {
  return (request, signal) => next(wellFormed(request), signal);
}
