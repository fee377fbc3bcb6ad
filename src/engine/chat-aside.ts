/** A question on the side: it knows the conversation, and leaves nothing in it but its cost in the ledger. */
import type { StreamEvent } from '../core/events.ts';
import type { Prompt } from './chat.ts';
import { living, messageOf, prepare, track } from './chat-asking.ts';
import { type Held, isKept } from './chat-state.ts';
import { addEnd } from './chat-totals.ts';
import { conduct, type Keep } from './conductor.ts';

export async function* sendAside(held: Held, prompt: Prompt, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const { ports, keeping } = held;
  const { turn, candidate } = await prepare(held, { base: held.line.path, message: messageOf(prompt) }, signal);
  const store = isKept(held) ? await keeping.open(signal) : undefined;
  const keep: Keep = store
    ? {
        what: 'figures',
        purpose: 'aside',
        record: (attempts) =>
          keeping.attempt(store, async (patiently) => {
            for (const attempt of attempts) await patiently(() => store.recordAttempt(attempt));
          }),
      }
    : { what: 'nothing' };
  const done = track(held);
  try {
    for await (const event of await conduct(
      { turn, candidates: [candidate], keep, isPrivate: () => held.isPrivate, mayRestart: false },
      ports,
      living(held, signal),
    )) {
      if (event.type === 'turn.end') held.totals = addEnd(held.totals, event, { turns: 0 });
      yield event;
    }
  } finally {
    done();
  }
}
