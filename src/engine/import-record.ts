/** What every reader of foreign conversations shares: its result, times, attachments, and replies that came in several pieces. */
import { type JsonObject, numberAt, textAt } from '../core/json.ts';
import type { MediaPart, Message, Part, TextPart, ToolResultPart } from '../core/messages.ts';
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

type Draft = Omit<RecordedMessage, 'id'>;

/** The id of one of the messages that an entry of an export is here: the first one has the entry's own. */
export function sourceIdOf(entry: string | undefined, index: number): { sourceId?: string } {
  return entry === undefined ? {} : { sourceId: index === 0 ? entry : `${entry}#${index}` };
}

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
 * several. They are one message here, as a model would send them. Where one of them has several that go on, each of these is
 * a message from the beginning on: what was joined once stays as it is when the next export has another branch.
 */
export function joinPieces(
  messages: readonly RecordedMessage[],
  active: number | null,
): { messages: RecordedMessage[]; active: number | null } {
  const runs = new Map<number, Run>();
  for (const message of messages) {
    const above = message.parent === null ? undefined : runs.get(message.parent);
    const before = above && joins(above, message) ? above : undefined;
    const run: Run = {
      message,
      above,
      before,
      model: message.model ?? before?.model,
      pieces: (before?.pieces ?? 0) + 1,
      ends: true,
      next: undefined,
    };
    runs.set(message.id, run);
    if (before) before.next = run;
  }
  // A run ends where nothing goes on, and where something else begins below it.
  for (const run of runs.values()) if (run.before) run.before.ends = false;
  for (const run of runs.values()) if (run.above && !run.before) run.above.ends = true;
  const ids = new Map<Run, number>();
  const joined: RecordedMessage[] = [];
  const taken = new Set<number>();
  for (const run of runs.values()) {
    if (!run.ends) continue;
    const pieces = piecesOf(run);
    const [first = run] = pieces;
    const id = taken.has(first.message.id) ? run.message.id : first.message.id;
    taken.add(id);
    ids.set(run, id);
    joined.push(joinedOf(pieces, { id, parent: first.above ? (ids.get(first.above) ?? null) : null }));
  }
  let end = active === null ? undefined : runs.get(active);
  while (end && !end.ends) end = end.next;
  return { messages: joined, active: end ? (ids.get(end) ?? null) : null };
}

type Run = {
  message: RecordedMessage;
  above: Run | undefined;
  /** The piece that this one goes on. */
  before: Run | undefined;
  model: string | null | undefined;
  pieces: number;
  ends: boolean;
  /** The newest piece that goes on. */
  next: Run | undefined;
};

/** Nobody's reply has more; a hostile chain with a branch at each piece would grow with its square. */
const MOST_PIECES = 64;

function joins({ message: into, model, pieces }: Run, next: RecordedMessage): boolean {
  if (pieces >= MOST_PIECES || into.message.role !== next.message.role) return false;
  if (into.message.role === 'tool') return true;
  return (
    into.message.role === 'assistant' && into.message.parts.at(-1)?.type !== 'tool_call' && (!model || !next.model || model === next.model)
  );
}

function piecesOf(last: Run): Run[] {
  const pieces: Run[] = [];
  for (let run: Run | undefined = last; run; run = run.before) pieces.push(run);
  return pieces.reverse();
}

function joinedOf(pieces: readonly Run[], place: Pick<RecordedMessage, 'id' | 'parent'>): RecordedMessage {
  const [first, ...others] = pieces.map(({ message }) => message);
  const whole = { ...first, ...place } as RecordedMessage; // a run has a first piece
  const pieceIds: string[] = [];
  for (const { id: _id, parent: _parent, createdMs: _createdMs, message, ...facts } of others) {
    if (whole.sourceId !== undefined) pieceIds.push(whole.sourceId);
    whole.message = joinedMessage(whole.message, message);
    Object.assign(whole, facts);
  }
  return pieceIds.length > 0 ? { ...whole, pieceIds } : whole;
}

function joinedMessage(into: Message, next: Message): Message {
  if (into.role === 'assistant' && next.role === 'assistant')
    return { role: 'assistant', parts: separated([...into.parts, ...next.parts], into.parts.length) };
  return into.role === 'tool' && next.role === 'tool' ? { role: 'tool', parts: mergeResults([...into.parts, ...next.parts]) } : into;
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
function separated<Each extends Part>(parts: readonly Each[], from = 1): Each[] {
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

/** Seconds, milliseconds, or words: some programs write another program's format with their own times. */
export function timeAt(value: JsonObject, key: string): number | undefined {
  const number = numberAt(value, key) ?? Number(textAt(value, key) || Number.NaN);
  if (Number.isNaN(number)) return parseTime(value[key]);
  if (number <= 0) return undefined;
  return Math.round(number > 1e11 ? number : number * 1000);
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
