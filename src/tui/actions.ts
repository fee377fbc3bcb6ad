/** What slash commands and keys can ask of the chat; the screen with its live region and the linear mode both provide it. */
import type { MediaPart, TextPart } from '../core/messages.ts';
import type { ModelInfo } from '../core/model.ts';
import type { ToolAccess, ToolDefinition } from '../core/tool.ts';
import type { Chat, Prompt } from '../engine/chat.ts';
import type { ModelSettings } from '../engine/choose.ts';
import type { Directory } from '../engine/directory.ts';
import type { Theme, ThemeName } from '../format/theme.ts';
import type { Store } from '../store/store.ts';
import type { Servers } from './servers.ts';
import type { WindowCheck } from './window-check.ts';

export type ChatActions = {
  readonly chat: Chat;
  readonly settings: ModelSettings;
  readonly directory: Directory;
  readonly theme: Theme;
  /** Plain lines that are printed once, with few keys. */
  readonly isLinear?: true;
  /** Columns and rows of the window now. */
  size(): { columns: number; rows: number };
  /** Undefined where nothing is kept. */
  store(): Promise<Store | undefined>;
  /** Prints finished, styled lines into the scrollback. */
  print(lines: readonly string[]): void;
  /** One calm line of sotto's own. `warning` and `error` are marked as such, also without colour. */
  say(message: string, level?: 'info' | 'warning' | 'error'): void;
  /** Renders markdown of our own or of a model and prints it. */
  printMarkdown(text: string): Promise<void>;
  /** Lets the user choose; undefined when they leave. */
  pick<Value>(request: PickRequest<Value>): Promise<Value | undefined>;
  /** The same, where keys do more than choose; undefined when the user leaves. */
  pickOrDo<Value>(request: PickRequest<Value> & { keys: readonly PickKey[] }): Promise<Picked<Value> | undefined>;
  confirm(question: string): Promise<boolean>;
  /** Typed text without echo; undefined when the user leaves. */
  secret(question: string): Promise<string | undefined>;
  /** A line of text; undefined when the user leaves. */
  line(question: string, initial?: string): Promise<string | undefined>;
  /** Asks about a conversation that is larger than its model takes. */
  fitsWindow: WindowCheck;
  /** Sends a prompt as if it had been typed, or queues it while a reply streams. */
  send(prompt: Prompt): void;
  /** Asks for another answer to the last prompt. */
  retry(): void;
  /** Asks on the side: printed, never kept, not part of the conversation. */
  aside(text: string): void;
  /** Puts text into the composer, for editing. `replaces`: sending it makes a fork at this message. `attachments` go along again. */
  compose(text: string, options?: { replaces?: number; attachments?: readonly (TextPart | MediaPart)[] }): void;
  /** Deletes a conversation for good, also from the backups that sotto has made by itself; throws where it could not. */
  deleteConversation(id: string): Promise<void>;
  renameConversation(id: string, title: string): Promise<void>;
  /** Adds a file to the next prompt; says what is wrong with it. */
  attach(path: string): Promise<void>;
  /** Prints the conversation's recent messages again: after a resume, a fork, a switch of branches. */
  showConversation(): Promise<void>;
  /** Prints a screenful of the messages before those that have been printed, or says that there are none. */
  showEarlier(): Promise<void>;
  /** The models that a provider lists: what it said within a day, else asked again. Throws where it cannot be asked. */
  models(provider: string, signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** The active path as markdown, also where nothing is kept. */
  conversationMarkdown(): Promise<string>;
  /** Writes the conversation as markdown into the file, or one with a name of its own, and gives its path; undefined: there is nothing. */
  exportConversation(file: string | undefined): Promise<string | undefined>;
  /** Milliseconds since 1970. */
  date(): number;
  /** Text to the clipboard: says how, or why not. */
  copy(text: string): Promise<CopyOutcome>;
  /** Opens the user's editor on the text, with the terminal its own; undefined when nothing came back. */
  edit(text: string): Promise<string | undefined>;
  /** Runs a shell command with the text as its input, and gives its output (capped) and exit code. */
  pipe(command: string, input: string): Promise<{ output: string; code: number | null }>;
  setTheme(name: ThemeName): Promise<void>;
  setKeys(keys: 'emacs' | 'vi'): void;
  /** Shows thoughts in full, or folds them again; returns whether they are shown now. */
  toggleReasoning(): boolean;
  /** Stores a key for a provider, so that it can be asked from now on. */
  storeKey(provider: string, key: string): Promise<void>;
  /** The tools that there are; absent: this chat has none. */
  readonly tools?: ToolChoice;
  /** What MCP servers offer besides tools; absent: this chat has none. */
  readonly servers?: Servers;
  leave(): void;
};

/** Which tools the model may call in this conversation. */
export type ToolChoice = {
  /** Those that are on, without looking for others. */
  on(): Promise<readonly ToolRow[]>;
  /** In the order of their sources. */
  all(): Promise<readonly ToolRow[]>;
  /** From the next turn on exactly these are told to the model. */
  use(names: readonly string[]): void;
  /** Cancels one call that waits or runs; false where there is none. */
  cancel(callId: string): boolean;
};

/** `unavailable`: why it cannot be called now. */
export type ToolRow = ToolDefinition & { source: string; access: ToolAccess; isOn: boolean; unavailable?: string };

export type PickRequest<Value> = {
  title: string;
  /** Shown where nothing matches, or where there is nothing at all. */
  empty: string;
  items: readonly PickItem<Value>[];
  /** What the cells of the items are, behind their labels; absent: they have none. */
  columns?: readonly PickColumn[];
  /** Items that are still on their way, added at the end as they come; a promise never fails. */
  later?: readonly Promise<readonly PickItem<Value>[]>[];
  /** Lines to look at before choosing, for the item under the cursor; called when the cursor rests on it. */
  preview?: (value: Value) => readonly string[];
  /** What is typed already. */
  query?: string;
  /** What Enter does; absent: it chooses. */
  enter?: string;
};

/** `word` is what it is called, and typed in plain lines: "delete 2"; one for the whole list takes what was typed instead. */
export type PickKey = { word: string; chord: string; on: 'item' | 'list' };

/** `key` is the word of the key that was pressed instead of Enter; `query` what was typed. */
export type Picked<Value> = { value: Value | undefined; key?: string; query: string };

/** `from`: columns of the list that there must be before it is shown. Numbers stand right. */
export type PickColumn = { head: string; from: number; align?: 'right' };

/** `cells`: one for each column that the request names; `detail`: words behind both, as far as there is room. */
export type PickItem<Value> = { value: Value; label: string; detail?: string; cells?: readonly string[]; current?: boolean };

/** `verified`: a tool took it; `sent`: the terminal was asked and does not answer; `failed`: neither was possible. */
export type CopyOutcome = { outcome: 'verified' | 'sent' | 'failed'; how: string };

/** One slash command: one row. */
export type SlashCommand = {
  /** Without the slash. */
  name: string;
  aliases?: readonly string[];
  /** What may follow: "[name]", "<question>". */
  argument?: string;
  /** At most 22 characters, for the help and the menu. */
  summary: string;
  /** What `/help NAME` adds: plain sentences and examples, one a line. */
  details?: readonly string[];
  group: 'Talk' | 'Conversation' | 'Model' | 'Context' | 'Text' | 'sotto';
  /** May run while a reply streams; the others wait for its end. */
  whileWorking?: true;
  /** The argument is the path of a file, and completed as such. */
  takesPath?: true;
  /** Completions of the argument. */
  complete?: (argument: string, actions: ChatActions) => Promise<readonly string[]>;
  run: (argument: string, actions: ChatActions) => Promise<void> | void;
};
