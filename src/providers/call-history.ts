/** Puts the calls of a history in order for wires that insist on it: fitting and unique ids, arguments that are an object, each call answered once, right behind it. */
import { isObject, wellFormed } from '../core/json.ts';
import type { AssistantMessage, Message, ToolCallPart, ToolResultPart } from '../core/messages.ts';
import { parseArguments, userText } from '../core/messages.ts';

type CallRules = {
  /** The id to send for the next call of our history; never the same twice. */
  callId: (id: string) => string;
  /** The name to send for a tool. */
  wireName: (name: string) => string;
};

export function answerEveryCall(messages: readonly Message[], rules: CallRules): Message[] {
  const history: Message[] = [];
  let calls: Waiting[] = [];
  /** Results without a call: nobody takes them as such. */
  let strays: ToolResultPart[] = [];
  /** What the user said behind calls; a result may still follow it. */
  let said: Message[] = [];

  function begin(message: AssistantMessage): AssistantMessage {
    return {
      role: 'assistant',
      parts: message.parts.map((part) => {
        if (part.type !== 'tool_call') return part;
        const call = sendable(part, rules);
        calls.push({ askedAs: part.id, call, result: undefined });
        return call;
      }),
    };
  }

  function answer(part: ToolResultPart): void {
    const waiting = calls.find(({ askedAs, result }) => askedAs === part.callId && result === undefined);
    if (waiting) waiting.result = part;
    else strays.push(part);
  }

  function settle(): void {
    for (const { call, result } of calls) if (result?.arguments !== undefined) Object.assign(call, calledWith(call, result.arguments));
    if (calls.length > 0) history.push({ role: 'tool', parts: calls.map(resultOf) });
    history.push(...said);
    if (strays.length > 0) history.push(userText(strays.map((part) => `Result of ${part.name}: ${part.output}`).join('\n\n')));
    calls = [];
    strays = [];
    said = [];
  }

  for (const message of messages) {
    if (message.role === 'tool') message.parts.forEach(answer);
    else if (message.role === 'user') said.push(message);
    else {
      settle();
      history.push(begin(message));
    }
  }
  settle();
  return history;
}

type Waiting = {
  /** The id of the call in our history. */
  askedAs: string;
  call: ToolCallPart;
  result: ToolResultPart | undefined;
};

/** A call that was reported and never run (--no-tools, a cancelled turn) still needs a result. */
function resultOf({ call, result }: Waiting): ToolResultPart {
  const answered = { type: 'tool_result' as const, callId: call.id, name: call.name };
  if (!result) return { ...answered, output: 'This call was not run.', failed: true };
  return { ...answered, output: result.output, ...(result.failed ? { failed: true as const } : {}) };
}

function sendable(call: ToolCallPart, { callId, wireName }: CallRules): ToolCallPart {
  return calledWith({ ...call, id: callId(call.id), name: wireName(call.name) }, call.arguments);
}

/** What a provider's own item says of the call has to agree with what is sent beside it. */
function calledWith({ original, ...call }: ToolCallPart, written: string): ToolCallPart {
  const sent = { ...call, arguments: objectText(written) };
  if (!original) return sent;
  const item = {
    ...original.item,
    ...('call_id' in original.item ? { call_id: sent.id } : {}),
    ...('name' in original.item ? { name: sent.name } : {}),
    ...('arguments' in original.item ? { arguments: sent.arguments } : {}),
  };
  return { ...sent, original: { ...original, item } };
}

/** Arguments that are no JSON object went wrong in their own turn already: what the model wrote is shown to it in one, as Anthropic advises. */
function objectText(written: string): string {
  const parsed = parseArguments(written);
  if (!parsed.ok) return JSON.stringify({ INVALID_JSON: written });
  if (parsed.value === null || written.trim() === '') return '{}';
  if (!isObject(parsed.value)) return JSON.stringify({ INVALID_JSON: written });
  // Half a character may also hide in an escape, where only the server finds it.
  return HALF.test(written) ? JSON.stringify(wellFormed(parsed.value)) : written;
}

const HALF = /\\u[dD][89a-fA-F]/;
