/** What every reader of foreign conversations shares: its result, times, attachments, and replies that came in several pieces. */
import type { MediaPart, Part, TextPart, ToolResultPart } from '../core/messages.ts';
import type { ConversationRecord, RecordedMessage } from '../store/store.ts';

/** Something that could not be read: nothing is left out without one. */
export type Problem = { where: string; what: string };
export type ImportStep = { conversations: ConversationRecord[]; problems: Problem[] };

/** A file that an export refers to. */
export type Asset = Pick<MediaPart, 'mediaType' | 'data' | 'name'>;

export type Origin = {
  /** How the file is called in messages. */
  where: string;
  /** The time of what has no time of its own. */
  modifiedMs: number;
  /** The file of an export that a reference (an id, a name) means. */
  asset: (reference: string) => Asset | undefined;
};

export type Draft = Omit<RecordedMessage, 'id'>;

/** Messages with ids in the order in which they come. */
export function createTree(): { messages: RecordedMessage[]; add(draft: Draft): number } {
  const messages: RecordedMessage[] = [];
  return {
    messages,
    add(draft) {
      const id = messages.length + 1;
      messages.push({ id, ...draft });
      return id;
    },
  };
}

/**
 * Many programs keep one reply as several entries (a thought, a sentence, another sentence), and one call's result as
 * several. Where nothing branches between them they are one message here, as a model would send them.
 */
export function joinPieces(
  messages: readonly RecordedMessage[],
  active: number | null,
): { messages: RecordedMessage[]; active: number | null } {
  const children = new Map<number, number>();
  for (const { parent } of messages) if (parent !== null) children.set(parent, (children.get(parent) ?? 0) + 1);
  const joined = new Map<number, RecordedMessage>();
  const kept: RecordedMessage[] = [];
  for (const original of messages) {
    const parent = original.parent === null ? undefined : joined.get(original.parent);
    const message: RecordedMessage = { ...original, parent: parent?.id ?? null };
    if (parent && children.get(original.parent ?? 0) === 1 && absorb(parent, message)) {
      joined.set(original.id, parent);
    } else {
      joined.set(original.id, message);
      kept.push(message);
    }
  }
  return { messages: kept, active: active === null ? null : (joined.get(active)?.id ?? null) };
}

function absorb(into: RecordedMessage, next: RecordedMessage): boolean {
  const { id: _id, parent: _parent, createdMs: _createdMs, message, ...facts } = next;
  if (into.message.role === 'assistant' && message.role === 'assistant') {
    if (into.message.parts.at(-1)?.type === 'tool_call' || (into.model && next.model && into.model !== next.model)) return false;
    into.message = { role: 'assistant', parts: separated([...into.message.parts, ...message.parts], into.message.parts.length) };
  } else if (into.message.role === 'tool' && message.role === 'tool') {
    into.message = { role: 'tool', parts: mergeResults([...into.message.parts, ...message.parts]) };
  } else return false;
  Object.assign(into, facts);
  return true;
}

/** Several outputs of one call are one result: providers take only one. */
function mergeResults(parts: readonly ToolResultPart[]): ToolResultPart[] {
  const byCall = new Map<string, ToolResultPart>();
  for (const part of parts) {
    const before = byCall.get(part.callId);
    const output = [before?.output, part.output].filter(Boolean).join('\n\n');
    byCall.set(part.callId, { ...part, ...before, output, ...(part.failed || before?.failed ? { failed: true as const } : {}) });
  }
  return [...byCall.values()];
}

/** The texts of a message are shown without anything between them: pieces that were apart get a blank line. `from`: where the second piece begins. */
export function separated<Each extends Part>(parts: readonly Each[], from = 1): Each[] {
  const hasText = parts.slice(0, from).some((part) => part.type === 'text' && part.text !== '');
  const first = parts.findIndex((part, index) => index >= from && part.type === 'text');
  return parts.map((part, index) => (hasText && index === first && part.type === 'text' ? { ...part, text: `\n\n${part.text}` } : part));
}

/** Text parts as paragraphs of one message. */
export function paragraphs<Each extends Part>(parts: readonly Each[]): Each[] {
  let text = false;
  return parts.map((part) => {
    if (part.type !== 'text') return part;
    const shown = text ? { ...part, text: `\n\n${part.text}` } : part;
    text = true;
    return shown;
  });
}

/** Leaves out what is not known. */
export function known<Shape extends object>(facts: { [Key in keyof Shape]: Shape[Key] | undefined }): Shape {
  // What is undefined in the argument is absent in the result, and nothing else changes.
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Shape;
}

/** A time in words, in UTC where it names no zone; undefined for anything else. */
export function parseTime(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const iso = text.trim().replace(' ', 'T');
  const timeMs = Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : /T/.test(iso) ? `${iso}Z` : iso);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** A picture that is not where the export says stays visible as a word. */
export function missingAttachment(label: string): TextPart {
  return { type: 'text', text: `[attachment: ${label}]` };
}

/** A data URL as a part; undefined for any other address. */
export function mediaOfDataUrl(url: string): MediaPart | undefined {
  const found = /^data:([\w.+-]+\/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(url);
  return found ? { type: 'media', mediaType: found[1] ?? '', data: (found[2] ?? '').replace(/\s+/g, '') } : undefined;
}

export function quoted(title: string | undefined): string {
  return title === undefined || title === '' ? '' : ` "${title.length > 60 ? `${title.slice(0, 59)}…` : title}"`;
}
