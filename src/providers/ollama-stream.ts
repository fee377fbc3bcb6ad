/** Decodes answers of Ollama's own chat API: lines of JSON, or one object for the whole answer. */
import type { FinishReason } from '../core/events.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../core/json.ts';
import type { ReplyPart } from '../core/messages.ts';
import { known } from './chat-usage.ts';
import { contentPieces } from './content-pieces.ts';
import type { Emit, Progress, WireDecoder } from './decoder.ts';
import { THOUGHT_AS_TEXT, watchForThinkEnd } from './lone-think-end.ts';
import { pullHint } from './ollama-request.ts';
import { type OpenPart, writeParts } from './parts.ts';
import { providerError } from './provider-error.ts';
import { splitThinking } from './think-tags.ts';
import { complaintIn, countAt, errorIn, isYes, itemsAt, reasonAt, saidAt, wordsIn } from './wire-values.ts';

type OllamaDecoderOptions = { provider: string; model: string };

export function decodeOllama({ provider, model }: OllamaDecoderOptions, emit: Emit): WireDecoder {
  const parts = writeParts(emit, finishedPart);
  const tags = splitThinking();
  const thinkEnd = watchForThinkEnd();
  let hasTurned = false;
  const callIds = new Set<string>();
  let reasoning: OpenPart | undefined;
  let text: OpenPart | undefined;
  /** The server tells thoughts apart itself: a tag in the text is then something the model writes about. */
  let thoughtsCameApart = false;
  let rawReason: string | null = null;
  let ending: Progress = 'open';
  let answeredBy: string | undefined;

  function push(line: JsonObject, eventName?: string): void {
    const message = objectAt(line, 'message');
    if (message) takeMessage(message);
    // Some proxies answer in the words of the older API.
    else if (line.response !== undefined) takeMessage({ content: line.response, thinking: line.thinking });
    answeredBy = textAt(line, 'model') || answeredBy;
    takeUsage(line);
    const error = errorIn(line, eventName) ?? (isYes(line.done) ? undefined : complaintIn(line));
    if (error !== undefined) throw providerError({ provider, body: error, model, missingModelHint: pullHint(model) });
    takeEnd(line);
  }

  function takeEnd(line: JsonObject): void {
    const reason = reasonAt(line, 'done_reason');
    rawReason = reason ?? rawReason;
    if (isYes(line.done)) ending = 'done';
    // MLX gives the reason and leaves "done" out.
    else if (reason !== undefined && ending === 'open') ending = line.done === undefined || line.done === null ? 'finished' : 'open';
  }

  function takeMessage(message: JsonObject): void {
    const thought = wordsIn(message.thinking);
    if (thought !== '') {
      thoughtsCameApart = true;
      addReasoning(thought);
    }
    const content = contentPieces(message.content).map(textOf).join('');
    const split = thoughtsCameApart ? { reasoning: '', text: content } : tags.push(content);
    addReasoning(split.reasoning);
    addText(split.text);
    for (const call of itemsAt(message, 'tool_calls')) if (isObject(call)) takeCall(call);
  }

  function textOf(piece: string | JsonObject): string {
    const words = wordsIn(piece);
    if (words === '' && isObject(piece) && textAt(piece, 'type') !== 'text')
      emit({
        type: 'notice',
        level: 'warning',
        code: 'unknown_part',
        message: `Ignored a content part of an unknown type: ${textAt(piece, 'type') ?? 'none'}`,
      });
    return words;
  }

  /** Calls come whole; older servers give them no id. */
  function takeCall(call: JsonObject): void {
    const target = objectAt(call, 'function') ?? call;
    const raw = target.arguments ?? target.parameters;
    const json = typeof raw === 'string' ? raw : JSON.stringify(raw ?? {});
    endReasoning();
    const part = parts.open('tool_call', { name: saidAt(target, 'name') ?? '', callId: uniqueId(saidAt(call, 'id') ?? '') });
    parts.add(part, json);
    parts.end(part);
  }

  function uniqueId(id: string): string {
    let free = id === '' ? `call_${callIds.size + 1}` : id;
    for (let n = 2; callIds.has(free); n++) free = `${id === '' ? 'call' : id}_${n}`;
    callIds.add(free);
    return free;
  }

  function addReasoning(piece: string): void {
    if (piece === '') return;
    reasoning ??= parts.open('reasoning');
    parts.add(reasoning, piece);
  }

  function addText(piece: string): void {
    if (piece === '') return;
    if (thoughtsCameApart || reasoning || callIds.size > 0) putText(thinkEnd.end() + piece);
    else {
      const found = thinkEnd.push(piece, () => text?.text ?? '');
      if (found.thought !== undefined) turnIntoThought(found.thought);
      putText(found.text);
    }
  }

  function putText(piece: string): void {
    const answer = hasTurned && !text ? piece.trimStart() : piece;
    if (answer === '') return;
    endReasoning();
    text ??= parts.open('text');
    parts.add(text, answer);
  }

  /** The template had opened the thought: what was taken for the answer ended with its tag. */
  function turnIntoThought(rest: string): void {
    const whole = (text?.text ?? '') + rest;
    hasTurned = true;
    if (text) parts.end(text, { type: 'text', text: '' });
    text = undefined;
    addReasoning(whole.trim());
    endReasoning();
    emit({ type: 'notice', level: 'warning', code: 'thought_as_text', message: THOUGHT_AS_TEXT });
  }

  function endReasoning(): void {
    if (reasoning) parts.end(reasoning);
    reasoning = undefined;
  }

  /** Ollama leaves the count of the prompt out when it was cached: absent, not zero. */
  function takeUsage(line: JsonObject): void {
    const usage = known({ input: countAt(line, 'prompt_eval_count'), output: countAt(line, 'eval_count') });
    if (Object.keys(usage).length > 0) emit({ type: 'usage', usage });
  }

  function close(): void {
    const unclosed = tags.unclosed();
    // A reason that came with "not done" counts once nothing follows it.
    if (ending === 'open' && rawReason !== null) ending = 'finished';
    // What is held back when an answer breaks off may be half a tag: it is no text.
    const rest = ending !== 'open' ? tags.end() : { reasoning: '', text: '' };
    addReasoning(rest.reasoning);
    if (unclosed && ending !== 'open' && rawReason !== 'length' && reasoning && !text) {
      // The tag was never closed, so it was no thought: the whole of it is the answer.
      const literal = `<think>${reasoning.text}`;
      parts.end(reasoning, { type: 'reasoning', text: '' });
      reasoning = undefined;
      addText(literal);
    }
    addText(rest.text);
    if (ending !== 'open') putText(thinkEnd.end());
    parts.endAll();
  }

  return {
    fields: FIELDS,
    push,
    over() {
      if (text || reasoning || callIds.size > 0) ending = 'done';
    },
    close,
    finish() {
      emit({ type: 'finish', reason: reasonOf(rawReason, callIds.size > 0), raw: rawReason, ...(answeredBy ? { model: answeredBy } : {}) });
    },
    progress: (): Progress => ending,
  };
}

const FIELDS = new Set(['message', 'response', 'done', 'done_reason']);

/** A thought is marked as Ollama's own: templates put it back before the calls that followed it. */
function finishedPart(part: OpenPart): ReplyPart {
  if (part.kind === 'tool_call') return { type: 'tool_call', id: part.callId, name: part.name, arguments: part.text };
  if (part.kind === 'reasoning') return { type: 'reasoning', text: part.text, original: { wire: 'ollama', item: {} } };
  return { type: 'text', text: part.text };
}

/** Ollama says "stop" after tool calls as well. */
function reasonOf(raw: string | null, called: boolean): FinishReason {
  if (raw === 'length') return 'length';
  return called ? 'tool_calls' : 'stop';
}
