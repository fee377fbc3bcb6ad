/** Whether and how a chat is kept: its store, opened when first needed, and what happens when it fails. */
import { asSottoError } from '../core/errors.ts';
import type { Store } from '../store/store.ts';
import type { ChatPorts } from './chat-ports.ts';

export type ChatKeeping = {
  /** Undefined where nothing is kept, and where it cannot be opened: then the user was told. */
  open(): Promise<Store | undefined>;
  /** The store, where it is open already. */
  store(): Store | undefined;
  /** Told once, until something has been kept again. */
  fail(thrown: unknown): void;
  worked(): void;
  /** Runs the action; a failure is told and the chat goes on without it. */
  attempt(action: () => void): void;
};

export function createKeeping({ openStore, onFailure }: Pick<ChatPorts, 'openStore' | 'onFailure'>): ChatKeeping {
  let opened: Store | undefined;
  let hasFailed = false;

  function fail(thrown: unknown): void {
    if (!hasFailed) onFailure(asSottoError(thrown));
    hasFailed = true;
  }

  return {
    async open() {
      try {
        opened ??= await openStore();
      } catch (thrown) {
        fail(thrown);
      }
      return opened;
    },
    store: () => opened,
    fail,
    worked() {
      hasFailed = false;
    },
    attempt(action) {
      try {
        action();
      } catch (thrown) {
        fail(thrown);
      }
    },
  };
}
