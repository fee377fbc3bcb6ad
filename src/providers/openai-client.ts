/** What OpenAI, Azure and the compatible servers share: one SDK client, two wires, one list call. */
import type OpenAI from 'openai';
import type { ModelEvent } from '../core/events.ts';
import { isObject, type JsonObject, parseJson, textAt } from '../core/json.ts';
import type { ModelInfo } from '../core/model.ts';
import type { ModelRequest, Provider } from '../core/provider.ts';
import { type ChatQuirks, chatBody, chatLeftOut, chatTool } from './chat-request.ts';
import { decodeChat } from './chat-stream.ts';
import { exchangeEvents } from './exchange.ts';
import { containersOf } from './hosted-calls.ts';
import { withoutTokens } from './hosted-tools.ts';
import { requestJson } from './json-request.ts';
import { endingIn } from './list-endings.ts';
import { MODEL_LIST, modelRows } from './model-rows.ts';
import type { ProviderOptions } from './options.ts';
import { rawResponse } from './raw-response.ts';
import { responsesBody, responsesLeftOut, responsesTool } from './responses-request.ts';
import { decodeResponses } from './responses-stream.ts';
import { type ToolNames, wireTools } from './tool-definitions.ts';
import { countAt } from './wire-values.ts';

type OpenAiLike = {
  options: ProviderOptions;
  /** A client of the SDK that sends through the given fetch. */
  connect: (fetch: typeof globalThis.fetch, model: string) => OpenAI;
  quirks: ChatQuirks;
  apiFor: (model: string) => 'chat' | 'responses';
  /** Where the list of models is; undefined where the server has none. */
  listUrl: string | undefined;
  listHeaders: Record<string, string>;
  /** What to check of its address, where it is special. */
  addressHint?: string;
  /** The server surely follows a schema that is sent along. */
  followsSchema: boolean;
  /** Its Responses may call an answer complete that was cut at the most tokens that were asked for. */
  hidesLength?: true;
};

type Wire = { path: string; body: JsonObject; names: ToolNames; leftOut: string[]; api: 'chat' | 'responses' };

export function openAiLike(server: OpenAiLike): Provider {
  const { options } = server;

  function wireFor(request: ModelRequest): Wire {
    const api = server.apiFor(request.model);
    if (api === 'chat') {
      return {
        api,
        path: '/chat/completions',
        body: chatBody(request, server.quirks, options.name),
        names: wireTools(request.tools, chatTool, server.quirks.tools).names,
        leftOut: chatLeftOut(request, server.quirks, options.name),
      };
    }
    const encryptedReasoning = options.facts(request.model)?.reasoning === true;
    const { tools } = server.quirks;
    const cacheKey = server.quirks.cacheKey.includes('responses');
    return {
      api,
      path: '/responses',
      body: responsesBody(request, { provider: options.name, encryptedReasoning, tools, cacheKey }),
      names: wireTools(request.tools, responsesTool, tools).names,
      leftOut: responsesLeftOut(request),
    };
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const wire = wireFor(request);
    yield* exchangeEvents(
      {
        provider: options.name,
        model: request.model,
        url: options.url,
        urlOrigin: options.urlOrigin,
        ...(server.addressHint === undefined ? {} : { addressHint: server.addressHint }),
        framing: 'sse',
        timeoutMs: options.timeoutMs,
        leftOut: wire.leftOut,
        messages: request.messages,
        names: wire.names,
        send: (sendSignal) =>
          rawResponse(options.fetch, (fetch) =>
            server
              .connect(fetch, request.model)
              .post(wire.path, { body: wire.body, stream: request.stream, signal: sendSignal })
              .asResponse(),
          ),
        createDecoder: (emit) =>
          wire.api === 'chat'
            ? decodeChat(
                { provider: options.name, model: request.model, reasoningOutsideOutput: server.quirks.reasoningOutsideOutput === true },
                emit,
              )
            : decodeResponses(
                {
                  provider: options.name,
                  model: request.model,
                  maxTokens: server.hidesLength && request.maxTokens,
                  paidContainers: containersOf(wire.body.input),
                },
                emit,
              ),
      },
      signal,
    );
  }

  async function list(signal: AbortSignal): Promise<ModelInfo[]> {
    const answer = await requestJson(
      {
        provider: options.name,
        url: server.listUrl ?? '',
        urlOrigin: options.urlOrigin,
        headers: server.listHeaders,
        fetch: options.fetch,
        timeoutMs: options.timeoutMs,
        ...MODEL_LIST,
      },
      signal,
    );
    return (modelRows(answer) ?? []).flatMap(modelInfo);
  }

  /** Not every server answers for one model, and those that do say less there than in the list. */
  async function describe(model: string, signal: AbortSignal): Promise<ModelInfo | undefined> {
    return (await list(signal)).find(({ id }) => id === model);
  }

  return {
    name: options.name,
    stream,
    nativeSchema: (model) => server.followsSchema && server.quirks.schema === 'json_schema' && options.facts(model)?.schema !== false,
    async preview(request) {
      const wire = wireFor(request);
      // The client itself knows where it would send this: a fetch that sends nothing asks it.
      let url = `${options.url}${wire.path}`;
      let body = wire.body;
      const pretend: typeof fetch = async (input, init) => {
        url = input instanceof Request ? input.url : String(input);
        const sent = parseJson(String(init?.body));
        if (isObject(sent)) body = sent;
        return new Response('{}', { headers: { 'content-type': 'application/json' } });
      };
      await server.connect(pretend, request.model).post(wire.path, { body: wire.body }).asResponse();
      return { method: 'POST', url, body: withoutTokens(body) };
    },
    async check(signal) {
      if (server.listUrl !== undefined) await list(signal);
    },
    ...(server.listUrl === undefined ? {} : { models: list, describe }),
  };
}

/** A row of a list of models: everyone has an id, some also say what fits. */
function modelInfo(row: unknown): ModelInfo[] {
  const id = textAt(row, 'id') ?? textAt(row, 'name');
  if (!id) return [];
  const meta = isObject(row) ? row.meta : undefined;
  const name = textAt(row, 'display_name') ?? (textAt(row, 'id') ? textAt(row, 'name') : undefined);
  const contextWindow =
    countAt(row, 'context_length', 'context_window', 'max_context_length', 'max_model_len') ?? countAt(meta, 'n_ctx', 'n_ctx_train');
  const maxOutput = countAt(row, 'max_completion_tokens', 'max_output_tokens');
  return [
    {
      id: id.replace(/^models\//, ''),
      ...(name ? { name } : {}),
      ...(contextWindow ? { contextWindow } : {}),
      ...(maxOutput ? { maxOutput } : {}),
      ...endingIn(row),
      source: 'provider',
    },
  ];
}
