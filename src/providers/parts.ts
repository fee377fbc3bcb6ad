/** Opens, fills and closes the parts of one reply for a decoder, so that each wire only says which part a piece belongs to. */
import type { PartKind, ReplyPart } from '../core/messages.ts';
import type { Emit } from './decoder.ts';

export type OpenPart = {
  readonly id: string;
  readonly kind: PartKind;
  /** All text that has arrived for it. */
  readonly text: string;
  append(text: string): void;
  name: string;
  callId: string;
};

export type PartWriter = {
  open(kind: PartKind, known?: { name?: string | undefined; callId?: string | undefined }): OpenPart;
  add(part: OpenPart, text: string): void;
  /** Ends a part; without `truth` it is what was added. A second end of the same part is ignored. */
  end(part: OpenPart, truth?: ReplyPart): void;
  /** Ends every part that is still open, in the order of their beginning. */
  endAll(): void;
};

/** `finishPart` says what an open part is when nobody brings a better truth. */
export function writeParts(emit: Emit, finishPart: (part: OpenPart) => ReplyPart): PartWriter {
  const open = new Set<OpenPart>();
  let count = 0;

  const writer: PartWriter = {
    open(kind, known = {}) {
      const part = openPart(`p${count++}`, kind, known);
      open.add(part);
      emit({
        type: 'part.start',
        id: part.id,
        kind,
        ...(part.name === '' ? {} : { name: part.name }),
        ...(part.callId === '' ? {} : { callId: part.callId }),
      });
      return part;
    },
    add(part, text) {
      if (text === '') return;
      part.append(text);
      emit({ type: 'part.delta', id: part.id, text });
    },
    end(part, truth) {
      if (!open.has(part)) return;
      const reply = truth ?? finishPart(part);
      // What came whole, or more of it at the end, is also told to those who watch the pieces.
      const whole = textIn(reply);
      if (whole.length > part.text.length && whole.startsWith(part.text)) writer.add(part, whole.slice(part.text.length));
      open.delete(part);
      emit({ type: 'part.end', id: part.id, part: reply });
    },
    endAll() {
      for (const part of [...open]) writer.end(part);
    },
  };
  return writer;
}

function textIn(part: ReplyPart): string {
  if (part.type === 'text' || part.type === 'reasoning') return part.text;
  return part.type === 'tool_call' ? part.arguments : '';
}

const PIECES_AT_ONCE = 512;

/** `+=` keeps every piece of a long answer alive in a tree of its own, which the collector carries along: pieces are joined a few hundred at a time. */
function openPart(id: string, kind: PartKind, known: { name?: string | undefined; callId?: string | undefined }): OpenPart {
  let whole = '';
  let pieces: string[] = [];
  function join(): void {
    whole += pieces.join('');
    pieces = [];
  }
  return {
    id,
    kind,
    name: known.name ?? '',
    callId: known.callId ?? '',
    append(text) {
      if (pieces.push(text) === PIECES_AT_ONCE) join();
    },
    get text() {
      if (pieces.length > 0) join();
      return whole;
    },
  };
}
