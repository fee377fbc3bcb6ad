/** Every count of an answer, of tokens and of what ran on the provider's side. */
import type { Usage } from '../../src/core/usage.ts';

export function countsOf({ hostedCalls, ...tokens }: Usage = {}): number[] {
  return [...Object.values(tokens), ...Object.values(hostedCalls ?? {})];
}
