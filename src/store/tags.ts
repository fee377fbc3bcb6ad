/** Table `tags`: words that a user put on a conversation. */
import { oneLine } from '../core/words.ts';
import type { Connection } from './connection.ts';

export function addTag(connection: Connection, key: number, tag: string): void {
  const clean = cleanTag(tag);
  if (clean !== '') connection.run('INSERT OR IGNORE INTO tags (conversation_key, tag) VALUES (?, ?)', key, clean);
}

export function removeTag(connection: Connection, key: number, tag: string): void {
  connection.run('DELETE FROM tags WHERE conversation_key = ? AND tag = ?', key, cleanTag(tag));
}

export function countTags(connection: Connection): { tag: string; conversations: number }[] {
  return connection.all('SELECT tag, count(*) AS conversations FROM tags GROUP BY tag ORDER BY conversations DESC, tag');
}

/** One line; lists join tags with line breaks. */
function cleanTag(tag: string): string {
  return oneLine(tag);
}
