/** What a chat holds while it goes on: shared by all that can be done with it. */
import type { Effort } from '../core/model.ts';
import type { Conversation, Store } from '../store/store.ts';
import type { ChatState } from './chat.ts';
import { type ChatKeeping, createKeeping } from './chat-keeping.ts';
import { emptyLine, type Line } from './chat-line.ts';
import { type ChatModel, createChatModel } from './chat-model.ts';
import type { ChatPorts } from './chat-ports.ts';
import { type ChatTotals, contextOf, NO_TOTALS } from './chat-totals.ts';

export type Held = {
  readonly ports: ChatPorts;
  readonly model: ChatModel;
  readonly keeping: ChatKeeping;
  /** Fires when the chat is closed. */
  readonly life: AbortController;
  /** What is going on, and has to come to its end before the store is closed. */
  readonly running: Set<Promise<unknown>>;
  /** Notices that were given: what holds for a model is said once. */
  readonly told: Set<string>;
  line: Line;
  system: string | undefined;
  effort: Effort | undefined;
  isPrivate: boolean;
  totals: ChatTotals;
  contextTokens: number | undefined;
};

export function holdNothing(ports: ChatPorts): Held {
  const { parameters, system, isPrivate } = ports.defaults;
  const held: Held = {
    ports,
    model: createChatModel(ports, () => held.isPrivate),
    keeping: createKeeping(ports),
    life: new AbortController(),
    running: new Set(),
    told: new Set(),
    line: emptyLine(),
    system,
    effort: parameters.effort,
    isPrivate,
    totals: NO_TOTALS,
    contextTokens: undefined,
  };
  return held;
}

export function stateOf({ line, model, keeping, ports, system, effort, isPrivate, totals, contextTokens }: Held): ChatState {
  const { conversation, title } = line;
  const isNotSaved = !isPrivate && (!ports.defaults.saves || line.missing.size > 0 || keeping.isFailing());
  return { conversation, title, ...model.named(), system, effort, isPrivate, isNotSaved, totals, contextTokens };
}

/** Is what happens now to be written? */
export function isKept({ ports, isPrivate }: Held): boolean {
  return ports.defaults.saves && !isPrivate;
}

/** The store and the conversation in it, where changes of it are to be written. */
export function keptIn(held: Held): { store: Store; conversation: string } | undefined {
  const { keeping, line } = held;
  const store = keeping.store();
  return store && line.conversation !== undefined && isKept(held) ? { store, conversation: line.conversation } : undefined;
}

/** Changes the conversation in the store, where it is kept. */
export async function changeKept(held: Held, action: (store: Store, conversation: string) => unknown): Promise<void> {
  const kept = keptIn(held);
  if (kept) await held.keeping.change(kept.store, (patiently) => patiently(() => action(kept.store, kept.conversation)));
}

/** Goes on with a conversation of the store: its path, its model, its instructions. */
export function adopt(held: Held, store: Store, conversation: Conversation): void {
  const { id, title, provider, model, system } = conversation;
  const { defaults } = held.ports;
  const path = store.path(id);
  held.line = { ...emptyLine(), conversation: id, title, path };
  held.system = defaults.isSystemGiven ? defaults.system : (system ?? defaults.system);
  held.model.goOnWith(provider && model ? { provider, model } : undefined);
  measure(held);
}

/** The context is what the last reply of the path left. */
export function measure(held: Held): void {
  held.contextTokens = contextOf(held.line.path.findLast(({ message }) => message.role === 'assistant')?.usage);
}
