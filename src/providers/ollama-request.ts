/** Builds the body of a request to Ollama's own chat API from ours. */
import { SottoError } from '../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { type AssistantMessage, type Message, parseArguments, type UserMessage } from '../core/messages.ts';
import type { Effort } from '../core/model.ts';
import type { ModelRequest } from '../core/provider.ts';
import { hostedRequest, NOTHING_HOSTED } from './hosted-tools.ts';
import { portableHistory, resultText } from './portable-history.ts';
import { type ToolShape, type WireTools, wireTools } from './tool-definitions.ts';

type OllamaSettings = {
  provider: string;
  /** Window to load the model with, in tokens; absent leaves it to Ollama. */
  numCtx: number | undefined;
  keepAlive: string | undefined;
};

export function ollamaBody(request: ModelRequest, { provider, numCtx, keepAlive }: OllamaSettings): JsonObject {
  const options = optionsOf(request, numCtx);
  hostedRequest(request.hosted, NOTHING_HOSTED, provider);
  const { list, names } = ollamaTools(request.tools);
  const history = portableHistory(request.messages, {
    wire: 'ollama',
    provider,
    model: request.model,
    wireName: names.wireName,
    callIds: 'any',
  });
  return {
    model: request.model,
    messages: [...(request.system ? [{ role: 'system', content: request.system }] : []), ...history.flatMap(wireMessages)],
    ...(list.length > 0 ? { tools: [...list] } : {}),
    ...(request.schema ? { format: request.schema.schema } : {}),
    ...(request.effort === undefined ? {} : { think: thinkOf(request.model, request.effort) }),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    ...(keepAlive === undefined ? {} : { keep_alive: durationOf(keepAlive) }),
    // A prompt that does not fit is an error to be told, not a reason to drop the oldest messages unasked.
    truncate: false,
    stream: request.stream,
  };
}

/** What was asked for and has no place here, in words for the user. */
export function ollamaLeftOut({ verbosity }: ModelRequest): string[] {
  return verbosity === undefined ? [] : ['Ollama has no verbosity: it was left out.'];
}

function optionsOf({ temperature, topP, seed, maxTokens }: ModelRequest, numCtx: number | undefined): JsonObject {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(seed === undefined ? {} : { seed }),
    ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
    ...(numCtx === undefined ? {} : { num_ctx: numCtx }),
  };
}

export function ollamaTools(tools: ModelRequest['tools']): WireTools {
  return wireTools(tools, ollamaTool, RULES);
}

const RULES = {};
const ollamaTool: ToolShape = (tool) => ({ type: 'function', function: { ...tool } });

/** gpt-oss knows levels and cannot be silenced; every other model thinks or does not. */
function thinkOf(model: string, effort: Effort): Json {
  return /gpt-?oss/i.test(model) ? LEVELS[effort] : effort !== 'none';
}

const LEVELS = {
  none: 'low',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
} as const satisfies Record<Effort, string>;

/** Ollama reads bare numbers as seconds, but only when they are no text. */
function durationOf(keepAlive: string): Json {
  return /^-?\d+$/.test(keepAlive) ? Number(keepAlive) : keepAlive;
}

function wireMessages(message: Message): JsonObject[] {
  switch (message.role) {
    case 'user':
      return [wireUser(message)];
    case 'assistant':
      return wireReply(message);
    case 'tool':
      return message.parts.map((part) => ({ role: 'tool', tool_name: part.name, tool_call_id: part.callId, content: resultText(part) }));
  }
}

function wireUser({ parts }: UserMessage): JsonObject {
  const texts: string[] = [];
  const images: string[] = [];
  for (const part of parts) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.mediaType.startsWith('image/')) images.push(part.data);
    else {
      throw new SottoError({
        kind: 'unsupported',
        message: `${part.name ?? 'The attached file'} is ${part.mediaType}; Ollama takes pictures and text.`,
        hint: 'Attach another form of it, or use another provider with -p.',
      });
    }
  }
  return { role: 'user', content: texts.join('\n\n'), ...(images.length > 0 ? { images } : {}) };
}

function wireReply({ parts }: AssistantMessage): JsonObject[] {
  let content = '';
  let thinking = '';
  const calls: JsonObject[] = [];
  for (const part of parts) {
    if (part.type === 'text') content += part.text;
    else if (part.type === 'reasoning' && part.original?.wire === 'ollama') thinking += part.text;
    else if (part.type === 'tool_call') calls.push({ id: part.id, function: { name: part.name, arguments: argumentsOf(part.arguments) } });
  }
  if (content === '' && calls.length === 0) return [];
  return [{ role: 'assistant', content, ...(thinking === '' ? {} : { thinking }), ...(calls.length > 0 ? { tool_calls: calls } : {}) }];
}

/** Arguments have to be an object; broken ones went wrong in their own turn already. */
function argumentsOf(raw: string): JsonObject {
  const parsed = parseArguments(raw);
  return parsed.ok && isObject(parsed.value) ? parsed.value : {};
}

/** What to do about a model that this Ollama does not have. */
export function pullHint(model: string): string {
  return `Get it with: ollama pull ${model}`;
}

/** What to check where something answers that is not Ollama, or not at this path. */
export const OLLAMA_ADDRESS = 'Is it really Ollama that listens there? Check OLLAMA_HOST, which is the address without a path.';
