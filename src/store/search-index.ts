/** The search index: what goes into it, and how it comes out again without a trace. */

/*
 * Two FTS5 tables without content of their own. `search_trigrams` finds every part of three characters and more in any
 * language; `search_short` holds what is shorter, and the junctions of words, which make a phrase of common words rare. Messages
 * have their id as rowid, titles their conversation's key with a minus. Without positions (`detail = none`) both are as large as
 * the text and half of one with them; the text itself has the last word on every match.
 */
import type { Message } from '../core/messages.ts';
import type { Connection } from './connection.ts';
import { markTitleIndexed } from './conversations.ts';
import { fold } from './folding.ts';
import { junctionWords } from './junctions.ts';
import { markIndexed } from './messages.ts';
import { indexText, shortTerms } from './search-text.ts';

export function indexTitle(connection: Connection, key: number, title: string): void {
  insertText(connection, -key, fold(title));
  markTitleIndexed(connection, key, true);
}

export function unindexTitle(connection: Connection, key: number, title: string): void {
  deleteText(connection, -key, fold(title));
  markTitleIndexed(connection, key, false);
}

export function indexMessage(connection: Connection, id: number, message: Message): void {
  insertText(connection, id, indexText(message));
  markIndexed(connection, id, true);
}

export function unindexMessage(connection: Connection, id: number, message: Message): void {
  deleteText(connection, id, indexText(message));
  markIndexed(connection, id, false);
}

/**
 * With so many messages it is faster to mark the entries (without secure deletion) and then to write the index anew, than to cut
 * out each of them.
 */
export function isCheaperMarked(messages: number): boolean {
  return messages > 40;
}

/** Writes the index anew without what is marked as deleted, in short steps that let other writers in between. */
export function mergeCompletely(connection: Connection, table: (typeof TABLES)[number]): void {
  // A negative number begins a merge of everything, positive ones go on with it; no more changes means done.
  connection.run(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, -MERGE_PAGES);
  for (let before = changesOf(connection); ; before = changesOf(connection)) {
    connection.run(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, MERGE_PAGES);
    if (changesOf(connection) - before < 2) return;
  }
}

export const TABLES = ['search_trigrams', 'search_short'] as const;
const MERGE_PAGES = 2000;

function changesOf(connection: Connection): number {
  return connection.get<{ changes: number }>('SELECT total_changes() AS changes')?.changes ?? 0;
}

/** Folded texts by the number they have in the index. */
export type IndexTexts = Map<number, string>;

/**
 * Puts them in and empties the list. Going up: FTS5 writes a piece of its own for every step down, and titles among the messages
 * of their conversations cost a third of an import.
 */
export function indexTexts(connection: Connection, texts: IndexTexts): void {
  for (const [rowid, folded] of [...texts].sort(([one], [other]) => one - other)) insertText(connection, rowid, folded);
  texts.clear();
}

/** Whether what leaves the index is cut out at once. */
export function setSecureDelete(connection: Connection, on: boolean): void {
  // Written into the statement: a bound number arrives as a fraction, which FTS5 does not take here.
  for (const table of TABLES) connection.run(`INSERT INTO ${table} (${table}, rank) VALUES ('secure-delete', ${on ? 1 : 0})`);
}

function insertText(connection: Connection, rowid: number, folded: string): void {
  connection.run('INSERT INTO search_trigrams (rowid, text) VALUES (?, ?)', rowid, folded);
  connection.run('INSERT INTO search_short (rowid, text) VALUES (?, ?)', rowid, shortWords(folded));
}

/** An index without content must be told what it once was given. */
function deleteText(connection: Connection, rowid: number, folded: string): void {
  connection.run(`INSERT INTO search_trigrams (search_trigrams, rowid, text) VALUES ('delete', ?, ?)`, rowid, folded);
  connection.run(`INSERT INTO search_short (search_short, rowid, text) VALUES ('delete', ?, ?)`, rowid, shortWords(folded));
}

function shortWords(folded: string): string {
  return `${shortTerms(folded)} ${junctionWords(folded)}`;
}
