/** What is not in the search index yet: what is short follows at the end of its turn, the rest when somebody searches or has time. */
import type { Connection } from './connection.ts';
import { messageOf, messageRow } from './messages.ts';
import { indexMessage, indexTitle } from './search-index.ts';

/** A prompt and a reply of usual length take a millisecond or two; a reply of 400 KB would hold up the end of its turn by 40. */
const END_OF_TURN_BYTES = 16 * 1024;
/** Takes about 20 ms. */
const STEP_BYTES = 256 * 1024;
const MOST_ROWS = 64;

/** The end of a turn: what is new and short, as part of the transaction around it. */
export function indexShort(connection: Connection): void {
  indexWithin(connection, waitingTexts(connection, 8), END_OF_TURN_BYTES);
}

/** Everything, in short transactions that let others in between. Whoever dies on the way leaves the rest waiting. */
export function indexAll(connection: Connection): void {
  while (waitingTexts(connection, 1).length > 0) {
    // Asked again within the transaction: another process may have been faster.
    connection.write(() => {
      const [first, ...others] = waitingTexts(connection, MOST_ROWS);
      if (first) indexWithin(connection, [first, ...others], Math.max(first.bytes, STEP_BYTES));
    });
  }
}

/** One step for a process that has nothing else to do. It waits for nobody. */
export function indexIdly(connection: Connection): void {
  if (waitingTexts(connection, 1).length === 0) return;
  connection.waiting(0, () => connection.write(() => indexWithin(connection, waitingTexts(connection, MOST_ROWS), STEP_BYTES)));
}

type WaitingText = { rowid: number; bytes: number; title: string | null };

/** The newest of them, named as in the index: messages by their id, titles by their conversation's key with a minus. */
function waitingTexts(connection: Connection, most: number): WaitingText[] {
  return [
    ...connection.all<WaitingText>(
      `SELECT -key AS rowid, octet_length(title) AS bytes, title FROM conversations INDEXED BY conversations_waiting
       WHERE indexed = 0 ORDER BY key DESC LIMIT ?`,
      most,
    ),
    // The length is read without the text.
    ...connection.all<WaitingText>(
      `SELECT id AS rowid, octet_length(parts) AS bytes, NULL AS title FROM messages INDEXED BY messages_waiting
       WHERE indexed = 0 AND status <> 'streaming' ORDER BY id DESC LIMIT ?`,
      most,
    ),
  ];
}

function indexWithin(connection: Connection, texts: readonly WaitingText[], mostBytes: number): void {
  let room = mostBytes;
  for (const { rowid, bytes, title } of texts) {
    if (bytes > room) continue;
    room -= bytes;
    if (title !== null) indexTitle(connection, -rowid, title);
    else {
      const row = messageRow(connection, rowid);
      if (row) indexMessage(connection, rowid, messageOf(connection, row, false));
    }
  }
}
