/** A turn of a conversation that is kept: the prompt is on disk before the request leaves, the reply is written while it streams. */
import { asSottoError, type SottoError } from '../core/errors.ts';
import type { Attempt, StreamEvent, TurnEnd } from '../core/events.ts';
import { type AssistantMessage, type Message, type UserMessage, userText } from '../core/messages.ts';
import type { BegunTurn, ReplyWriter, Store, StoredMessage } from '../store/store.ts';
import { runTurn, type Turn, type TurnPorts } from './turn.ts';

export type Session = {
  store: Store;
  /** The conversation that goes on; absent: a new one begins. */
  conversation?: string;
  /** The folder the user is in. */
  folder?: string;
  /** The store failed: the turn goes on, the user is told. */
  onFailure: (error: SottoError) => void;
  /** Milliseconds since 1970. */
  date: () => number;
};

/** The same events as `runTurn`, each on disk before it is seen. */
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
export function historyOf(path: readonly StoredMessage[]): Message[] {
  return path.flatMap(({ message }) => (message.parts.length > 0 ? [message] : []));
}

type Recorder = { conversation: string | null; take(event: StreamEvent): void; leave(): void };

function startRecording(turn: Turn, { store, conversation, folder, onFailure, date }: Session): Recorder {
  let failed = false;
  let begun: BegunTurn | undefined;
  let reply: ReplyWriter | undefined;
  let last: AssistantMessage | undefined;
  let parent = 0;
  const attempts: (Attempt & { startedMs: number; durationMs: number })[] = [];
  let startedMs = date();

  /** A store that fails is said once; the answer still reaches its reader. */
  function keep<Result>(action: () => Result): Result | undefined {
    if (failed) return undefined;
    try {
      return action();
    } catch (thrown) {
      failed = true;
      onFailure(asSottoError(thrown));
      return undefined;
    }
  }

  const prompt = turn.request.messages.at(-1);
  begun = keep(() =>
    store.beginTurn({
      ...(conversation === undefined ? {} : { conversation }),
      message: prompt?.role === 'user' ? prompt : userText(''),
      provider: turn.provider,
      model: turn.request.model,
      ...(turn.request.system === undefined ? {} : { system: turn.request.system }),
      ...(folder === undefined ? {} : { folder }),
    }),
  );
  reply = begun?.reply;
  parent = begun?.reply.message ?? 0;

  function finish(end: TurnEnd): void {
    const writer = reply;
    if (!writer) return;
    reply = undefined;
    keep(() =>
      writer.finish({
        status: end.error === null ? 'complete' : end.error.kind === 'cancelled' ? 'cancelled' : 'failed',
        message: last ?? { role: 'assistant', parts: [] },
        finishReason: end.finishReason,
        rawFinishReason: end.rawFinishReason,
        usage: end.usage ?? undefined,
        cost: end.cost ?? undefined,
        error: end.error,
        timing: end.timing,
        attempts: [],
      }),
    );
  }

  return {
    conversation: begun?.conversation ?? conversation ?? null,
    take(event) {
      reply?.take(event);
      if (event.type === 'message' && event.message.role === 'assistant') last = event.message;
      if (event.type === 'turn.end') finish(event);
    },
    leave() {},
  };
}
