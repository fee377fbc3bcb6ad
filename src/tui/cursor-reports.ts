/** Asks the terminal where its cursor is; answers come in the order of the questions, or not at all. */

/** Counted from 1. */
export type CursorReport = { row: number; column: number };

export type CursorReports = {
  /** For whoever has written the question; undefined: no answer in time. */
  next(): Promise<CursorReport | undefined>;
  /** Gives whether somebody waits for an answer; else it is a key. */
  take(report: CursorReport): boolean;
  /** Has the terminal answered, also the last time? */
  areKnown(): boolean;
  isAwaited(): boolean;
  /** Resolves when no answer is on its way, or none comes: whoever reads the keyboard next would take it for typed. */
  settled(): Promise<void>;
};

export const WHERE_IS_CURSOR = '\x1b[6n';

/** A busy machine may take a while; nothing is drawn meanwhile. */
const PATIENCE_MS = 1000;

export function createCursorReports(wakeAfter: (milliseconds: number, action: () => void) => () => void): CursorReports {
  /** Also questions that nobody waits for any more: their answers may come. */
  const asked: ((report: CursorReport) => void)[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let areKnown = false;

  function next(): Promise<CursorReport | undefined> {
    const { promise, resolve } = Promise.withResolvers<CursorReport | undefined>();
    const callOff = wakeAfter(PATIENCE_MS, () => {
      areKnown = false;
      resolve(undefined);
    });
    asked.push((report) => {
      callOff();
      areKnown = true;
      resolve(report);
    });
    last = promise;
    return promise;
  }

  return {
    next,
    take(report) {
      const answer = asked.shift();
      answer?.(report);
      return answer !== undefined;
    },
    areKnown: () => areKnown,
    isAwaited: () => asked.length > 0,
    settled: async () => void (await last),
  };
}
