/** The stream that Ink writes to: what it switches on and off in the terminal for reading keys. */
import { Writable } from 'node:stream';
import type { Size } from './state.ts';

export function createScreenStream(write: (text: string) => void, { columns, rows }: Size): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      // Drawings of nothing are empty.
      if (chunk !== '') write(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { isTTY: true, columns, rows });
}
