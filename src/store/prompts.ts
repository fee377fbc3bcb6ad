/** What the user has typed lately, over all conversations: for going back to it. */
import type { Connection } from './connection.ts';

/** What is longer was pasted or piped, not typed. */
const LONGEST = 32_000;

/**
 * Distinct, newest first. Conversations are read from the one used last backwards, until the next one was left before the
 * oldest prompt that is wanted: however much there is, only the newest part of it is looked at.
 */
export function recentPrompts(connection: Connection, limit: number): string[] {
  if (limit <= 0) return [];
  return connection.snapshot(() => {
    const newest = new Map<string, number>();
    let oldestMs = Number.NEGATIVE_INFINITY;
    for (const { key, updated_ms } of conversations(connection)) {
      if (updated_ms < oldestMs) break;
      for (const { text, created_ms } of promptsOf(connection, key, limit)) {
        const prompt = text.trim();
        if (prompt !== '') newest.set(prompt, Math.max(created_ms, newest.get(prompt) ?? 0));
      }
      if (newest.size >= limit) oldestMs = [...newest.values()].sort((one, other) => other - one)[limit - 1] ?? oldestMs;
    }
    const sorted = [...newest].sort(([, one], [, other]) => other - one);
    return sorted.slice(0, limit).map(([prompt]) => prompt);
  });
}

function conversations(connection: Connection): Iterable<{ key: number; updated_ms: number }> {
  return connection.each('SELECT key, updated_ms FROM conversations ORDER BY updated_ms DESC, id DESC');
}

/** What was typed is the first part of a message. */
function promptsOf(connection: Connection, key: number, limit: number): { text: string; created_ms: number }[] {
  return connection.all(
    `SELECT json_extract(parts, '$[0].text') AS text, created_ms FROM messages
     WHERE conversation_key = ? AND role = 'user' AND json_extract(parts, '$[0].type') = 'text'
       AND length(json_extract(parts, '$[0].text')) <= ${LONGEST}
     ORDER BY id DESC LIMIT ?`,
    key,
    limit,
  );
}
