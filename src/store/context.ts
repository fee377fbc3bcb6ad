/** What the functions of the store share: the open database, the clock, and who we are. */
import { configurationError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import { conversationKey } from './conversations.ts';
import type { StoreOptions } from './store.ts';

export type StoreContext = Pick<StoreOptions, 'random' | 'pid' | 'isRunning' | 'wakeAfter'> & {
  connection: Connection;
  /** Whole milliseconds since 1970. */
  now: () => number;
  newId: (timeMs: number) => string;
  /** Tells this opening of the store from every other one. */
  token: string;
  /** Replies that stream here: closed together with the store. */
  writers: Set<{ flush(): void; stop(): void }>;
  /** This process asks a model: it has better things to do than what waits. */
  asked: boolean;
  /** The replies of dead processes are closed. */
  isSettled: boolean;
  /** Calls off what is to be done when nothing happens for a while. */
  stopWaiting?: (() => void) | undefined;
};

/** The row of a conversation that must exist. */
export function keyOf(connection: Connection, id: string): number {
  const key = conversationKey(connection, id);
  if (key === undefined) throw configurationError(`There is no conversation ${id}; it may have been deleted.`, 'See `sotto list`.');
  return key;
}
