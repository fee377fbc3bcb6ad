/** Notices that a stream has gone quiet: tells how many seconds, from the fifth on, once a second until something comes. */

type Silence = {
  /** Something came, or is expected from now on. Gives whether it had been quiet for so long that it was told. */
  heard(): boolean;
  /** Nothing is expected any more. */
  stop(): void;
};

const QUIET_SECONDS = 5;

export function createSilence(tell: (seconds: number) => void): Silence {
  let first: NodeJS.Timeout | undefined;
  let next: NodeJS.Timeout | undefined;

  function begin(): void {
    first = undefined;
    let seconds = QUIET_SECONDS;
    tell(seconds);
    next = setInterval(() => tell(++seconds), 1000);
    next.unref();
  }

  function endTelling(): boolean {
    const wasTold = next !== undefined;
    clearInterval(next);
    next = undefined;
    return wasTold;
  }

  return {
    heard() {
      // Cheaper than a new one for each piece of an answer.
      if (first) first.refresh();
      else {
        first = setTimeout(begin, QUIET_SECONDS * 1000);
        first.unref();
      }
      return endTelling();
    },
    stop() {
      clearTimeout(first);
      first = undefined;
      endTelling();
    },
  };
}
