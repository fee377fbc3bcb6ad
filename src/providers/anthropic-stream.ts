/** Decodes answers of Anthropic's Messages API, streamed or whole, from Anthropic and from servers that speak almost the same. */
import { SottoError } from '../core/errors.ts';
import type { FinishReason } from '../core/events.ts';
import { isObject, type Json, type JsonObject, objectAt, textAt } from '../core/json.ts';
import { type AnthropicBlock, beginBlock, finishedPart, kindOf } from './anthropic-blocks.ts';
import { countUsage } from './anthropic-usage.ts';
import { contentPieces, contentText } from './content-pieces.ts';
import type { Emit, Progress, WireDecoder } from './decoder.ts';
import { type OpenPart, writeParts } from './parts.ts';
import { providerError } from './provider-error.ts';
import { complaintIn, errorIn, indexAt, reasonAt, said, saidAt, wordsIn } from './wire-values.ts';

type AnthropicDecoderOptions = { provider: string; model: string };

export function decodeAnthropic({ provider, model }: AnthropicDecoderOptions, emit: Emit): WireDecoder {
  const blocks = new Map<OpenPart, AnthropicBlock>();
  const parts = writeParts(emit, (part) => finishedPart(part, blocks.get(part) ?? beginBlock({})));
  const usage = countUsage(emit);
  const callIds = new Set<string>();
  const unknown = new Set<string>();
  /** Blocks that have begun and not ended, oldest first. */
  let open: AnthropicBlock[] = [];
  let rawReason: string | null = null;
  let stopDetails: JsonObject | undefined;
  let answeredBy: string | undefined;
  let done = false;

  function push(event: JsonObject, eventName?: string): void {
    // "message" is what an event without a name is called.
    const type = textAt(event, 'type') ?? (eventName === 'message' ? '' : (eventName ?? ''));
    const error = errorIn(event, eventName) ?? (type === '' ? complaintIn(event) : undefined);
    if (error !== undefined) throw providerError({ provider, body: error, model });
    takeEvent(type, event);
  }

  function takeEvent(type: string, event: JsonObject): void {
    switch (type) {
      case 'message_start':
        takeHead(objectAt(event, 'message') ?? event);
        break;
      case 'content_block_start':
        begin(indexAt(event, 'index'), objectAt(event, 'content_block') ?? {});
        break;
      case 'content_block_delta':
        takeDelta(indexAt(event, 'index'), objectAt(event, 'delta') ?? { text: event.delta });
        break;
      case 'content_block_stop': {
        const block = blockAt(indexAt(event, 'index'));
        if (block) end(block);
        break;
      }
      case 'message_delta':
        takeStop(objectAt(event, 'delta') ?? event);
        usage.take(event);
        break;
      case 'message_stop':
        done = true;
        break;
      case 'ping':
        break;
      default:
        takeOther(type, event);
        break;
    }
  }

  function takeOther(type: string, event: JsonObject): void {
    if ('content' in event || type === 'message') takeWhole(event);
    else
      noticeOnce(
        'unknown_event',
        type,
        `Ignored an event of ${provider} of an unknown type: ${type || Object.keys(event).slice(0, 4).join(', ')}`,
      );
  }

  /** An answer that was not streamed: the same blocks, each at once. */
  function takeWhole(message: JsonObject): void {
    takeHead(message);
    for (const piece of contentPieces(message.content)) end(begin(undefined, isObject(piece) ? piece : { type: 'text', text: piece }));
    takeStop(message);
    done = true;
  }

  function takeHead(message: JsonObject): void {
    answeredBy = textAt(message, 'model') || answeredBy;
    usage.take(message);
  }

  function takeStop(holder: JsonObject): void {
    rawReason = reasonAt(holder, 'stop_reason') ?? rawReason;
    stopDetails = objectAt(holder, 'stop_details') ?? stopDetails;
  }

  function begin(index: number | undefined, item: JsonObject): AnthropicBlock {
    // Some servers give every block the same number: a second beginning is the end of the first.
    const same = index === undefined ? undefined : open.find((block) => block.index === index);
    if (same) end(same);
    const block = beginBlock(item, index);
    open.push(block);
    if (block.kind === 'tool_call') {
      block.callId = uniqueId(saidAt(item, 'id') ?? '');
      partOf(block);
      if (typeof item.input === 'string') addJson(block, item.input);
    }
    if (block.kind === 'hosted') partOf(block);
    if (block.type === 'server_tool_use') usage.run(block.name);
    if (block.unknown)
      noticeOnce('unknown_part', block.type, `${provider} sent a part of an unknown type (${block.type}); it is kept, not shown.`);
    add(block, contentText(item.text) || wordsIn(item.thinking));
    return block;
  }

  function takeDelta(index: number | undefined, delta: JsonObject): void {
    const type = textAt(delta, 'type') ?? PIECES.find(([key]) => delta[key] !== undefined)?.[1] ?? '';
    const at = blockAt(index);
    switch (type) {
      case 'text_delta':
        add(fitting(at, index, 'text'), contentText(delta.text));
        break;
      case 'thinking_delta':
        add(fitting(at, index, 'thinking'), wordsIn(delta.thinking));
        break;
      case 'signature_delta':
        if (at?.kind === 'reasoning') at.signature += textAt(delta, 'signature') ?? '';
        break;
      case 'input_json_delta':
        addJson(at?.kind === 'hosted' ? at : fitting(at, index, 'tool_use'), jsonText(delta.partial_json));
        break;
      case 'citations_delta':
        if (at?.kind === 'text') at.citations.push(objectAt(delta, 'citation') ?? {});
        break;
      default:
        noticeOnce('unknown_event', type, `Ignored a piece of an unknown type from ${provider}: ${type}`);
    }
  }

  /** The block a piece belongs to: the one it names if that takes such pieces, else one that nobody announced. */
  function fitting(at: AnthropicBlock | undefined, index: number | undefined, type: string): AnthropicBlock {
    return at && at.kind === kindOf(type) ? at : begin(index, { type });
  }

  function blockAt(index: number | undefined): AnthropicBlock | undefined {
    return index === undefined ? open.at(-1) : open.find((block) => block.index === index);
  }

  /** Parts of text and thought open with their first piece: an empty block is no part. */
  function partOf(block: AnthropicBlock): OpenPart {
    if (!block.part) {
      block.part = parts.open(block.kind, { name: block.name, callId: block.callId });
      blocks.set(block.part, block);
    }
    return block.part;
  }

  function add(block: AnthropicBlock, text: string): void {
    if (text !== '' && (block.kind === 'text' || block.kind === 'reasoning')) parts.add(partOf(block), text);
  }

  function addJson(block: AnthropicBlock, json: string): void {
    block.json += json;
    if (block.kind === 'tool_call') parts.add(partOf(block), json);
  }

  function end(block: AnthropicBlock): void {
    open = open.filter((other) => other !== block);
    if (block.kind === 'reasoning' && (block.signature !== '' || block.type === 'redacted_thinking')) partOf(block);
    if (block.part) parts.end(block.part);
  }

  /** Two calls never share an id: results could not be told apart. */
  function uniqueId(id: string): string {
    let free = id === '' ? `call_${callIds.size + 1}` : id;
    for (let n = 2; callIds.has(free); n++) free = `${id === '' ? 'call' : id}_${n}`;
    callIds.add(free);
    return free;
  }

  function notice(code: string, message: string): void {
    emit({ type: 'notice', level: 'warning', code, message });
  }

  function noticeOnce(code: string, what: string, message: string): void {
    if (!unknown.has(`${code} ${what}`)) notice(code, message);
    unknown.add(`${code} ${what}`);
  }

  return {
    fields: FIELDS,
    push,
    over() {
      done = true;
    },
    close() {
      for (const block of [...open]) end(block);
    },
    finish() {
      if (rawReason === null && blocks.size === 0) {
        throw new SottoError({
          kind: 'protocol',
          provider,
          message: `${provider}: the answer ended without content and without a reason.`,
          hint: 'Try again, or try another model.',
        });
      }
      const explanation = textAt(stopDetails, 'explanation');
      if (explanation) notice('refusal', `${provider}: ${explanation}`);
      if (rawReason === 'pause_turn')
        notice('paused', `${provider} paused this answer before its end; send the conversation on to let it continue.`);
      emit({ type: 'finish', reason: reasonOf(rawReason, callIds.size > 0), raw: rawReason, ...(answeredBy ? { model: answeredBy } : {}) });
    },
    progress: (): Progress => (done ? 'done' : rawReason === null ? 'open' : 'finished'),
  };
}

const FIELDS = new Set(['type', 'content', 'delta', 'message']);

/** What a piece is that does not say so. */
const PIECES = [
  ['text', 'text_delta'],
  ['thinking', 'thinking_delta'],
  ['partial_json', 'input_json_delta'],
] as const;

function jsonText(piece: Json | undefined): string {
  return said(piece) ?? (isObject(piece) || Array.isArray(piece) ? JSON.stringify(piece) : '');
}

function reasonOf(raw: string | null, called: boolean): FinishReason {
  const word = (raw ?? '').toLowerCase();
  if (/max_tokens|length|context_window/.test(word)) return 'length';
  if (/refusal|filter|safety|sensitive/.test(word)) return 'content_filter';
  return called || word === 'tool_use' ? 'tool_calls' : 'stop';
}
