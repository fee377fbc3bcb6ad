/** Content blocks of the Messages API: which part each becomes, and what of it is kept to be sent back unchanged. */
import { isObject, type Json, type JsonObject, parseJson, textAt } from '../core/json.ts';
import type { Citation, ReplyPart } from '../core/messages.ts';
import type { OpenPart } from './parts.ts';

export type AnthropicBlock = {
  index: number | undefined;
  type: string;
  kind: 'text' | 'reasoning' | 'tool_call' | 'hosted';
  /** The block as it began. */
  item: JsonObject;
  name: string;
  callId: string;
  /** Streamed input of a tool, ours or theirs. */
  json: string;
  signature: string;
  citations: JsonObject[];
  part: OpenPart | undefined;
  /** A type nobody told us about. */
  unknown: boolean;
};

export function beginBlock(item: JsonObject, index?: number): AnthropicBlock {
  const type = textAt(item, 'type') ?? (textAt(item, 'text') === undefined ? 'unknown' : 'text');
  const kind = kindOf(type);
  return {
    index,
    type,
    kind,
    item,
    name: textAt(item, 'name') ?? (kind === 'hosted' ? type : ''),
    callId: '',
    json: '',
    signature: textAt(item, 'signature') ?? '',
    citations: Array.isArray(item.citations) ? item.citations.filter(isObject) : [],
    part: undefined,
    unknown: kind === 'hosted' && !HOSTED.test(type),
  };
}

/** What a type of block becomes; whatever is neither text, thought nor call runs on the provider's side. */
export function kindOf(type: string): AnthropicBlock['kind'] {
  return KINDS.get(type) ?? 'hosted';
}

/** Not an object: a server may call a block "constructor". */
const KINDS: ReadonlyMap<string, AnthropicBlock['kind']> = new Map([
  ['text', 'text'],
  ['thinking', 'reasoning'],
  ['redacted_thinking', 'reasoning'],
  ['tool_use', 'tool_call'],
]);

/** What runs on the provider's side: its tools, their results, files and summaries it made. */
const HOSTED = /_tool_use$|_tool_result$|^(container_upload|compaction|fallback)$/;

/** What a block has become. */
export function finishedPart(part: OpenPart, block: AnthropicBlock): ReplyPart {
  switch (block.kind) {
    case 'text':
      return finishedText(part.text, block);
    case 'reasoning':
      return { type: 'reasoning', text: part.text, ...kept(signedThought(part.text, block)) };
    case 'tool_call':
      return { type: 'tool_call', id: part.callId, name: part.name, arguments: argumentsOf(block), ...kept(extraOfCall(block.item)) };
    case 'hosted':
      return { type: 'hosted', name: block.name, original: { wire: 'anthropic', item: hostedItem(block) } };
  }
}

function kept(item: JsonObject | undefined): { original?: { wire: 'anthropic'; item: JsonObject } } {
  return item ? { original: { wire: 'anthropic', item } } : {};
}

function finishedText(text: string, { citations }: AnthropicBlock): ReplyPart {
  const known = citations.map(citationOf).filter((citation) => Object.keys(citation).length > 0);
  // Search results have to be cited with their encrypted index again; other citations are not taken back as they were sent.
  const fromSearch = citations.length > 0 && citations.every((citation) => citation.type === 'web_search_result_location');
  return {
    type: 'text',
    text,
    ...(known.length > 0 ? { citations: known } : {}),
    ...kept(fromSearch ? { type: 'text', text, citations } : undefined),
  };
}

function citationOf(raw: JsonObject): Citation {
  const source = textAt(raw, 'source');
  const url = textAt(raw, 'url') ?? (source && URL.canParse(source) ? source : undefined);
  const title = textAt(raw, 'title') ?? textAt(raw, 'document_title');
  const quote = textAt(raw, 'cited_text');
  return { ...(url ? { url } : {}), ...(title ? { title } : {}), ...(quote ? { quote } : {}) };
}

/** A thought can only be sent back with its signature: without one the API refuses it. */
function signedThought(text: string, block: AnthropicBlock): JsonObject | undefined {
  if (block.type === 'redacted_thinking') return block.item;
  return block.signature === '' ? undefined : { ...block.item, thinking: text, signature: block.signature };
}

/** Input comes in pieces, or was complete at the beginning, or there is none. */
function argumentsOf(block: AnthropicBlock): string {
  if (block.json.trim() !== '') return block.json;
  const input = block.item.input;
  return isObject(input) || Array.isArray(input) ? JSON.stringify(input) : '{}';
}

function hostedItem(block: AnthropicBlock): JsonObject {
  const input: Json | undefined = block.json.trim() === '' ? undefined : parseJson(block.json);
  return input === undefined ? block.item : { ...block.item, input };
}

/** Fields of a call that we do not know and that have to go back with it. */
function extraOfCall({ type: _type, id: _id, name: _name, input: _input, ...extra }: JsonObject): JsonObject | undefined {
  return Object.keys(extra).length > 0 ? extra : undefined;
}
