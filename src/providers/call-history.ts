/** Makes the calls of a history fit for the wires that insist on order: unique ids, arguments that are JSON, every call answered once. */
import type { AssistantMessage, Message, ReplyPart, ToolCallPart, ToolMessage, ToolResultPart, UserMessage } from '../core/messages.ts';
import { parseArguments, userText } from '../core/messages.ts';

export function answerEveryCall(messages: Message[]): Message[] {
  const sentIds = new Set<string>();
  /** Calls without a result so far, by the id they have in our history. */
  const waiting = new Map<string, ToolCallPart>();
  const history: Message[] = [];

  function settle(): void {
    const missing = [...waiting.values()].map((call): ToolResultPart => resultOf(call, 'This call was not run.'));
    waiting.clear();
    if (missing.length > 0) history.push({ role: 'tool', parts: missing });
  }

  function begin(message: AssistantMessage): AssistantMessage {
    const parts = message.parts.map((part): ReplyPart => {
      if (part.type !== 'tool_call') return part;
      const call = sendable(part, uniqueId(part.id, sentIds));
      waiting.set(part.id, call);
      return call;
    });
    return { role: 'assistant', parts };
  }

  function answer(message: ToolMessage): void {
    const results: ToolResultPart[] = [];
    const strays: UserMessage[] = [];
    for (const part of message.parts) {
      const call = waiting.get(part.callId);
      waiting.delete(part.callId);
      if (call) results.push({ ...part, callId: call.id });
      else strays.push(userText(`Result of ${part.name}: ${part.output}`));
    }
    if (results.length > 0) history.push({ role: 'tool', parts: results });
    if (strays.length > 0) {
      settle();
      history.push(...strays);
    }
  }

  for (const message of messages) {
    if (message.role === 'tool') {
      answer(message);
      continue;
    }
    settle();
    history.push(message.role === 'assistant' ? begin(message) : message);
  }
  settle();
  return history;
}

function resultOf(call: ToolCallPart, output: string): ToolResultPart {
  return { type: 'tool_result', callId: call.id, name: call.name, output, failed: true };
}

/** Ids that we or a small server made up come again in every turn. */
function uniqueId(id: string, sent: Set<string>): string {
  let free = id;
  for (let n = 2; sent.has(free); n++) free = `${id}_${n}`;
  sent.add(free);
  return free;
}

/** Arguments that broke off went wrong in their own turn already; here they would only fail the next one. */
function sendable(call: ToolCallPart, id: string): ToolCallPart {
  const raw = parseArguments(call.arguments).ok ? call.arguments : '{}';
  if (id === call.id && raw === call.arguments) return call;
  const { original, ...plain } = call;
  const item = original?.item;
  const renamed = item && {
    ...item,
    ...('call_id' in item ? { call_id: id } : {}),
    ...('arguments' in item ? { arguments: raw } : {}),
  };
  return { ...plain, id, arguments: raw, ...(original && renamed ? { original: { ...original, item: renamed } } : {}) };
}
