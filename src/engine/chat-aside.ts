/** A question on the side: it knows the conversation, and leaves nothing in it but its cost in the ledger. */
import type { StreamEvent, TurnEnd } from '../core/events.ts';
import type { Prompt } from './chat.ts';
import { living, messageOf, prepare, track, turnPorts } from './chat-asking.ts';
import { type Held, isKept } from './chat-state.ts';
import { addEnd } from './chat-totals.ts';
import { attemptRecords } from './session.ts';
import { runTurn } from './turn.ts';

export async function* sendAside(held: Held, prompt: Prompt, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const { ports, keeping } = held;
  const asking = await prepare(held, { base: held.line.path, message: messageOf(prompt) }, signal);
  const { turn } = asking;
  const store = isKept(held) ? await keeping.open(signal) : undefined;
  const startsMs: number[] = [];
  let end: TurnEnd | undefined;
  const done = track(held);
  try {
    for await (const event of runTurn(turn, turnPorts(held, asking), living(held, signal))) {
      if (event.type === 'request.start') startsMs.push(ports.date());
      if (event.type === 'turn.end') {
        end = event;
        held.totals = addEnd(held.totals, event, { turns: 0 });
      }
      yield event;
    }
  } finally {
    const left = { purpose: 'aside', provider: turn.provider, model: turn.request.model, outcome: 'cancelled' };
    const records = end ? attemptRecords(end, 'aside', startsMs) : startsMs.length > 0 ? [left] : [];
    if (store && records.length > 0)
      await keeping.attempt(store, async (patiently) => {
        for (const record of records) await patiently(() => store.recordAttempt(record));
      });
    done();
  }
}
