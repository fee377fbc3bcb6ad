/** What a conversation is made of: messages of parts. The same shapes are sent, streamed, stored and shown. */
import { type Json, type JsonObject, parseJson } from './json.ts';

/**
 * A provider's own item, kept word for word so that a later turn of the same wire can send it back unchanged
 * (signed thinking, encrypted reasoning, hosted tool items). Other wires ignore it. `provider` and `model` made it:
 * signatures and encryption are valid with their maker only; absent: not known.
 */
export type WireItem = { wire: Wire; item: JsonObject; provider?: string; model?: string };

/** The protocols sotto speaks; an item kept from one is only valid on the same one. */
export type Wire = 'chat' | 'responses' | 'anthropic' | 'ollama' | 'guide';

export type Citation = {
  /** Address of the source, where the provider gave one. */
  url?: string;
  title?: string;
  /** The passage of the source that is quoted. */
  quote?: string;
};

export type TextPart = { type: 'text'; text: string; refusal?: true; citations?: Citation[]; original?: WireItem };
export type ReasoningPart = { type: 'reasoning'; text: string; original?: WireItem };
/** `arguments` is the raw JSON text as the model wrote it; it is parsed once, at the border of the tool. */
export type ToolCallPart = { type: 'tool_call'; id: string; name: string; arguments: string; original?: WireItem };
/** Something the provider ran or made on its own side (a web search, a picture): shown, kept and sent back, never run by us. */
export type HostedPart = { type: 'hosted'; name: string; original: WireItem };
export type MediaPart = {
  type: 'media';
  mediaType: string;
  /** Base64 of the bytes. */
  data: string;
  name?: string;
};
/** `arguments`: JSON text of what the call was run with, where that is not what the model wrote. */
export type ToolResultPart = { type: 'tool_result'; callId: string; name: string; output: string; failed?: true; arguments?: string };

/** What a model can answer with. */
export type ReplyPart = TextPart | ReasoningPart | ToolCallPart | HostedPart | MediaPart;
export type Part = ReplyPart | ToolResultPart;
export type PartKind = ReplyPart['type'];

export type UserMessage = { role: 'user'; parts: (TextPart | MediaPart)[] };
export type AssistantMessage = { role: 'assistant'; parts: ReplyPart[] };
export type ToolMessage = { role: 'tool'; parts: ToolResultPart[] };
export type Message = UserMessage | AssistantMessage | ToolMessage;

export function userText(text: string): UserMessage {
  return { role: 'user', parts: [{ type: 'text', text }] };
}

/** All visible text of a message, its parts joined without a separator. */
export function textOf(message: Message): string {
  let text = '';
  for (const part of message.parts) if (part.type === 'text') text += part.text;
  return text;
}

/** All visible reasoning of a reply; separate thoughts are joined by a blank line. */
export function reasoningOf(message: AssistantMessage): string {
  return message.parts
    .filter((part) => part.type === 'reasoning' && part.text !== '')
    .map((part) => (part.type === 'reasoning' ? part.text : ''))
    .join('\n\n');
}

/** The message with words in the place of the media that `isLeftOut` picks; the same message where there are none. */
export function withoutMedia<Kind extends Message>(message: Kind, isLeftOut: (part: MediaPart) => boolean = () => true): Kind {
  const isGone = (part: Part): part is MediaPart => part.type === 'media' && isLeftOut(part);
  if (!message.parts.some(isGone)) return message;
  const parts = message.parts.map((part) => (isGone(part) ? { type: 'text', text: `[left out: ${part.name ?? part.mediaType}]` } : part));
  // Text may stand wherever media may.
  return { ...message, parts } as Kind;
}

type ParsedArguments = { ok: true; value: Json } | { ok: false };

/** Raw arguments of a call as JSON; nothing at all means no arguments. */
export function parseArguments(raw: string): ParsedArguments {
  const value = raw.trim() === '' ? {} : parseJson(raw);
  return value === undefined ? { ok: false } : { ok: true, value };
}
