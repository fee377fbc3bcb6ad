/** The stream that Ink writes to: what it writes for one drawing leaves in one piece, and nothing of it while it is muted. */
import { Writable } from 'node:stream';
import type { Size } from './state.ts';

export type ScreenStream = {
  stream: Writable;
  write(text: string): void;
  /** From here to `release`, writes are collected; may be nested. */
  hold(): void;
  release(): void;
  /** What is written meanwhile goes nowhere. */
  mute(action: () => void): void;
  /** Tells the one who writes here of a new size. */
  resize(size: Size): void;
};

export function createScreenStream(terminal: Writable, size: Size): ScreenStream {
  let held = '';
  let holds = 0;
  let isMuted = false;

  function write(text: string): void {
    if (isMuted || text === '') return;
    if (holds > 0) held += text;
    else terminal.write(text);
  }

  const stream = Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        write(String(chunk));
        done();
      },
    }),
    { isTTY: true, columns: size.columns, rows: size.rows },
  );

  return {
    stream,
    write,
    hold() {
      holds++;
    },
    release() {
      holds--;
      if (holds > 0 || held === '') return;
      const text = held;
      held = '';
      terminal.write(text);
    },
    mute(action) {
      isMuted = true;
      action();
      isMuted = false;
    },
    resize({ columns, rows }) {
      Object.assign(stream, { columns, rows });
      stream.emit('resize');
    },
  };
}
