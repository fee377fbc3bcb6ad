/** The conversation store as the rest of the house sees it: an interface of intent, and the shapes that go in and out. */
import type { ErrorReport, SottoError } from '../core/errors.ts';
import type { FinishReason, StreamEvent } from '../core/events.ts';
import type { AssistantMessage, Message, ToolMessage, ToolResultPart, UserMessage } from '../core/messages.ts';
import type { Cost, Usage } from '../core/usage.ts';
import type { Patience } from './patience.ts';

/** Everything is synchronous, except `backup`; every failure is a SottoError of kind `configuration` with a way out. */
export interface Store {
  /** Path of the database file. */
  readonly file: string;
  /** For whatever changes something: waits where another program has locked the database. One for each thing that the user wants. */
  patience(onWait: ((words: string) => void) | undefined, signal: AbortSignal): Patience;

  /** Commits the user's message, and opens its reply in the same transaction. Call it before the request leaves. */
  beginTurn(turn: TurnStart): BegunTurn;
  /** Opens a further reply: the next step after tool results, or another answer to the same prompt. */
  beginReply(reply: ReplyStart): ReplyWriter;
  /** Opens the results of a reply's calls when the first of them has ended, and makes them the end of the active path. */
  beginResults(results: ResultsStart): ResultsWriter;
  /** Adds a complete message, such as tool results, and makes it the end of the active path. */
  addMessage(added: AddedMessage): number;
  /** Records an attempt outside a reply: a title, a summary, an embedding. */
  recordAttempt(attempt: AttemptRecord, of?: { conversation?: string; message?: number }): void;

  list(filter?: ListFilter): ConversationSummary[];
  /** By id, unique beginning of an id, title, or part of a title, in this order. */
  find(reference: string): Found;
  /** The conversation that was used last, archived ones left out. */
  last(filter?: { folder?: string }): ConversationSummary | undefined;
  conversation(id: string): Conversation | undefined;
  /** Messages from the first one to a leaf: the active one unless another is named. */
  path(id: string, options?: PathOptions): StoredMessage[];
  /** Every message of the conversation, oldest first; `parent` says how they hang together. */
  tree(id: string, options?: Pick<PathOptions, 'media'>): StoredMessage[];
  search(query: SearchQuery): SearchResult;
  /** The same, saying now and then how far it is: between two steps the caller may stop it. */
  searchSteps(query: SearchQuery): Generator<SearchStep, SearchResult>;
  /** What the user has typed in all conversations, each once, newest first; what is too long to have been typed is left out. */
  prompts(options: { limit: number }): string[];
  totals(filter?: TotalsFilter): Totals;
  /** All tags in use, most used first. */
  tags(): { tag: string; conversations: number }[];

  /** A title by a model never replaces one by the user. Returns whether it was set. */
  rename(id: string, title: string, source?: TitleSource): boolean;
  tag(id: string, ...tags: string[]): void;
  untag(id: string, ...tags: string[]): void;
  pin(id: string, pinned: boolean): void;
  archive(id: string, archived: boolean): void;
  /** Instructions that later turns of the conversation use. */
  setSystem(id: string, system: string | null): void;
  /** Makes another branch the active one; the newest leaf below the message is taken. */
  activate(id: string, message: number): void;
  /** The active path ends at this message, whatever follows it; null: before the first one. */
  endAt(id: string, message: number | null): void;
  /** A new conversation with the path up to and including the message (the whole active path without one). Returns its id. */
  fork(id: string, message?: number): string;
  /** Really deletes: messages, search index, attachments that nothing else uses. The ledger keeps the money, not the words. */
  remove(ids: readonly string[]): Removal;
  /** The same in a form that goes on where a lock has stopped it, when it is called again. */
  removing(ids: readonly string[]): () => Removal;

  exportConversation(id: string): ConversationRecord | undefined;
  /** Adds a conversation from elsewhere, or to the one that is there (by its `source`, or its sotto id) the messages that are new. */
  importConversation(record: ConversationRecord): Imported;
  /** The same for several small ones in one transaction: all of them or none. */
  importTogether(records: readonly ConversationRecord[]): Imported[];
  /** The same in short transactions, each telling how far it came: between two steps others write, and who stops keeps what is done. */
  importSteps(record: ConversationRecord, options: { dryRun: boolean }): Generator<ImportStep, Imported>;

  /** Can all of these conversations be read? Looks at every row of them, and is told by SQLite. */
  isReadable(ids: readonly string[]): boolean;
  /** The whole check of the file and of what must hold between its rows. */
  check(): CheckReport;
  /** A consistent copy while others may write. Refuses a file that exists. */
  backup(file: string, onPages: (done: number, total: number) => void, signal: AbortSignal): Promise<void>;
  /** Gives freed space back to the disk, and leaves no old bytes behind. */
  vacuum(): { bytesBefore: number; bytesAfter: number };
  /** Writes the log into the database file, as far as nobody is in the way: what is only in the log is lost with it. */
  fold(): void;
  close(): void;
}

export type StoreOptions = {
  file: string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** 0 ≤ x < 1. */
  random: () => number;
  pid: number;
  /** Does a process with this id exist on this machine? */
  isRunning: (pid: number) => boolean;
  /** Runs the action once after the time without keeping the process alive; returns how to call it off. */
  wakeAfter: (milliseconds: number, action: () => void) => () => void;
  /** How long an action may hold up the process for another writer: 15 s unless told. See `patience`. */
  lockTimeoutMs?: number;
  /** What the user should know of the file, though it could be opened. */
  notice?: (message: string) => void;
  /** False: a database of an older schema is not brought to today's; opening it fails, and `isOutdated` tells. */
  migrates?: boolean;
};

export type TurnStart = {
  /** Absent: a new conversation begins. */
  conversation?: string;
  /** What the prompt answers. Absent: the active leaf; null: the prompt is a new beginning (the first turn, edited). */
  parent?: number | null;
  message: UserMessage;
  provider: string;
  model: string;
  /** The rest matters only for a new conversation. */
  system?: string;
  /** Where the user was: the current folder. */
  folder?: string;
  title?: string;
  tags?: readonly string[];
};

export type BegunTurn = { conversation: string; isNew: boolean; message: number; reply: ReplyWriter };
export type ReplyStart = { conversation: string; parent: number; provider: string; model: string };
export type ResultsStart = Pick<ReplyStart, 'conversation' | 'parent'>;
export type AddedMessage = { conversation: string; parent: number | null; message: UserMessage | ToolMessage };

/** One reply while it streams. After a failed write it stays usable: the next flush tries again with everything. */
export interface ReplyWriter {
  readonly message: number;
  /** Takes the events of the reply as they come; text is on disk at the latest 250 ms or 4 KB later. */
  take(event: StreamEvent): void;
  /** Writes now what is still buffered. */
  flush(): void;
  /** Closes the reply with the whole truth. Returns false when the conversation was deleted meanwhile. */
  finish(end: ReplyEnd): boolean;
}

/** The results of the calls of one reply, as they come. */
export interface ResultsWriter {
  readonly message: number;
  /** On disk when it returns. */
  add(result: ToolResultPart): void;
  /** All of them, in the order of the calls. */
  finish(message: ToolMessage): void;
}

export type ReplyEnd = {
  status: 'complete' | 'cancelled' | 'failed';
  message: AssistantMessage;
  finishReason: FinishReason;
  rawFinishReason?: string | null;
  /** Who really answered, where that differs from the start. */
  provider?: string;
  model?: string;
  usage?: Usage | undefined;
  cost?: Cost | undefined;
  error?: ErrorReport | null;
  timing?: { firstTokenMs: number | null; durationMs: number };
  attempts: readonly AttemptRecord[];
};

/** One row of the ledger: one attempt at one provider. Absent is unknown. */
export type AttemptRecord = {
  /** `turn`, or what a helper call was for. */
  purpose: 'turn' | 'title' | 'summary' | 'embedding' | 'repair' | (string & {});
  provider: string;
  model: string;
  outcome: 'ok' | 'cancelled' | 'interrupted' | (string & {});
  usage?: Usage | undefined;
  cost?: Cost | undefined;
  /** The row of the price list that the cost was computed with, as it was then. */
  price?: unknown;
  startedMs?: number;
  durationMs?: number;
  firstTokenMs?: number;
  requestId?: string;
  status?: number;
};

export type MessageStatus = 'complete' | 'streaming' | 'interrupted' | 'cancelled' | 'failed';
export type TitleSource = 'prompt' | 'model' | 'user' | 'import';

export type ConversationSummary = {
  id: string;
  title: string;
  titleSource: TitleSource;
  createdMs: number;
  updatedMs: number;
  /** Of the last turn. */
  provider: string | null;
  model: string | null;
  messageCount: number;
  pinned: boolean;
  archived: boolean;
  folder: string | null;
  tags: string[];
  forkedFrom: { conversation: string; message: number } | null;
  /** Sums of what is known. */
  usage: Usage;
  costUsd: number | null;
  /** How many attempts have no known cost, or only for a part of them: `costUsd` is then a lower bound. */
  unknownCosts: number;
};

export type Conversation = ConversationSummary & {
  system: string | null;
  /** End of the active path. */
  activeMessage: number | null;
  source: { name: string; id: string } | null;
};

export type StoredMessage = {
  id: number;
  parent: number | null;
  status: MessageStatus;
  createdMs: number;
  provider: string | null;
  model: string | null;
  finishReason: FinishReason | null;
  rawFinishReason: string | null;
  usage: Usage | null;
  cost: Cost | null;
  timing: { firstTokenMs: number | null; durationMs: number | null };
  error: ErrorReport | null;
  message: Message;
  /** Why it is not the whole message: its place in the database is damaged. Absent where it is whole. */
  damage?: string;
};

/** `media: false` leaves out the bytes of pictures (`data` is then empty). */
export type PathOptions = { leaf?: number; media?: boolean };

export type ListFilter = {
  limit?: number;
  /** The last row of the page before. */
  before?: { updatedMs: number; id: string };
  model?: string;
  provider?: string;
  tag?: string;
  folder?: string;
  sinceMs?: number;
  untilMs?: number;
  minCostUsd?: number;
  pinned?: boolean;
  /** Absent: only those that are not archived; 'any': all. */
  archived?: boolean | 'any';
  /** Part of the title. */
  title?: string;
};

export type Found =
  | { kind: 'one'; conversation: ConversationSummary }
  /** More than one fits: the newest ten. */
  | { kind: 'many'; candidates: ConversationSummary[] }
  | { kind: 'none' };

export const SEARCH_FIELDS = ['title', 'prompt', 'reply', 'reasoning', 'tool', 'file'] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];

/**
 * Words are parts of words; all must be there, in one message. "…" is a phrase. Case, accents and the rest of `fold` do not matter.
 * Words of one or two letters match whole words only, except in scripts that write no spaces.
 */
export type SearchQuery = {
  text: string;
  limit?: number;
  /** `rank` puts the best of the newest 1,000 matches first, or the best of all. */
  order?: 'recent' | 'rank';
  all?: boolean;
  /** Only what comes after this place in an answer from the newest to the oldest. */
  before?: SearchPlace;
  fields?: readonly SearchField[];
  model?: string;
  provider?: string;
  tag?: string;
  folder?: string;
  conversation?: string;
  sinceMs?: number;
  untilMs?: number;
};

export type SearchHit = {
  conversation: { id: string; title: string };
  /** Null for a title. */
  message: number | null;
  role: Message['role'] | null;
  createdMs: number;
  provider: string | null;
  model: string | null;
  /** All the places of this message where a word was found; the snippet is from the first. */
  fields: SearchField[];
  snippet: Snippet;
};

/** A line of text with the places that matched, as [start, end) offsets into it. Raw text of models: make it safe before printing. */
export type Snippet = { text: string; matches: [number, number][] };

/** Where something stands in an answer: its time, and a message's id or a number below zero for a title. */
export type SearchPlace = { createdMs: number; rowid: number };

export type SearchResult = {
  hits: readonly SearchHit[];
  /** There are more than the limit. */
  more: boolean;
  /** Where older ones match than those that are shown or were ranked: they come after it as `before`. */
  next: SearchPlace | null;
  /** How many match besides these; null: more than were counted. */
  remaining: number | null;
  /** Out of how many of the newest the best were chosen; null: out of all, or not ranked. */
  ranked: number | null;
  /** How many of the messages that were looked at cannot be read. */
  unreadable: number;
  /** The words and phrases that were looked for. Empty: nothing to look for. */
  terms: string[];
  /** The fields that were looked through. */
  fields: readonly SearchField[];
};

export const NOTHING_FOUND = { hits: [], more: false, next: null, remaining: 0, ranked: null, unreadable: 0 } as const;

export type SearchStep = { doing: 'indexing'; done: number; total: number } | { doing: 'looking'; done: number };

export type TotalsFilter = { sinceMs?: number; untilMs?: number; conversation?: string; provider?: string; model?: string };
export type Totals = {
  conversations: number;
  messages: number;
  attempts: number;
  usage: Usage;
  costUsd: number | null;
  unknownCosts: number;
};

/** `erased` is false when another process was reading: the bytes then leave the log with its next checkpoint. */
export type Removal = {
  removed: number;
  erased: boolean;
  /** What is damaged cannot be taken out: these are as they were. */
  failed: string[];
};

/** A conversation as a value: what export writes and import reads. Message ids are only valid inside the record. */
export type ConversationRecord = {
  v: 1;
  id?: string;
  source?: { name: string; id: string } | null;
  title?: string;
  titleSource?: TitleSource;
  createdMs: number;
  updatedMs?: number;
  provider?: string | null;
  model?: string | null;
  system?: string | null;
  folder?: string | null;
  pinned?: boolean;
  archived?: boolean;
  tags?: string[];
  forkedFrom?: { conversation: string; message: number } | null;
  activeMessage?: number | null;
  /** Parents before children. */
  messages: RecordedMessage[];
  attempts?: (AttemptRecord & { message: number | null })[];
};

export type RecordedMessage = Pick<StoredMessage, 'id' | 'parent' | 'createdMs' | 'message'> &
  Partial<StoredMessage> & {
    /** Its id where it comes from. Of a message that is several there: of the last one. */
    sourceId?: string | undefined;
    /** Of a message that is several where it comes from: the ids of those before the last one. */
    pieceIds?: string[];
  };

/** `messages`: how many are new, and how many are now there in a fuller form. The id is empty where a dry run would add. */
/** How far it has come; `locked`: another program kept the step out, and the next one tries it again. */
export type ImportStep = Imported & { locked?: SottoError };

export type Imported = { id: string; outcome: 'added' | 'grown' | 'present'; messages: { added: number; renewed: number } };

export type CheckReport = {
  ok: boolean;
  /** `newer`: of a newer sotto, whose schema nobody here knows. `unreadable`: it could not be looked at. */
  state: 'sound' | 'damaged' | 'newer' | 'unreadable';
  problems: string[];
  facts: { conversations: number; messages: number; bytes: number; version: number };
};
