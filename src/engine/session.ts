/** A turn of a conversation that is kept: the prompt is on disk before the request leaves, the reply is written while it streams. */
import { asSottoError, type SottoError } from '../core/errors.ts';
import type { StepEnd, StreamEvent, ToolEnd, TurnEnd } from '../core/events.ts';
import { createFold } from '../core/fold.ts';
import { type AssistantMessage, type Message, type ToolMessage, type UserMessage, userText } from '../core/messages.ts';
import type { ModelRequest } from '../core/provider.ts';
import type { AttemptRecord, ReplyEnd, ReplyWriter, ResultsWriter, Store } from '../store/store.ts';
import { runTurn, type Turn, type TurnPorts, type TurnResult } from './turn.ts';

export type Session = {
  store: Store;
  /** The conversation that goes on; absent: a new one begins. */
  conversation?: string;
  /** What the prompt answers: the end of the path that was read. Somebody else may have gone on since, on a branch of their own. */
  parent?: number | null;
  /** The prompt is there already, in the conversation that goes on: this is another reply to it, beside the one it has. */
  prompt?: number;
  /** Told of every message when it has its place in the store: the prompt, its reply, and what follows within the turn. */
  onPlaced?: (placed: Placed) => void;
  /** The user's instructions; what is told a model for one answer only does not belong to the conversation. */
  system?: string;
  /** The folder the user is in. */
  folder?: string;
  /** More turns will follow soon: what is asked now is worth a place in the provider's cache. */
  goesOn?: boolean;
  /** The store failed: the turn goes on, the user is told. */
  onFailure: (error: SottoError) => void;
  /** Milliseconds since 1970. */
  date: () => number;
};

export type Placed = { id: number; role: Message['role'] };

/** The same events as `runTurn`, each handed to the store before it is seen; what the store holds back is on disk 250 ms later. */
export async function* sendTurn(turn: Turn, session: Session, ports: TurnPorts, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const recorder = startRecording(turn, session);
  const { conversation } = recorder;
  const request = { ...turn.request, ...cacheKeyOf(turn, session, conversation) };
  const events: AsyncIterator<StreamEvent, TurnResult> = runTurn({ ...turn, request, conversation }, ports, signal);
  try {
    for (let next = await events.next(); !next.done; ) {
      const event = next.value;
      if (event.type === 'turn.end') {
        // The last reply is written down with what it alone took: that is known behind the last event.
        next = await events.next();
        recorder.end(event, next.done ? next.value.step : undefined);
        yield event;
      } else {
        recorder.take(event);
        yield event;
        next = await events.next();
      }
    }
  } finally {
    await events.return?.();
    // Whoever leaves early leaves a reply that says so.
    recorder.leave();
  }
}

/** A question that nothing follows is not worth a place in a cache, which some providers bill. */
function cacheKeyOf({ request, tools }: Turn, { goesOn }: Session, conversation: string | null): Pick<ModelRequest, 'cacheKey'> {
  const isWorthIt = goesOn || request.messages.length > 1 || (tools?.definitions().length ?? 0) > 0;
  return conversation !== null && isWorthIt ? { cacheKey: conversation } : {};
}

type Recorder = {
  conversation: string | null;
  take(event: StreamEvent): void;
  /** `step`: what the last reply took; undefined where the turn ended behind results of tools. */
  end(event: TurnEnd, step: TurnResult['step']): void;
  leave(): void;
};

function startRecording(turn: Turn, session: Session): Recorder {
  const { store, onFailure, onPlaced, date } = session;
  let fold = createFold();
  let last: AssistantMessage | undefined;
  let failed = false;
  /** When each attempt of the open reply began, in their order. */
  let startsMs: number[] = [];

  /** A store that fails is said once; the answer still reaches its reader. */
  function keep<Result>(action: () => Result): Result | undefined {
    try {
      return action();
    } catch (thrown) {
      if (!failed) onFailure(asSottoError(thrown));
      failed = true;
      return undefined;
    }
  }

  const begun = keep(() => begin(turn, session));
  if (begun?.isNewPrompt) onPlaced?.({ id: begun.message, role: 'user' });
  if (begun) onPlaced?.({ id: begun.reply.message, role: 'assistant' });
  let reply = begun?.reply;
  /** What the next message of the turn follows. */
  let end = begun?.reply.message;
  let prompted = false;
  /** Of the calls of the last reply, while they run. */
  let results: ResultsWriter | undefined;

  function finish(facts: Omit<ReplyEnd, 'message'>): void {
    const writer = reply;
    reply = undefined;
    // Tried even after a failure: what was in the way may be gone, and then nothing is missing.
    if (writer) keep(() => writer.finish({ ...facts, message: last ?? fold.reply().message }));
    last = undefined;
    fold = createFold();
    startsMs = [];
  }

  /** Results of tools, or the demand to mend an answer: what was said before stands, and the model is asked once more. */
  function add(message: UserMessage | ToolMessage): void {
    const parent = end;
    if (!begun || parent === undefined) return;
    const writer = results;
    results = undefined;
    keep(() => {
      if (writer && message.role === 'tool') return writer.finish(message);
      end = store.addMessage({ conversation: begun.conversation, parent, message });
      onPlaced?.({ id: end, role: message.role });
    });
  }

  /** What a call has brought is worth keeping before the others of its round have ended. */
  function addResult({ callId, name, output, outcome }: ToolEnd): void {
    const parent = end;
    if (!begun || failed || parent === undefined) return;
    keep(() => {
      if (!results) {
        results = store.beginResults({ conversation: begun.conversation, parent });
        end = results.message;
        onPlaced?.({ id: end, role: 'tool' });
      }
      results.add({ type: 'tool_result', callId, name, output, ...(outcome === 'ok' ? {} : { failed: true }) });
    });
  }

  /** A further reply within the turn has its place as soon as it is asked for. */
  function open(): void {
    const parent = end;
    if (!begun || reply || parent === undefined) return;
    keep(() => {
      reply = store.beginReply({ conversation: begun.conversation, parent, provider: turn.provider, model: turn.request.model });
      end = reply.message;
      onPlaced?.({ id: end, role: 'assistant' });
    });
  }

  return {
    conversation: begun?.conversation ?? null,
    take(event) {
      if (event.type === 'request.start') {
        open();
        startsMs.push(date());
      }
      fold.apply(event);
      const writer = reply;
      // A failing store is not waited for again and again while the answer streams.
      if (writer && !failed) keep(() => writer.take(event));
      if (event.type === 'tool.end') addResult(event);
      if (event.type === 'step.end') finish({ ...factsOf(event, startsMs), status: 'complete' });
      if (event.type !== 'message') return;
      if (event.message.role === 'assistant') last = event.message;
      // The prompt was there before the turn began.
      else if (prompted) add(event.message);
      prompted = true;
    },
    end(event, step) {
      // It failed before a further request had begun: that is an attempt all the same.
      if (step && step.attempts.length > 0) open();
      if (step) finish({ ...factsOf(step, startsMs), status: statusOf(event), error: event.error });
    },
    leave: () => finish({ status: 'cancelled', finishReason: 'cancelled', attempts: [] }),
  };
}

type Begun = { conversation: string; message: number; reply: ReplyWriter; isNewPrompt: boolean };

function begin(turn: Turn, { store, conversation, parent, prompt, system, folder }: Session): Begun {
  const asked = { provider: turn.provider, model: turn.request.model };
  if (conversation !== undefined && prompt !== undefined) {
    const reply = store.beginReply({ conversation, parent: prompt, ...asked });
    return { conversation, message: prompt, reply, isNewPrompt: false };
  }
  const begun = store.beginTurn({
    message: promptOf(turn),
    ...asked,
    ...(conversation === undefined ? {} : { conversation }),
    ...(conversation === undefined || parent === undefined ? {} : { parent }),
    ...(system === undefined ? {} : { system }),
    ...(folder === undefined ? {} : { folder }),
  });
  return { ...begun, isNewPrompt: true };
}

function promptOf(turn: Turn): UserMessage {
  const prompt = turn.request.messages.at(-1);
  return prompt?.role === 'user' ? prompt : userText('');
}

function factsOf(step: Omit<StepEnd, 'type'>, startsMs: readonly number[]): Omit<ReplyEnd, 'message' | 'status'> {
  const last = step.attempts.at(-1);
  return {
    finishReason: step.finishReason,
    rawFinishReason: step.rawFinishReason,
    ...(last ? { provider: last.provider, model: last.model } : {}),
    usage: step.usage ?? undefined,
    cost: step.cost ?? undefined,
    timing: step.timing,
    attempts: attemptRecords(step, 'turn', startsMs),
  };
}

/** What is said of the reply that a turn ended with. */
export function statusOf({ error }: TurnEnd): ReplyEnd['status'] {
  if (error === null) return 'complete';
  return error.kind === 'cancelled' ? 'cancelled' : 'failed';
}

/** The rows of the ledger for a turn or a reply that has ended; `startsMs` is when each attempt began, where that is known. */
export function attemptRecords(
  { attempts }: Pick<TurnEnd, 'attempts'>,
  purpose: AttemptRecord['purpose'],
  startsMs: readonly number[] = [],
): AttemptRecord[] {
  return attempts.map((attempt, index) => ({
    purpose,
    provider: attempt.provider,
    model: attempt.model,
    outcome: attempt.outcome,
    usage: attempt.usage ?? undefined,
    cost: attempt.cost ?? undefined,
    ...(startsMs[index] === undefined ? {} : { startedMs: startsMs[index] }),
    durationMs: attempt.durationMs,
    ...(attempt.firstTokenMs === null ? {} : { firstTokenMs: attempt.firstTokenMs }),
    ...(attempt.requestId === null ? {} : { requestId: attempt.requestId }),
  }));
}
