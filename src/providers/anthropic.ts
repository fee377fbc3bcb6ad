/** Anthropic's Messages API, and every server that offers the same. */
import type Anthropic from '@anthropic-ai/sdk';
import { callAddress } from '../config/address.ts';
import { SottoError } from '../core/errors.ts';
import type { ModelEvent } from '../core/events.ts';
import { isObject, type JsonObject, textAt } from '../core/json.ts';
import type { ModelInfo } from '../core/model.ts';
import type { ModelRequest, Provider } from '../core/provider.ts';
import { anthropicModel } from './anthropic-models.ts';
import { type AnthropicRequest, anthropicRequest, anthropicTools } from './anthropic-request.ts';
import { decodeAnthropic } from './anthropic-stream.ts';
import { exchangeEvents } from './exchange.ts';
import { requestHeaders } from './headers.ts';
import { withoutTokens } from './hosted-tools.ts';
import { type JsonRequest, requestJson } from './json-request.ts';
import { MODEL_LIST, modelRows } from './model-rows.ts';
import type { ProviderOptions } from './options.ts';
import { rawResponse } from './raw-response.ts';

const MESSAGES_PATH = '/v1/messages';
const ONE_MODEL = { expected: 'a model', isExpected: isObject };
const PAGE_SIZE = 1000;
const MOST_PAGES = 20;

export async function openAnthropic(options: ProviderOptions): Promise<Provider> {
  const { Anthropic: Client } = await import('@anthropic-ai/sdk/client');
  const baseUrl = baseUrlOf(options.url);
  const keyHeader = options.key === undefined ? {} : { 'x-api-key': options.key };
  const headers = requestHeaders({ 'anthropic-version': API_VERSION, ...keyHeader }, options.headers);

  /** The SDK's own headers describe this machine and may come from the environment: only ours are sent. */
  function connect(fetch: typeof globalThis.fetch, betas: readonly string[]): Anthropic {
    const named = [headers['anthropic-beta'], ...betas].filter(Boolean).join(',');
    return new Client({
      ...SDK_SETTINGS,
      baseURL: baseUrl,
      fetch: (input, init) => fetch(input, { ...init, headers: { ...headers, ...(named === '' ? {} : { 'anthropic-beta': named }) } }),
    });
  }

  async function build(request: ModelRequest): Promise<AnthropicRequest> {
    const schema = request.schema && { ...request.schema, schema: await acceptedSchema(request.schema.schema) };
    return anthropicRequest(schema ? { ...request, schema } : request, options.facts(request.model), options.name);
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const { body, betas, leftOut } = await build(request);
    yield* exchangeEvents(
      {
        provider: options.name,
        model: request.model,
        url: baseUrl,
        urlOrigin: options.urlOrigin,
        framing: 'sse',
        timeoutMs: options.timeoutMs,
        leftOut,
        messages: request.messages,
        names: anthropicTools(request).names,
        send: (sendSignal) =>
          rawResponse(options.fetch, (fetch) =>
            connect(fetch, betas)
              .post(callAddress(baseUrl, MESSAGES_PATH), { body, stream: request.stream, signal: sendSignal })
              .asResponse(),
          ),
        createDecoder: (emit) => decodeAnthropic({ provider: options.name, model: request.model }, emit),
      },
      signal,
    );
  }

  function ask(path: string, what: Pick<JsonRequest, 'expected' | 'isExpected'>, signal: AbortSignal) {
    const { name: provider, urlOrigin, fetch, timeoutMs } = options;
    return requestJson({ provider, url: callAddress(baseUrl, path), urlOrigin, headers, fetch, timeoutMs, ...what }, signal);
  }

  async function models(signal: AbortSignal): Promise<ModelInfo[]> {
    const found: ModelInfo[] = [];
    let after = '';
    for (let page = 0; page < MOST_PAGES; page++) {
      const from = after === '' ? '' : `&after_id=${encodeURIComponent(after)}`;
      const answer = await ask(`/v1/models?limit=${PAGE_SIZE}${from}`, MODEL_LIST, signal);
      found.push(...(modelRows(answer) ?? []).flatMap(anthropicModel));
      const last = textAt(answer, 'last_id') ?? '';
      if (!isObject(answer) || answer.has_more !== true || last === '' || last === after) break;
      after = last;
    }
    return found;
  }

  return {
    name: options.name,
    nativeSchema: (model) => options.facts(model)?.schema === true,
    stream,
    async preview(request) {
      return { method: 'POST', url: callAddress(baseUrl, MESSAGES_PATH), body: withoutTokens((await build(request)).body) };
    },
    async check(signal) {
      await ask('/v1/models?limit=1', MODEL_LIST, signal);
    },
    models,
    async describe(model, signal) {
      try {
        return anthropicModel(await ask(`/v1/models/${encodeURIComponent(model)}`, ONE_MODEL, signal))[0];
      } catch (thrown) {
        if (thrown instanceof SottoError && thrown.kind === 'not_found') return undefined;
        throw thrown;
      }
    },
  };
}

/**
 * A key has to be given, or the SDK searches the environment and the disk for one; it never leaves, since our headers
 * replace the SDK's. Silence is watched by ourselves, retries are our own loop, and traces are nobody's business.
 */
const SDK_SETTINGS = {
  apiKey: 'unused',
  authToken: null,
  webhookKey: null,
  maxRetries: 0,
  timeout: 2 ** 31 - 1,
  logLevel: 'off',
  openTelemetry: false,
} as const;

/**
 * The API version before the SDK's own (2026-10-21): it takes `temperature` and older models, and it is what gateways,
 * llama-server and Ollama know, with the key in `x-api-key`. Effort, adaptive thinking and schemas work with it as well.
 */
const API_VERSION = '2023-06-01';

/** Users copy the address with and without the version, even with the path of the endpoint. */
function baseUrlOf(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v1(\/messages)?(?=$|\?)/, '');
}

/** The API takes only a part of JSON Schema; the SDK turns the rest into descriptions. */
async function acceptedSchema(schema: JsonObject): Promise<JsonObject> {
  const { transformJSONSchema } = await import('@anthropic-ai/sdk/lib/transform-json-schema');
  try {
    return transformJSONSchema(schema);
  } catch {
    // It refuses schemas without a type; the API then says so in its own words.
    return schema;
  }
}
