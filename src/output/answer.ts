/** The one object of `--output json`, gathered from the events of a turn. */
import type { ErrorReport } from '../core/errors.ts';
import type { Attempt, FinishReason, StreamEvent, TurnEnd } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import {
  type AssistantMessage,
  type Citation,
  type Message,
  parseArguments,
  reasoningOf,
  type ToolResultPart,
  textOf,
} from '../core/messages.ts';
import type { Cost, HostedCalls } from '../core/usage.ts';
import { type Passage, passagesOf } from '../providers/file-search.ts';

/** Version of the JSON and NDJSON output. */
export const SCHEMA_VERSION = 1;

type Answer = {
  v: typeof SCHEMA_VERSION;
  conversation: string | null;
  provider: string;
  model: string;
  text: string;
  reasoning: string;
  toolCalls: { id: string; name: string; arguments: Json; argumentsRaw?: string; result?: string }[];
  citations?: Citation[];
  /** What a search in files at the provider found. */
  passages?: Passage[];
  finishReason: FinishReason;
  usage: {
    input: number | null;
    output: number | null;
    cacheRead: number | null;
    cacheWrite: number | null;
    reasoning: number | null;
    hostedCalls?: HostedCalls;
  };
  cost: Cost | null;
  timing: { firstTokenMs: number | null; durationMs: number };
  attempts: Pick<Attempt, 'provider' | 'model' | 'outcome'>[];
  error: ErrorReport | null;
};

type AnswerCollector = { take(event: StreamEvent): void; answer(end: TurnEnd): Answer };

export function collectAnswer(): AnswerCollector {
  let start: { conversation: string | null; provider: string; model: string } = { conversation: null, provider: '', model: '' };
  let last: AssistantMessage | undefined;
  /** Of all replies of the turn. */
  const calls: Answer['toolCalls'] = [];
  /** Those of the last reply, to which results belong. */
  let open: Answer['toolCalls'] = [];

  function takeMessage(message: Message): void {
    if (message.role === 'assistant') {
      last = message;
      open = toolCallsOf(message);
      calls.push(...open);
    }
    if (message.role === 'tool') for (const part of message.parts) giveResult(open, part);
  }

  return {
    take(event) {
      if (event.type === 'turn.start') start = { conversation: event.conversation, provider: event.provider, model: event.model };
      if (event.type === 'request.start') start = { ...start, provider: event.provider, model: event.model };
      if (event.type === 'message') takeMessage(event.message);
    },
    answer(end) {
      return answerOf(start, { message: last ?? { role: 'assistant', parts: [] }, toolCalls: calls }, end);
    },
  };
}

function answerOf(
  start: { conversation: string | null; provider: string; model: string },
  { message, toolCalls }: { message: AssistantMessage; toolCalls: Answer['toolCalls'] },
  end: TurnEnd,
): Answer {
  const citations = message.parts.flatMap((part) => (part.type === 'text' ? (part.citations ?? []) : []));
  const passages = message.parts.flatMap((part) => (part.type === 'hosted' ? passagesOf(part) : []));
  return {
    v: SCHEMA_VERSION,
    ...start,
    text: textOf(message),
    reasoning: reasoningOf(message),
    toolCalls,
    ...(citations.length > 0 ? { citations } : {}),
    ...(passages.length > 0 ? { passages } : {}),
    finishReason: end.finishReason,
    usage: {
      input: end.usage?.input ?? null,
      output: end.usage?.output ?? null,
      cacheRead: end.usage?.cacheRead ?? null,
      cacheWrite: end.usage?.cacheWrite ?? null,
      reasoning: end.usage?.reasoning ?? null,
      ...(end.usage?.hostedCalls ? { hostedCalls: end.usage.hostedCalls } : {}),
    },
    cost: end.cost,
    timing: end.timing,
    attempts: end.attempts.map(({ provider, model, outcome }) => ({ provider, model, outcome })),
    error: end.error,
  };
}

function toolCallsOf({ parts }: AssistantMessage): Answer['toolCalls'] {
  return parts.flatMap((part) => {
    if (part.type !== 'tool_call') return [];
    const parsed = parseArguments(part.arguments);
    const read = parsed.ok ? { arguments: parsed.value } : { arguments: null, argumentsRaw: part.arguments };
    return [{ id: part.id, name: part.name, ...read }];
  });
}

/** Equal ids are told apart by their order. */
function giveResult(calls: Answer['toolCalls'], { callId, output }: ToolResultPart): void {
  const call = calls.find(({ id, result }) => id === callId && result === undefined);
  if (call) call.result = output;
}
