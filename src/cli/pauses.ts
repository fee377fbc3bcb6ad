/** Lets a long loop hear signals. */

import type { CommandContext } from '../compose/context.ts';
import { cancelledError } from '../core/errors.ts';

/** Often enough for Ctrl+C to end within a blink, too seldom to cost anything. */
const PAUSE_EVERY_MS = 40;

/** Lets signals in, and ends the work where one came. */
export function pauses({ now, interrupted }: Pick<CommandContext, 'now' | 'interrupted'>): () => Promise<void> {
  let lastMs = now();
  return async () => {
    if (now() - lastMs < PAUSE_EVERY_MS) return;
    await new Promise((resume) => setImmediate(resume));
    lastMs = now();
    if (interrupted.aborted) throw cancelledError();
  };
}
