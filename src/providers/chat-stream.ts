/** Decodes Chat Completions answers, streamed or whole, from OpenAI and from everyone who speaks almost the same. */
import { SottoError } from '../core/errors.ts';
import type { FinishReason } from '../core/events.ts';
import { isObject, type Json, type JsonObject, listAt, numberAt, objectAt, parseJson, textAt } from '../core/json.ts';
import type { Citation, ReplyPart } from '../core/messages.ts';
import type { Usage } from '../core/usage.ts';
import { createToolCalls } from './chat-tool-calls.ts';
import { citationsOf } from './citations.ts';
import type { Emit, Progress, WireDecoder } from './decoder.ts';
import { type OpenPart, writeParts } from './parts.ts';
import { providerError } from './provider-error.ts';
import { splitThinking } from './think-tags.ts';

export type ChatDecoderOptions = {
  provider: string;
  model: string;
  /** xAI reports reasoning tokens beside the output tokens, everyone else as part of them. */
  reasoningOutsideOutput?: boolean;
};

export function decodeChat(options: ChatDecoderOptions, emit: Emit): WireDecoder {
  const parts = writeParts(emit, finishPart);
  const calls = createToolCalls(parts);
  const thinking = splitThinking();
  const reasoningDetails: Json[] = [];
  const citations: Citation[] = [];
  let reasoning: OpenPart | undefined;
  let text: OpenPart | undefined;
  let textOriginal: JsonObject | undefined;
  let refused = false;
  let rawReason: string | null = null;
  let done = false;
  let answeredBy: string | undefined;
  const unknownParts = new Set<string>();

  function push(payload: string, eventName?: string): void {
    if (payload.trim() === '[DONE]') {
      done = true;
      return;
    }
    const chunk = parseJson(payload);
    if (!isObject(chunk)) {
      if (eventName === 'error') throw providerError({ provider: options.provider, body: payload, model: options.model });
      notice('unreadable_event', `Ignored an event of ${options.provider} that is no JSON object: ${payload.slice(0, 80)}`);
      return;
    }
    takeUsage(chunk);
    const choices = listAt(chunk, 'choices');
    const choice = choices.find(isFirstChoice);
    if (choice) takeChoice(choice);
    else if (choices.length === 0 && isObject(chunk.message)) takeMessage(chunk.message);
    if (textAt(chunk, 'model')) answeredBy = textAt(chunk, 'model');
    cite(chunk);
    const error = errorIn(chunk, choice, eventName);
    if (error !== undefined) throw providerError({ provider: options.provider, body: error, model: options.model });
  }

  function takeChoice(choice: JsonObject): void {
    const delta = objectAt(choice, 'delta');
    const message = objectAt(choice, 'message');
    if (delta) takePiece(delta);
    else if (message) takeMessage(message);
    else if (textAt(choice, 'text')) addText(textAt(choice, 'text') ?? '');
    const reason = textAt(choice, 'finish_reason');
    if (reason) rawReason = reason;
    takeUsage(choice);
  }

  function takePiece(delta: JsonObject): void {
    takeReasoning(delta);
    takeContent(delta.content);
    const refusal = textAt(delta, 'refusal');
    if (refusal) {
      refused = true;
      addText(refusal);
    }
    for (const call of listAt(delta, 'tool_calls')) {
      if (isObject(call)) takeCall(call);
    }
    const legacy = objectAt(delta, 'function_call');
    if (legacy) takeCall({ index: 0, function: legacy });
    for (const image of listAt(delta, 'images')) takeImage(objectAt(image, 'image_url'));
    cite(delta);
    const signature = objectAt(delta, 'extra_content');
    if (signature) textOriginal = { ...textOriginal, extra_content: signature };
  }

  /** A whole message: all there is, or a last repetition of what the deltas said. */
  function takeMessage(message: JsonObject): void {
    const content = message.content;
    const said = text?.text ?? '';
    const known = said !== '' && typeof content === 'string' && content.startsWith(said);
    const repeated = said !== '' || calls.count() > 0;
    takePiece({
      ...message,
      content: known ? content.slice(said.length) : repeated ? null : (content ?? null),
      refusal: repeated ? null : (message.refusal ?? null),
      tool_calls: calls.count() > 0 ? [] : (message.tool_calls ?? []),
      ...(reasoning || repeated ? { reasoning: null, reasoning_content: null, reasoning_details: [] } : {}),
    });
  }

  function takeReasoning(delta: JsonObject): void {
    const details = listAt(delta, 'reasoning_details');
    if (details.length > 0) mergeDetails(reasoningDetails, details.filter(isObject));
    // The same thought may come under several names: it counts once.
    const thought = textAt(delta, 'reasoning_content') || textAt(delta, 'reasoning') || textAt(delta, 'thinking');
    addReasoning(thought || details.map((detail) => textAt(detail, 'text') ?? '').join(''));
  }

  function takeContent(content: Json | undefined): void {
    if (typeof content === 'string') {
      if (thinking.settled()) {
        addText(content);
        return;
      }
      const split = thinking.push(content);
      if (split.reasoning) addReasoning(split.reasoning);
      if (split.text) addText(split.text);
      return;
    }
    for (const part of Array.isArray(content) ? content : isObject(content) ? [content] : []) takeContentPart(part);
  }

  function takeContentPart(part: Json): void {
    if (typeof part === 'string') {
      addText(part);
      return;
    }
    const type = textAt(part, 'type') ?? 'text';
    if (type === 'text' || type === 'output_text') addText(textAt(part, 'text') ?? '');
    else if (type === 'thinking' || type === 'reasoning') addReasoning(thoughtIn(part));
    else if (type === 'image_url') takeImage(objectAt(part, 'image_url'));
    else if (type === 'refusal') {
      refused = true;
      addText(textAt(part, 'refusal') ?? '');
    } else if (!unknownParts.has(type)) {
      unknownParts.add(type);
      notice('unknown_part', `Ignored a content part of an unknown type: ${type}`);
    }
  }

  function takeImage(image: JsonObject | undefined): void {
    const data = /^data:([^;,]+);base64,(.*)$/s.exec(textAt(image, 'url') ?? '');
    if (!data?.[1] || !data[2]) return;
    const part = parts.open('media');
    parts.end(part, { type: 'media', mediaType: data[1], data: data[2] });
  }

  function takeCall(call: JsonObject): void {
    endReasoning();
    calls.take(call);
  }

  function addReasoning(piece: string): void {
    if (piece === '') return;
    reasoning ??= parts.open('reasoning');
    parts.add(reasoning, piece);
  }

  function addText(piece: string): void {
    if (piece === '') return;
    endReasoning();
    text ??= parts.open('text');
    parts.add(text, piece);
  }

  function endReasoning(): void {
    if (!reasoning) return;
    parts.end(reasoning);
    reasoning = undefined;
  }

  function finishPart(part: OpenPart): ReplyPart {
    if (part.kind === 'tool_call') return calls.finished(part);
    if (part.kind === 'reasoning') {
      return {
        type: 'reasoning',
        text: part.text,
        ...(reasoningDetails.length > 0 ? { original: { wire: 'chat', item: { reasoning_details: reasoningDetails } } } : {}),
      };
    }
    return {
      type: 'text',
      text: part.text,
      ...(refused ? { refusal: true as const } : {}),
      ...(citations.length > 0 ? { citations } : {}),
      ...(textOriginal ? { original: { wire: 'chat', item: textOriginal } } : {}),
    };
  }

  function close(): void {
    const unclosed = thinking.unclosed();
    const rest = thinking.end();
    if (rest.reasoning) addReasoning(rest.reasoning);
    if (rest.text) addText(rest.text);
    if (unclosed && reasoning && !text) {
      // The tag was never closed, so it was no thought: the whole of it is the answer.
      const literal = `<think>${reasoning.text}`;
      parts.end(reasoning, { type: 'reasoning', text: '' });
      reasoning = undefined;
      addText(literal);
    }
    const hidden = reasoningDetails.length > 0 && !reasoningDetails.some((detail) => textAt(detail, 'text'));
    if (hidden && !reasoning) reasoning = parts.open('reasoning');
    parts.endAll();
  }

  function takeUsage(holder: JsonObject): void {
    const usage = objectAt(holder, 'usage') ?? objectAt(objectAt(holder, 'x_groq'), 'usage');
    if (!usage) return;
    const costUsd = numberAt(usage, 'cost') ?? numberAt(objectAt(usage, 'cost'), 'total_cost');
    emit({
      type: 'usage',
      usage: chatUsage(usage, options.reasoningOutsideOutput === true),
      ...(costUsd === undefined ? {} : { costUsd }),
    });
  }

  function cite(holder: JsonObject): void {
    for (const citation of citationsOf(holder)) {
      if (!citations.some((seen) => seen.url === citation.url && seen.quote === citation.quote)) citations.push(citation);
    }
  }

  function notice(code: string, message: string): void {
    emit({ type: 'notice', level: 'warning', code, message });
  }

  return {
    push,
    close,
    finish() {
      if (rawReason === null && calls.count() === 0 && !text) {
        throw new SottoError({
          kind: 'protocol',
          provider: options.provider,
          message: `${options.provider}: the answer ended without content and without a reason.`,
          hint: 'Try again, or try another model.',
        });
      }
      emit({
        type: 'finish',
        reason: reasonOf(rawReason, calls.count() > 0, refused, options.provider),
        raw: rawReason,
        ...(answeredBy ? { model: answeredBy } : {}),
      });
    },
    progress: (): Progress => (done ? 'done' : rawReason === null ? 'open' : 'finished'),
  };
}

function isFirstChoice(choice: Json): choice is JsonObject {
  return isObject(choice) && (choice.index ?? 0) === 0;
}

/** Mistral puts a list of pieces where others put a text. */
function thoughtIn(part: Json): string {
  const thought = isObject(part) ? (part.thinking ?? part.text ?? part.reasoning) : undefined;
  if (typeof thought === 'string') return thought;
  return Array.isArray(thought) ? thought.map((piece) => textAt(piece, 'text') ?? '').join('') : '';
}

/** An error object where there should be an answer: in a chunk, in a choice, or the chunk itself. */
function errorIn(chunk: JsonObject, choice: JsonObject | undefined, eventName: string | undefined): Json | undefined {
  const error = chunk.error ?? choice?.error;
  if (error !== undefined && error !== null && error !== '') return { ...chunk, error };
  if (eventName === 'error' || chunk.object === 'error') return chunk;
  if (!('choices' in chunk) && !('usage' in chunk) && (textAt(chunk, 'message') || textAt(chunk, 'detail'))) return chunk;
  return undefined;
}

function reasonOf(raw: string | null, called: boolean, refused: boolean, provider: string): FinishReason {
  const word = (raw ?? '').toLowerCase();
  if (/^(error|abort|insufficient_system_resource)$/.test(word)) {
    throw new SottoError({
      kind: 'overloaded',
      provider,
      message: `${provider}: the model stopped with "${raw}".`,
      hint: 'Try again, or try another model.',
    });
  }
  if (/length|max_tokens|max_output/.test(word)) return 'length';
  if (/filter|refusal|safety|prohibited|blocklist/.test(word)) return 'content_filter';
  if (called) return 'tool_calls';
  return refused ? 'content_filter' : 'stop';
}

function chatUsage(usage: JsonObject, reasoningOutsideOutput: boolean): Usage {
  const input = objectAt(usage, 'prompt_tokens_details') ?? objectAt(usage, 'input_tokens_details');
  const output = objectAt(usage, 'completion_tokens_details') ?? objectAt(usage, 'output_tokens_details');
  const reasoning = numberAt(output, 'reasoning_tokens') ?? numberAt(usage, 'reasoning_tokens');
  const completion = numberAt(usage, 'completion_tokens') ?? numberAt(usage, 'output_tokens');
  return known({
    input: numberAt(usage, 'prompt_tokens') ?? numberAt(usage, 'input_tokens'),
    output: reasoningOutsideOutput && completion !== undefined ? completion + (reasoning ?? 0) : completion,
    cacheRead: numberAt(input, 'cached_tokens') ?? numberAt(usage, 'prompt_cache_hit_tokens') ?? numberAt(usage, 'cached_tokens'),
    cacheWrite: numberAt(input, 'cache_write_tokens') ?? numberAt(input, 'cache_creation_tokens'),
    reasoning,
  });
}

/** Drops what is not known. */
export function known(counts: { [Key in keyof Usage]: number | undefined }): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}

/** Pieces of one reasoning detail carry the same index: text grows, everything else is taken over. */
function mergeDetails(kept: Json[], pieces: JsonObject[]): void {
  for (const piece of pieces) {
    const before = kept.find(
      (detail) => isObject(detail) && detail.index === piece.index && detail.type === piece.type && piece.index !== undefined,
    );
    if (!isObject(before)) {
      kept.push({ ...piece });
      continue;
    }
    for (const [key, value] of Object.entries(piece)) {
      const old = before[key];
      const grows = (key === 'text' || key === 'summary' || key === 'data') && typeof old === 'string' && typeof value === 'string';
      if (value !== null && value !== undefined) before[key] = grows ? old + value : value;
    }
  }
}
