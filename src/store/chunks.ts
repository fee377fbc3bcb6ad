/** Table `reply_chunks`: what has arrived of a reply that still streams; only ever appended to, and gone when the reply is closed. */
import { parseJson, textAt } from '../core/json.ts';
import type { ReplyPart, ToolResultPart } from '../core/messages.ts';
import { mergeUsage, type Usage, type UsageReport } from '../core/usage.ts';
import type { Connection } from './connection.ts';

/**
 * Of a reply, or of the results of its calls, which are all `end`. `start`: an attempt begins (text: provider and model as JSON). `usage`: totals so far of it. `end`: a finished part as JSON,
 * in place of the pieces before. The rest are pieces of a part of that kind; a call's name and id come with `call`.
 */
type ChunkKind = 'start' | 'usage' | 'call' | 'end' | 'text' | 'reasoning' | 'tool_call';
export type Chunk = { kind: ChunkKind; part: string; text: string };

/** False where the reply streams no longer: another process has closed it, or its conversation is gone. Then nothing is written. */
export function insertChunk(connection: Connection, message: number, sequence: number, { kind, part, text }: Chunk): boolean {
  const { changes } = connection.run(
    `INSERT INTO reply_chunks (message_id, sequence, kind, part, text)
     SELECT id, ?, ?, ?, ? FROM messages WHERE id = ? AND status = 'streaming'`,
    sequence,
    kind,
    part,
    text,
    message,
  );
  return changes > 0;
}

export function readChunks(connection: Connection, message: number): Chunk[] {
  return connection.all<Chunk>('SELECT kind, part, text FROM reply_chunks WHERE message_id = ? ORDER BY sequence', message);
}

export function deleteChunks(connection: Connection, message: number): void {
  connection.run('DELETE FROM reply_chunks WHERE message_id = ?', message);
}

/** What has arrived of the results of calls. */
export function readResults(chunks: readonly Chunk[]): ToolResultPart[] {
  // The column holds what the writer wrote of this shape.
  return chunks.flatMap(({ text }) => (parseJson(text) as ToolResultPart | undefined) ?? []);
}

type PartialAttempt = { provider: string; model: string; usage: Usage | undefined; parts: ReplyPart[] };

/** The attempts that had begun, each with what it brought, as far as it reached the disk. */
export function partialAttempts(chunks: readonly Chunk[]): PartialAttempt[] {
  const attempts: { head: Chunk | undefined; body: Chunk[] }[] = [];
  for (const chunk of chunks) {
    const open = attempts.at(-1);
    if (chunk.kind === 'start' || !open) attempts.push({ head: chunk.kind === 'start' ? chunk : undefined, body: [] });
    if (chunk.kind !== 'start') attempts.at(-1)?.body.push(chunk);
  }
  return attempts.map(({ head, body }) => {
    const start = parseJson(head?.text ?? '');
    return {
      provider: textAt(start, 'provider') ?? '',
      model: textAt(start, 'model') ?? '',
      usage: usageOf(body),
      parts: partsOf(body),
    };
  });
}

/** Totals so far, as the fold of the events would have them: what is not said again stays. */
function usageOf(chunks: readonly Chunk[]): Usage | undefined {
  // The column holds what the writer wrote of this shape.
  const counts = chunks.flatMap(({ kind, text }) => (kind === 'usage' ? [(parseJson(text) ?? {}) as UsageReport] : []));
  return counts.length > 0 ? counts.reduce<Usage>(mergeUsage, {}) : undefined;
}

/** What is shown of an unfinished reply: the last attempt, unless it brought no text and an earlier one did. */
export function partialParts(chunks: readonly Chunk[]): ReplyPart[] {
  const attempts = partialAttempts(chunks);
  const hasText = ({ parts }: PartialAttempt): boolean => parts.some((part) => part.type === 'text' && part.text !== '');
  return (attempts.findLast(hasText) ?? attempts.at(-1))?.parts ?? [];
}

type Slot = { kind: ChunkKind; text: string; name: string; callId: string; truth: ReplyPart | undefined };

function partsOf(chunks: readonly Chunk[]): ReplyPart[] {
  const slots = new Map<string, Slot>();
  for (const { kind, part, text } of chunks) {
    if (kind === 'start' || kind === 'usage') continue;
    const slot = slots.get(part) ?? { kind, text: '', name: '', callId: '', truth: undefined };
    slots.set(part, slot);
    if (kind === 'end') {
      slot.truth = parseJson(text) as ReplyPart | undefined;
    } else if (kind === 'call') {
      slot.name = textAt(parseJson(text), 'name') ?? '';
      slot.callId = textAt(parseJson(text), 'callId') ?? '';
    } else {
      slot.kind = kind;
      slot.text += text;
    }
  }
  return [...slots.values()].flatMap(partOf);
}

/** As the fold of the events would have it. */
function partOf({ kind, text, name, callId, truth }: Slot): ReplyPart[] {
  if (truth) return [truth];
  if (kind === 'call' || kind === 'tool_call') return name === '' ? [] : [{ type: 'tool_call', id: callId, name, arguments: text }];
  if (text === '' || (kind !== 'text' && kind !== 'reasoning')) return [];
  return [{ type: kind, text }];
}
