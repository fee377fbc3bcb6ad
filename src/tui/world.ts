/** What the chat is given of the world: the conversation, the terminal, and the few things it may start. */
import type { Readable, Writable } from 'node:stream';
import type { SettingValue } from '../config/settings.ts';
import type { AskForm } from '../core/form.ts';
import type { MediaPart, TextPart } from '../core/messages.ts';
import type { ModelInfo } from '../core/model.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import type { Usage } from '../core/usage.ts';
import type { Chat } from '../engine/chat.ts';
import type { ModelSettings } from '../engine/choose.ts';
import type { Directory } from '../engine/directory.ts';
import type { Glyphs } from '../format/glyphs.ts';
import type { Store } from '../store/store.ts';
import type { ToolChoice } from './actions.ts';
import type { ServerPort } from './servers.ts';

/** How the user wants the chat to look and to behave. */
export type ChatPreferences = {
  readonly [Key in 'keyBindings' | 'notify' | 'screenReader' | 'showReasoning' | 'statusLine' | 'theme']: SettingValue<Key>;
};

export type ChatWorld = {
  chat: Chat;
  settings: ModelSettings;
  preferences: ChatPreferences;
  directory: Directory;
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  stdin: Readable & { setRawMode?(raw: boolean): unknown; ref?(): unknown; unref?(): unknown };
  stdout: Writable & { columns?: number; rows?: number };
  /** How many colours: 0 none. */
  colorLevel: 0 | 1 | 2 | 3;
  glyphs: Glyphs;
  /** The terminal makes links of OSC 8. */
  hyperlinks: boolean;
  /** The store of the chat; undefined where nothing is kept, or where it cannot be opened. */
  openStore(): Promise<Store | undefined>;
  /** What these counts would cost with the model of the conversation, in US dollars; undefined: no price is known. */
  estimateUsd(usage: Usage): Promise<number | undefined>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** Runs the action once after the time; returns how to call it off. */
  wakeAfter(milliseconds: number, action: () => void): () => void;
  /** A text file or a picture; throws a usage error that says what is wrong with it. */
  readAttachment(path: string, signal: AbortSignal): Promise<TextPart | MediaPart>;
  /** What a folder holds; nothing where it cannot be read. */
  listFolder(path: string): Promise<readonly { name: string; isFolder: boolean }[]>;
  /** Runs a program with a text as its input; `output` is what it wrote, capped. Rejects where it cannot be started. */
  runProgram(program: ProgramRun, signal: AbortSignal): Promise<{ output: string; code: number | null }>;
  /** The user's editor on a text, the terminal its own meanwhile; undefined: it failed, or nothing was saved. */
  editText(text: string): Promise<string | undefined>;
  /** The models that a provider lists: what it said within a day, else asked again. Throws where it cannot be asked. */
  models(provider: string, signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** The active path of the conversation as Markdown. */
  conversationMarkdown(): Promise<string>;
  /** Writes a text into a file that does not exist yet, one named after the title where none is given; gives its path. */
  saveText(text: string, file: string | undefined): Promise<string>;
  /** What the first question will need, and what a long chat should not: called when the first drawing is done and nobody types yet. */
  settleIn(): void;
  /** Deletes a conversation for good. */
  deleteConversation(id: string): Promise<void>;
  renameConversation(id: string, title: string): Promise<void>;
  /** Stores a key for a provider. */
  storeKey(provider: string, key: string): Promise<void>;
  /** Absent: there are none. */
  tools?: ToolChoice;
  /** MCP servers, for what they offer besides tools. Absent: there are none. */
  servers?: ServerPort;
  /** Tells who answers when a tool asks, and who shows what sotto has to say. */
  connect(ends: {
    approve(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
    /** Asks what a server wants to know. */
    ask: AskForm;
    notice(message: string): void;
  }): void;
  /** Looks at the size of the window now: a new one is told at once. */
  lookAtSize(): void;
  /** Stops the process until it is called back (Ctrl+Z); resolves then. */
  stopProcess(): Promise<void>;
  /** Runs the action when the process ends by itself, also by a bug, before anything is said about it; returns how to call it off. */
  beforeExit(action: () => void): () => void;
  /** Fires at a request to terminate. */
  interrupted: AbortSignal;
  start: ChatStart;
};

export type ProgramRun = { command: string; args: readonly string[]; input: string };

/** With what the chat opens. */
export type ChatStart = {
  /** Sent at once. */
  prompt?: string;
  attachments?: readonly (TextPart | MediaPart)[];
  /** Names of what is attached. */
  attached?: readonly string[];
  /** The conversation to go on with; `pick`: the user chooses. */
  resume?: { id: string } | 'pick';
};
