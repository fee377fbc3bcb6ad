/** The results of a reply's calls: each is on disk when its call has ended, and the whole message when the last one has. */
import type { ToolMessage, ToolResultPart } from '../core/messages.ts';
import { callsOf, resultsOf } from '../core/tool-results.ts';
import { unpackMessage } from './attachments.ts';
import { deleteChunks, insertChunk, readChunks, readResults } from './chunks.ts';
import type { Connection } from './connection.ts';
import type { StoreContext } from './context.ts';
import { beatReply, closeReply, type MessageRow, messageRow } from './messages.ts';
import { forgetEarlierEnd, HEARTBEAT_MS } from './reply.ts';
import type { ResultsWriter } from './store.ts';
import { indexShort } from './waiting.ts';

export function createResultsWriter(context: StoreContext, message: number): ResultsWriter {
  const { connection, now } = context;
  let sequence = 0;
  let cancelWake = wakeLater();
  const writer = { flush: () => {}, stop };
  context.writers.add(writer);

  /** A tool may run for minutes: nobody shall take this process for dead. */
  function wakeLater(): () => void {
    return context.wakeAfter(HEARTBEAT_MS, () => {
      try {
        beat();
      } catch {
        // The next result, or the end, will say it.
      }
      cancelWake = wakeLater();
    });
  }

  function beat(): void {
    if (messageRow(connection, message)) beatReply(connection, message, now());
  }

  function add(result: ToolResultPart): void {
    sequence += 1;
    const chunk = { kind: 'end', part: '', text: JSON.stringify(result) } as const;
    if (insertChunk(connection, message, sequence, chunk)) return;
    // Another process has closed it too early, or its conversation is gone.
    connection.write(() => {
      beat();
      insertChunk(connection, message, sequence, chunk);
    });
  }

  function stop(): void {
    cancelWake();
    context.writers.delete(writer);
  }

  function finish(whole: ToolMessage): void {
    connection.write(() => {
      const row = messageRow(connection, message);
      if (!row) return;
      forgetEarlierEnd(connection, row);
      closeResults(connection, row, { message: whole, status: 'complete' });
      indexShort(connection);
    });
    stop();
  }

  return { message, add, finish };
}

/** Whose process has died: calls that had ended keep their results, the others are answered as interrupted. */
export function closeDeadResults(connection: Connection, row: MessageRow): void {
  const asked = row.parent_id === null ? undefined : messageRow(connection, row.parent_id);
  const reply = asked && unpackMessage(connection, asked, false);
  const before = unpackMessage(connection, row, false);
  // The column holds nothing, unless it was once closed too early and then went on.
  const found = [...readResults(readChunks(connection, row.id)), ...(before.role === 'tool' ? before.parts : [])];
  const message: ToolMessage = reply?.role === 'assistant' ? resultsOf(callsOf(reply), found) : { role: 'tool', parts: found };
  closeResults(connection, row, { message, status: 'interrupted' });
}

function closeResults(
  connection: Connection,
  { id, provider, model }: MessageRow,
  end: { message: ToolMessage; status: 'complete' | 'interrupted' },
): void {
  deleteChunks(connection, id);
  closeReply(connection, { id, ...end, facts: { provider, model } });
}
