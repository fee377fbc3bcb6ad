/** One request and its answer: sends, watches for silence, reads the body whatever its framing, and turns every failure into the one error class. */
import type { Origin } from '../config/layers.ts';
import { asSottoError, cancelledError, SottoError } from '../core/errors.ts';
import type { ModelEvent } from '../core/events.ts';
import type { Message } from '../core/messages.ts';
import { type BodyFraming, bodyText, readPayloads } from './body.ts';
import type { Emit, WireDecoder } from './decoder.ts';
import { type Feed, feedDecoder } from './feed.ts';
import { fitReply } from './fit-reply.ts';
import { brokenOff, emptyAnswer, noteWhat, type Said, unreadable } from './flawed-answer.ts';
import { networkError, wrappedSottoError } from './network-error.ts';
import { providerError, requestIdOf } from './provider-error.ts';
import { type Silence, watchSilence } from './silence.ts';
import { createCounts } from './sound-counts.ts';
import { strangeAnswer } from './strange-answer.ts';
import type { ToolNames } from './tool-definitions.ts';

type Exchange = {
  provider: string;
  model: string;
  /** For error messages. */
  url: string;
  /** Sends the request; resolves with the raw response, whatever its status. */
  send: (signal: AbortSignal) => Promise<Response>;
  createDecoder: (emit: Emit) => WireDecoder;
  framing: BodyFraming;
  /** Longest silence of the provider, in milliseconds. */
  timeoutMs: number;
  /** What was asked for and cannot be said on this wire, as sentences for the user. */
  leftOut: string[];
  /** The conversation so far, as it was asked with. */
  messages: readonly Message[];
  names: ToolNames;
  /** How to get a model that is not there, where the vendor has a way. */
  missingModelHint?: string;
  /** What to check of its address, where the vendor's is special. */
  addressHint?: string;
  urlOrigin?: Origin | undefined;
};

/** After the finish reason, a last count of tokens may still come; nobody waits longer for it than this. */
const GRACE_MS = 2000;

export async function* exchangeEvents(exchange: Exchange, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: 'request.start', provider: exchange.provider, model: exchange.model };
  for (const message of exchange.leftOut) yield { type: 'notice', level: 'warning', code: 'parameter_left_out', message };
  const queue: ModelEvent[] = [];
  let requestId: string | undefined;
  let answered: Answered = { url: exchange.url, status: 200 };
  const placed = fitReply(exchange);
  const said: Said = { answer: false, thought: false };
  const counts = createCounts();
  const emit: Emit = (event) => {
    noteWhat(event, said);
    if (event.type === 'usage' || event.type === 'finish') queue.push(...counts.take(event, said));
    if (event.type === 'usage') return;
    if (event.type === 'finish' && event.reason === 'stop' && !said.answer) enqueue(queue, emptyAnswer(exchange.provider, said), requestId);
    enqueue(queue, placed(event), requestId);
  };
  const decoder = exchange.createDecoder(emit);
  const feed = feedDecoder({ ...exchange, decoder, emit });
  const silence = watchSilence(signal, exchange.timeoutMs);
  let failure: unknown;
  let heard = false;
  let whole: string | undefined;
  try {
    const response = await exchange.send(silence.signal);
    requestId = requestIdOf(response.headers);
    answered = { url: response.url || exchange.url, status: response.status };
    if (!response.ok) throw await refusalOf(response, exchange);
    for await (const { payloads, hasContent, isWhole } of readPayloads(response, exchange.framing, silence.signal)) {
      heard ||= hasContent;
      if (isWhole) whole = payloads[0]?.data;
      for (const payload of payloads) feed.take(payload);
      if (decoder.progress() === 'done') break;
      // Blank lines and comments are signs of life: servers send them while they wait or think.
      if (decoder.progress() === 'finished') silence.lastWord(Math.min(GRACE_MS, exchange.timeoutMs));
      else silence.reset();
      if (queue.length > 0) {
        // A slow reader of ours is not a silent provider.
        silence.pause();
        yield* drain(queue);
        silence.resume();
      }
    }
  } catch (thrown) {
    failure = thrown ?? new Error('unknown failure');
  } finally {
    silence.stop();
  }
  yield* conclude({ exchange, decoder, feed, queue, failure, answered, heard, whole, said, requestId, signal, silence });
}

type Answered = { url: string; status: number };

type Conclusion = {
  exchange: Exchange;
  decoder: WireDecoder;
  feed: Feed;
  queue: ModelEvent[];
  failure: unknown;
  answered: Answered;
  /** Anything of a body came. */
  heard: boolean;
  /** The body, where it was one JSON value. */
  whole: string | undefined;
  said: Said;
  requestId: string | undefined;
  signal: AbortSignal;
  silence: Silence;
};

/** However the body ended: what has arrived is handed on first, then comes either the finish or the error. */
function* conclude(conclusion: Conclusion): Generator<ModelEvent> {
  const { exchange, decoder, feed, queue, failure, answered, heard, whole, said, signal } = conclusion;
  const explained = failure === undefined ? undefined : explain(conclusion);
  const lateFailure =
    explained !== undefined && decoder.progress() !== 'open' && (explained.kind === 'network' || explained.kind === 'timeout');
  decoder.close();
  yield* drain(queue);
  if (explained && !lateFailure) throw explained;
  if (signal.aborted) throw cancelledError();
  const flaw = feed.flaw();
  if (flaw?.type === 'unreadable') throw unreadable(exchange.provider, flaw.piece);
  const hasNothing = decoder.progress() === 'open' && !said.answer && !said.thought;
  const stray = feed.stray() ?? (hasNothing ? whole : undefined);
  if (stray !== undefined && flaw === undefined)
    throw strangeAnswer({ ...exchange, ...answered, body: stray, expected: "a model's answer" });
  if (flaw || decoder.progress() === 'open') throw brokenOff(exchange.provider, heard);
  decoder.finish();
  yield* drain(queue);
}

/** Pieces of the same part that arrive together are one piece: fewer steps for everyone behind. */
function enqueue(queue: ModelEvent[], event: ModelEvent, requestId: string | undefined): void {
  const last = queue.at(-1);
  if (event.type === 'part.delta' && last?.type === 'part.delta' && last.id === event.id) {
    last.text += event.text;
    return;
  }
  queue.push(event.type === 'finish' && requestId !== undefined ? { ...event, requestId } : event);
}

function* drain(queue: ModelEvent[]): Generator<ModelEvent> {
  for (let i = 0; i < queue.length; i++) yield queue[i] as ModelEvent; // inside the bounds by the loop
  queue.length = 0;
}

async function refusalOf(
  response: Response,
  { provider, model, url, missingModelHint, addressHint, urlOrigin }: Exchange,
): Promise<SottoError> {
  const body = await bodyText(response).catch(() => '');
  return providerError({
    provider,
    status: response.status,
    headers: response.headers,
    body,
    url: response.url || url,
    model,
    missingModelHint,
    addressHint,
    urlOrigin,
  });
}

function explain({ exchange: { provider, url }, failure: thrown, requestId, signal, silence }: Conclusion): SottoError {
  if (signal.aborted) return cancelledError();
  const ours = wrappedSottoError(thrown);
  if (ours) return completed(ours, provider, requestId);
  if (silence.expiredAfterMs !== undefined) {
    return new SottoError({
      kind: 'timeout',
      provider,
      message: `${provider}: no sign of life for ${silence.expiredAfterMs / 1000} s.`,
      hint: 'What had arrived is kept. Try again, or allow more time with --timeout SECONDS.',
    });
  }
  return networkError({ provider, url, thrown }) ?? asSottoError(thrown);
}

/** What reads a body does not know whose it is, what decodes one not under which id it was asked for. */
function completed(error: SottoError, provider: string, requestId: string | undefined): SottoError {
  if (error.provider !== undefined && (error.requestId !== undefined || requestId === undefined)) return error;
  const { kind, message, hint, status, retryAfterMs, retryable } = error;
  const id = error.requestId ?? requestId;
  return new SottoError({
    kind,
    provider: error.provider ?? provider,
    message: error.provider === undefined ? `${provider}: ${message}` : message,
    retryable,
    ...(hint === undefined ? {} : { hint }),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(id === undefined ? {} : { requestId: id }),
    cause: error.cause,
  });
}
