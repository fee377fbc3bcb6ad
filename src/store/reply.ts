/** One reply while it streams: text goes to disk at the latest 250 ms or 4 KB after it came, and the whole truth at the end. */
import type { StreamEvent } from '../core/events.ts';
import type { AssistantMessage } from '../core/messages.ts';
import { unpackMessage } from './attachments.ts';
import { insertAttempt } from './attempts.ts';
import { type Chunk, deleteChunks, insertChunk } from './chunks.ts';
import type { StoreContext } from './context.ts';
import { sumConversation, touchConversation } from './conversations.ts';
import { isBusy } from './failure.ts';
import { beatReply, closeReply, type MessageRow, messageRow, statusOf } from './messages.ts';
import { unindexMessage } from './search-index.ts';
import type { ReplyEnd, ReplyWriter } from './store.ts';
import { indexShort } from './waiting.ts';

/** A little less than the 250 ms that are promised: timers come late. */
const MOST_WAITING_MS = 240;
/** Reading the clock for every little piece would cost as much as all the rest; the timer is the real guard. */
const CLOCK_EVERY = 16;
const MOST_WAITING_BYTES = 4096;
/** How often a silent reply says that its process lives. */
export const HEARTBEAT_MS = 30_000;

type Start = { message: number; provider: string; model: string };

export function createReplyWriter(context: StoreContext, { message, provider, model }: Start): ReplyWriter {
  const { connection, now } = context;
  let buffer = createBuffer();
  let flushedMs = now();
  let beatMs = flushedMs;
  let sequence = 0;
  let gone = false;
  let closed = false;
  let failure: unknown;
  let cancelWake: (() => void) | undefined;
  let wakesToFlush = false;
  let unclocked = 0;
  let isLocked = false;

  const writer = { flush, stop };
  context.writers.add(writer);
  arm(HEARTBEAT_MS, false);

  function take(event: StreamEvent): void {
    if (closed || gone || !buffer.take(event)) return;
    if (failure !== undefined) {
      const thrown = failure;
      failure = undefined;
      throw thrown;
    }
    if (buffer.isFull()) {
      flush();
      return;
    }
    if (wakesToFlush && ++unclocked % CLOCK_EVERY !== 0) return;
    const dueInMs = flushedMs + MOST_WAITING_MS - now();
    if (dueInMs <= 0) flush();
    else if (!wakesToFlush) arm(dueInMs, true);
  }

  function flush(): void {
    if (closed || gone) return;
    const chunks = buffer.chunks();
    flushedMs = now();
    try {
      // While it is known to be locked it is only asked.
      if (isLocked) connection.waiting(0, () => write(chunks));
      else write(chunks);
      isLocked = false;
      arm(HEARTBEAT_MS, false);
    } catch (thrown) {
      buffer.putBack(chunks);
      if (!isBusy(thrown)) throw thrown;
      // Nobody is held up by another program's lock: what waits is written when it is gone, at the latest with the end.
      isLocked = true;
      arm(MOST_WAITING_MS, true);
    }
  }

  function write(chunks: readonly Chunk[]): void {
    const [only, ...others] = chunks;
    const isUsual = only !== undefined && others.length === 0 && flushedMs - beatMs < HEARTBEAT_MS / 2;
    // One statement is a transaction of its own: a third cheaper, a hundred times in a long reply.
    if (!isUsual || !insertChunk(connection, message, sequence + 1, only)) connection.write(() => append(chunks));
    sequence += chunks.length;
  }

  function append(chunks: readonly Chunk[]): void {
    const status = statusOf(connection, message);
    gone = status === undefined;
    if (gone) return;
    if (status !== 'streaming' || flushedMs - beatMs >= HEARTBEAT_MS / 2) {
      beatReply(connection, message, flushedMs);
      beatMs = flushedMs;
    }
    for (const [index, chunk] of chunks.entries()) insertChunk(connection, message, sequence + 1 + index, chunk);
  }

  /** Text that is not followed by more must reach the disk too: a model may pause in mid-sentence. */
  function arm(milliseconds: number, toFlush: boolean): void {
    cancelWake?.();
    wakesToFlush = toFlush;
    cancelWake = context.wakeAfter(Math.max(1, milliseconds), () => {
      try {
        flush();
      } catch (thrown) {
        // Nobody is there to catch it: the next event or the end will say it.
        failure = thrown;
        if (!closed) arm(HEARTBEAT_MS, false);
      }
    });
  }

  function stop(): void {
    closed = true;
    cancelWake?.();
    context.writers.delete(writer);
  }

  function finish(end: ReplyEnd): boolean {
    const saved = connection.write(() => finishReply(context, { message, provider, model }, end));
    stop();
    buffer = createBuffer();
    return saved;
  }

  return { message, take, flush, finish };
}

/** False when the conversation is gone: then only the money is written down. */
function finishReply({ connection, now }: StoreContext, start: Start, end: ReplyEnd): boolean {
  const nowMs = now();
  const row = messageRow(connection, start.message);
  const place = { key: row?.conversation_key ?? null, message: row ? start.message : null, nowMs };
  for (const attempt of end.attempts) insertAttempt(connection, row ? attempt : withoutRequestId(attempt), place);
  if (!row) return false;
  const provider = end.provider ?? start.provider;
  const model = end.model ?? start.model;
  forgetEarlierEnd(connection, row);
  // First: their pages take the reply in, instead of being overwritten and written out empty.
  deleteChunks(connection, start.message);
  closeReply(connection, {
    id: start.message,
    status: end.status,
    message: end.message,
    facts: {
      provider,
      model,
      finishReason: end.finishReason,
      rawFinishReason: end.rawFinishReason ?? null,
      usage: end.usage ?? null,
      cost: end.cost ?? null,
      error: end.error ?? null,
      timing: end.timing ?? { firstTokenMs: null, durationMs: null },
    },
  });
  indexShort(connection);
  touchConversation(connection, row.conversation_key, nowMs, provider, model);
  sumConversation(connection, row.conversation_key);
  return true;
}

/** Another process may have taken this one for dead and closed the reply with what was on disk: the truth replaces that. */
export function forgetEarlierEnd(connection: StoreContext['connection'], row: MessageRow): void {
  // Whoever closes a reply takes its owner away.
  if (row.owner !== null) return;
  if (row.indexed === 1) unindexMessage(connection, row.id, unpackMessage(connection, row, false));
  connection.run(
    `DELETE FROM attempts WHERE conversation_key = ? AND message_id = ? AND outcome = 'interrupted'`,
    row.conversation_key,
    row.id,
  );
}

function withoutRequestId<Attempt extends { requestId?: string }>({ requestId: _, ...attempt }: Attempt): Omit<Attempt, 'requestId'> {
  return attempt;
}

type OpenPart = { kind: Chunk['kind'] /** How much text of it has come in pieces. */; length: number };

/** Events as they come, kept as the fewest rows: neighbouring pieces of a part are one, whole facts stay apart. */
function createBuffer() {
  let waiting: Chunk[] = [];
  let last: Chunk | undefined;
  let units = 0;
  /** Below this many units of text it cannot be 4 KB: counting the bytes of every little piece would cost more than the rest. */
  let surelyLess = MOST_WAITING_BYTES / 3;
  const parts = new Map<string, OpenPart>();

  function add(kind: Chunk['kind'], part: string, text: string): true {
    if (last && last.kind === kind && last.part === part && isPiece(kind)) last.text += text;
    else {
      last = { kind, part, text };
      waiting.push(last);
    }
    units += text.length;
    return true;
  }

  function take(event: StreamEvent): boolean {
    switch (event.type) {
      case 'request.start':
        parts.clear();
        return add('start', '', JSON.stringify({ provider: event.provider, model: event.model }));
      case 'part.start':
        if (event.kind !== 'media' && event.kind !== 'hosted') parts.set(event.id, { kind: event.kind, length: 0 });
        if (event.kind !== 'tool_call') return false;
        return add('call', event.id, JSON.stringify({ name: event.name, callId: event.callId }));
      case 'part.delta': {
        const part = parts.get(event.id);
        if (part === undefined || event.text === '') return false;
        part.length += event.text.length;
        return add(part.kind, event.id, event.text);
      }
      case 'part.end':
        return saysMore(event.part, parts.get(event.id)?.length ?? 0) && add('end', event.id, JSON.stringify(event.part));
      case 'usage':
        return add('usage', '', JSON.stringify(event.usage));
      default:
        event.type satisfies
          | 'context'
          | 'notice'
          | 'finish'
          | 'retry'
          | 'turn.start'
          | 'message'
          | 'tool.approval'
          | 'tool.start'
          | 'tool.progress'
          | 'tool.end'
          | 'step.end'
          | 'turn.end';
        return false;
    }
  }

  return {
    /** Whether there is anything to write of it. */
    take,
    isFull(): boolean {
      if (units < surelyLess) return false;
      const bytes = waiting.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
      surelyLess = units + Math.max(1, (MOST_WAITING_BYTES - bytes) / 3);
      return bytes >= MOST_WAITING_BYTES;
    },
    /** What is to be written. Half a character waits for its other half: on its own it could not be stored. */
    chunks(): Chunk[] {
      const all = waiting;
      const half = last && /[\ud800-\udbff]$/.test(last.text) ? last.text.slice(-1) : '';
      if (last && half !== '') last.text = last.text.slice(0, -1);
      waiting = last && half !== '' ? [{ ...last, text: half }] : [];
      last = waiting[0];
      units = half.length;
      surelyLess = MOST_WAITING_BYTES / 3;
      return all;
    },
    /** They could not be written: they come first again, and with them what has come since. */
    putBack(chunks: readonly Chunk[]): void {
      const since = waiting;
      waiting = [];
      last = undefined;
      for (const { kind, part, text } of [...chunks, ...since]) add(kind, part, text);
      // A failing disk is asked again after the next 4 KB or 250 ms, not with every piece.
      units = 0;
      surelyLess = units + MOST_WAITING_BYTES;
    },
  };
}

function isPiece(kind: Chunk['kind']): boolean {
  return kind === 'text' || kind === 'reasoning' || kind === 'tool_call';
}

type EndedPart = AssistantMessage['parts'][number];

/** Pieces that already are the whole part need no second copy. */
function saysMore(part: EndedPart, pieces: number): boolean {
  switch (part.type) {
    case 'text':
      return part.text.length !== pieces || part.citations !== undefined || part.refusal !== undefined || part.original !== undefined;
    case 'reasoning':
      return part.text.length !== pieces || part.original !== undefined;
    case 'tool_call':
    case 'hosted':
      return true;
    case 'media':
      // Pictures are large and are only written whole, at the end.
      return false;
  }
}
