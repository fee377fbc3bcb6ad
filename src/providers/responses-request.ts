/** Builds the body of a Responses request. */
import { type Json, type JsonObject, listAt, textAt } from '../core/json.ts';
import type { AssistantMessage, Message, UserMessage } from '../core/messages.ts';
import type { ModelRequest } from '../core/provider.ts';
import { isStrict, LONGEST_CACHE_KEY } from './chat-request.ts';
import { hostedRequest, RESPONSES_HOSTED } from './hosted-tools.ts';
import { portableHistory, resultText } from './portable-history.ts';
import { type ToolRules, type ToolShape, wireTools } from './tool-definitions.ts';

type ResponsesQuirks = {
  provider: string;
  tools: ToolRules;
  /** Takes a key that leads to the server with the conversation in its cache. */
  cacheKey: boolean;
  /** The model reasons: its encrypted thoughts are asked for, so that a later turn can send them back although nothing is stored. */
  encryptedReasoning: boolean;
};

/** Strict calls would need schemas that leave nothing open; every call is held against the tool's own schema anyway. */
export const responsesTool: ToolShape = (tool) => ({ type: 'function', ...tool, strict: false });

export function responsesBody(request: ModelRequest, quirks: ResponsesQuirks): JsonObject {
  const text: JsonObject = {
    ...(request.schema
      ? {
          format: {
            type: 'json_schema',
            name: request.schema.name,
            schema: request.schema.schema,
            strict: isStrict(request.schema.schema),
          },
        }
      : {}),
    ...(request.verbosity === undefined ? {} : { verbosity: request.verbosity }),
  };
  const { provider } = quirks;
  const { list, names } = wireTools(request.tools, responsesTool, quirks.tools);
  const hosted = hostedRequest(request.hosted, RESPONSES_HOSTED, provider);
  const tools = [...hosted.tools, ...list];
  const include = [...(quirks.encryptedReasoning ? ['reasoning.encrypted_content'] : []), ...hosted.include];
  const history = portableHistory(request.messages, {
    wire: 'responses',
    provider,
    model: request.model,
    wireName: names.wireName,
    callIds: 'responses',
  });
  return {
    model: request.model,
    input: history.flatMap(inputItems),
    ...(request.system ? { instructions: request.system } : {}),
    ...(request.stream ? { stream: true } : {}),
    // The conversation is kept here, on the user's machine, not at the provider.
    store: false,
    ...(include.length > 0 ? { include } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    ...(request.cacheKey !== undefined && quirks.cacheKey ? { prompt_cache_key: request.cacheKey.slice(0, LONGEST_CACHE_KEY) } : {}),
    ...(request.maxTokens === undefined ? {} : { max_output_tokens: request.maxTokens }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.topP === undefined ? {} : { top_p: request.topP }),
    ...(request.effort === undefined ? {} : { reasoning: { effort: request.effort } }),
    ...(Object.keys(text).length > 0 ? { text } : {}),
  };
}

/** What was asked for and cannot be said on this wire, as sentences. */
export function responsesLeftOut(request: ModelRequest): string[] {
  return request.seed === undefined
    ? []
    : ['The Responses API takes no seed: left out. (Chat Completions does: --set providers.openai.api=chat)'];
}

function inputItems(message: Message): JsonObject[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userContent(message) }];
    case 'assistant':
      return assistantItems(message);
    case 'tool':
      return message.parts.map((part) => ({ type: 'function_call_output', call_id: part.callId, output: resultText(part) }));
  }
}

function userContent({ parts }: UserMessage): Json {
  if (parts.every((part) => part.type === 'text')) return parts.map((part) => part.text).join('\n\n');
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'input_text', text: part.text }
      : { type: 'input_image', image_url: `data:${part.mediaType};base64,${part.data}`, detail: 'auto' },
  );
}

/** Items of the same wire go back word for word; several parts of one item carry the same original and count once. */
function assistantItems(message: AssistantMessage): JsonObject[] {
  const items: JsonObject[] = [];
  for (const [index, part] of message.parts.entries()) {
    const original = 'original' in part && part.original?.wire === 'responses' ? part.original.item : undefined;
    if (original?.type === 'image_generation_call') {
      // The picture stands behind the item that made it.
      const picture = message.parts[index + 1];
      if (picture?.type === 'media') items.push({ ...original, result: picture.data });
    } else if (original && isSendable(original)) {
      if (!items.includes(original)) items.push(original);
    } else if (part.type === 'text' && part.text !== '') {
      // Without its type llama-server does not know it (seen 0.7).
      items.push({ type: 'message', role: 'assistant', content: part.text });
    } else if (part.type === 'tool_call') {
      items.push({ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments || '{}' });
    }
  }
  // A thought that nothing followed, because the answer was stopped there, is refused.
  return items.slice(0, items.findLastIndex((item) => item.type !== 'reasoning') + 1);
}

function isSendable(item: JsonObject): boolean {
  switch (item.type) {
    case 'reasoning':
      // A thought that is neither encrypted nor open is known to the server by its id alone, and nothing is stored there.
      return Boolean(textAt(item, 'encrypted_content')) || listAt(item, 'content').length > 0;
    case 'custom_tool_call':
      // Its result would have to be of another type than that of every other call.
      return false;
    default:
      return item.status === undefined || item.status === 'completed' || item.status === 'failed';
  }
}
