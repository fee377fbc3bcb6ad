/** What a wire's decoder is: the objects of an answer go in as they arrive, events come out; no input or output of its own. */
import type { ModelEvent } from '../core/events.ts';
import type { JsonObject } from '../core/json.ts';

export type Emit = (event: ModelEvent) => void;

/**
 * How far an answer has come: `open` = nothing final yet; `finished` = the reason is known, a last count may still come;
 * `done` = nothing more will come, the body need not be read to its end.
 */
export type Progress = 'open' | 'finished' | 'done';

export interface WireDecoder {
  /** Fields of which every answer on this wire has one; what has none, and tells no error, is something else. */
  fields: ReadonlySet<string>;
  /** The data of a server-sent event, a line of NDJSON, or a whole JSON body. Throws SottoError for an error inside the stream. */
  push(event: JsonObject, eventName?: string): void;
  /** The server says that nothing more comes ([DONE]). */
  over(): void;
  /** Closes open parts with what they have; called when the body has ended, was cut, or was stopped. */
  close(): void;
  /** Emits `finish`. Only called when `progress()` is not `open`. */
  finish(): void;
  progress(): Progress;
}
