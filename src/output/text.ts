/** The bare text of the answer, each piece as it arrives: what a pipe gets. */
import type { StreamEvent } from '../core/events.ts';
import type { SafeStream } from '../format/safety.ts';
import type { Consumer } from './consumer.ts';
import type { Writer } from './writer.ts';

export type TextOptions = {
  /** False holds everything back until the turn ends well or badly, so that a repeated attempt leaves no trace. */
  streamed: boolean;
  /** Takes what a terminal would obey out of the text; absent in a pipe, which gets every character. */
  safe?: SafeStream;
  /** Takes an answer that was held back and then failed its check, instead of the pipe. */
  onRejected?: (text: string) => void;
};

export function textOutput(writer: Writer, { streamed, safe, onRejected }: TextOptions): Consumer {
  const lengths = new Map<string, number>();
  /** Where nothing is streamed, what parts that have not ended said so far: their ends are the truth. */
  const unended = new Map<string, string>();
  let held = '';
  /** What earlier replies of the turn said, where everything is held back. */
  let kept = '';
  let hasText = false;
  let endsLine = true;
  /** What only counts once something follows: line ends after the first, so that the answer ends with exactly one; half a character. */
  let waiting = '';

  function put(text: string): Promise<void> | undefined {
    const whole = waiting + text;
    const length = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.length - 1 : whole.length;
    const body = lengthWithoutLineEnds(whole, length);
    // The first line end goes out at once: somebody may read line by line.
    const lineEnd = body === 0 && endsLine ? 0 : lineEndAt(whole, body);
    waiting = whole.slice(body + lineEnd);
    if (body + lineEnd === 0) return undefined;
    endsLine = lineEnd > 0;
    return send(whole.slice(0, body + lineEnd));
  }

  function send(text: string): Promise<void> | undefined {
    const shown = safe ? safe.push(text) : text;
    hasText = true;
    if (!streamed) {
      held += shown;
      return undefined;
    }
    return shown === '' || writer.write(shown) ? undefined : writer.ready();
  }

  /** A reply has ended and another will follow: its line ends, and a blank one comes before more text. */
  function between(): Promise<void> | undefined {
    const rest = waiting.replace(/[\r\n]+$/, '');
    const waits = hasText && (!endsLine || rest !== '') ? send(`${rest}\n`) : undefined;
    waiting = hasText ? '\n' : '';
    endsLine = true;
    kept = held;
    return waits;
  }

  function finish(failed: boolean): Promise<void> | undefined {
    for (const text of unended.values()) void put(text);
    unended.clear();
    const rest = waiting.replace(/[\r\n]+$/, '');
    if (rest !== '') {
      endsLine = false;
      held += safe ? safe.push(rest) : rest;
    }
    held += safe?.end() ?? '';
    if (!endsLine) held += '\n';
    endsLine = true;
    if (failed && onRejected) {
      if (held !== '') onRejected(held);
      return undefined;
    }
    return writer.write(held) ? undefined : writer.ready();
  }

  return {
    take(event: StreamEvent) {
      switch (event.type) {
        case 'request.start':
          lengths.clear();
          unended.clear();
          if (streamed) return undefined;
          held = kept;
          waiting = kept === '' ? '' : '\n';
          endsLine = true;
          return undefined;
        case 'part.start':
          if (event.kind === 'text') lengths.set(event.id, 0);
          return undefined;
        case 'part.delta': {
          const length = lengths.get(event.id);
          if (length === undefined || event.text === '') return undefined;
          if (!streamed) {
            unended.set(event.id, (unended.get(event.id) ?? '') + event.text);
            return undefined;
          }
          lengths.set(event.id, length + event.text.length);
          return put(event.text);
        }
        case 'part.end': {
          // The end is the truth: whatever the deltas left out follows now.
          const length = lengths.get(event.id);
          unended.delete(event.id);
          if (length === undefined || event.part.type !== 'text') return undefined;
          // What was no answer after all stands there already: the answer begins on its own line.
          const rest = streamed && length > 0 && event.part.text === '' ? '\n' : event.part.text.slice(length);
          return rest === '' ? undefined : put(rest);
        }
        case 'step.end':
          // An answer that is checked comes last; what was said on the way to it is none.
          return onRejected ? undefined : between();
        case 'turn.end':
          return finish(event.error !== null);
        default:
          event.type satisfies
            | 'context'
            | 'usage'
            | 'notice'
            | 'finish'
            | 'retry'
            | 'turn.start'
            | 'message'
            | 'tool.approval'
            | 'tool.start'
            | 'tool.progress'
            | 'tool.end';
          return undefined;
      }
    },
    aside(write) {
      if (safe && streamed && !endsLine) writer.write('\n');
      write();
    },
  };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** 1 for \n, 2 for \r\n, 0 for anything else. */
function lineEndAt(text: string, index: number): number {
  if (text.startsWith('\n', index)) return 1;
  return text.startsWith('\r\n', index) ? 2 : 0;
}

function lengthWithoutLineEnds(text: string, end: number): number {
  let length = end;
  while (length > 0 && (text.charCodeAt(length - 1) === 10 || text.charCodeAt(length - 1) === 13)) length--;
  return length;
}
