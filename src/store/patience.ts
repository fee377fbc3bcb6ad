/** Waits for a database that another program has locked, without holding up anything else in this process. */
import { SottoError } from '../core/errors.ts';
import { isBusy } from './failure.ts';
import { lockHolder } from './lock-holder.ts';

/** Runs the action again and again while the database is locked; it must be one that can be begun anew. */
export type Patience = <Result>(action: () => Result) => Promise<Result>;

type PatienceOptions = {
  /** The database. */
  file: string;
  /** Told once when it takes long, in words for the user. */
  onWait?: ((words: string) => void) | undefined;
  /** How long one thing that the user wants may wait, whatever number of actions it has. */
  mostMs?: number;
};

/** So long SQLite itself waits within one action, and nothing else happens in the process: the beats of a chat go on. */
export const STEP_MS = 25;

const MOST_MS = 15_000;
const TOLD_AFTER_MS = 1000;
/** Who is interrupted still writes down what it has, where another sotto is only in the middle of a transaction. */
const LAST_MS = 100;
/** Transactions take a millisecond or two; who still waits after some of them asks less often. */
const PAUSES_MS = [5, 10, 20, 40, 75];

/**
 * One budget for all actions until one succeeds: several in a row do not wait one after the other. When it is used up, each is
 * tried once. Rejects as cancelled when the signal has fired; the cause is then the lock.
 */
export function createPatience({ file, onWait, mostMs = MOST_MS }: PatienceOptions, signal: AbortSignal): Patience {
  let sinceMs: number | undefined;
  let lastMs: number | undefined;
  let isTold = false;
  return async (action) => {
    for (let tries = 0; ; tries++) {
      try {
        const result = action();
        sinceMs = undefined;
        return result;
      } catch (thrown) {
        if (!isBusy(thrown)) throw thrown;
        sinceMs ??= performance.now();
        const waitedMs = performance.now() - sinceMs;
        if (waitedMs >= mostMs) throw lockedError(file, thrown);
        if (signal.aborted) {
          lastMs ??= performance.now() + LAST_MS;
          if (performance.now() >= lastMs) throw cancelledBy(lockedError(file, thrown));
        }
        if (waitedMs >= TOLD_AFTER_MS && !isTold) {
          isTold = true;
          onWait?.(`Waiting for ${lockHolder(file) ?? 'another program'}, which has locked the conversation database.`);
        }
        await pause(Math.min(PAUSES_MS[tries] ?? 75, mostMs - waitedMs), signal);
      }
    }
  };
}

function cancelledBy(cause: SottoError): SottoError {
  return new SottoError({ kind: 'cancelled', message: 'Cancelled.', cause });
}

/** Over when the signal fires. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** The same for whoever cannot wait in steps: says who has locked the file, where that was why the action failed. */
export function namingHolder<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (thrown) {
    throw isBusy(thrown) ? lockedError(file, thrown) : thrown;
  }
}

function lockedError(file: string, busy: SottoError): SottoError {
  const holder = lockHolder(file);
  if (holder === undefined) return busy;
  return new SottoError({
    kind: busy.kind,
    message: `The database ${file} stayed locked by ${holder}.`,
    hint: 'Try again when it is done, or end it.',
    cause: busy.cause,
  });
}
