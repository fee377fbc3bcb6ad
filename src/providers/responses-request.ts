/** Builds the body of a Responses request. */
import { type Json, type JsonObject, listAt, textAt } from '../core/json.ts';
import type { AssistantMessage, Message, UserMessage } from '../core/messages.ts';
import type { ModelRequest } from '../core/provider.ts';
import { answerEveryCall } from './call-history.ts';
import { isStrict } from './chat-request.ts';

export type ResponsesQuirks = {
  /** The model reasons: its encrypted thoughts are asked for, so that a later turn can send them back although nothing is stored. */
  encryptedReasoning: boolean;
};

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
  return {
    model: request.model,
    input: answerEveryCall(request.messages).flatMap(inputItems),
    ...(request.system ? { instructions: request.system } : {}),
    ...(request.stream ? { stream: true } : {}),
    // The conversation is kept here, on the user's machine, not at the provider.
    store: false,
    ...(quirks.encryptedReasoning ? { include: ['reasoning.encrypted_content'] } : {}),
    ...(request.tools?.length ? { tools: request.tools.map((tool) => ({ type: 'function', ...tool, strict: false })) } : {}),
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
      return message.parts.map((part) => ({ type: 'function_call_output', call_id: part.callId, output: part.output }));
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
  for (const part of message.parts) {
    const original = 'original' in part && part.original?.wire === 'responses' ? part.original.item : undefined;
    // A thought that is neither encrypted nor open is known to the server by its id alone, and nothing is stored there.
    if (part.type === 'reasoning' && !textAt(original, 'encrypted_content') && listAt(original, 'content').length === 0) continue;
    if (original) {
      if (!items.includes(original)) items.push(original);
    } else if (part.type === 'text' && part.text !== '') {
      items.push({ role: 'assistant', content: part.text });
    } else if (part.type === 'tool_call') {
      items.push({ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments || '{}' });
    }
  }
  return items;
}
