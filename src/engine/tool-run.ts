/** Runs something of a tool for as long as it may take: it can be cancelled, and what ignores that is left behind. */

export type RunEnd<Value> =
  | { kind: 'value'; value: Value }
  | { kind: 'thrown'; thrown: unknown }
  /** Stopped; `value` is what it still brought when it was told to stop. */
  | { kind: 'timeout' | 'cancelled'; value?: Value };

type Limit = {
  timeoutMs: number;
  /** Told of both: the signal that the tool was given. */
  stop: AbortController;
};

/** Between telling it to stop and leaving it behind: a program that is ended still has last words. */
const GRACE_MS = { timeout: 1000, cancelled: 400 } as const;

/** Stops the clock until the answer of a person has come. */
type WaitsFor = (answer: Promise<unknown>) => void;

/** `stop` is fired after the time; whoever fires it before cancels. */
export async function runLimited<Value>(run: (waitsFor: WaitsFor) => Promise<Value>, { timeoutMs, stop }: Limit): Promise<RunEnd<Value>> {
  if (stop.signal.aborted) return { kind: 'cancelled' };
  let why: 'timeout' | 'cancelled' = 'cancelled';
  const clock = startClock(timeoutMs, () => {
    why = 'timeout';
    stop.abort();
  });
  let leave: NodeJS.Timeout | undefined;
  let onStop = () => {};
  const stopped = new Promise<undefined>((resolve) => {
    onStop = () => {
      leave = setTimeout(() => resolve(undefined), GRACE_MS[why]);
    };
    stop.signal.addEventListener('abort', onStop, { once: true });
  });
  // A tool may throw before its first promise; both are the same failure.
  const done = (async () => run(clock.waitsFor))().then(
    (value): RunEnd<Value> => ({ kind: 'value', value }),
    (thrown): RunEnd<Value> => ({ kind: 'thrown', thrown }),
  );
  const end = await Promise.race([done, stopped]);
  clock.end();
  clearTimeout(leave);
  stop.signal.removeEventListener('abort', onStop);
  if (!stop.signal.aborted && end) return end;
  return end?.kind === 'value' ? { kind: why, value: end.value } : { kind: why };
}

/** Runs down only while nobody is waited for. */
function startClock(timeoutMs: number, isOver: () => void): { waitsFor: WaitsFor; end(): void } {
  let leftMs = Math.min(timeoutMs, LONGEST_TIMER_MS);
  let startedMs = performance.now();
  let timer: NodeJS.Timeout | undefined = setTimeout(isOver, leftMs);
  let waiting = 0;
  let isEnded = false;
  const stop = () => {
    clearTimeout(timer);
    if (waiting === 0) leftMs -= performance.now() - startedMs;
  };
  const goOn = () => {
    waiting -= 1;
    if (waiting > 0 || isEnded) return;
    startedMs = performance.now();
    timer = setTimeout(isOver, Math.max(0, leftMs));
  };
  return {
    waitsFor(answer) {
      stop();
      waiting += 1;
      void answer.then(goOn, goOn);
    },
    end() {
      isEnded = true;
      clearTimeout(timer);
    },
  };
}

/** Longer timers fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
