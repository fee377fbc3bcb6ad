/** Which of the items that were kept word for word may be sent to a provider again, and what becomes of those that may not. */
import { isObject, type JsonObject, listAt, textAt } from '../core/json.ts';
import type { HostedPart, ReplyPart, Wire, WireItem } from '../core/messages.ts';

export type Receiver = { wire: Wire; provider: string; model: string };

/** The part as this receiver may have it: with its own item or without one; what ran at another provider becomes text, or nothing. */
export function partFor(part: ReplyPart, receiver: Receiver): ReplyPart[] {
  if (part.type === 'media' || part.original === undefined) return [part];
  if (isItsOwn(part, part.original, receiver)) return [part];
  if (part.type === 'hosted') {
    const words = wordsOf(part);
    return words === '' ? [] : [{ type: 'text', text: words }];
  }
  const { original: _original, ...plain } = part;
  return [plain];
}

/**
 * Signatures, encrypted thoughts and hosted items are valid at the provider that made them; what is sealed also only for models
 * of the same family. On the Chat Completions wire everything that is kept is sealed (Gemini's and OpenRouter's signatures).
 */
function isItsOwn(part: ReplyPart, made: WireItem, { wire, provider, model }: Receiver): boolean {
  if (made.wire !== wire || (made.provider !== undefined && made.provider !== provider)) return false;
  const isSealed = part.type === 'reasoning' || wire === 'chat';
  return !isSealed || made.model === undefined || familyOf(made.model) === familyOf(model);
}

/** "anthropic/claude-opus-4.6:beta" is a claude, "gpt-5.2" a gpt, "o4-mini" an o. */
function familyOf(model: string): string {
  const name = model.toLowerCase().split('/').at(-1) ?? '';
  return /[a-z]+/.exec(name)?.[0] ?? name;
}

const MOST_CHARACTERS = 2000;

/** What a hosted tool did, where the answer does not repeat it: code that ran, calls of a server of MCP. Searches are told by the answer. */
function wordsOf({ original: { item } }: HostedPart): string {
  const type = textAt(item, 'type') ?? '';
  if (type === 'code_interpreter_call') return clipped(`[Code that was run:]\n${textAt(item, 'code') ?? ''}\n${logsOf(item)}`);
  if (type === 'mcp_call') return clipped(`[${textAt(item, 'name')} ${textAt(item, 'arguments') ?? ''}:]\n${textAt(item, 'output') ?? ''}`);
  const content = isObject(item.content) ? [item.content] : listAt(item, 'content');
  if (type === 'mcp_tool_result') return clipped(content.map((block) => textAt(block, 'text') ?? '').join('\n'));
  if (/code_execution_tool_result$/.test(type)) return clipped(content.map((block) => textAt(block, 'stdout') ?? '').join('\n'));
  return '';
}

function logsOf(item: JsonObject): string {
  return listAt(item, 'outputs')
    .map((output) => textAt(output, 'logs') ?? '')
    .join('\n');
}

function clipped(text: string): string {
  const words = text.trim();
  return words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS).toWellFormed()}…`;
}
