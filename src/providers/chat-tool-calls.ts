/** Puts the pieces of tool calls of the Chat Completions wire together, whatever of index, id and name a server leaves out. */
import { type JsonObject, numberAt, objectAt, textAt } from '../core/json.ts';
import type { ToolCallPart } from '../core/messages.ts';
import type { OpenPart, PartWriter } from './parts.ts';

type Call = { part: OpenPart; index: number | undefined; ids: Set<string>; extra: JsonObject | undefined };

export type ToolCalls = {
  take(piece: JsonObject): void;
  count(): number;
  /** The call that an open part has become. */
  finished(part: OpenPart): ToolCallPart;
};

export function createToolCalls(parts: PartWriter): ToolCalls {
  const calls: Call[] = [];

  function take(piece: JsonObject): void {
    const target = objectAt(piece, 'function') ?? objectAt(piece, 'custom') ?? {};
    const name = textAt(target, 'name') ?? '';
    const id = idOf(piece);
    const index = numberAt(piece, 'index');
    const call = existing(index, id, name) ?? begin(index, id, name);
    if (id !== '') call.ids.add(id);
    if (call.part.callId === '' && id !== '') call.part.callId = unique(id, call);
    if (name !== '' && call.part.name !== name) call.part.name += name;
    call.extra = objectAt(piece, 'extra_content') ?? call.extra;
    const raw = target.arguments ?? target.input ?? target.parameters;
    const text = typeof raw === 'string' ? raw : raw === undefined || raw === null ? '' : JSON.stringify(raw);
    // Some servers send the finished arguments once more at the end.
    if (text.length > 1 && text === call.part.text) return;
    parts.add(call.part, text);
  }

  /** The call that a piece continues. An index alone is not trusted: some servers give every call the index 0. */
  function existing(index: number | undefined, id: string, name: string): Call | undefined {
    if (index !== undefined) {
      const same = calls.findLast((call) => call.index === index);
      if (!same) return undefined;
      const otherId = id !== '' && same.ids.size > 0 && !same.ids.has(id);
      return otherId && name !== '' ? undefined : same;
    }
    if (id !== '') return calls.find((call) => call.ids.has(id));
    return name === '' ? calls.at(-1) : undefined;
  }

  function begin(index: number | undefined, id: string, name: string): Call {
    const part = parts.open('tool_call', { name, callId: id === '' ? '' : unique(id, undefined) });
    const call: Call = { part, index, ids: new Set(id === '' ? [] : [id]), extra: undefined };
    calls.push(call);
    return call;
  }

  /** Two calls never share an id: results could not be told apart. */
  function unique(id: string, self: Call | undefined): string {
    const taken = (candidate: string) => calls.some((call) => call !== self && call.part.callId === candidate);
    if (!taken(id)) return id;
    for (let n = 2; ; n++) if (!taken(`${id}_${n}`)) return `${id}_${n}`;
  }

  return {
    take,
    count: () => calls.length,
    finished(part) {
      const call = calls.find((candidate) => candidate.part === part);
      if (part.callId === '') part.callId = unique(`call_${calls.findIndex((candidate) => candidate.part === part) + 1}`, call);
      return {
        type: 'tool_call',
        id: part.callId,
        name: part.name,
        arguments: part.text,
        ...(call?.extra ? { original: { wire: 'chat', item: { extra_content: call.extra } } } : {}),
      };
    },
  };
}

function idOf(piece: JsonObject): string {
  const id = piece.id;
  return typeof id === 'number' ? String(id) : typeof id === 'string' ? id : '';
}
