/** Another title for a conversation, and the search index with it. */
import type { Connection } from './connection.ts';
import { keyOf } from './context.ts';
import { conversationById, setTitle } from './conversations.ts';
import { indexTitle, unindexTitle } from './search-index.ts';
import type { TitleSource } from './store.ts';
import { cleanTitle } from './title.ts';

/** A title of the user's is replaced only by another one of theirs. Returns whether it was set. */
export function rename(connection: Connection, id: string, title: string, source: TitleSource): boolean {
  const row = conversationById(connection, id);
  const clean = cleanTitle(title);
  if (!row) return keyOf(connection, id) > 0;
  if (clean === '' || (source !== 'user' && row.title_source === 'user')) return false;
  if (row.indexed === 1) unindexTitle(connection, row.key, row.title);
  setTitle(connection, row.key, clean, source);
  indexTitle(connection, row.key, clean);
  return true;
}
