/** Lines that a person types as answers to questions: none from before the question, and one question at a time. */
import type { Readable } from 'node:stream';

/** Tools run side by side; what they ask is asked one after the other. */
export function inTurn<T>(stdin: Readable, ask: () => Promise<T>): Promise<T> {
  const before = ASKING.get(stdin) ?? Promise.resolve();
  const answer = before.then(ask, ask);
  ASKING.set(
    stdin,
    answer.catch(() => undefined),
  );
  return answer;
}

const ASKING = new WeakMap<Readable, Promise<unknown>>();

/** A line that was typed before there was a question is no answer to it: what the terminal holds ready comes in one round after the other. */
export async function dropTyped(stdin: Readable): Promise<void> {
  const { setImmediate } = process.getBuiltinModule('node:timers/promises');
  let hasMore = true;
  const take = () => {
    hasMore = true;
  };
  stdin.on('data', take).resume();
  while (hasMore) {
    hasMore = false;
    await setImmediate();
    await setImmediate();
  }
  stdin.off('data', take).pause();
}

/** Undefined at the end of input, and when the signal fires. */
export async function readLine(stdin: Readable, signal: AbortSignal): Promise<string | undefined> {
  const { createInterface } = await import('node:readline');
  return new Promise((resolve) => {
    // Without a terminal of its own it leaves Ctrl+C to the terminal, which makes it a signal.
    const lines = createInterface({ input: stdin, terminal: false });
    let line: string | undefined;
    const stop = () => lines.close();
    lines.once('line', (text) => {
      line = text;
      lines.close();
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', stop);
      stdin.pause();
      resolve(line);
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
