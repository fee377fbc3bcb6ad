/** Named pipes, without a time that somebody has to guess. */
import { constants, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** The other end of a named pipe, as soon as somebody reads it. */
export async function readerOf(pipe: string): Promise<number> {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await pause(20);
    }
  }
}
