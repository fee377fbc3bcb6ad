/** The bare text of the answer, each piece as it arrives: what a pipe gets. */
import type { StreamEvent } from '../core/events.ts';
import type { Consumer } from './consumer.ts';
import type { Writer } from './writer.ts';

/** `streamed: false` holds everything back until the turn ends well or badly, so that a repeated attempt leaves no trace. */
export function textOutput(writer: Writer, { streamed }: { streamed: boolean }): Consumer {
  const lengths = new Map<string, number>();
  let held = '';
  let endsLine = true;

  function put(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    endsLine = text.endsWith('\n');
    if (!streamed) {
      held += text;
      return undefined;
    }
    return writer.write(text) ? undefined : writer.ready();
  }

  return {
    take(event: StreamEvent) {
      switch (event.type) {
        case 'request.start':
          lengths.clear();
          held = '';
          return undefined;
        case 'part.start':
          if (event.kind === 'text') lengths.set(event.id, 0);
          return undefined;
        case 'part.delta': {
          const length = lengths.get(event.id);
          if (length === undefined) return undefined;
          lengths.set(event.id, length + event.text.length);
          return put(event.text);
        }
        case 'part.end': {
          // The end is the truth: whatever the deltas left out follows now.
          const length = lengths.get(event.id);
          return length !== undefined && event.part.type === 'text' ? put(event.part.text.slice(length)) : undefined;
        }
        case 'turn.end':
          if (!endsLine) held += '\n';
          return writer.write(held) ? undefined : writer.ready();
        default:
          return undefined;
      }
    },
  };
}
