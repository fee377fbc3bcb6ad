/** Decodes answers of Anthropic's Messages API, streamed or whole, from Anthropic and from servers that speak almost the same. */
import { SottoError } from '../core/errors.ts';
import type { FinishReason } from '../core/events.ts';
import { isObject, type JsonObject, listAt, objectAt, parseJson, textAt } from '../core/json.ts';
import { type AnthropicBlock, beginBlock, finishedPart, kindOf } from './anthropic-blocks.ts';
import { countUsage } from './anthropic-usage.ts';
import type { Emit, Progress, WireDecoder } from './decoder.ts';
import { type OpenPart, writeParts } from './parts.ts';
import { providerError } from './provider-error.ts';

export type AnthropicDecoderOptions = { provider: string; model: string };

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

  function push(payload: string, eventName?: string): void {
    if (payload.trim() === '[DONE]') {
      done = true;
      return;
    }
    const event = parseJson(payload);
    if (!isObject(event)) {
      if (eventName === 'error') throw providerError({ provider, body: payload, model });
      notice('unreadable_event', `Ignored an event of ${provider} that is no JSON object: ${payload.slice(0, 80)}`);
      return;
    }
    takeEvent(textAt(event, 'type') ?? eventName ?? '', event);
  }

  function takeEvent(type: string, event: JsonObject): void {
    switch (type) {
      case 'message_start':
        takeHead(objectAt(event, 'message') ?? event);
        break;
      case 'content_block_start':
        begin(event.index, objectAt(event, 'content_block') ?? {});
        break;
      case 'content_block_delta':
        takeDelta(event.index, objectAt(event, 'delta') ?? {});
        break;
      case 'content_block_stop': {
        const block = blockAt(event.index);
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
    if (type === 'error' || event.error) throw providerError({ provider, body: event, model });
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
    const content = message.content;
    const list = typeof content === 'string' ? [{ type: 'text', text: content }] : listAt(message, 'content');
    for (const block of list) if (isObject(block)) end(begin(undefined, block));
    takeStop(message);
    done = true;
  }

  function takeHead(message: JsonObject): void {
    answeredBy = textAt(message, 'model') || answeredBy;
    usage.take(message);
  }

  function takeStop(holder: JsonObject): void {
    rawReason = textAt(holder, 'stop_reason') || rawReason;
    stopDetails = objectAt(holder, 'stop_details') ?? stopDetails;
  }

  function begin(index: unknown, item: JsonObject): AnthropicBlock {
    // Some servers give every block the same number: a second beginning is the end of the first.
    const same = typeof index === 'number' ? open.find((block) => block.index === index) : undefined;
    if (same) end(same);
    const block = beginBlock(item, typeof index === 'number' ? index : undefined);
    open.push(block);
    if (block.kind === 'tool_call') {
      block.callId = uniqueId(textAt(item, 'id') ?? '');
      partOf(block);
      if (typeof item.input === 'string') addJson(block, item.input);
    }
    if (block.kind === 'hosted') partOf(block);
    if (block.unknown)
      noticeOnce('unknown_part', block.type, `${provider} sent a part of an unknown type (${block.type}); it is kept, not shown.`);
    add(block, textAt(item, 'text') ?? textAt(item, 'thinking') ?? '');
    return block;
  }

  function takeDelta(index: unknown, delta: JsonObject): void {
    const type = textAt(delta, 'type') ?? (textAt(delta, 'text') === undefined ? '' : 'text_delta');
    const at = blockAt(index);
    switch (type) {
      case 'text_delta':
        add(fitting(at, index, 'text'), textAt(delta, 'text') ?? '');
        break;
      case 'thinking_delta':
        add(fitting(at, index, 'thinking'), textAt(delta, 'thinking') ?? '');
        break;
      case 'signature_delta':
        if (at?.kind === 'reasoning') at.signature += textAt(delta, 'signature') ?? '';
        break;
      case 'input_json_delta':
        addJson(at?.kind === 'hosted' ? at : fitting(at, index, 'tool_use'), textAt(delta, 'partial_json') ?? '');
        break;
      case 'citations_delta':
        if (at?.kind === 'text') at.citations.push(objectAt(delta, 'citation') ?? {});
        break;
      default:
        noticeOnce('unknown_event', type, `Ignored a piece of an unknown type from ${provider}: ${type}`);
    }
  }

  /** The block a piece belongs to: the one it names if that takes such pieces, else one that nobody announced. */
  function fitting(at: AnthropicBlock | undefined, index: unknown, type: string): AnthropicBlock {
    return at && at.kind === kindOf(type) ? at : begin(index, { type });
  }

  function blockAt(index: unknown): AnthropicBlock | undefined {
    return typeof index === 'number' ? open.find((block) => block.index === index) : open.at(-1);
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
    push,
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

function reasonOf(raw: string | null, called: boolean): FinishReason {
  const word = (raw ?? '').toLowerCase();
  if (/max_tokens|length|context_window/.test(word)) return 'length';
  if (/refusal|filter|safety|sensitive/.test(word)) return 'content_filter';
  return called || word === 'tool_use' ? 'tool_calls' : 'stop';
}
