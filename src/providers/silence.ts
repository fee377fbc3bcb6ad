/** Watches how long a provider says nothing, and ends the request when that is too long. */

export type Silence = {
  /** Fires when the caller cancels or the provider has been silent for too long. */
  signal: AbortSignal;
  expiredAfterMs: number | undefined;
  /** The provider has said something. */
  reset(): void;
  /** The answer is complete: from the first call on, so much time is left for whatever follows it, and nothing prolongs it. */
  lastWord(milliseconds: number): void;
  pause(): void;
  resume(): void;
  stop(): void;
};

export function watchSilence(signal: AbortSignal, timeoutMs: number): Silence {
  const controller = new AbortController();
  let limitMs = timeoutMs;
  /** Time that is left after the last word; undefined before it. */
  let leftMs: number | undefined;
  let sinceMs = 0;
  let timer: NodeJS.Timeout;

  function run(milliseconds: number): void {
    clearTimeout(timer);
    sinceMs = performance.now();
    timer = setTimeout(() => {
      silence.expiredAfterMs = limitMs;
      controller.abort();
    }, milliseconds);
  }

  const silence: Silence = {
    signal: AbortSignal.any([signal, controller.signal]),
    expiredAfterMs: undefined,
    reset: () => {
      timer.refresh();
    },
    lastWord: (milliseconds) => {
      if (leftMs !== undefined) return;
      limitMs = leftMs = milliseconds;
      run(milliseconds);
    },
    pause: () => {
      clearTimeout(timer);
      if (leftMs !== undefined) leftMs = Math.max(0, leftMs - (performance.now() - sinceMs));
    },
    resume: () => run(leftMs ?? limitMs),
    stop: () => {
      clearTimeout(timer);
      // Whatever is still open is closed: a reader that leaves ends the request at the server.
      controller.abort();
    },
  };
  run(timeoutMs);
  return silence;
}
