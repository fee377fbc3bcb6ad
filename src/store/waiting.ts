/** What is not in the search index yet: what is short follows at the end of its turn, the rest when somebody searches or has time. */
import type { Connection } from './connection.ts';
import { messageOf, messageRow } from './messages.ts';
import { indexMessage, indexTitle } from './search-index.ts';

/** A prompt and a reply of usual length take a millisecond or two; a reply of 400 KB would hold up the end of its turn by 40. */
const END_OF_TURN_BYTES = 16 * 1024;
/** Takes about 20 ms; more at once would keep other writers waiting. */
const STEP_BYTES = 256 * 1024;
const MOST_ROWS = 1000;

/** The end of a turn: what is new and short, as part of the transaction around it. */
export function indexShort(connection: Connection): void {
  indexWithin(connection, waitingTexts(connection, 8), END_OF_TURN_BYTES);
}

/** Everything, whatever time it takes. */
export function indexAll(connection: Connection): void {
  for (const _ of indexSteps(connection));
}

/**
 * What waits, or so much of it, in short transactions that let others in between: says after each how many texts are done and how
 * many there were. Whoever dies on the way leaves the rest waiting.
 */
export function* indexSteps(connection: Connection, mostBytes = Number.POSITIVE_INFINITY): Generator<{ done: number; total: number }> {
  if (waitingTexts(connection, 1).length === 0) return;
  const total = countWaiting(connection);
  let done = 0;
  for (let room = mostBytes; room > 0; ) {
    // Asked again within the transaction: another process may have been faster.
    const step = connection.write(() => {
      const [first, ...others] = waitingTexts(connection, MOST_ROWS);
      return first && indexWithin(connection, [first, ...others], Math.max(first.bytes, STEP_BYTES));
    });
    if (!step) return;
    room -= step.bytes;
    done += step.texts;
    yield { done: Math.min(done, total), total };
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
      `SELECT id AS rowid, octet_length(parts) AS bytes, NULL AS title ${WAITING_MESSAGES} ORDER BY id DESC LIMIT ?`,
      most,
    ),
  ];
}

const WAITING_MESSAGES = `FROM messages INDEXED BY messages_waiting WHERE indexed = 0 AND status <> 'streaming'`;

function countWaiting(connection: Connection): number {
  const sql = `SELECT (SELECT count(*) FROM conversations WHERE indexed = 0) + (SELECT count(*) ${WAITING_MESSAGES}) AS count`;
  return connection.get<{ count: number }>(sql)?.count ?? 0;
}

function indexWithin(connection: Connection, texts: readonly WaitingText[], mostBytes: number): { texts: number; bytes: number } {
  let room = mostBytes;
  const fitting = texts.filter(({ bytes }) => {
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
  // Going up: the index writes a piece of its own for every step down.
  for (const { rowid, title } of fitting.sort((one, other) => one.rowid - other.rowid)) {
    if (title !== null) indexTitle(connection, -rowid, title);
    else {
      const row = messageRow(connection, rowid);
      if (row) indexMessage(connection, rowid, messageOf(connection, row, false));
    }
  }
  return { texts: fitting.length, bytes: mostBytes - room };
}
