/** Structured output: checks what a model answered, and lets nothing through but its JSON. */
import { SottoError, usageError } from '../core/errors.ts';
import type { MiddlewareEvent, ModelEvent } from '../core/events.ts';
import type { JsonObject } from '../core/json.ts';
import { parseJson } from '../core/json.ts';
import { type AssistantMessage, type TextPart, textOf } from '../core/messages.ts';
import type { ModelRequest, StreamFunction } from '../core/provider.ts';
import { compileSchema } from './schema-check.ts';

/** Complains about an answer in words for the model; undefined when it follows the schema. */
type SchemaCheck = (message: AssistantMessage) => Promise<string | undefined>;

/** Compiles the schema first, so that a broken one is refused before anything is sent. */
export async function openSchemaCheck(schema: JsonObject): Promise<SchemaCheck> {
  const check = await compileSchema(schema).catch((thrown: unknown) => {
    throw usageError(
      `The schema cannot be used: ${thrown instanceof Error ? thrown.message : thrown}`,
      'It must be a JSON Schema. Nothing was sent.',
    );
  });
  return async (message) => {
    const value = parseJson(textOf(message));
    return value === undefined ? 'it is not JSON' : check(value);
  };
}

type ModelStream = StreamFunction<ModelEvent | MiddlewareEvent>;

/**
 * Only the JSON of an answer comes through: what a model puts around it (code fences, words) is taken away, so that the
 * text is the value. Pieces are held back until their part is complete; a stream that breaks off still gives what it had.
 * Where a call of a tool may follow, the part waits for it: what a model says along with a call is no answer and stays as it is.
 */
export function bareJson(next: ModelStream): ModelStream {
  return async function* bare(request, signal) {
    const mayCall = (request.tools?.length ?? 0) > 0;
    const held = new Map<string, string>();
    let ends: TextEnd[] = [];
    let text = '';
    let calls = false;
    function release(): TextEnd[] {
      const released = calls ? ends : ends.map(bareEnd);
      ends = [];
      text += released.map(({ part }) => part.text).join('');
      return released;
    }
    try {
      for await (const event of next(request, signal)) {
        if (event.type === 'request.start') {
          held.clear();
          ends = [];
          text = '';
          calls = false;
        }
        if (event.type === 'part.start' && event.kind === 'text') held.set(event.id, '');
        if (event.type === 'part.start' && event.kind === 'tool_call') calls = true;
        const before = event.type === 'part.delta' ? held.get(event.id) : undefined;
        if (event.type === 'part.delta' && before !== undefined) held.set(event.id, before + event.text);
        else if (event.type === 'part.end' && event.part.type === 'text') {
          held.delete(event.id);
          if (event.part.refusal) throw refused(event.part.text, request);
          ends.push({ ...event, part: event.part });
          if (!mayCall) yield* release();
        } else {
          if (calls || event.type === 'finish') yield* release();
          yield event;
          const isCut = event.type === 'finish' && event.reason === 'length' && !calls;
          if (isCut && parseJson(text) === undefined) throw tooShort(request);
        }
      }
    } catch (thrown) {
      yield* release();
      for (const [id, piece] of held) if (piece !== '') yield { type: 'part.delta', id, text: piece };
      throw thrown;
    }
  };
}

type TextEnd = Extract<ModelEvent, { type: 'part.end' }> & { part: TextPart };

function bareEnd(end: TextEnd): TextEnd {
  return { ...end, part: { ...end.part, text: jsonTextIn(end.part.text) ?? end.part.text } };
}

function tooShort({ maxTokens }: ModelRequest): SottoError {
  return new SottoError({
    kind: 'protocol',
    retryable: false,
    message: 'The answer was cut at the token limit, so its JSON is not complete.',
    hint: maxTokens === undefined ? 'Ask for less, or for a smaller schema.' : `Allow more than --max-tokens ${maxTokens}.`,
  });
}

function refused(words: string, { model }: ModelRequest): SottoError {
  return new SottoError({
    kind: 'content_filter',
    message: `${model} refused to answer: ${words}`,
    hint: 'Ask in another way, or another model.',
  });
}

/** An answer with more brackets than this around its JSON is not searched on: each of them costs a look at all that follows. */
const MOST_OPENINGS = 200;

/** The JSON text inside an answer: all of it, what stands in a code fence, or the longest value among other words. */
export function jsonTextIn(text: string): string | undefined {
  const whole = text.trim();
  if (parseJson(whole) !== undefined) return whole;
  const fenced = /```[\w-]*[ \t]*\n([\s\S]*?)\n[ \t]*```/.exec(text)?.[1]?.trim();
  if (fenced !== undefined && parseJson(fenced) !== undefined) return fenced;
  let longest: string | undefined;
  for (let start = nextOpening(text, 0), tried = 0; start >= 0 && tried < MOST_OPENINGS; tried++) {
    const found = balancedAt(text, start);
    const isJson = found !== undefined && parseJson(found) !== undefined;
    if (isJson && found.length > (longest?.length ?? 0)) longest = found;
    // Something that never closes, closes for no later opening either: only brackets inside strings could, and are not worth it.
    if (found === undefined) break;
    start = nextOpening(text, isJson ? start + found.length : start + 1);
  }
  return longest;
}

function nextOpening(text: string, from: number): number {
  const found = text.slice(from).search(/[[{]/);
  return found < 0 ? -1 : from + found;
}

/** From an opening bracket to the one that closes it; undefined where the text ends before. */
function balancedAt(text: string, start: number): string | undefined {
  let depth = 0;
  let isString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isString) {
      if (character === '\\') at++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return text.slice(start, at + 1);
  }
  return undefined;
}
