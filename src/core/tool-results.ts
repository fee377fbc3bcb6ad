/** Calls of a reply and their results: every call has one, also where there is none. */
import type { AssistantMessage, ToolCallPart, ToolMessage, ToolResultPart } from './messages.ts';

export function callsOf({ parts }: AssistantMessage): ToolCallPart[] {
  return parts.filter((part) => part.type === 'tool_call');
}

/** The results in the order of the calls; a call without one was interrupted. Equal ids are told apart by their order. */
export function resultsOf(calls: readonly ToolCallPart[], results: readonly ToolResultPart[]): ToolMessage {
  const left = [...results];
  const parts = calls.map((call): ToolResultPart => {
    const at = left.findIndex(({ callId }) => callId === call.id);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return found ?? { type: 'tool_result', callId: call.id, name: call.name, output: NO_RESULT, failed: true };
  });
  return { role: 'tool', parts };
}

const NO_RESULT = 'There is no result of this call: it was interrupted before it was finished. It may have been run in part.';
