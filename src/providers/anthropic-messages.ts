/** A history of messages in the Messages API's form: strict turns, results right behind their calls, whole pairs of hosted tools and results. */
import { SottoError } from '../core/errors.ts';
import { isObject, type Json, type JsonObject, textAt } from '../core/json.ts';
import {
  type AssistantMessage,
  type MediaPart,
  type Message,
  parseArguments,
  type ReplyPart,
  type ToolMessage,
  type UserMessage,
} from '../core/messages.ts';
import { BEGINNING, type HistoryTarget, portableHistory } from './portable-history.ts';

type Turn = { role: 'user' | 'assistant'; content: JsonObject[] };

export function anthropicTurns(messages: readonly Message[], target: Pick<HistoryTarget, 'provider' | 'model' | 'wireName'>): JsonObject[] {
  const turns: Turn[] = [];
  const history = portableHistory(messages, { ...target, wire: 'anthropic', callIds: 'anthropic' });
  for (const [index, message] of history.entries()) {
    const content = blocksOf(message, { isLast: index === history.length - 1 });
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    if (content.length === 0) continue;
    if (turns.length === 0 && role === 'assistant') turns.push({ role: 'user', content: [{ type: 'text', text: BEGINNING }] });
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return turns;
}

function blocksOf(message: Message, { isLast }: { isLast: boolean }): JsonObject[] {
  switch (message.role) {
    case 'user':
      return userBlocks(message);
    case 'assistant':
      return wholePairs(replyBlocks(message), { isLast });
    case 'tool':
      return resultBlocks(message);
  }
}

function userBlocks(message: UserMessage): JsonObject[] {
  return message.parts.flatMap((part) => (part.type === 'text' ? textBlock(part.text) : [mediaBlock(part)]));
}

/** The API refuses blocks without any visible character. */
function textBlock(text: string): JsonObject[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function mediaBlock(part: MediaPart): JsonObject {
  const source = { type: 'base64', media_type: part.mediaType === 'image/jpg' ? 'image/jpeg' : part.mediaType, data: part.data };
  if (part.mediaType.startsWith('image/')) return { type: 'image', source };
  if (part.mediaType === 'application/pdf') return { type: 'document', source, ...(part.name ? { title: part.name } : {}) };
  throw new SottoError({
    kind: 'unsupported',
    message: `${part.name ?? 'The attached file'} is ${part.mediaType}; the Messages API takes pictures, PDF and text.`,
    hint: 'Attach another form of it, or use another provider with -p.',
  });
}

function replyBlocks(message: AssistantMessage): JsonObject[] {
  return message.parts.flatMap(replyBlock);
}

function replyBlock(part: ReplyPart): JsonObject[] {
  const original = 'original' in part && part.original?.wire === 'anthropic' ? part.original.item : undefined;
  switch (part.type) {
    case 'text':
      return original ? [original] : textBlock(part.text);
    case 'reasoning':
    case 'hosted':
      return original ? [original] : [];
    case 'tool_call':
      return [{ ...original, type: 'tool_use', id: part.id, name: part.name, input: inputOf(part.arguments) }];
    case 'media':
      return [{ type: 'text', text: `[a picture: ${part.name ?? part.mediaType}]` }];
  }
}

/** Input has to be an object; broken arguments went wrong in their own turn already. */
function inputOf(raw: string): Json {
  const parsed = parseArguments(raw);
  return parsed.ok && isObject(parsed.value) ? parsed.value : {};
}

function resultBlocks(message: ToolMessage): JsonObject[] {
  return message.parts.map((part) => ({
    type: 'tool_result',
    tool_use_id: part.callId,
    content: part.output.trim() === '' ? '(no output)' : part.output,
    ...(part.failed ? { is_error: true } : {}),
  }));
}

/** A hosted tool whose result never came, because the answer was stopped, is refused; only a paused answer may end with one. */
function wholePairs(blocks: JsonObject[], { isLast }: { isLast: boolean }): JsonObject[] {
  /** Where the tools without a result so far stand, by their id. */
  const waiting = new Map<string, number>();
  const lone = new Set<number>();
  for (const [index, block] of blocks.entries()) {
    if (isHostedUse(block)) {
      const id = textAt(block, 'id') ?? '';
      const before = waiting.get(id);
      if (before !== undefined) lone.add(before);
      waiting.set(id, index);
    } else if (isHostedResult(block) && !waiting.delete(textAt(block, 'tool_use_id') ?? '')) lone.add(index);
  }
  if (!isLast) for (const index of waiting.values()) lone.add(index);
  return blocks.filter((_block, index) => !lone.has(index));
}

function isHostedUse({ type }: JsonObject): boolean {
  return type === 'server_tool_use' || type === 'mcp_tool_use';
}

function isHostedResult({ type }: JsonObject): boolean {
  return typeof type === 'string' && type.endsWith('_tool_result');
}
