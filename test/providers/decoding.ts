/** Runs a decoder over payloads as the exchange does, without a network. */
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import type { Reply } from '../../src/core/fold.ts';
import { parseArguments, reasoningOf, textOf } from '../../src/core/messages.ts';
import type { Emit, WireDecoder } from '../../src/providers/decoder.ts';
import { feedDecoder } from '../../src/providers/feed.ts';
import { checkVocabulary, foldOf } from './contract-providers.ts';

export type Decoded = {
  events: ModelEvent[];
  reply: Reply;
  error: SottoError | undefined;
  text: string;
  reasoning: string;
  calls: { id: string; name: string; arguments: unknown }[];
  notices: string[];
};

/** Payloads are objects, texts as they are, or pairs of an event's name and its payload. */
export type GivenPayload = object | string | [name: string, payload: object | string];

export function decode(create: (emit: Emit) => WireDecoder, payloads: GivenPayload[], { piecesAreTruth = true } = {}): Decoded {
  const events: ModelEvent[] = [{ type: 'request.start', provider: 'test', model: 'm' }];
  const emit: Emit = (event) => void events.push(structuredClone(event));
  const decoder = create(emit);
  const feed = feedDecoder({ provider: 'test', model: 'm', decoder, emit });
  let error: SottoError | undefined;
  try {
    for (const given of payloads) {
      const [name, payload] = Array.isArray(given) ? given : [undefined, given];
      const data = typeof payload === 'string' ? payload : JSON.stringify(payload);
      feed.take(name === undefined ? { data } : { data, event: name });
      if (decoder.progress() === 'done') break;
    }
  } catch (thrown) {
    error = asSottoError(thrown);
  }
  decoder.close();
  try {
    if (!error && decoder.progress() !== 'open') decoder.finish();
  } catch (thrown) {
    error = asSottoError(thrown);
  }
  const finished = events.some((event) => event.type === 'finish');
  checkVocabulary(events, finished ? undefined : (error ?? asSottoError('open')), { piecesAreTruth });
  const reply = foldOf(events);
  return {
    events,
    reply,
    error,
    text: textOf(reply.message),
    reasoning: reasoningOf(reply.message),
    calls: reply.message.parts.flatMap((part) => {
      if (part.type !== 'tool_call') return [];
      const parsed = parseArguments(part.arguments);
      return [{ id: part.id, name: part.name, arguments: parsed.ok ? parsed.value : part.arguments }];
    }),
    notices: events.flatMap((event) => (event.type === 'notice' ? [event.code] : [])),
  };
}
