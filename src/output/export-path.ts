/** What the forms of export share: paths through the tree of a conversation, and its facts in words. */
import { isObject, parseJson } from '../core/json.ts';
import { type Part, parseArguments, type ToolCallPart } from '../core/messages.ts';
import type { ConversationRecord, RecordedMessage } from '../store/store.ts';

/** From the first message to the end of the active branch; to the newest message where none is marked. */
export function activePath({ messages, activeMessage }: ConversationRecord): RecordedMessage[] {
  const end = messages.find(({ id }) => id === activeMessage) ?? messages.at(-1);
  return end ? pathTo(end, messages) : [];
}

/** One path for each end of the tree, the active one first. */
export function everyPath(record: ConversationRecord): RecordedMessage[][] {
  const active = activePath(record);
  const parents = new Set(record.messages.map(({ parent }) => parent));
  const others = record.messages.filter(({ id }) => !parents.has(id) && id !== active.at(-1)?.id);
  return active.length === 0 ? [] : [active, ...others.map((leaf) => pathTo(leaf, record.messages))];
}

function pathTo(end: RecordedMessage, messages: readonly RecordedMessage[]): RecordedMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: RecordedMessage[] = [];
  for (let message: RecordedMessage | undefined = end; message && path.length <= messages.length; ) {
    path.push(message);
    message = message.parent === null ? undefined : byId.get(message.parent);
  }
  return path.reverse();
}

export function titleOf({ title }: ConversationRecord): string {
  return title?.replace(/\s+/g, ' ').trim() || 'Untitled conversation';
}

/** The head of a readable export: label and value. */
export function factsOf(record: ConversationRecord): [string, string][] {
  const shown = activePath(record).length;
  const others = record.messages.length - shown;
  const facts: [string, string | undefined][] = [
    ['Conversation', record.id],
    ['From', record.source && record.source.name !== 'sotto' ? `${record.source.name} (${record.source.id})` : undefined],
    ['Begun', timeText(record.createdMs)],
    ['Model', modelText(record)],
    ['Tags', record.tags?.length ? record.tags.join(', ') : undefined],
    ['Messages', `${shown}${others > 0 ? `, and ${others} in other branches that are not shown here` : ''}`],
  ];
  return facts.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value]]));
}

/** 2026-11-20 14:30 UTC: the same wherever the file is read. */
export function timeText(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? 'at an unknown time' : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function modelText({ provider, model }: { provider?: string | null | undefined; model?: string | null | undefined }): string {
  return [provider, model].filter(Boolean).join('/');
}

/** Why a reply is not all that the model had to say; undefined for a whole one. */
export function incompleteness({ status, error, damage }: RecordedMessage): string | undefined {
  if (damage !== undefined) return damage;
  if (status === undefined || status === 'complete') return undefined;
  const words = { streaming: 'still being written', interrupted: 'interrupted', cancelled: 'cancelled', failed: 'failed' } as const;
  return error?.message ? `${words[status]}: ${error.message}` : words[status];
}

/** Pieces of one text are read as one: a list or a table may go on in the next piece. */
export function joinTexts(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type !== 'text' || last?.type !== 'text') joined.push(part);
    else
      joined[joined.length - 1] = {
        ...last,
        text: last.text + part.text,
        citations: [...(last.citations ?? []), ...(part.citations ?? [])],
      };
  }
  return joined;
}

/** Arguments of a call, indented; as the model wrote them where they are not JSON. */
export function argumentsText(call: ToolCallPart): string {
  const parsed = parseArguments(call.arguments);
  return parsed.ok ? JSON.stringify(parsed.value, null, 2) : call.arguments;
}

/** Output of a tool: JSON is indented, and everything else left as it is. */
export function outputText(output: string): { language: 'json' | ''; text: string } {
  const parsed = /^\s*[[{]/.test(output) ? parseJson(output) : undefined;
  return isObject(parsed) || Array.isArray(parsed)
    ? { language: 'json', text: JSON.stringify(parsed, null, 2) }
    : { language: '', text: output };
}
