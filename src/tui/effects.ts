/** What goes into the chat's reducer and what comes out of it. */
import type { ApprovalRequest } from '../core/tool.ts';
import type { PickItem } from './actions.ts';
import type { CompletionSource } from './composer/completion.ts';
import type { Key } from './keys.ts';
import type { Overlay, ScreenState, Size } from './state.ts';

/** What the reducer cannot do itself. */
export type Effect =
  | { type: 'submit'; text: string }
  /** Stops the reply; what it has stays. */
  | { type: 'stop' }
  | { type: 'leave' }
  | { type: 'suspend' }
  | { type: 'redraw' }
  | { type: 'editor'; text: string }
  | { type: 'reasoning.toggle' }
  /** Cancels the call of a tool that has run longest; the others go on. */
  | { type: 'tool.cancel' }
  | { type: 'edit.earlier' }
  /** All that an approval is about is wanted, also what its panel has no room for. */
  | { type: 'approval.show'; request: ApprovalRequest }
  /** The files that wait for the next prompt are not wanted. */
  | { type: 'attachments.drop' }
  /** Earlier prompts are wanted; the action `history` brings them. */
  | { type: 'history.load'; step: 'back' | 'search' }
  /** Completions of the word before the cursor are wanted; the action `completion` brings them. */
  | { type: 'complete'; isAsked: boolean }
  /** Somebody waits for what was chosen, confirmed or typed. */
  | { type: 'answer'; id: number; value: unknown };

export type Action =
  | { type: 'key'; key: Key }
  | { type: 'paste'; text: string }
  | { type: 'resize'; size: Size }
  | { type: 'working'; isWorking: boolean }
  | { type: 'live'; lines: readonly string[] }
  | { type: 'status'; line: string }
  | { type: 'hint'; text: string | undefined }
  | { type: 'queue.taken' }
  | { type: 'compose'; text: string; replaces: number | undefined }
  | { type: 'attached'; names: readonly string[] }
  | { type: 'bindings'; keys: 'emacs' | 'vi' }
  | { type: 'history'; prompts: readonly string[]; step: 'back' | 'search' }
  | { type: 'completion'; source: CompletionSource }
  | { type: 'overlay'; overlay: Overlay }
  /** The approval with this id has been there long enough to be read: its keys answer it, unless a line is being typed. */
  | { type: 'overlay.ready'; id: number }
  /** More to choose from has come for the picker with this id. */
  | { type: 'overlay.items'; id: number; items: readonly PickItem<unknown>[] }
  /** What an overlay asked for is of no interest any more. */
  | { type: 'overlay.close'; id: number };

export type Updated = { state: ScreenState; effects: readonly Effect[] };
