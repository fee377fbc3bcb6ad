/** A conversation being held: what is sent with each turn, where it goes on, and what it has cost so far. Knows no screen. */
import type { StreamEvent } from '../core/events.ts';
import type { MediaPart, TextPart } from '../core/messages.ts';
import type { Effort, ModelInfo } from '../core/model.ts';
import type { StoredMessage } from '../store/store.ts';
import type { ChatTotals } from './chat-totals.ts';
import type { Choice } from './choose.ts';

/** What the user sends: the typed text, and what is attached to it. */
export type Prompt = { text: string; attachments?: readonly (TextPart | MediaPart)[] };

export interface Chat {
  readonly state: ChatState;

  /** Sends the prompt as the next turn; `replaces` makes it a branch beside that earlier prompt. The same events as `ask`. */
  send(prompt: Prompt, options: { replaces?: number }, signal: AbortSignal): AsyncGenerator<StreamEvent>;
  /** Another answer to the last prompt, beside the one that is there. */
  retry(signal: AbortSignal): AsyncGenerator<StreamEvent>;
  /** A side question: knows the conversation, leaves no trace in it (its cost is in the ledger). */
  aside(prompt: Prompt, signal: AbortSignal): AsyncGenerator<StreamEvent>;

  /** The messages of the active path, oldest first; empty before the first turn. */
  path(): readonly ChatMessage[];
  /** Takes the last turn off the active path (nothing is deleted) and gives its prompt back. */
  undo(): Promise<Prompt | undefined>;
  /** The leaves of the tree: one for each branch, the active one marked. */
  branches(): Branch[];
  activate(leaf: number): Promise<void>;

  startNew(): void;
  /** Goes on with a stored conversation; fails with a usage error when there is none. Opens the store where it is not open yet. */
  resume(id: string): Promise<void>;
  /** A copy up to and including a message (all of it without one), which becomes the conversation. */
  fork(message?: number): Promise<string>;
  rename(title: string): Promise<void>;

  /** Who will be asked, chosen now instead of with the first prompt; where nothing is set up, the guide. */
  choose(signal: AbortSignal): Promise<Choice>;
  /** Switches in mid-conversation; throws a SottoError when it cannot be asked, and keeps the old one. Without names: what the settings choose. */
  setModel(choice: { model?: string; provider?: string }, signal: AbortSignal): Promise<Choice>;
  setSystem(system: string | undefined): Promise<void>;
  setEffort(effort: Effort | undefined): void;
  /** From now on nothing is written; or again. */
  setPrivate(isPrivate: boolean): void;
  /** Ends what is open, the store with it. */
  close(): Promise<void>;
}

export type ChatState = {
  /** Undefined before the first turn, and where nothing is kept. */
  conversation: string | undefined;
  title: string | undefined;
  /** Undefined until one is chosen. */
  provider: string | undefined;
  model: string | undefined;
  /** What is known of the model; window and abilities may be unknown. */
  facts: ModelInfo | undefined;
  system: string | undefined;
  effort: Effort | undefined;
  isPrivate: boolean;
  /** Something of it is only in memory, and not because it is private: saving is off, or fails. */
  isNotSaved: boolean;
  /** Of this session: sums of what is known, and how many answers have no known price. */
  totals: ChatTotals;
  /** Tokens in the context at the end of the last turn; undefined: unknown. */
  contextTokens: number | undefined;
};

/** A message of the path. What is only in memory (private, or nothing is kept) has a negative id; it can be edited and forked at like any other. */
export type ChatMessage = Omit<StoredMessage, 'parent'>;

/** `reply`: how the last answer begins, for branches that have their prompt in common. */
export type Branch = { leaf: number; isActive: boolean; prompt: string; reply: string; createdMs: number; messageCount: number };
