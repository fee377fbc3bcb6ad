/** Decodes Chat Completions answers, streamed or whole, from OpenAI and from everyone who speaks almost the same. */
import { SottoError } from '../core/errors.ts';
import { isObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../core/json.ts';
import type { Citation, ReplyPart } from '../core/messages.ts';
import { mergeUsage, type Usage } from '../core/usage.ts';
import { chatError, finishReasonOf } from './chat-ending.ts';
import { createToolCalls } from './chat-tool-calls.ts';
import { chatUsage, withoutGaps } from './chat-usage.ts';
import { citationsOf } from './citations.ts';
import { contentPieces } from './content-pieces.ts';
import type { Emit, Progress, WireDecoder } from './decoder.ts';
import { citesWeb, isSearchModel, SOME_SEARCHES } from './hosted-calls.ts';
import { THINK_END, THOUGHT_AS_TEXT, watchForThinkEnd } from './lone-think-end.ts';
import { type OpenPart, writeParts } from './parts.ts';
import { providerError } from './provider-error.ts';
import { keepReasoningDetails } from './reasoning-details.ts';
import { splitThinking } from './think-tags.ts';
import { indexAt, itemsAt, reasonAt, wordsIn } from './wire-values.ts';

type ChatDecoderOptions = {
  provider: string;
  model: string;
  reasoningOutsideOutput?: boolean;
};

export function decodeChat(options: ChatDecoderOptions, emit: Emit): WireDecoder {
  const parts = writeParts(emit, finishPart);
  const calls = createToolCalls(parts);
  const thinking = splitThinking();
  const details = keepReasoningDetails();
  const citations: Citation[] = [];
  let reasoning: OpenPart | undefined;
  let thought = false;
  /** Content as it came while thoughts in tags were looked for, and how long the answer was when that was settled. */
  let tagged = '';
  let settledAt = 0;
  let text: OpenPart | undefined;
  const thinkEnd = watchForThinkEnd();
  /** What of the content turned out to be no answer: the thought, its tag, the blank space behind it. */
  let turned = '';
  let textOriginal: JsonObject | undefined;
  let refused = false;
  let rawReason: string | null = null;
  let done = false;
  let answeredBy: string | undefined;
  let counts: Usage = {};
  let hasSearched = isSearchModel(options.model);
  const unknownParts = new Set<string>();
  let hasFirst = false;
  /** Choices of other positions, as long as none was the first. */
  const others: JsonObject[] = [];

  function push(chunk: JsonObject, eventName?: string): void {
    takeUsage(chunk);
    const choices = itemsAt(chunk, 'choices');
    const choice = choices.find(isFirstChoice);
    if (choice) hasFirst = true;
    else if (!hasFirst) others.push(...choices.filter(isObject));
    if (choice) takeChoice(choice);
    else if (choices.length === 0 && isObject(chunk.message)) takeMessage(chunk.message);
    if (textAt(chunk, 'model')) answeredBy = textAt(chunk, 'model');
    cite(chunk);
    const error = chatError(chunk, choice, eventName);
    if (error !== undefined) throw providerError({ provider: options.provider, body: error, model: options.model });
  }

  /** One answer was asked for: where none is the first, it is the one that there is. */
  function takeOther(): void {
    const place = indexAt(others[0], 'index');
    if (!hasFirst) for (const choice of others) if (indexAt(choice, 'index') === place) takeChoice(choice);
    others.length = 0;
  }

  function takeChoice(choice: JsonObject): void {
    const delta = asMessage(choice.delta);
    const message = asMessage(choice.message);
    if (delta) takePiece(delta);
    if (message) takeMessage(message);
    if (!delta && !message) takeContent(choice.text);
    const reason = reasonAt(choice, 'finish_reason');
    if (reason) rawReason = reason;
    takeUsage(choice);
  }

  function takePiece(delta: JsonObject): void {
    takeReasoning(delta);
    takeContent(delta.content);
    takeSound(objectAt(delta, 'audio'));
    const refusal = textAt(delta, 'refusal');
    if (refusal) {
      refused = true;
      addText(refusal);
    }
    for (const call of itemsAt(delta, 'tool_calls')) {
      if (isObject(call)) takeCall(call);
    }
    const legacy = objectAt(delta, 'function_call');
    if (legacy) takeCall({ index: 0, function: legacy });
    for (const image of listAt(delta, 'images')) takeImage(objectAt(image, 'image_url'));
    cite(delta);
    const signature = objectAt(delta, 'extra_content');
    if (signature) textOriginal = { ...textOriginal, extra_content: signature };
  }

  /** A whole message: all there is, or a repetition of what the deltas said, complete or so far. */
  function takeMessage(message: JsonObject): void {
    const pieces = contentPieces(message.content);
    const whole = pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : message.content;
    const said = tagged + answered().slice(settledAt);
    const begun = said !== '' || text !== undefined || calls.count() > 0;
    const more = typeof whole === 'string' && whole.startsWith(said) ? whole.slice(said.length) : null;
    takePiece({
      ...message,
      content: begun ? more : (whole ?? null),
      refusal: begun ? null : (message.refusal ?? null),
      tool_calls: calls.count() > 0 ? [] : (message.tool_calls ?? []),
      function_call: calls.count() > 0 ? null : (message.function_call ?? null),
      images: begun ? [] : (message.images ?? []),
      ...(thought || begun ? { thinking: null, reasoning: null, reasoning_content: null, reasoning_details: [] } : {}),
    });
  }

  function takeReasoning(delta: JsonObject): void {
    const pieces = listAt(delta, 'reasoning_details');
    // The same thought may come under several names: it counts once.
    const readable = pieces.length === 0 ? '' : details.take(pieces.filter(isObject));
    addReasoning(wordsIn(delta.reasoning_content) || wordsIn(delta.reasoning) || wordsIn(delta.thinking) || readable);
  }

  function takeContent(content: Json | undefined): void {
    for (const piece of contentPieces(content)) {
      if (typeof piece === 'string') takeText(piece);
      else takeContentPart(piece);
    }
  }

  function takeText(piece: string): void {
    if (thinking.settled()) {
      addText(piece);
      return;
    }
    tagged += piece;
    const split = thinking.push(piece);
    addReasoning(split.reasoning);
    addText(split.text);
    if (thinking.settled()) settledAt = answered().length;
  }

  function takeContentPart(part: JsonObject): void {
    const type = textAt(part, 'type') ?? (wordsIn(part) === '' && !('text' in part) ? 'none' : 'text');
    if (type === 'text' || type === 'output_text') takeText(wordsIn(part));
    else if (type === 'thinking' || type === 'reasoning') addReasoning(wordsIn(part.thinking ?? part.text ?? part.reasoning));
    else if (type === 'image_url') takeImage(objectAt(part, 'image_url'));
    else if (type === 'refusal') {
      refused = true;
      addText(textAt(part, 'refusal') ?? '');
    } else leaveOut(type);
  }

  function leaveOut(type: string): void {
    if (unknownParts.has(type)) return;
    unknownParts.add(type);
    notice('unknown_part', `Ignored a content part of an unknown type: ${type}`);
  }

  /** Spoken answers come with their words. */
  function takeSound(sound: JsonObject | undefined): void {
    takeContent(sound?.transcript);
    if (textAt(sound, 'data')) leaveOut('audio');
  }

  function takeImage(image: JsonObject | undefined): void {
    const url = textAt(image, 'url') ?? '';
    const data = /^data:([^;,]+);base64,(.*)$/s.exec(url);
    // A picture that is elsewhere: its address is what there is of it.
    if (!data && /^https?:/.test(url)) takeText(`${answered() === '' ? '' : '\n\n'}${url}`);
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
    thought = true;
    reasoning ??= parts.open('reasoning');
    parts.add(reasoning, piece);
  }

  function addText(piece: string): void {
    if (piece === '') return;
    if (thought || calls.count() > 0) putText(thinkEnd.end() + piece);
    else {
      const found = thinkEnd.push(piece, () => text?.text ?? '');
      if (found.thought !== undefined) turnIntoThought(found.thought);
      putText(found.text);
    }
  }

  function putText(piece: string): void {
    const answer = turned !== '' && !text ? piece.trimStart() : piece;
    if (answer !== piece) turned += piece.slice(0, piece.length - answer.length);
    if (answer === '') return;
    endReasoning();
    text ??= parts.open('text');
    parts.add(text, answer);
  }

  /** The template had opened the thought: what was taken for the answer ended with its tag. */
  function turnIntoThought(rest: string): void {
    const whole = (text?.text ?? '') + rest;
    turned = whole + THINK_END;
    if (text) parts.end(text, { type: 'text', text: '' });
    text = undefined;
    addReasoning(whole.trim());
    endReasoning();
    notice('thought_as_text', THOUGHT_AS_TEXT);
  }

  /** All content so far, as it came. */
  function answered(): string {
    return turned + (text?.text ?? '') + thinkEnd.held();
  }

  function endReasoning(): void {
    if (!reasoning) return;
    parts.end(reasoning);
    reasoning = undefined;
  }

  function finishPart(part: OpenPart): ReplyPart {
    if (part.kind === 'tool_call') return calls.finished(part);
    if (part.kind === 'reasoning') {
      const kept = details.release();
      return {
        type: 'reasoning',
        text: part.text,
        ...(kept.length > 0 ? { original: { wire: 'chat', item: { reasoning_details: kept } } } : {}),
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
    takeOther();
    const unclosed = thinking.unclosed();
    // What is held back when an answer breaks off may be half a tag: it is no text.
    const rest = progress() === 'open' ? undefined : thinking.end();
    addReasoning(rest?.reasoning ?? '');
    addText(rest?.text ?? '');
    if (unclosed && isWhole() && reasoning && !text && calls.count() === 0) {
      // The tag was never closed, so it was no thought: the whole of it is the answer.
      parts.end(reasoning, { type: 'reasoning', text: '' });
      reasoning = undefined;
      addText(tagged);
    }
    if (progress() !== 'open') putText(thinkEnd.end());
    // Details that came after the thought, or without one that can be read, still have to go back with it.
    if (details.waiting()) reasoning ??= parts.open('reasoning');
    parts.endAll();
  }

  /** The model had said all it wanted. */
  function isWhole(): boolean {
    return progress() !== 'open' && !/length|max_tokens/.test(rawReason ?? '');
  }

  function progress(): Progress {
    return done ? 'done' : rawReason === null ? 'open' : 'finished';
  }

  function takeUsage(holder: JsonObject): void {
    const reported = chatUsage(holder, options.reasoningOutsideOutput === true);
    if (!reported) return;
    const usage = withoutGaps(reported.usage, counts);
    counts = mergeUsage(counts, usage);
    emit({ type: 'usage', ...reported, usage });
  }

  function cite(holder: JsonObject): void {
    if (citesWeb(holder)) hasSearched = true;
    for (const citation of citationsOf(holder)) {
      if (!citations.some((seen) => seen.url === citation.url && seen.quote === citation.quote)) citations.push(citation);
    }
  }

  function notice(code: string, message: string): void {
    emit({ type: 'notice', level: 'warning', code, message });
  }

  return {
    fields: FIELDS,
    push,
    over() {
      done = true;
    },
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
      if (hasSearched && !counts.hostedCalls) emit({ type: 'usage', usage: { hostedCalls: SOME_SEARCHES } });
      emit({
        type: 'finish',
        reason: finishReasonOf({ raw: rawReason, called: calls.count() > 0, refused, provider: options.provider }),
        raw: rawReason,
        ...(answeredBy ? { model: answeredBy } : {}),
      });
    },
    progress,
  };
}

const FIELDS = new Set(['choices', 'message', 'usage']);

function isFirstChoice(choice: Json): choice is JsonObject {
  return isObject(choice) && (indexAt(choice, 'index') ?? 0) === 0;
}

/** Some send the bare text of a message in its place. */
function asMessage(value: Json | undefined): JsonObject | undefined {
  if (isObject(value)) return value;
  return typeof value === 'string' ? { content: value } : undefined;
}
