/** Whether and how a chat is kept: its store, opened when first needed, waited for when it is locked, and what happens when it fails. */
import { asSottoError } from '../core/errors.ts';
import type { Patience } from '../store/patience.ts';
import type { Store } from '../store/store.ts';
import type { ChatPorts } from './chat-ports.ts';

export type ChatKeeping = {
  /** Undefined where nothing is kept, where it cannot be opened (then the user was told), and when the signal fires. */
  open(signal: AbortSignal): Promise<Store | undefined>;
  /** The store, where it is open already. */
  store(): Store | undefined;
  /** Told once, until something has been kept again. */
  fail(thrown: unknown): void;
  worked(): void;
  /** The last attempt to keep something failed. */
  isFailing(): boolean;
  /** Changes something, behind what is being changed already, and waits where another program has locked the store. */
  change<Result>(store: Store, action: (patiently: Patience) => Promise<Result>): Promise<Result>;
  /** The same; a failure is told and the chat goes on without it. */
  attempt(store: Store, action: (patiently: Patience) => Promise<unknown>): Promise<void>;
  /** Resolves when nothing is being changed. */
  rest(): Promise<void>;
};

type Ports = Pick<ChatPorts, 'openStore' | 'onFailure' | 'notice' | 'interrupted'>;

export function createKeeping({ openStore, onFailure, notice, interrupted }: Ports): ChatKeeping {
  let opened: Store | undefined;
  let hasFailed = false;
  let changes: Promise<unknown> = Promise.resolve();

  function fail(thrown: unknown): void {
    if (!hasFailed) onFailure(asSottoError(thrown));
    hasFailed = true;
  }

  async function opening(): Promise<Store | undefined> {
    try {
      opened ??= await openStore();
    } catch (thrown) {
      fail(thrown);
    }
    return opened;
  }

  function change<Result>(store: Store, action: (patiently: Patience) => Promise<Result>): Promise<Result> {
    const changed = changes.then(() => action(store.patience(notice, interrupted)));
    changes = changed.catch(() => undefined);
    return changed;
  }

  return {
    open: (signal) => Promise.race([opening(), aborted(signal)]),
    store: () => opened,
    fail,
    worked() {
      hasFailed = false;
    },
    isFailing: () => hasFailed,
    change,
    attempt: (store, action) => change(store, action).then(() => undefined, fail),
    rest: async () => void (await changes),
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
