/** Closes the replies of processes that died: what was on disk stays, marked as interrupted. */
import type { AssistantMessage } from '../core/messages.ts';
import { unpackMessage } from './attachments.ts';
import { insertAttempt } from './attempts.ts';
import { deleteChunks, partialAttempts, partialParts, readChunks } from './chunks.ts';
import type { StoreContext } from './context.ts';
import { sumConversation } from './conversations.ts';
import { isUnwritable } from './failure.ts';
import { closeReply, messageRow, type StreamingRow, streamingReplies } from './messages.ts';
import { HEARTBEAT_MS } from './reply.ts';
import { closeDeadResults } from './results.ts';
import { unindexMessage } from './search-index.ts';

/**
 * How we tell: a reply lives while its process exists on this machine and has given a sign of life in the last two minutes
 * (it gives one every 30 s, even when the model is silent). The second half covers a process id that was given away again.
 * A live process that is taken for dead all the same (suspended, or in another container) loses nothing: when it goes on, its
 * next flush takes the reply back and its end replaces what was closed here.
 */
function isDead({ owner_pid, owner, heartbeat_ms }: StreamingRow, { pid, token, isRunning, now }: StoreContext): boolean {
  if (owner === token) return false;
  // Another opening of the store in this very process has ended: the id was given away again, as containers do.
  if (owner_pid === null || owner_pid === pid) return true;
  return !isRunning(owner_pid) || now() - (heartbeat_ms ?? 0) > 4 * HEARTBEAT_MS;
}

/** What cannot be written now (a full disk, another writer) waits for the next start: until then it is read as it is. */
export function closeDeadReplies(context: StoreContext): void {
  const { connection } = context;
  try {
    for (const row of streamingReplies(connection)) {
      if (isDead(row, context)) connection.waiting(MOST_WAIT_MS, () => connection.write(() => closeDeadReply(context, row.id)));
    }
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
  }
}

/** Whoever only wants to look is not held up by somebody else's change. */
const MOST_WAIT_MS = 1000;

function closeDeadReply({ connection, now }: StoreContext, id: number): void {
  const row = messageRow(connection, id);
  // Another process that opened the store at the same time was faster.
  if (row?.status !== 'streaming') return;
  if (row.role === 'tool') {
    closeDeadResults(connection, row);
    return;
  }
  const chunks = readChunks(connection, id);
  const attempts = partialAttempts(chunks);
  const before = unpackMessage(connection, row, true);
  if (row.indexed === 1) unindexMessage(connection, id, before);
  // The column holds nothing, unless the reply was once closed too early and then went on.
  const message = { role: 'assistant', parts: [...before.parts, ...partialParts(chunks)] } as AssistantMessage;
  const last = attempts.at(-1);
  closeReply(connection, {
    id,
    status: 'interrupted',
    message,
    facts: { provider: last?.provider || (row.provider ?? ''), model: last?.model || (row.model ?? '') },
  });
  for (const { provider, model, usage } of attempts) {
    const attempt = { purpose: 'turn', provider, model, outcome: 'interrupted', usage, startedMs: row.created_ms };
    insertAttempt(connection, attempt, { key: row.conversation_key, message: id, nowMs: now() });
  }
  deleteChunks(connection, id);
  sumConversation(connection, row.conversation_key);
}
