/** A turn of a conversation that is kept: the prompt is on disk before the request leaves, the reply is written while it streams. */
import { asSottoError, type SottoError } from '../core/errors.ts';
import type { StreamEvent, TurnEnd } from '../core/events.ts';
import { createFold } from '../core/fold.ts';
import { type AssistantMessage, type Message, type UserMessage, userText } from '../core/messages.ts';
import type { AttemptRecord, ReplyEnd, ReplyWriter, Store, StoredMessage } from '../store/store.ts';
import { runTurn, type Turn, type TurnPorts } from './turn.ts';

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
  /** The store failed: the turn goes on, the user is told. */
  onFailure: (error: SottoError) => void;
  /** Milliseconds since 1970. */
  date: () => number;
};

export type Placed = { id: number; role: Message['role'] };

/** The same events as `runTurn`, each handed to the store before it is seen; what the store holds back is on disk 250 ms later. */
export async function* sendTurn(turn: Turn, session: Session, ports: TurnPorts, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const recorder = startRecording(turn, session);
  const events = runTurn({ ...turn, conversation: recorder.conversation }, ports, signal);
  try {
    for await (const event of events) {
      recorder.take(event);
      yield event;
    }
  } finally {
    // Whoever leaves early leaves a reply that says so.
    recorder.leave();
  }
}

/** The messages of a conversation as they are sent again: what never came to a word is left out. */
export function historyOf(path: readonly Pick<StoredMessage, 'message' | 'status'>[]): Message[] {
  return path.flatMap(({ message, status }, index) => {
    const isWhole = status === 'complete' || path[index + 1]?.message.role === 'tool';
    const sent = isWhole ? message : saidOf(message);
    return sent.parts.length > 0 ? [sent] : [];
  });
}

/** Of a reply that broke off, its text counts: half a call is none, and half a thought has no signature. */
function saidOf(message: Message): Message {
  return message.role === 'assistant' ? { role: 'assistant', parts: message.parts.filter((part) => part.type === 'text') } : message;
}

type Recorder = { conversation: string | null; take(event: StreamEvent): void; leave(): void };

function startRecording(turn: Turn, session: Session): Recorder {
  const { store, onFailure, onPlaced, date } = session;
  let fold = createFold();
  let last: AssistantMessage | undefined;
  let failed = false;
  /** When each attempt began, in their order. */
  const startsMs: number[] = [];

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
  let prompted = false;

  function finish(end: Omit<ReplyEnd, 'message'>): void {
    const writer = reply;
    reply = undefined;
    // Tried even after a failure: what was in the way may be gone, and then nothing is missing.
    if (writer) keep(() => writer.finish({ ...end, message: last ?? fold.reply().message }));
  }

  /** The model is asked once more within the same turn: what it said stands, and the demand follows it. */
  function goOn(message: UserMessage): void {
    const parent = reply?.message;
    if (!begun || parent === undefined) return;
    finish({ status: 'complete', finishReason: 'stop', attempts: [] });
    last = undefined;
    fold = createFold();
    keep(() => {
      const demand = store.addMessage({ conversation: begun.conversation, parent, message });
      onPlaced?.({ id: demand, role: 'user' });
      reply = store.beginReply({ conversation: begun.conversation, parent: demand, provider: turn.provider, model: turn.request.model });
      onPlaced?.({ id: reply.message, role: 'assistant' });
    });
  }

  return {
    conversation: begun?.conversation ?? null,
    take(event) {
      fold.apply(event);
      if (event.type === 'request.start') startsMs.push(date());
      const writer = reply;
      // A failing store is not waited for again and again while the answer streams.
      if (writer && !failed) keep(() => writer.take(event));
      if (event.type === 'message' && event.message.role === 'assistant') last = event.message;
      if (event.type === 'message' && event.message.role === 'user') {
        if (prompted) goOn(event.message);
        prompted = true;
      }
      if (event.type === 'turn.end') finish(endOf(event, startsMs));
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

function endOf(end: TurnEnd, startsMs: readonly number[]): Omit<ReplyEnd, 'message'> {
  const last = end.attempts.at(-1);
  return {
    status: statusOf(end),
    finishReason: end.finishReason,
    rawFinishReason: end.rawFinishReason,
    ...(last ? { provider: last.provider, model: last.model } : {}),
    usage: end.usage ?? undefined,
    cost: end.cost ?? undefined,
    error: end.error,
    timing: end.timing,
    attempts: attemptRecords(end, 'turn', startsMs),
  };
}

/** What is said of the reply that a turn ended with. */
export function statusOf({ error }: TurnEnd): ReplyEnd['status'] {
  if (error === null) return 'complete';
  return error.kind === 'cancelled' ? 'cancelled' : 'failed';
}

/** The rows of the ledger for a turn that has ended; `startsMs` is when each attempt began, where that is known. */
export function attemptRecords(end: TurnEnd, purpose: AttemptRecord['purpose'], startsMs: readonly number[] = []): AttemptRecord[] {
  return end.attempts.map((attempt, index) => ({
    purpose,
    provider: attempt.provider,
    model: attempt.model,
    outcome: attempt.outcome,
    usage: attempt.usage ?? undefined,
    cost: attempt.cost ?? undefined,
    ...(startsMs[index] === undefined ? {} : { startedMs: startsMs[index] }),
    durationMs: attempt.durationMs,
    ...(attempt.requestId === null ? {} : { requestId: attempt.requestId }),
  }));
}
