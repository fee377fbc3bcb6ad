/** Writes to a stream without losing a byte to a slow reader and without a word to one that has left. */
import type { Writable } from 'node:stream';

export type Writer = {
  /** Hands text over; wait for `ready()` before the next when it returns false. */
  write(text: string): boolean;
  /** Resolves when the stream takes more, or when its reader has left. */
  ready(): Promise<void>;
  /** Resolves when everything written has left this process, or its reader has left. */
  flush(): Promise<void>;
};

/** `onClosed` is called once when the reader has left (`| head`). */
export function openWriter(stream: Writable, onClosed: () => void): Writer {
  let closed = false;
  let full = false;
  let waiting: (() => void)[] = [];

  function release(): void {
    full = false;
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  }

  stream.on('drain', release);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (closed) return;
    closed = true;
    release();
    if (error.code !== 'EPIPE' && error.code !== 'EOF' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    onClosed();
  });

  return {
    write(text) {
      if (closed || text === '') return true;
      full = !stream.write(text);
      return !full;
    },
    ready: () => (full && !closed ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    flush: () =>
      closed || stream.writableLength === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
            stream.write('', () => resolve());
          }),
  };
}
