/** Decodes Responses answers, streamed or whole, from OpenAI and from servers that follow it. */
import { SottoError } from '../core/errors.ts';
import { isObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../core/json.ts';
import type { Citation, PartKind, ReplyPart, WireItem } from '../core/messages.ts';
import { citationsOf } from './citations.ts';
import { contentText } from './content-pieces.ts';
import type { Emit, Progress, WireDecoder } from './decoder.ts';
import { type OpenPart, writeParts } from './parts.ts';
import { providerError } from './provider-error.ts';
import { reasoningText, refuseOtherLimits, responseReasonOf, responsesReport } from './responses-ending.ts';
import { writtenItem } from './responses-item.ts';
import { complaintIn, errorIn, indexAt, isTold, itemsAt, saidAt, wordsIn } from './wire-values.ts';

type Item = {
  index: number;
  type: string;
  /** The item as last sent. */
  latest: JsonObject;
  part: OpenPart | undefined;
  refused: boolean;
  citations: Citation[];
  /** The summary or content section that the last piece belonged to: a new one begins a new paragraph. */
  section: string;
  /** Positions inside the item that pieces have come for. */
  filled: Set<number>;
  ended: boolean;
};

type ResponsesDecoderOptions = {
  provider: string;
  model: string;
  /** Most tokens that were asked for, of a server that may not say that it stopped there. */
  maxTokens?: number | undefined;
  /** Where code of earlier answers ran, and was paid. */
  paidContainers?: ReadonlySet<string>;
};

export function decodeResponses(options: ResponsesDecoderOptions, emit: Emit): WireDecoder {
  const items: Item[] = [];
  const parts = writeParts(emit, (part) =>
    finishPart(
      part,
      items.find((item) => item.part === part),
    ),
  );
  let final: JsonObject | undefined;
  let done = false;
  let answeredBy: string | undefined;
  let messages = 0;
  const ignored = new Set<string>();

  function push(event: JsonObject, eventName?: string): void {
    const type = textAt(event, 'type') ?? (eventName !== 'message' ? eventName : undefined) ?? '';
    const isWhole = !type.startsWith('response.') && (event.object === 'response' || Array.isArray(event.output));
    const error = isWhole ? undefined : (errorIn(event, eventName) ?? (type === '' ? complaintIn(event) : undefined));
    if (error !== undefined) throw refusal(isTold(objectAt({ error }, 'error')?.error) ? error : { error });
    if (isWhole) takeWhole(event);
    else takeEvent(type, event);
  }

  function takeEvent(type: string, event: JsonObject): void {
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        answeredBy = textAt(event.response, 'model') ?? answeredBy;
        return;
      case 'response.output_item.added':
        if (isObject(event.item)) begin(event, writtenItem(event.item));
        return;
      case 'response.output_item.done':
        if (isObject(event.item)) end(itemFor(event, writtenItem(event.item)), writtenItem(event.item));
        return;
      case 'response.output_text.delta':
        addTo(event, 'message', '');
        return;
      case 'response.refusal.delta':
        itemFor(event, { type: 'message' }).refused = true;
        addTo(event, 'message', '');
        return;
      case 'response.reasoning_summary_text.delta':
        addTo(event, 'reasoning', `summary ${indexAt(event, 'summary_index') ?? 0}`);
        return;
      case 'response.reasoning_text.delta':
      case 'response.reasoning.delta':
        addTo(event, 'reasoning', `content ${indexAt(event, 'content_index') ?? 0}`);
        return;
      case 'response.function_call_arguments.delta':
        addTo(event, 'function_call', '');
        return;
      case 'response.output_text.done':
        fill(event, 'message', '', 'text');
        return;
      case 'response.refusal.done':
        fill(event, 'message', '', 'refusal');
        return;
      case 'response.reasoning_summary_text.done':
        fill(event, 'reasoning', `summary ${indexAt(event, 'summary_index') ?? 0}`, 'text');
        return;
      case 'response.reasoning_text.done':
        fill(event, 'reasoning', `content ${indexAt(event, 'content_index') ?? 0}`, 'text');
        return;
      case 'response.function_call_arguments.done':
        fill(event, 'function_call', '', 'arguments');
        return;
      case 'response.output_text.annotation.added': {
        itemFor(event, { type: 'message' }).citations.push(...citationsOf({ annotations: [event.annotation ?? null] }));
        return;
      }
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
      case 'response.done': {
        const status = type === 'response.done' ? 'completed' : type.slice('response.'.length);
        takeResponse({ status, ...(isObject(event.response) ? event.response : event) });
        return;
      }
      default:
        ignore(type);
    }
  }

  function begin(event: JsonObject, seen: JsonObject): Item {
    const index = indexAt(event, 'output_index') ?? items.length;
    const type = textAt(seen, 'type') ?? 'message';
    const item: Item = {
      index,
      type,
      latest: seen,
      part: undefined,
      refused: false,
      citations: [],
      section: '',
      filled: new Set(),
      ended: false,
    };
    items.push(item);
    if (type === 'function_call') item.part = parts.open('tool_call', { name: textAt(seen, 'name'), callId: textAt(seen, 'call_id') });
    // What runs over there takes its time: whoever watches is told when it begins.
    if (!PART_OF_ITEM.has(type)) item.part = parts.open('hosted', { name: type });
    return item;
  }

  /** Only the position ties the events of an item together: ids may change on the way (seen from GitHub Copilot). */
  function itemFor(event: JsonObject, seen: JsonObject): Item {
    const index = indexAt(event, 'output_index');
    const id = saidAt(event, 'item_id') ?? textAt(seen, 'id');
    const type = textAt(seen, 'type') ?? 'message';
    const found =
      index !== undefined
        ? items.findLast((item) => item.index === index)
        : (items.find((item) => id !== undefined && textAt(item.latest, 'id') === id) ??
          items.findLast((item) => item.type === type && !item.ended));
    return found && !(found.ended && index === undefined) ? found : begin(event, { ...seen, ...(id === undefined ? {} : { id }) });
  }

  function addTo(
    event: JsonObject,
    type: string,
    section: string,
    delta = type === 'message' ? contentText(event.delta) : wordsIn(event.delta),
  ): void {
    if (!delta) return;
    const found = itemFor(event, { type });
    const id = saidAt(event, 'item_id');
    // A late piece of what is complete; one of another item is the beginning of it, where servers give all the same position.
    if (found.ended && id !== undefined && id === textAt(found.latest, 'id')) return;
    const isOther = found.ended || (found.part !== undefined && found.part.kind !== kindOf(type));
    const item = isOther ? begin(event, { type, ...(id === undefined ? {} : { id }) }) : found;
    const part = partOf(item, type);
    item.filled.add(positionOf(event));
    if (section !== item.section && part.text !== '') parts.add(part, '\n\n');
    item.section = section;
    parts.add(part, delta);
  }

  /** The whole of a section, from servers that send it without its pieces. */
  function fill(event: JsonObject, type: string, section: string, key: string): void {
    const index = indexAt(event, 'output_index');
    const id = saidAt(event, 'item_id');
    const known =
      index === undefined
        ? (items.find((item) => id !== undefined && textAt(item.latest, 'id') === id) ?? items.findLast((item) => item.type === type))
        : items.findLast((item) => item.index === index);
    if (known?.ended || known?.filled.has(positionOf(event))) return;
    if (key === 'refusal') itemFor(event, { type }).refused = true;
    addTo(event, type, section, wordsIn(event[key]));
  }

  function partOf(item: Item, type: string): OpenPart {
    if (item.part) return item.part;
    // What its pieces are counts more than what it was called.
    item.type = type;
    const kind = kindOf(type);
    const part = parts.open(kind, { name: textAt(item.latest, 'name'), callId: textAt(item.latest, 'call_id') });
    item.part = part;
    // A second message (a comment, then the answer) begins a paragraph of its own.
    if (kind === 'text' && messages++ > 0) parts.add(part, '\n\n');
    return part;
  }

  function end(item: Item, truth: JsonObject): void {
    const type = textAt(truth, 'type') ?? item.type;
    // What was begun as one thing does not end as another.
    if (!item.part || item.part.kind === kindOf(type)) item.type = type;
    item.latest = { ...item.latest, ...truth, type: item.type };
    if (item.ended) return;
    item.ended = true;
    const reply = replyOf(item);
    if (reply) parts.end(item.part ?? partOf(item, item.type), reply);
    else if (item.part) parts.end(item.part);
    const picture = item.type === 'image_generation_call' ? textAt(item.latest, 'result') : undefined;
    if (picture) parts.end(parts.open('media'), { type: 'media', mediaType: mediaTypeOf(item.latest), data: picture });
  }

  /** The finished item as a part; undefined where it holds nothing to show or keep. */
  function replyOf(item: Item): ReplyPart | undefined {
    const original = originalOf(item);
    switch (item.type) {
      case 'message': {
        const content = listAt(item.latest, 'content').filter(isObject);
        for (const piece of content) if (!('text' in piece || 'refusal' in piece)) leaveOut(textAt(piece, 'type') ?? 'none');
        const whole = content.map((piece) => textAt(piece, 'text') ?? textAt(piece, 'refusal') ?? '').join('');
        if (whole === '' && !item.part) return undefined;
        const open = item.part ?? partOf(item, 'message');
        const lead = open.text.startsWith('\n\n') && !whole.startsWith('\n\n') ? '\n\n' : '';
        const refused = item.refused || content.some((piece) => textAt(piece, 'type') === 'refusal');
        const citations = content.flatMap((piece) => citationsOf(piece));
        const sources = citations.length > 0 ? citations : item.citations;
        return {
          type: 'text',
          text: whole === '' ? open.text : lead + whole,
          ...(refused ? { refusal: true as const } : {}),
          ...(sources.length > 0 ? { citations: sources } : {}),
          ...(whole === '' ? {} : { original }),
        };
      }
      case 'reasoning':
        return { type: 'reasoning', text: reasoningText(item.latest) || (item.part?.text ?? ''), original };
      case 'function_call':
      case 'custom_tool_call': {
        const call = callOf(item);
        return { type: 'tool_call', ...call, original };
      }
      default:
        return { type: 'hosted', name: item.type, original };
    }
  }

  function callOf(item: Item): { id: string; name: string; arguments: string } {
    const input = textAt(item.latest, 'input');
    const raw = item.type === 'custom_tool_call' ? JSON.stringify({ input: input ?? '' }) : (textAt(item.latest, 'arguments') ?? '');
    const id = textAt(item.latest, 'call_id') || textAt(item.latest, 'id') || `call_${items.indexOf(item) + 1}`;
    return { id, name: textAt(item.latest, 'name') ?? '', arguments: raw === '' ? (item.part?.text ?? '') : raw };
  }

  function finishPart(part: OpenPart, item: Item | undefined): ReplyPart {
    if (part.kind === 'reasoning') return { type: 'reasoning', text: part.text };
    if (part.kind === 'hosted' && item) {
      const { wire, item: begun } = originalOf(item);
      return { type: 'hosted', name: item.type, original: { wire, item: { ...begun, status: 'incomplete' } } };
    }
    if (part.kind === 'tool_call') {
      const call = item ? callOf(item) : { id: part.callId, name: part.name, arguments: part.text };
      return { type: 'tool_call', ...call, arguments: part.text || call.arguments };
    }
    return {
      type: 'text',
      text: part.text,
      ...(item?.refused ? { refusal: true as const } : {}),
      ...(item?.citations.length ? { citations: item.citations } : {}),
    };
  }

  /** The whole answer, at the end of a stream or instead of one. A list that is empty here does not undo what was streamed. */
  function takeResponse(response: JsonObject): void {
    const unmatched = new Set(items);
    itemsAt(response, 'output').forEach((sent, index) => {
      if (!isObject(sent)) return;
      const item = writtenItem(sent);
      const known = matching([...unmatched], item, index);
      if (known) unmatched.delete(known);
      if (!known) end(begin({ output_index: index }, item), item);
      else if (!known.ended) end(known, item);
    });
    const latest = items.map((item) => item.latest);
    const report = responsesReport(response, latest, options.paidContainers ?? new Set());
    if (report) emit(report);
    answeredBy = textAt(response, 'model') ?? answeredBy;
    const status = textAt(response, 'status') ?? 'completed';
    if (status === 'failed' || (isObject(response.error) && status !== 'incomplete'))
      throw refusal({ error: response.error ?? 'the answer failed without a reason' });
    refuseOtherLimits(response, options.provider);
    if (status === 'cancelled') throw refusal({ error: { message: 'the answer was cancelled on the side of the provider' } });
    final = response;
  }

  /** An answer that was not streamed; one that is still being worked on is none. */
  function takeWhole(response: JsonObject): void {
    takeResponse(response);
    const status = textAt(response, 'status');
    if (status !== 'queued' && status !== 'in_progress') return;
    throw new SottoError({
      kind: 'unsupported',
      provider: options.provider,
      message: `${options.provider} answers this in the background (${status}); sotto cannot wait for such answers.`,
    });
  }

  function refusal(body: Json): ReturnType<typeof providerError> {
    return providerError({ provider: options.provider, body, model: options.model });
  }

  function leaveOut(type: string): void {
    if (ignored.has(type)) return;
    ignored.add(type);
    notice('unknown_part', `Ignored a content part of an unknown type: ${type}`);
  }

  function ignore(type: string): void {
    if (type.startsWith('response.') || type === 'keepalive' || type === 'ping' || ignored.has(type)) return;
    ignored.add(type);
    notice('unknown_event', `Ignored events of an unknown type: ${type || 'none'}`);
  }

  function notice(code: string, message: string): void {
    emit({ type: 'notice', level: 'warning', code, message });
  }

  return {
    fields: FIELDS,
    push,
    over() {
      done = items.length > 0;
    },
    close: () => parts.endAll(),
    finish() {
      const called = items.some((item) => item.type === 'function_call' || item.type === 'custom_tool_call');
      const reason = responseReasonOf({ response: final, called, refused: items.some(isRefused), maxTokens: options.maxTokens });
      const raw = final ? (textAt(final, 'status') ?? 'completed') : null;
      emit({ type: 'finish', reason, raw, ...(answeredBy ? { model: answeredBy } : {}) });
    },
    progress: (): Progress => (final || done ? 'done' : 'open'),
  };
}

const FIELDS = new Set(['type', 'output', 'response', 'item']);

function kindOf(type: string): PartKind {
  return PART_OF_ITEM.get(type) ?? 'hosted';
}

/** Not an object: a server may call an item "constructor". */
const PART_OF_ITEM: ReadonlyMap<string, PartKind> = new Map([
  ['message', 'text'],
  ['reasoning', 'reasoning'],
  ['function_call', 'tool_call'],
  ['custom_tool_call', 'tool_call'],
]);

function isRefused({ refused, latest }: Item): boolean {
  return refused || listAt(latest, 'content').some((piece) => textAt(piece, 'type') === 'refusal');
}

/** The item of the stream that an item of the final list is: by id, else by place, else the next of its type. */
function matching(items: Item[], item: JsonObject, index: number): Item | undefined {
  const id = textAt(item, 'id');
  const type = textAt(item, 'type') ?? 'message';
  const ofType = items.filter((candidate) => candidate.type === type);
  return (
    ofType.find((candidate) => id !== undefined && textAt(candidate.latest, 'id') === id) ??
    ofType.find((candidate) => candidate.index === index) ??
    ofType[0]
  );
}

/** Which text or summary of an item an event is about. */
function positionOf(event: JsonObject): number {
  return indexAt(event, 'content_index') ?? indexAt(event, 'summary_index') ?? 0;
}

/**
 * With `store: false` the server does not know the ids of its items any more. Those of hosted tools belong to the item, as
 * its status does; a picture is a part of its own.
 */
function originalOf({ type, latest }: Item): WireItem {
  const { id: _id, status: _status, ...kept } = latest;
  if (PART_OF_ITEM.has(type)) return { wire: 'responses', item: kept };
  const { result: _result, ...rest } = latest;
  return { wire: 'responses', item: type === 'image_generation_call' ? rest : latest };
}

function mediaTypeOf(item: JsonObject): string {
  return `image/${textAt(item, 'output_format') ?? 'png'}`;
}
