/** Tries a pattern that somebody else wrote, for a time that cannot hold anybody up. */

const LIMIT_MS = 50;

/** Undefined: it is no pattern, or it takes longer than that. */
export function timedMatch(pattern: string, text: string): boolean | undefined {
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  try {
    // The limit of node:vm stops a running expression, which nothing else on the same thread can do.
    return runInNewContext("new RegExp(pattern, 'u').test(text)", { pattern, text }, { timeout: LIMIT_MS });
  } catch {
    return undefined;
  }
}
