/** A conversation as the chat holds it: the messages of the active path, and those that are only in memory. */
import type { StepEnd, StreamEvent, TurnEnd } from '../core/events.ts';
import type { AssistantMessage, Message } from '../core/messages.ts';
import type { AttemptRecord, StoredMessage } from '../store/store.ts';
import { attemptRecords, type Placed, statusOf } from './session.ts';

export type Line = {
  /** Undefined while nothing of it is in the store. */
  conversation: string | undefined;
  title: string | undefined;
  /** The title is the user's, and the conversation is to have it as soon as it is kept. */
  isNamed: boolean;
  path: StoredMessage[];
  /** Messages that are only here, on any branch, by their negative ids. */
  unkept: Map<number, StoredMessage>;
  /** Those of them that were to be kept, and could not be; with what is to be in the ledger for each. */
  missing: Map<number, readonly AttemptRecord[]>;
  /** New ids of messages that have been written later than they were said. */
  settled: Map<number, number>;
  /** The id of the last message that was only here. */
  lastUnkept: number;
};

export function emptyLine(): Line {
  return {
    conversation: undefined,
    title: undefined,
    isNamed: false,
    path: [],
    unkept: new Map(),
    missing: new Map(),
    settled: new Map(),
    lastUnkept: 0,
  };
}

/** The last message of the path that the store has; null: none. */
export function storedEnd(path: readonly StoredMessage[]): number | null {
  return path.findLast(({ id }) => id > 0)?.id ?? null;
}

type LineWriter = {
  /** The store has a place for the next message of this role. */
  place(placed: Placed): void;
  take(event: StreamEvent): void;
  /** The turn ends here, whether or not it had come to its end. */
  leave(reply: AssistantMessage | undefined): void;
};

type WriteStart = {
  /** What the turn goes on from. */
  base: readonly StoredMessage[];
  /** The prompt is the end of `base`: its event says nothing new. */
  hasPrompt: boolean;
  /** The store is to have it. */
  isKept: boolean;
  /** Milliseconds since 1970. */
  date: () => number;
};

/** Writes a turn into the line as it happens; from its first event on, the path is the base and what follows. */
export function writeTurn(line: Line, { base, hasPrompt, isKept, date }: WriteStart): LineWriter {
  const path = [...base];
  const places: Placed[] = [];
  let asked = { provider: null as string | null, model: null as string | null };
  let skipsPrompt = hasPrompt;
  /** A reply is open: the first one from the beginning on. */
  let isAsked = true;
  let hasSteps = false;
  /** Attempts of the turn that were those of earlier steps. */
  let charged = 0;

  function add(message: Message, facts: Partial<StoredMessage> = {}): void {
    const at = places.findIndex(({ role }) => role === message.role);
    const placed = at < 0 ? undefined : places.splice(0, at + 1).at(-1);
    const id = placed?.id ?? --line.lastUnkept;
    const stored = { ...NO_FACTS, ...asked, createdMs: date(), ...facts, id, parent: path.at(-1)?.id ?? null, message };
    path.push(stored);
    if (id < 0) line.unkept.set(id, stored);
    if (id < 0 && isKept) line.missing.set(id, []);
  }

  /** What the reply that has just ended took belongs into the ledger with it. */
  function charge(ended: StepEnd | TurnEnd): void {
    const id = path.findLast(({ message }) => message.role === 'assistant')?.id ?? 0;
    if (line.missing.has(id))
      line.missing.set(
        id,
        attemptRecords({ attempts: ended.type === 'turn.end' ? ended.attempts.slice(charged) : ended.attempts }, 'turn'),
      );
    charged = ended.type === 'step.end' ? charged + ended.attempts.length : charged;
  }

  /** The open reply gets its end; one that never came to a word gets a place all the same. */
  function end(message: AssistantMessage, facts: Partial<StoredMessage>): void {
    if (!isAsked && !places.some(({ role }) => role === 'assistant')) return;
    isAsked = false;
    const last = path.at(-1);
    if (path.length === base.length || last?.message.role !== 'assistant') {
      add(message, facts);
      return;
    }
    const ended = { ...last, ...facts };
    path[path.length - 1] = ended;
    if (ended.id < 0) line.unkept.set(ended.id, ended);
  }

  return {
    place: (placed) => void places.push(placed),
    take(event) {
      switch (event.type) {
        case 'turn.start':
          asked = { provider: event.provider, model: event.model };
          line.path = path;
          line.conversation = event.conversation ?? line.conversation;
          return;
        case 'request.start':
          asked = { provider: event.provider, model: event.model };
          isAsked = true;
          return;
        case 'message':
          if (skipsPrompt) skipsPrompt = false;
          else add(event.message, event.message.role === 'assistant' ? { finishReason: finishOf(event.message) } : {});
          return;
        case 'step.end':
          hasSteps = true;
          end(EMPTY, { ...factsOf(event), status: 'complete' });
          charge(event);
          return;
        case 'turn.end':
          end(EMPTY, { ...factsOf(event), ...(hasSteps ? lastOf(event) : {}), status: statusOf(event), error: event.error });
          charge(event);
          return;
        default:
          event.type satisfies
            | 'context'
            | 'part.start'
            | 'part.delta'
            | 'part.end'
            | 'usage'
            | 'notice'
            | 'finish'
            | 'retry'
            | 'tool.approval'
            | 'tool.start'
            | 'tool.progress'
            | 'tool.end';
          return;
      }
    },
    leave(reply) {
      if (isAsked && line.path === path) end(reply ?? EMPTY, { status: 'cancelled', finishReason: 'cancelled' });
    },
  };
}

const EMPTY: AssistantMessage = { role: 'assistant', parts: [] };

const NO_FACTS: Omit<StoredMessage, 'id' | 'parent' | 'createdMs' | 'message'> = {
  status: 'complete',
  provider: null,
  model: null,
  finishReason: null,
  rawFinishReason: null,
  usage: null,
  cost: null,
  timing: { firstTokenMs: null, durationMs: null },
  error: null,
};

function finishOf({ parts }: AssistantMessage): StoredMessage['finishReason'] {
  return parts.some((part) => part.type === 'tool_call') ? 'tool_calls' : 'stop';
}

function factsOf({ finishReason, rawFinishReason, usage, cost, timing, attempts }: TurnEnd | StepEnd): Partial<StoredMessage> {
  const last = attempts.at(-1);
  return { finishReason, rawFinishReason, usage, cost, timing, ...(last ? { provider: last.provider, model: last.model } : {}) };
}

/** Of a turn in several steps, the last reply took what its own request did. */
function lastOf({ attempts }: TurnEnd): Partial<StoredMessage> {
  const last = attempts.at(-1);
  return last ? { usage: last.usage, cost: last.cost } : {};
}
