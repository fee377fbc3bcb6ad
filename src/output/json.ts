/** `--output json`: one object at the end; `--output ndjson`: every event as it happens, one per line. */
import type { StreamEvent } from '../core/events.ts';
import { collectAnswer, SCHEMA_VERSION } from './answer.ts';
import type { Consumer } from './consumer.ts';
import { jsonText } from './json-text.ts';
import type { Writer } from './writer.ts';

export function jsonOutput(writer: Writer): Consumer {
  const collector = collectAnswer();
  return {
    take(event: StreamEvent) {
      collector.take(event);
      if (event.type !== 'turn.end') return undefined;
      return writer.write(`${jsonText(collector.answer(event))}\n`) ? undefined : writer.ready();
    },
  };
}

export function ndjsonOutput(writer: Writer): Consumer {
  return {
    take(event: StreamEvent) {
      return writer.write(`${jsonText({ v: SCHEMA_VERSION, ...event })}\n`) ? undefined : writer.ready();
    },
  };
}
