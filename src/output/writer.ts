/** Writes to a stream without losing a byte to a slow reader and without a word to one that has left. */
import type { Writable } from 'node:stream';

export type Writer = {
  /** Hands text over; wait for `ready()` before the next when it returns false. */
  write(text: string): boolean;
  /** Resolves when the stream takes more, when it is closed, or when the run is interrupted. */
  ready(): Promise<void>;
};

type WriterOptions = {
  /** Called once when the stream takes no more: its reader has left (`| head`), or the disk is full. */
  onClosed: () => void;
  /** An interrupted run waits for no reader. */
  interrupted: AbortSignal;
};

export function openWriter(stream: Writable, { onClosed, interrupted }: WriterOptions): Writer {
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
  interrupted.addEventListener('abort', release);
  stream.on('error', () => {
    if (closed) return;
    closed = true;
    release();
    onClosed();
  });

  return {
    write(text) {
      if (closed || text === '') return true;
      full = !stream.write(text);
      return !full;
    },
    ready: () => (full && !closed && !interrupted.aborted ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  };
}

/** The reader has what it wanted: no failure, unlike a disk that is full. */
export function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code !== undefined && ['EPIPE', 'EOF', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(code);
}
