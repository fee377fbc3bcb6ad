/** A history of messages in the Messages API's form: strict turns, unique call ids, every call answered. */
import { SottoError } from '../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import {
  type AssistantMessage,
  type MediaPart,
  type Message,
  parseArguments,
  type ReplyPart,
  type ToolMessage,
  type UserMessage,
} from '../core/messages.ts';

type Turn = { role: 'user' | 'assistant'; content: JsonObject[] };

export function anthropicTurns(messages: Message[]): JsonObject[] {
  const ids = createCallIds();
  const turns: Turn[] = [];
  for (const message of messages) {
    const content = blocksOf(message, ids);
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (content.length === 0) continue;
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return answerEveryCall(turns);
}

function blocksOf(message: Message, ids: CallIds): JsonObject[] {
  switch (message.role) {
    case 'user':
      return userBlocks(message);
    case 'assistant':
      return replyBlocks(message, ids);
    case 'tool':
      return resultBlocks(message, ids);
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

function replyBlocks(message: AssistantMessage, ids: CallIds): JsonObject[] {
  return message.parts.flatMap((part) => replyBlock(part, ids));
}

function replyBlock(part: ReplyPart, ids: CallIds): JsonObject[] {
  const original = 'original' in part && part.original?.wire === 'anthropic' ? part.original.item : undefined;
  switch (part.type) {
    case 'text':
      return original ? [original] : textBlock(part.text);
    case 'reasoning':
    case 'hosted':
      // Thoughts and tools of other vendors mean nothing here.
      return original ? [original] : [];
    case 'tool_call':
      return [{ ...original, type: 'tool_use', id: ids.begin(part.id), name: part.name, input: inputOf(part.arguments) }];
    case 'media':
      return [{ type: 'text', text: `[a picture: ${part.name ?? part.mediaType}]` }];
  }
}

/** Input has to be an object; broken arguments went wrong in their own turn already. */
function inputOf(raw: string): Json {
  const parsed = parseArguments(raw);
  return parsed.ok && isObject(parsed.value) ? parsed.value : {};
}

function resultBlocks(message: ToolMessage, ids: CallIds): JsonObject[] {
  return message.parts.flatMap((part) => {
    const id = ids.answer(part.callId);
    if (id === undefined) return textBlock(`Result of ${part.name}: ${part.output}`);
    return [{ type: 'tool_result', tool_use_id: id, content: part.output, ...(part.failed ? { is_error: true } : {}) }];
  });
}

type CallIds = {
  /** The id to send for a call. */
  begin(id: string): string;
  /** The id that was sent for the call of a result, undefined for a result without one; each call is answered once. */
  answer(id: string): string | undefined;
};

/** Ids of other wires may carry characters the API refuses, and may come again in every turn. */
function createCallIds(): CallIds {
  const sent = new Set<string>();
  const waiting = new Map<string, string>();
  return {
    begin(id) {
      const clean = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
      let free = clean;
      for (let n = 2; sent.has(free); n++) free = `${clean}_${n}`;
      sent.add(free);
      waiting.set(id, free);
      return free;
    },
    answer(id) {
      const free = waiting.get(id);
      waiting.delete(id);
      return free;
    },
  };
}

/** A call that was reported and never run (--no-tools, a cancelled turn) still needs a result, and results stand first. */
function answerEveryCall(turns: Turn[]): JsonObject[] {
  const answered: JsonObject[] = [];
  for (const [index, turn] of turns.entries()) {
    const before = turns[index - 1];
    if (turn.role === 'user' && before)
      answered.push({ role: 'user', content: [...missingResults(before, turn), ...resultsFirst(turn.content)] });
    else answered.push({ role: turn.role, content: turn.content });
  }
  const last = turns.at(-1);
  const open = last ? missingResults(last, undefined) : [];
  return open.length > 0 ? [...answered, { role: 'user', content: open }] : answered;
}

function missingResults(calls: Turn, results: Turn | undefined): JsonObject[] {
  if (calls.role !== 'assistant') return [];
  const given = new Set(results?.content.map((block) => block.tool_use_id));
  return calls.content
    .filter((block) => block.type === 'tool_use' && !given.has(block.id))
    .map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: 'This call was not run.', is_error: true }));
}

function resultsFirst(content: JsonObject[]): JsonObject[] {
  const isResult = (block: JsonObject) => block.type === 'tool_result';
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}
