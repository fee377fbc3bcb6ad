/** What an output is: it takes the events of a turn one after the other and may ask for time. */
import type { StreamEvent } from '../core/events.ts';

export interface Consumer {
  /** A promise means: do not send the next event before it resolves. */
  take(event: StreamEvent): Promise<void> | undefined;
  /** Lets something else write to the same terminal, between the lines of this. */
  aside?(write: () => void): void;
}
