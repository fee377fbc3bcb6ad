/** Builds the body of a Chat Completions request; what differs between servers is data. */
import type { Json, JsonObject } from '../core/json.ts';
import { isObject, listAt, textAt } from '../core/json.ts';
import type { AssistantMessage, MediaPart, Message, TextPart, ToolMessage } from '../core/messages.ts';
import type { ModelRequest } from '../core/provider.ts';
import type { CallIdRule } from './call-ids.ts';
import { type HostedTable, hostedRequest, NOTHING_HOSTED } from './hosted-tools.ts';
import { portableHistory, resultText } from './portable-history.ts';
import { type ToolRules, type ToolShape, wireTools } from './tool-definitions.ts';

export type ChatQuirks = {
  /** Field that caps the answer. */
  maxTokensField: 'max_completion_tokens' | 'max_tokens';
  /** Ask for token counts at the end of a stream (servers that do not know the field refuse it or send them anyway). */
  streamUsage: boolean;
  /** How an effort is asked for; false: not at all. */
  effort: 'reasoning_effort' | 'reasoning' | 'thinking' | false;
  verbosity: boolean;
  /** Strongest structured output the server takes. */
  schema: 'json_schema' | 'json_object' | false;
  seed: boolean | 'random_seed';
  /** xAI counts reasoning beside the output. */
  reasoningOutsideOutput?: boolean;
  /** Sends the thoughts of earlier turns back (under this field). */
  echoReasoning?: 'reasoning_content' | 'reasoning_details';
  /** What it takes of a tool's definition. */
  tools: ToolRules;
  /** What ids of calls it takes. */
  callIds: CallIdRule;
  /** What a call has to carry that another model made, on servers that sign their own. */
  foreignCall?: JsonObject;
  /** Insists on user and model taking turns. */
  strictTurns?: boolean;
  /** Where it takes a key that leads to the server with the conversation in its cache; many refuse fields that they do not know. */
  cacheKey: readonly ('chat' | 'responses')[];
  /** Tools that run on its side. */
  hosted: HostedTable;
};

export const STANDARD_QUIRKS: ChatQuirks = {
  maxTokensField: 'max_tokens',
  streamUsage: true,
  effort: 'reasoning_effort',
  verbosity: false,
  schema: 'json_schema',
  seed: true,
  tools: {},
  callIds: 'any',
  cacheKey: [],
  hosted: NOTHING_HOSTED,
};

export const chatTool: ToolShape = (tool) => ({ type: 'function', function: { ...tool } });

/** The longest key that OpenAI takes. */
export const LONGEST_CACHE_KEY = 64;

export function chatBody(request: ModelRequest, quirks: ChatQuirks, provider: string): JsonObject {
  const system: JsonObject[] = request.system ? [{ role: 'system', content: request.system }] : [];
  const { list, names } = wireTools(request.tools, chatTool, quirks.tools);
  const tools = [...hostedRequest(request.hosted, quirks.hosted, provider).tools, ...list];
  const { callIds, strictTurns } = quirks;
  const history = portableHistory(request.messages, {
    wire: 'chat',
    provider,
    model: request.model,
    wireName: names.wireName,
    callIds,
    strictTurns,
  });
  return {
    model: request.model,
    messages: [...system, ...history.flatMap((message) => chatMessages(message, quirks))],
    ...(request.stream ? { stream: true } : {}),
    ...(request.stream && quirks.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    ...(request.cacheKey !== undefined && quirks.cacheKey.includes('chat')
      ? { prompt_cache_key: request.cacheKey.slice(0, LONGEST_CACHE_KEY) }
      : {}),
    ...(request.maxTokens === undefined ? {} : { [quirks.maxTokensField]: request.maxTokens }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.topP === undefined ? {} : { top_p: request.topP }),
    ...seedOf(request, quirks),
    ...effortOf(request, quirks),
    ...(request.verbosity !== undefined && quirks.verbosity ? { verbosity: request.verbosity } : {}),
    ...schemaOf(request, quirks),
  };
}

/** What was asked for and cannot be said on this wire, as sentences. */
export function chatLeftOut(request: ModelRequest, quirks: ChatQuirks, provider: string): string[] {
  const left: string[] = [];
  if (request.effort !== undefined && quirks.effort === false) left.push(`${provider} takes no effort: left out.`);
  if (request.verbosity !== undefined && !quirks.verbosity) left.push(`${provider} takes no verbosity: left out.`);
  if (request.seed !== undefined && quirks.seed === false) left.push(`${provider} takes no seed: left out.`);
  return left;
}

function seedOf({ seed }: ModelRequest, quirks: ChatQuirks): JsonObject {
  if (seed === undefined || quirks.seed === false) return {};
  return quirks.seed === true ? { seed } : { [quirks.seed]: seed };
}

function effortOf({ effort }: ModelRequest, quirks: ChatQuirks): JsonObject {
  if (effort === undefined) return {};
  switch (quirks.effort) {
    case 'reasoning_effort':
      return { reasoning_effort: effort };
    case 'reasoning':
      return { reasoning: { effort } };
    case 'thinking':
      return { thinking: { type: effort === 'none' ? 'disabled' : 'enabled' } };
    case false:
      return {};
  }
}

function schemaOf({ schema }: ModelRequest, quirks: ChatQuirks): JsonObject {
  if (!schema || quirks.schema === false) return {};
  if (quirks.schema === 'json_object') return { response_format: { type: 'json_object' } };
  return {
    response_format: { type: 'json_schema', json_schema: { name: schema.name, schema: schema.schema, strict: isStrict(schema.schema) } },
  };
}

/**
 * OpenAI's strict mode refuses schemas that leave anything open, so it is only asked for where the schema is closed:
 * every object lists all of its properties as required and allows no others.
 */
export function isStrict(schema: Json | undefined): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (!isObject(schema)) return true;
  if (isObject(schema.properties) || schema.type === 'object') {
    const properties = Object.keys(isObject(schema.properties) ? schema.properties : {});
    const required = Array.isArray(schema.required) ? schema.required : [];
    if (schema.additionalProperties !== false || !properties.every((name) => required.includes(name))) return false;
  }
  return Object.values(schema).every((value) => isStrict(value));
}

function chatMessages(message: Message, quirks: ChatQuirks): JsonObject[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userContent(message.parts) }];
    case 'assistant':
      return assistantMessages(message, quirks);
    case 'tool':
      return toolMessages(message);
  }
}

/** Plain text stays a plain string: every server takes it. */
function userContent(parts: (TextPart | MediaPart)[]): Json {
  if (parts.every((part) => part.type === 'text')) return parts.map((part) => part.text).join('\n\n');
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } },
  );
}

function assistantMessages(message: AssistantMessage, quirks: ChatQuirks): JsonObject[] {
  let text = '';
  const calls: JsonObject[] = [];
  // Of calls that were made together Gemini signs the first only.
  let signed = false;
  const extra: JsonObject = {};
  for (const part of message.parts) {
    const original = 'original' in part && part.original?.wire === 'chat' ? part.original.item : undefined;
    if (part.type === 'text') {
      text += part.text;
      if (original) Object.assign(extra, original);
    } else if (part.type === 'tool_call') {
      signed ||= original !== undefined;
      calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments || '{}' }, ...original });
    } else if (part.type === 'reasoning' && quirks.echoReasoning === 'reasoning_content') {
      extra.reasoning_content = `${textAt(extra, 'reasoning_content') ?? ''}${part.text}`;
    } else if (part.type === 'reasoning' && quirks.echoReasoning && original) {
      extra.reasoning_details = [...listAt(extra, 'reasoning_details'), ...listAt(original, 'reasoning_details')];
    }
  }
  if (text === '' && calls.length === 0) return [];
  // DeepSeek and Moonshot refuse calls without a thought while they think, and other models' thoughts may be hidden.
  if (quirks.echoReasoning === 'reasoning_content' && calls.length > 0 && !extra.reasoning_content) extra.reasoning_content = ' ';
  return [
    {
      role: 'assistant',
      content: text === '' && calls.length > 0 ? null : text,
      ...(calls.length > 0 ? { tool_calls: signed ? calls : calls.map((call) => ({ ...call, ...quirks.foreignCall })) } : {}),
      ...extra,
    },
  ];
}

function toolMessages(message: ToolMessage): JsonObject[] {
  return message.parts.map((part) => ({ role: 'tool', tool_call_id: part.callId, content: resultText(part) }));
}
