/** Ollama through its own API, which knows more than its OpenAI-compatible one: thinking, windows, what a model can do. */
import { callAddress } from '../config/address.ts';
import { SottoError } from '../core/errors.ts';
import type { ModelEvent } from '../core/events.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { ModelInfo } from '../core/model.ts';
import type { ModelRequest, Provider } from '../core/provider.ts';
import { exchangeEvents } from './exchange.ts';
import { bearer, requestHeaders } from './headers.ts';
import { MODEL_LIST, modelRows } from './model-rows.ts';
import { askOllama } from './ollama-client.ts';
import { ollamaDetails, ollamaRow, windowOf } from './ollama-models.ts';
import { OLLAMA_ADDRESS, ollamaBody, ollamaLeftOut, ollamaTools, pullHint } from './ollama-request.ts';
import { decodeOllama } from './ollama-stream.ts';
import { type OllamaWindow, windowFor } from './ollama-window.ts';
import type { ProviderOptions } from './options.ts';
import { saidAt } from './wire-values.ts';

/** A look at the model's window stands before the first byte: it gets this long and no longer. */
const LOOK_MS = 2000;

/**
 * A turn is sent with plain fetch, not through the `ollama` package: that has no signal per request, opens every picture's
 * text as if it might be a file name, and costs 5 to 9 ms to load before anything can be sent. Lists and details use it.
 */
export async function openOllama(options: ProviderOptions): Promise<Provider> {
  const url = options.url.replace(/\/+$/, '').replace(/\/(api|v1)(?=$|\?)/, '');
  const chatUrl = callAddress(url, '/api/chat');
  const headers = requestHeaders(bearer(options.key), options.headers);

  const question = { options, url, headers, timeoutMs: options.timeoutMs };

  function show(model: string, timeoutMs: number, signal: AbortSignal) {
    const asked = { ...question, model, timeoutMs, expected: 'a model', isExpected: isObject };
    return askOllama(asked, signal, (client) => client.show({ model })).then(plain);
  }

  /** A side request never fails a turn: what it cannot find out stays unknown. */
  async function look(model: string, signal: AbortSignal): Promise<OllamaWindow | undefined> {
    try {
      return windowOf(await show(model, LOOK_MS, signal));
    } catch {
      return undefined;
    }
  }

  async function bodyFor(request: ModelRequest, signal: AbortSignal): Promise<JsonObject> {
    const numCtx = await windowFor({
      provider: options.name,
      request,
      setting: options.contextWindow,
      known: options.facts(request.model)?.contextWindow,
      look: () => look(request.model, signal),
    });
    return ollamaBody(request, { provider: options.name, numCtx, keepAlive: options.keepAlive });
  }

  async function send(request: ModelRequest, signal: AbortSignal): Promise<Response> {
    const body = JSON.stringify(await bodyFor(request, signal));
    return options.fetch(chatUrl, { method: 'POST', headers, body, signal, redirect: 'manual' });
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    yield* exchangeEvents(
      {
        provider: options.name,
        model: request.model,
        url,
        framing: 'ndjson',
        timeoutMs: options.timeoutMs,
        leftOut: ollamaLeftOut(request),
        messages: request.messages,
        names: ollamaTools(request.tools).names,
        missingModelHint: pullHint(request.model),
        addressHint: OLLAMA_ADDRESS,
        send: (sendSignal) => send(request, sendSignal),
        createDecoder: (emit) => decodeOllama({ provider: options.name, model: request.model }, emit),
      },
      signal,
    );
  }

  return {
    name: options.name,
    nativeSchema: () => true,
    stream,
    async preview(request, signal) {
      return { method: 'POST', url: chatUrl, body: await bodyFor(request, signal) };
    },
    async check(signal) {
      await askOllama({ ...question, expected: 'a version', isExpected: hasVersion }, signal, (client) => client.version());
    },
    async models(signal): Promise<ModelInfo[]> {
      const answer = await askOllama({ ...question, ...MODEL_LIST }, signal, (client) => client.list());
      return (modelRows(plain(answer)) ?? []).flatMap(ollamaRow);
    },
    async describe(model, signal) {
      try {
        return ollamaDetails(model, await show(model, options.timeoutMs, signal));
      } catch (thrown) {
        if (thrown instanceof SottoError && thrown.kind === 'not_found') return undefined;
        throw thrown;
      }
    },
  };
}

function hasVersion(answer: Json): boolean {
  return saidAt(answer, 'version') !== undefined;
}

/** The package's types know less than the server says; its answers are parsed JSON and nothing else. */
function plain(answer: object): JsonObject {
  return answer as JsonObject;
}
