/** Puts the pieces of tool calls of the Chat Completions wire together, whatever of index, id and name a server leaves out. */
import { type JsonObject, objectAt, parseJson } from '../core/json.ts';
import type { ToolCallPart } from '../core/messages.ts';
import type { OpenPart, PartWriter } from './parts.ts';
import { indexAt, saidAt } from './wire-values.ts';

type Call = {
  part: OpenPart;
  index: number | undefined;
  ids: Set<string>;
  extra: JsonObject | undefined;
  /** Its name came once more behind complete arguments: an echo, or the beginning of an equal call, as the next piece will tell. */
  named: boolean;
};

type ToolCalls = {
  take(piece: JsonObject): void;
  count(): number;
  /** The call that an open part has become. */
  finished(part: OpenPart): ToolCallPart;
};

type Piece = { index: number | undefined; id: string; name: string; text: string };

export function createToolCalls(parts: PartWriter): ToolCalls {
  const calls: Call[] = [];

  function take(raw: JsonObject): void {
    const target = objectAt(raw, 'function') ?? objectAt(raw, 'custom') ?? {};
    const piece = {
      index: indexAt(raw, 'index'),
      id: saidAt(raw, 'id') ?? '',
      name: saidAt(target, 'name') ?? '',
      text: argumentsOf(target),
    };
    const call = continuedOrBegun(piece);
    const { part } = call;
    if (piece.id !== '') call.ids.add(piece.id);
    if (part.callId === '' && piece.id !== '') part.callId = unique(piece.id, call);
    if (piece.name !== '' && part.name !== piece.name) part.name += piece.name;
    call.extra = objectAt(raw, 'extra_content') ?? call.extra;
    // Some servers send the finished arguments once more at the end.
    if (piece.text.length > 1 && piece.text === part.text) return;
    parts.add(part, piece.text);
  }

  function continuedOrBegun(piece: Piece): Call {
    const call = candidate(piece);
    if (!call || isNext(call, piece)) return begin(piece);
    const echoed = piece.text === '' || piece.text === call.part.text;
    if (call.named && !echoed) return begin({ ...piece, name: call.part.name });
    return call;
  }

  function candidate({ index, id, name }: Piece): Call | undefined {
    const sameId = (call: Call) => id !== '' && call.ids.has(id);
    if (index !== undefined) {
      const same = calls.filter((call) => call.index === index);
      const found = same.find(sameId) ?? same.at(-1);
      // An index alone is not trusted: some servers give every call the index 0. Others change the id from piece to piece.
      return found && id !== '' && found.ids.size > 0 && !found.ids.has(id) && name !== '' ? undefined : found;
    }
    if (id !== '') return calls.find(sameId);
    const last = calls.at(-1);
    return name === '' || last?.part.name === name ? last : undefined;
  }

  /** A name behind complete arguments begins another call, whatever index and id say, unless it only repeats the call. */
  function isNext(call: Call, { name, text }: Piece): boolean {
    const { part } = call;
    if (name === '' || parseJson(part.text) === undefined) return false;
    call.named = name === part.name && text === '';
    return name !== part.name || (text !== '' && text !== part.text);
  }

  function begin({ index, id, name }: Piece): Call {
    const part = parts.open('tool_call', { name, callId: id === '' ? '' : unique(id, undefined) });
    const call: Call = { part, index, ids: new Set(id === '' ? [] : [id]), extra: undefined, named: false };
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

/** Text in pieces, or whole as an object. */
function argumentsOf(target: JsonObject): string {
  const raw = target.arguments ?? target.input ?? target.parameters;
  return typeof raw === 'string' ? raw : raw === undefined || raw === null ? '' : JSON.stringify(raw);
}
