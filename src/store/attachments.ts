/** Tables `attachments` and `message_attachments`: bytes are stored once by their content, messages hold only the hash. */
import { isObject } from '../core/json.ts';
import type { Message, Part } from '../core/messages.ts';
import type { Connection } from './connection.ts';
import { isDamage } from './failure.ts';

/** A media part as it stands in the column: the hash instead of the data. */
type StoredPart = Exclude<Part, { type: 'media' }> | { type: 'media'; mediaType: string; name?: string; sha256: string; verbatim?: true };

type StoredParts = { json: string; contents: { sha256: string; bytes: Buffer }[] };

/** Parts as text for the column, and the bytes that go elsewhere. */
export function packParts(message: Message): StoredParts {
  const contents: StoredParts['contents'] = [];
  const parts = message.parts.map((part): StoredPart => {
    if (part.type !== 'media') return part;
    const { data, ...rest } = part;
    const decoded = Buffer.from(data, 'base64');
    // Base64 with line breaks or another alphabet would not come back as it was: then its text is kept.
    const verbatim = decoded.toString('base64') !== data;
    const bytes = verbatim ? Buffer.from(data, 'utf8') : decoded;
    const sha256 = process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex');
    contents.push({ sha256, bytes });
    return { ...rest, sha256, ...(verbatim ? { verbatim } : {}) };
  });
  return { json: JSON.stringify(parts), contents };
}

type PackedMessage = { id: number; role: Message['role']; parts: string };

/** The message as it was, as far as it can be read. Without `media` the bytes stay where they are and `data` is empty. */
export function unpackMessage(connection: Connection, row: PackedMessage, media: boolean): Message {
  return unpack(connection, row, media).message;
}

export type Unpacked = {
  message: Message;
  /** Why it is not the whole message. */
  damage: string | undefined;
};

export function unpack(connection: Connection, { role, parts }: PackedMessage, media: boolean): Unpacked {
  const { stored, damage } = parsedParts(parts);
  let missing: string | undefined;
  const whole = stored.map((part): Part => {
    if (part.type !== 'media') return part;
    const { sha256, verbatim, ...rest } = part;
    if (!media) return { ...rest, data: '' };
    const bytes = bytesOf(connection, sha256);
    if (bytes) return { ...rest, data: bytes.toString(verbatim ? 'utf8' : 'base64') };
    missing = `its attachment ${part.name ?? part.mediaType} is missing`;
    return { type: 'text', text: `[attachment ${part.name ?? part.mediaType}: could not be read]` };
  });
  // The column holds what packParts made of a message of this role.
  return { message: { role, parts: whole } as Message, damage: damage ?? missing };
}

function bytesOf(connection: Connection, sha256: string): Buffer | undefined {
  try {
    return connection.get<{ bytes: Buffer }>('SELECT bytes FROM attachments WHERE sha256 = ?', sha256)?.bytes;
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return undefined;
  }
}

export function insertAttachments(connection: Connection, message: number, contents: StoredParts['contents']): void {
  for (const { sha256, bytes } of contents) {
    connection.run('INSERT OR IGNORE INTO attachments (sha256, bytes) VALUES (?, ?)', sha256, bytes);
    connection.run('INSERT OR IGNORE INTO message_attachments (message_id, sha256) VALUES (?, ?)', message, sha256);
  }
}

export function copyAttachmentLinks(connection: Connection, from: number, to: number): void {
  connection.run(
    'INSERT OR IGNORE INTO message_attachments (message_id, sha256) SELECT ?, sha256 FROM message_attachments WHERE message_id = ?',
    to,
    from,
  );
}

/** Attachments that only this conversation uses; they go with it. */
export function attachmentsOnlyIn(connection: Connection, key: number): string[] {
  return connection
    .all<{ sha256: string }>(
      `SELECT DISTINCT a.sha256 FROM messages m JOIN message_attachments a ON a.message_id = m.id
       WHERE m.conversation_key = ? AND NOT EXISTS (
         SELECT 1 FROM message_attachments other JOIN messages o ON o.id = other.message_id
         WHERE other.sha256 = a.sha256 AND o.conversation_key <> ?)`,
      key,
      key,
    )
    .map((row) => row.sha256);
}

export function deleteAttachment(connection: Connection, sha256: string): void {
  connection.run('DELETE FROM attachments WHERE sha256 = ?', sha256);
}

/** A part that makes no sense is left out, and the others stay. */
function parsedParts(parts: string): { stored: StoredPart[]; damage: string | undefined } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(parts);
  } catch {
    // Said below.
  }
  if (!Array.isArray(parsed)) return { stored: [], damage: 'its content cannot be read' };
  const stored = parsed.filter(isPart);
  return { stored, damage: stored.length < parsed.length ? 'a part of it cannot be read' : undefined };
}

/** What must be a text in a part of each kind. */
const TEXTS: Record<string, readonly string[]> = {
  text: ['text'],
  reasoning: ['text'],
  tool_call: ['id', 'name', 'arguments'],
  tool_result: ['callId', 'name', 'output'],
  hosted: ['name'],
  media: ['mediaType', 'sha256'],
} satisfies Record<Part['type'], readonly string[]>;

function isPart(part: unknown): part is StoredPart {
  if (!isObject(part) || typeof part.type !== 'string' || !Object.hasOwn(TEXTS, part.type)) return false;
  if (part.original !== undefined && !isObject(part.original)) return false;
  return TEXTS[part.type]?.every((name) => typeof part[name] === 'string') === true;
}
