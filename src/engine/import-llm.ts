/** Turns what `llm` has logged into conversations. */
import { isObject, type JsonObject, numberAt, objectAt, parseJson, textAt } from '../core/json.ts';
import type { MediaPart, Message, ReplyPart, TextPart, ToolResultPart } from '../core/messages.ts';
import type { Usage } from '../core/usage.ts';
import type { LlmAttachment, LlmCall, LlmConversation, LlmMessage, LlmPart, LlmTurn } from '../store/import-llm-rows.ts';
import type { RecordedMessage } from '../store/store.ts';
import {
  createTree,
  type ImportStep,
  joinPieces,
  known,
  missingAttachment,
  type Origin,
  type Problem,
  paragraphs,
  parseTime,
  quoted,
  sourceIdOf,
} from './import-record.ts';

/** One conversation. A call's results are logged with the prompt that took them along, which is the next turn. */
export function readLlmConversation(conversation: LlmConversation, origin: Origin): ImportStep {
  const problems: Problem[] = [];
  const where = `${origin.where}, conversation ${conversation.id}${quoted(conversation.name ?? undefined)}`;
  const reading: Reading = { where, origin, problems };
  const read = conversation.kind === 'turns' ? readTurns(conversation.turns, reading) : readThread(conversation, reading);
  if (read.messages.length === 0) {
    problems.push({ where, what: 'holds no messages' });
    return { conversations: [], problems };
  }
  const model = read.messages.findLast((message) => message.model)?.model ?? (conversation.kind === 'turns' ? conversation.model : null);
  return {
    problems,
    conversations: [
      {
        v: 1,
        source: { name: 'llm', id: conversation.id },
        createdMs: read.messages[0]?.createdMs ?? origin.modifiedMs,
        model,
        messages: read.messages,
        ...known({
          title: conversation.name || undefined,
          titleSource: conversation.name ? ('import' as const) : undefined,
          system: read.systems[0],
          activeMessage: read.active ?? undefined,
        }),
      },
    ],
  };
}

type Reading = { where: string; origin: Origin; problems: Problem[] };
type Read = { messages: RecordedMessage[]; systems: string[]; active: number | null };

function readTurns(turns: readonly LlmTurn[], reading: Reading): Read {
  const tree = createTree();
  const systems: string[] = [];
  let last: number | null = null;
  let timeMs = reading.origin.modifiedMs;
  const add = (turn: LlmTurn, message: Message, facts: Partial<RecordedMessage> = {}) => {
    const sourceId = `${turn.id}:${message.role}`;
    if (message.parts.length > 0) last = tree.add({ parent: last, createdMs: timeMs, message, sourceId, ...facts });
  };
  for (const turn of turns) {
    timeMs = parseTime(turn.time) ?? timeMs;
    const place = { ...reading, where: `${reading.where}, response ${turn.id}` };
    if (turn.system !== '') keepSystem(turn.system, systems, place);
    const pictures = turn.toolResults.flatMap((result) => result.attachments.map((attachment) => mediaOf(attachment, place)));
    add(turn, {
      role: 'tool',
      parts: turn.toolResults.map((result, index) =>
        resultOf({
          callId: result.callId ?? openCall(tree.messages, index),
          name: result.name,
          output: result.output,
          exception: result.exception,
        }),
      ),
    });
    const words: TextPart[] = turn.prompt === '' ? [] : [{ type: 'text', text: turn.prompt }];
    add(turn, {
      role: 'user',
      parts: paragraphs([...words, ...turn.attachments.map((attachment) => mediaOf(attachment, place)), ...pictures]),
    });
    const parts: ReplyPart[] = [
      ...(turn.reasoning ? [{ type: 'reasoning' as const, text: turn.reasoning }] : []),
      ...(turn.response === '' ? [] : [{ type: 'text' as const, text: turn.response }]),
      ...turn.toolCalls.map((call, index) => ({
        type: 'tool_call' as const,
        id: call.callId ?? `${turn.id}:${index}`,
        name: call.name,
        arguments: call.arguments ?? '{}',
      })),
    ];
    add(turn, { role: 'assistant', parts }, factsOf(turn));
  }
  return { messages: tree.messages, systems, active: last };
}

function keepSystem(system: string, systems: string[], { where, problems }: Reading): void {
  if (systems.length === 0) systems.push(system);
  else if (systems[0] !== system) problems.push({ where, what: 'has other instructions than the turn before; the first ones were kept' });
}

/** Older rows name no call: results come in the order of the calls before them. */
function openCall(messages: readonly RecordedMessage[], index: number): string {
  const calls = messages.at(-1)?.message.parts.filter((part) => part.type === 'tool_call') ?? [];
  return calls[index]?.id ?? `call_${index}`;
}

type Result = { callId: string; name: string | null; output: string | null; exception: string | null };

function resultOf({ callId, name, output, exception }: Result): ToolResultPart {
  return {
    type: 'tool_result',
    callId,
    name: name ?? 'tool',
    output: output || exception || '',
    ...(exception ? { failed: true as const } : {}),
  };
}

function factsOf(call: Omit<LlmCall, 'parent' | 'tip'>): Partial<RecordedMessage> {
  const usage = usageOf(call);
  return {
    status: 'complete',
    model: call.resolvedModel ?? call.model,
    ...(Object.keys(usage).length > 0 ? { usage } : {}),
    ...(call.durationMs === null ? {} : { timing: { firstTokenMs: null, durationMs: call.durationMs } }),
  };
}

function usageOf({ inputTokens, outputTokens, tokenDetails }: Pick<LlmCall, 'inputTokens' | 'outputTokens' | 'tokenDetails'>): Usage {
  const details = tokenDetails === null ? undefined : parseJson(tokenDetails);
  const input = objectAt(details, 'prompt_tokens_details') ?? objectAt(details, 'input_tokens_details');
  const output = objectAt(details, 'completion_tokens_details') ?? objectAt(details, 'output_tokens_details');
  return known<Usage>({
    input: inputTokens ?? undefined,
    output: outputTokens ?? undefined,
    cacheRead: numberAt(input, 'cached_tokens'),
    cacheWrite: undefined,
    reasoning: numberAt(output, 'reasoning_tokens'),
  });
}

/** llm keeps the bytes of what came through a pipe, and of files only their place. */
function mediaOf({ id, type, path, url, content }: LlmAttachment, { where, problems }: Reading): TextPart | MediaPart {
  const name = path?.replace(/^.*[\\/]/, '');
  if (content && content.length > 0)
    return { type: 'media', mediaType: type ?? 'application/octet-stream', data: content.toString('base64'), ...(name ? { name } : {}) };
  const label = path ?? url ?? id ?? 'unknown';
  problems.push({ where, what: `has an attachment of which llm keeps only the place: ${label}; the place was kept` });
  return missingAttachment(label);
}

function readThread(thread: Extract<LlmConversation, { kind: 'thread' }>, reading: Reading): Read {
  const tree = createTree();
  const systems: string[] = [];
  const lastOf = new Map<string, { last: number | null; timeMs: number }>();
  const startMs = parseTime(thread.time) ?? parseTime(thread.calls[0]?.time) ?? reading.origin.modifiedMs;
  const callOf = callsByMessage(thread.messages, thread.calls);
  for (const message of thread.messages) {
    const place = { ...reading, where: `${reading.where}, message ${message.hash}` };
    const from = (message.parent === null ? undefined : lastOf.get(message.parent)) ?? { last: null, timeMs: startMs };
    const call = callOf.get(message.hash);
    const timeMs = parseTime(call?.time) ?? from.timeMs;
    let { last } = from;
    if (message.role === 'system') keepSystem(message.parts.map((part) => part.text ?? '').join(''), systems, place);
    else {
      for (const [index, content] of contentsOf(message, place).entries()) {
        const facts = content.role === 'assistant' ? (call ? factsOf(call) : { status: 'complete' as const }) : {};
        last = tree.add({ parent: last, createdMs: timeMs, message: content, ...sourceIdOf(message.hash, index), ...facts });
      }
    }
    lastOf.set(message.hash, { last, timeMs });
  }
  const end = thread.tip === null ? null : (lastOf.get(thread.tip)?.last ?? null);
  return { ...joinPieces(tree.messages, end ?? tree.messages.at(-1)?.id ?? null), systems };
}

/** Which call made a message, and which one it was sent with: the time of a shared message is that of the first call. */
function callsByMessage(messages: readonly LlmMessage[], calls: readonly LlmCall[]): Map<string, LlmCall> {
  const byHash = new Map(messages.map((message) => [message.hash, message]));
  const found = new Map<string, LlmCall>();
  for (const call of calls) {
    for (let hash = call.tip; hash !== null && !found.has(hash); hash = byHash.get(hash)?.parent ?? null) {
      const message = byHash.get(hash);
      if (!message) break;
      found.set(hash, call);
    }
  }
  return found;
}

function contentsOf({ role, parts }: LlmMessage, place: Reading): Message[] {
  if (role === 'assistant') return assistantMessages(parts, place);
  if (role !== 'user' && role !== 'tool') {
    place.problems.push({ where: place.where, what: `has the role "${role}", which sotto does not know` });
    return [];
  }
  const results = parts.flatMap((part) => (part.type === 'tool_result' ? [toolResult(part)] : []));
  const said = parts.flatMap((part): (TextPart | MediaPart)[] => {
    const pictures = part.attachments.map((attachment) => mediaOf(attachment, place));
    if (part.type === 'tool_result' || part.type === 'attachment') return pictures;
    if (part.type === 'text') return part.text ? [{ type: 'text', text: part.text }] : [];
    place.problems.push({ where: place.where, what: `has a part of the kind "${part.type}", which sotto does not know` });
    return [];
  });
  const messages: Message[] = [];
  if (results.length > 0) messages.push({ role: 'tool', parts: results });
  if (said.length > 0) messages.push({ role: 'user', parts: paragraphs(said) });
  return messages;
}

/** Results within a reply are those of tools that the provider ran itself. */
function assistantMessages(parts: readonly LlmPart[], place: Reading): Message[] {
  const messages: Message[] = [];
  let open: ReplyPart[] = [];
  for (const part of parts) {
    if (part.type === 'tool_result') {
      if (open.length > 0) messages.push({ role: 'assistant', parts: open });
      open = [];
      messages.push({ role: 'tool', parts: [toolResult(part)] });
    } else open.push(...replyParts(part, place));
  }
  if (open.length > 0) messages.push({ role: 'assistant', parts: open });
  return messages;
}

function replyParts(part: LlmPart, place: Reading): ReplyPart[] {
  const { type, text } = part;
  if (type === 'text' || type === 'reasoning') return text ? [{ type, text }] : [];
  if (type === 'attachment') return part.attachments.map((attachment) => mediaOf(attachment, place));
  if (type === 'tool_call') {
    const payload = payloadOf(part);
    const given = payload.arguments;
    const raw = typeof given === 'string' ? given : JSON.stringify(given ?? {});
    return [{ type, id: idOf(payload) ?? '', name: part.toolName ?? textAt(payload, 'name') ?? 'tool', arguments: raw }];
  }
  place.problems.push({ where: place.where, what: `has a part of the kind "${type}", which sotto does not know` });
  return [];
}

function toolResult(part: LlmPart): ToolResultPart {
  const payload = payloadOf(part);
  const output = part.text ?? textAt(payload, 'output') ?? textAt(payload, 'content') ?? '';
  const exception = textAt(payload, 'exception') ?? (payload.is_error === true ? 'failed' : null);
  return resultOf({ callId: idOf(payload) ?? '', name: part.toolName ?? textAt(payload, 'name') ?? null, output, exception });
}

function idOf(payload: JsonObject): string | undefined {
  return textAt(payload, 'tool_call_id') ?? textAt(payload, 'call_id') ?? textAt(payload, 'id');
}

function payloadOf({ payload }: LlmPart): JsonObject {
  const parsed = payload === null ? undefined : parseJson(payload);
  return isObject(parsed) ? parsed : {};
}
