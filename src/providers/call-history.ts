/** Puts the calls of a history in order for wires that insist on it: fitting and unique ids, arguments that are an object, each call answered once, right behind it. */
import { isObject } from '../core/json.ts';
import type { AssistantMessage, Message, ToolCallPart, ToolResultPart } from '../core/messages.ts';
import { parseArguments, userText } from '../core/messages.ts';

export type CallRules = {
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

/** A call that was reported and never run (--no-tools, a cancelled turn) still needs a result. Half a character is refused by most servers. */
function resultOf({ call, result }: Waiting): ToolResultPart {
  const answered = { type: 'tool_result' as const, callId: call.id, name: call.name };
  if (!result) return { ...answered, output: 'This call was not run.', failed: true };
  return { ...answered, output: result.output.toWellFormed(), ...(result.failed ? { failed: true as const } : {}) };
}

/** Arguments that broke off went wrong in their own turn already; here they would only fail the next one. */
function sendable(call: ToolCallPart, { callId, wireName }: CallRules): ToolCallPart {
  const parsed = parseArguments(call.arguments);
  const sent = {
    id: callId(call.id),
    name: wireName(call.name),
    arguments: parsed.ok && isObject(parsed.value) && call.arguments.trim() !== '' ? call.arguments : '{}',
  };
  const { original, ...plain } = call;
  const item = original?.item;
  // What the item says of the call has to agree with what is sent beside it.
  const agreed = item && {
    ...item,
    ...('call_id' in item ? { call_id: sent.id } : {}),
    ...('name' in item ? { name: sent.name } : {}),
    ...('arguments' in item ? { arguments: sent.arguments } : {}),
  };
  return { ...plain, ...sent, ...(original && agreed ? { original: { ...original, item: agreed } } : {}) };
}
