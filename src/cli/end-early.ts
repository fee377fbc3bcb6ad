/** A run that fails before its request: what a script reads says so in the form it reads. */

import type { CommandContext } from '../compose/context.ts';
import type { Settings } from '../config/load.ts';
import { asSottoError, reportOf } from '../core/errors.ts';
import type { StreamEvent } from '../core/events.ts';
import { redactError } from '../middleware/redaction.ts';
import { isStructured, openScreen } from './screen.ts';

/** Gives the exit code; throws what was thrown where the output has no place for it. */
export async function endEarly(thrown: unknown, { settings, context }: { settings: Settings; context: CommandContext }): Promise<number> {
  if (!isStructured(settings)) throw thrown;
  const error = redactError(asSottoError(thrown), context.secrets);
  const screen = await openScreen({ settings, context, checked: false, onClosed: () => {} });
  const events: StreamEvent[] = [
    { type: 'turn.start', conversation: null, provider: settings.get('provider') ?? '', model: settings.get('model') ?? '' },
    {
      type: 'turn.end',
      finishReason: error.kind === 'cancelled' ? 'cancelled' : 'error',
      rawFinishReason: null,
      usage: null,
      cost: null,
      timing: { firstTokenMs: null, durationMs: 0 },
      attempts: [],
      error: reportOf(error),
    },
  ];
  for (const event of events) await screen.take(event);
  return context.interruptedCode() ?? error.exitCode;
}
