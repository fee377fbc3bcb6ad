/** Everything the chat's screen is made of, as one value: what is typed, what is open above it, what is streaming. */
import type { ApprovalRequest } from '../core/tool.ts';
import type { OpenMenu } from './composer/completion.ts';
import { type Composer, createComposer } from './composer/composer.ts';
import type { HistoryBrowsing, HistorySearch } from './composer/history.ts';
import type { Picker } from './picker.ts';

export type ScreenState = {
  size: Size;
  composer: Composer;
  /** What has the keys instead of the composer. */
  overlay: Overlay | undefined;
  /** The menu under a `/` or `@` word; it shares the keys with the composer. */
  completion: OpenMenu | undefined;
  browsing: HistoryBrowsing | undefined;
  /** A turn, a command or a side question is going on. */
  isWorking: boolean;
  /** Unfinished lines of the reply. */
  live: readonly string[];
  /** Lines that wait for the end of the reply, oldest first. */
  queue: readonly string[];
  /** Names of the files that go with the next prompt. */
  attached: readonly string[];
  /** Sending makes a fork at this message. */
  replaces: number | undefined;
  /** One transient line under the input; any key takes it away. */
  hint: string | undefined;
  /** The key before this one, where it matters: Esc and Ctrl+C twice. */
  armed: 'leave' | 'edit' | undefined;
  status: string;
};

export type Size = { columns: number; rows: number };

/** `id` says who waits for the answer. */
export type Overlay =
  | { kind: 'pick'; id: number; picker: Picker }
  /** `isHeld`: it came just now, or while a line was being typed; the keys go into that line, for none of them is an answer. */
  | { kind: 'approval'; id: number; request: ApprovalRequest; isHeld?: boolean }
  | { kind: 'confirm'; id: number; question: string }
  /** `isSecret`: nothing of it is shown. `reason`: the answer is a no with this reason. */
  | { kind: 'line'; id: number; question: string; purpose?: 'reason'; isSecret: boolean; composer: Composer }
  | { kind: 'history'; search: HistorySearch };

export function initialState(size: Size, keys: 'emacs' | 'vi'): ScreenState {
  return {
    size,
    composer: createComposer({ keys }),
    overlay: undefined,
    completion: undefined,
    browsing: undefined,
    isWorking: false,
    live: [],
    queue: [],
    attached: [],
    replaces: undefined,
    hint: undefined,
    armed: undefined,
    status: '',
  };
}
