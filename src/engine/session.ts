/** A turn of a conversation that is kept: the prompt is on disk before the request leaves, the reply is written while it streams. */
import { asSottoError, type SottoError } from '../core/errors.ts';
import type { StepEnd, StreamEvent, ToolEnd, TurnEnd } from '../core/events.ts';
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
  /** Told when another program has locked the store and the turn has to wait for long. */
  onWait?: (words: string) => void;
  /** Milliseconds since 1970. */
  date: () => number;
};

export type Placed = { id: number; role: Message['role'] };

/** The same events as `runTurn`, each handed to the store before it is seen; what the store holds back is on disk 250 ms later. */
export async function* sendTurn(turn: Turn, session: Session, ports: TurnPorts, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const recorder = await startRecording(turn, session, signal);
  const { conversation } = recorder;
  const request = { ...turn.request, ...cacheKeyOf(turn, session, conversation) };
  let left: AssistantMessage | undefined;
  const onLeave = (reply: AssistantMessage) => {
    left = reply;
    ports.onLeave?.(reply);
  };
  const events: AsyncIterator<StreamEvent, TurnResult> = runTurn({ ...turn, request, conversation }, { ...ports, onLeave }, signal);
  try {
    for (let next = await events.next(); !next.done; ) {
      const event = next.value;
      if (event.type === 'turn.end') {
        // The last reply is written down with what it alone took: that is known behind the last event.
        next = await events.next();
        await recorder.end(event, next.done ? next.value.step : undefined);
        yield event;
      } else {
        const waits = recorder.take(event);
        if (waits) await waits;
        yield event;
        next = await events.next();
      }
    }
  } finally {
    await events.return?.();
    // Whoever leaves early leaves a reply that says so.
    await recorder.leave(left);
  }
}

/** A question that nothing follows is not worth a place in a cache, which some providers bill. */
function cacheKeyOf({ request, tools }: Turn, { goesOn }: Session, conversation: string | null): Pick<ModelRequest, 'cacheKey'> {
  const isWorthIt = goesOn || request.messages.length > 1 || (tools?.definitions().length ?? 0) > 0;
  return conversation !== null && isWorthIt ? { cacheKey: conversation } : {};
}

type Recorder = {
  conversation: string | null;
  /** A promise where something has to be written that other things follow. */
  take(event: StreamEvent): Promise<void> | undefined;
  /** `step`: what the last reply took; undefined where the turn ended behind results of tools. */
  end(event: TurnEnd, step: TurnResult['step']): Promise<void>;
  /** `reply`: what there is of the open one. */
  leave(reply: AssistantMessage | undefined): Promise<void>;
};

async function startRecording(turn: Turn, session: Session, signal: AbortSignal): Promise<Recorder> {
  const { store, onFailure, onPlaced, onWait, date } = session;
  const patiently = store.patience(onWait, signal);
  let last: AssistantMessage | undefined;
  let failed = false;
  /** When each attempt of the open reply began, in their order. */
  let startsMs: number[] = [];

  /** A store that fails is said once; the answer still reaches its reader. */
  function fail(thrown: unknown): undefined {
    if (!failed) onFailure(causeOf(thrown));
    failed = true;
  }

  const keep = <Result>(action: () => Result): Promise<Result | undefined> => patiently(action).catch(fail);

  // Whoever stops a turn that has not begun is not told that it is not kept.
  const begun = await patiently(() => begin(turn, session)).catch((thrown) => (signal.aborted ? undefined : fail(thrown)));
  if (begun?.isNewPrompt) onPlaced?.({ id: begun.message, role: 'user' });
  if (begun) onPlaced?.({ id: begun.reply.message, role: 'assistant' });
  let reply = begun?.reply;
  /** What the next message of the turn follows. */
  let end = begun?.reply.message;
  let prompted = false;
  /** Of the calls of the last reply, while they run. */
  let results: ResultsWriter | undefined;

  async function finish(facts: Omit<ReplyEnd, 'message'>): Promise<void> {
    const writer = reply;
    reply = undefined;
    const ended = { ...facts, message: last ?? { role: 'assistant', parts: [] } };
    last = undefined;
    startsMs = [];
    // Tried even after a failure: what was in the way may be gone, and then nothing is missing.
    if (writer) await keep(() => writer.finish(ended));
  }

  /** Results of tools, or the demand to mend an answer: what was said before stands, and the model is asked once more. */
  async function add(message: UserMessage | ToolMessage): Promise<void> {
    const parent = end;
    if (!begun || parent === undefined) return;
    const writer = results;
    results = undefined;
    if (writer && message.role === 'tool') return void (await keep(() => writer.finish(message)));
    const id = await keep(() => store.addMessage({ conversation: begun.conversation, parent, message }));
    if (id !== undefined) place(id, message.role);
  }

  function place(id: number, role: Message['role']): void {
    end = id;
    onPlaced?.({ id, role });
  }

  /** What a call has brought is worth keeping before the others of its round have ended. */
  async function addResult({ callId, name, output, outcome }: ToolEnd): Promise<void> {
    const parent = end;
    if (!begun || failed || parent === undefined) return;
    if (!results) {
      results = await keep(() => store.beginResults({ conversation: begun.conversation, parent }));
      if (results) place(results.message, 'tool');
    }
    const writer = results;
    const failure = outcome === 'ok' ? {} : ({ failed: true } as const);
    if (writer) await keep(() => writer.add({ type: 'tool_result', callId, name, output, ...failure }));
  }

  /** A further reply within the turn has its place as soon as it is asked for. */
  async function open(): Promise<void> {
    const parent = end;
    if (!begun || reply || parent === undefined) return;
    const asked = { provider: turn.provider, model: turn.request.model };
    reply = await keep(() => store.beginReply({ conversation: begun.conversation, parent, ...asked }));
    if (reply) place(reply.message, 'assistant');
  }

  function stream(event: StreamEvent): void {
    // A failing store is not asked again and again while the answer streams.
    if (!reply || failed) return;
    try {
      reply.take(event);
    } catch (thrown) {
      fail(thrown);
    }
  }

  async function begins(event: StreamEvent): Promise<void> {
    await open();
    startsMs.push(date());
    stream(event);
  }

  return {
    conversation: begun?.conversation ?? null,
    take(event) {
      if (event.type === 'request.start') return begins(event);
      stream(event);
      if (event.type === 'tool.end') return addResult(event);
      if (event.type === 'step.end') return finish({ ...factsOf(event, startsMs), status: 'complete' });
      if (event.type !== 'message') return undefined;
      if (event.message.role === 'assistant') {
        last = event.message;
        prompted = true;
        return undefined;
      }
      // The prompt was there before the turn began.
      const isPrompt = !prompted;
      prompted = true;
      return isPrompt ? undefined : add(event.message);
    },
    async end(event, step) {
      // It failed before a further request had begun: that is an attempt all the same.
      if (step && step.attempts.length > 0) await open();
      if (step) await finish({ ...factsOf(step, startsMs), status: statusOf(event), error: event.error });
    },
    leave(open) {
      last ??= open;
      return finish({ status: 'cancelled', finishReason: 'cancelled', attempts: [] });
    },
  };
}

/** What was in the way when a wait was called off. */
function causeOf(thrown: unknown): SottoError {
  const error = asSottoError(thrown);
  return error.kind === 'cancelled' && error.cause !== undefined ? asSottoError(error.cause) : error;
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
