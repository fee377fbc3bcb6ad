/** The messages of a conversation as they are sent again, to whatever model: every call has one result, and every result a call. */
import type { AssistantMessage, Message, ToolCallPart, ToolMessage, ToolResultPart } from '../core/messages.ts';
import type { StoredMessage } from '../store/store.ts';

/** What never came to a word is left out; calls that nobody answered are answered as such. */
export function historyOf(path: readonly Pick<StoredMessage, 'message' | 'status'>[]): Message[] {
  return answered(
    path.flatMap(({ message, status }, index) => {
      const isWhole = status === 'complete' || path[index + 1]?.message.role === 'tool';
      const sent = isWhole ? message : saidOf(message);
      return sent.parts.length > 0 ? [sent] : [];
    }),
  );
}

/** Of a reply that broke off, its text counts: half a call is none, and half a thought has no signature. */
function saidOf(message: Message): Message {
  return message.role === 'assistant' ? { role: 'assistant', parts: message.parts.filter((part) => part.type === 'text') } : message;
}

/** The process may have died between a call and its result, or the user may have cut a branch there. */
function answered(messages: readonly Message[]): Message[] {
  const history: Message[] = [];
  let calls: ToolCallPart[] = [];
  let results: ToolResultPart[] = [];

  function settle(): void {
    if (calls.length > 0) history.push(resultsOf(calls, results));
    calls = [];
    results = [];
  }

  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(...message.parts);
      continue;
    }
    settle();
    history.push(message);
    if (message.role === 'assistant') calls = callsOf(message);
  }
  settle();
  return history;
}

function callsOf({ parts }: AssistantMessage): ToolCallPart[] {
  return parts.filter((part) => part.type === 'tool_call');
}

/** Equal ids are told apart by their order. */
function resultsOf(calls: readonly ToolCallPart[], results: readonly ToolResultPart[]): ToolMessage {
  const left = [...results];
  const parts = calls.map((call): ToolResultPart => {
    const at = left.findIndex(({ callId }) => callId === call.id);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return found ?? { type: 'tool_result', callId: call.id, name: call.name, output: NO_RESULT, failed: true };
  });
  return { role: 'tool', parts };
}

const NO_RESULT = 'There is no result of this call: it was interrupted before it was finished. It may have been run in part.';
