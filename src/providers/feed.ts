/** Hands the payloads of a body to a decoder, and remembers whether a piece of the answer could not be read. */
import type { JsonObject } from '../core/json.ts';
import { CUT, type Payload, STRAY } from './body.ts';
import type { Emit, WireDecoder } from './decoder.ts';
import { readPayload } from './payload.ts';
import { providerError } from './provider-error.ts';

export type Feed = {
  /** Throws SottoError for an error inside the stream. What comes behind the end of an answer is none of it. */
  take(payload: Payload): void;
  /** Why the answer is not whole, whatever its end says: a body of one JSON value that ended too early, or a piece in the middle. */
  flaw(): { type: 'cut' } | { type: 'unreadable'; piece: string } | undefined;
  /** What came in place of an answer, where nothing of one came. */
  stray(): string | undefined;
};

type FeedRequest = { provider: string; model: string; decoder: WireDecoder; emit: Emit };

export function feedDecoder({ provider, model, decoder, emit }: FeedRequest): Feed {
  let flaw: ReturnType<Feed['flaw']>;
  let hasRemarked = false;
  let isAnswer = false;
  let stray: string | undefined;
  let words: string | undefined;

  function take({ data, event }: Payload): void {
    if (decoder.progress() === 'done') return;
    if (event === STRAY) {
      stray ??= data;
      return;
    }
    const name = event === CUT ? undefined : event;
    if (event === CUT) flaw = { type: 'cut' };
    const read = readPayload(data);
    if (name === 'error' && (read.type === 'words' || read.type === 'broken')) throw providerError({ provider, body: data, model });
    switch (read.type) {
      case 'objects':
        if (name !== undefined || read.objects.some(isKnown)) begin();
        if (!isAnswer) stray ??= data;
        // An empty one says something by its name only.
        else for (const object of read.objects) if (name !== undefined || Object.keys(object).length > 0) decoder.push(object, name);
        return;
      case 'end':
        decoder.over();
        return;
      case 'words':
        words ??= data;
        stray ??= data;
        if (isAnswer) remark(words);
        return;
      case 'broken':
        // Behind the reason to end there are only counts.
        if (decoder.progress() === 'open') flaw ??= { type: 'unreadable', piece: data };
    }
  }

  function isKnown(object: JsonObject): boolean {
    return Object.keys(object).some((key) => decoder.fields.has(key) || OF_FAILURE.includes(key));
  }

  function begin(): void {
    isAnswer = true;
    if (words !== undefined) remark(words);
  }

  function remark(said: string): void {
    if (hasRemarked || said.trim() === '') return;
    hasRemarked = true;
    const message = `Ignored what ${provider} sent between the pieces of its answer: ${said.slice(0, 80)}`;
    emit({ type: 'notice', level: 'warning', code: 'unreadable_event', message });
  }

  return { take, flaw: () => flaw, stray: () => (isAnswer ? undefined : stray) };
}

/** Fields of a failure in place of an answer. */
const OF_FAILURE = ['error', 'errors', 'message', 'detail', 'msg', 'error_msg', 'error_message'];
