/** `--output json`: one object at the end; `--output ndjson`: every event as it happens, one per line. */
import type { StreamEvent } from '../core/events.ts';
import { collectAnswer, SCHEMA_VERSION } from './answer.ts';
import type { Consumer } from './consumer.ts';
import type { Writer } from './writer.ts';

export function jsonOutput(writer: Writer): Consumer {
  const collector = collectAnswer();
  return {
    take(event: StreamEvent) {
      collector.take(event);
      if (event.type !== 'turn.end') return undefined;
      return writer.write(`${JSON.stringify(collector.answer(event))}\n`) ? undefined : writer.ready();
    },
  };
}

export function ndjsonOutput(writer: Writer): Consumer {
  return {
    take(event: StreamEvent) {
      return writer.write(`${oneLine({ v: SCHEMA_VERSION, ...event })}\n`) ? undefined : writer.ready();
    },
  };
}

/** U+2028 and U+2029 are legal in JSON but end a line for some readers. */
function oneLine(value: object): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
