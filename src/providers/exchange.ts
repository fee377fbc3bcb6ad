/** One request and its answer: sends, watches for silence, reads the body whatever its framing, and turns every failure into the one error class. */
import type { Origin } from '../config/layers.ts';
import { asSottoError, cancelledError, SottoError } from '../core/errors.ts';
import type { ModelEvent } from '../core/events.ts';
import type { Message } from '../core/messages.ts';
import { type BodyFraming, readPayloads } from './body.ts';
import type { Emit, WireDecoder } from './decoder.ts';
import { type Feed, feedDecoder } from './feed.ts';
import { fitReply } from './fit-reply.ts';
import { emptyAnswer, noteWhat, type Said, unreadable } from './flawed-answer.ts';
import { networkError, wrappedSottoError } from './network-error.ts';
import { providerError, requestIdOf } from './provider-error.ts';
import { createCounts } from './sound-counts.ts';
import type { ToolNames } from './tool-definitions.ts';

export type Exchange = {
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
  try {
    const response = await exchange.send(silence.signal);
    requestId = requestIdOf(response.headers);
    if (!response.ok) throw await refusalOf(response, exchange);
    for await (const { payloads, hasContent } of readPayloads(response, exchange.framing, silence.signal)) {
      heard ||= hasContent;
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
  yield* conclude({ exchange, decoder, queue, failure, flaw: feed.flaw(), heard, requestId, signal, silence });
}

type Conclusion = {
  exchange: Exchange;
  decoder: WireDecoder;
  queue: ModelEvent[];
  failure: unknown;
  flaw: ReturnType<Feed['flaw']>;
  /** Anything of a body came. */
  heard: boolean;
  requestId: string | undefined;
  signal: AbortSignal;
  silence: Silence;
};

/** However the body ended: what has arrived is handed on first, then comes either the finish or the error. */
function* conclude(conclusion: Conclusion): Generator<ModelEvent> {
  const { exchange, decoder, queue, failure, flaw, heard, signal } = conclusion;
  const explained = failure === undefined ? undefined : explain(conclusion);
  const lateFailure =
    explained !== undefined && decoder.progress() !== 'open' && (explained.kind === 'network' || explained.kind === 'timeout');
  decoder.close();
  yield* drain(queue);
  if (explained && !lateFailure) throw explained;
  if (signal.aborted) throw cancelledError();
  if (flaw?.type === 'unreadable') throw unreadable(exchange.provider, flaw.piece);
  if (flaw || decoder.progress() === 'open') {
    throw new SottoError({
      kind: 'protocol',
      provider: exchange.provider,
      message: heard
        ? `${exchange.provider}: the answer broke off before its end.`
        : `${exchange.provider}: the server answered with nothing at all.`,
      hint: heard ? 'What had arrived is kept. Try again.' : 'Try again. If that does not help, check the base URL of the provider.',
    });
  }
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
  const body = await response.text().catch(() => '');
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

type Silence = {
  /** Fires when the caller cancels or the provider has been silent for too long. */
  signal: AbortSignal;
  expiredAfterMs: number | undefined;
  /** The provider has said something. */
  reset(): void;
  /** The answer is complete: from the first call on, so much time is left for whatever follows it, and nothing prolongs it. */
  lastWord(milliseconds: number): void;
  pause(): void;
  resume(): void;
  stop(): void;
};

function watchSilence(signal: AbortSignal, timeoutMs: number): Silence {
  const controller = new AbortController();
  let limitMs = timeoutMs;
  /** Time that is left after the last word; undefined before it. */
  let leftMs: number | undefined;
  let sinceMs = 0;
  let timer: NodeJS.Timeout;

  function run(milliseconds: number): void {
    clearTimeout(timer);
    sinceMs = performance.now();
    timer = setTimeout(() => {
      silence.expiredAfterMs = limitMs;
      controller.abort();
    }, milliseconds);
  }

  const silence: Silence = {
    signal: AbortSignal.any([signal, controller.signal]),
    expiredAfterMs: undefined,
    reset: () => {
      timer.refresh();
    },
    lastWord: (milliseconds) => {
      if (leftMs !== undefined) return;
      limitMs = leftMs = milliseconds;
      run(milliseconds);
    },
    pause: () => {
      clearTimeout(timer);
      if (leftMs !== undefined) leftMs = Math.max(0, leftMs - (performance.now() - sinceMs));
    },
    resume: () => run(leftMs ?? limitMs),
    stop: () => {
      clearTimeout(timer);
      // Whatever is still open is closed: a reader that leaves ends the request at the server.
      controller.abort();
    },
  };
  run(timeoutMs);
  return silence;
}
