/** Structured output: tells a model the schema where its API does not, and checks what it answered. */
import { SottoError, usageError } from '../core/errors.ts';
import type { MiddlewareEvent, ModelEvent } from '../core/events.ts';
import type { JsonObject } from '../core/json.ts';
import { parseJson } from '../core/json.ts';
import { type AssistantMessage, textOf } from '../core/messages.ts';
import type { ModelRequest, StreamFunction } from '../core/provider.ts';

/** Complains about an answer in words for the model; undefined when it follows the schema. */
export type SchemaCheck = (message: AssistantMessage) => Promise<string | undefined>;

/** Compiles the schema first, so that a broken one is refused before anything is sent. */
export async function openSchemaCheck(schema: JsonObject): Promise<SchemaCheck> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const formats = (await import('ajv-formats')).default;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true, logger: false });
  // The package is CommonJS: under ESM its function is the default export's own default.
  const addFormats = typeof formats === 'function' ? formats : (formats as { default: typeof formats.default }).default;
  addFormats(ajv);
  const { $schema: _dialect, ...rules } = schema;
  let validate: ReturnType<typeof ajv.compile>;
  try {
    validate = ajv.compile(rules);
  } catch (thrown) {
    throw usageError(
      `The schema cannot be used: ${thrown instanceof Error ? thrown.message : thrown}`,
      'It must be a JSON Schema. Nothing was sent.',
    );
  }
  return async (message) => {
    const value = parseJson(textOf(message));
    if (value === undefined) return 'it is not JSON';
    if (validate(value)) return undefined;
    const complaints = (validate.errors ?? [])
      .slice(0, 5)
      .map(
        (error) =>
          `${error.instancePath || 'the value'} ${error.message ?? 'is wrong'}${error.params?.additionalProperty ? ` (${error.params.additionalProperty})` : ''}`,
      );
    return complaints.join('; ');
  };
}

/** The request with the schema told in words as well, for models whose API takes none. */
export function instruct(request: ModelRequest): ModelRequest {
  if (!request.schema) return request;
  const rule = `Answer with nothing but one JSON value that follows this JSON Schema, without code fences and without any other text:\n${JSON.stringify(request.schema.schema)}`;
  return { ...request, system: request.system ? `${request.system}\n\n${rule}` : rule };
}

type ModelStream = StreamFunction<ModelEvent | MiddlewareEvent>;

/**
 * Only the JSON of an answer comes through: what a model puts around it (code fences, words) is taken away, so that the
 * text is the value. Pieces are held back until their part is complete; a stream that breaks off still gives what it had.
 */
export function bareJson(next: ModelStream): ModelStream {
  return async function* bare(request, signal) {
    const held = new Map<string, string>();
    let text = '';
    try {
      for await (const event of next(request, signal)) {
        if (event.type === 'request.start') {
          held.clear();
          text = '';
        }
        if (event.type === 'part.start' && event.kind === 'text') held.set(event.id, '');
        const before = event.type === 'part.delta' ? held.get(event.id) : undefined;
        if (event.type === 'part.delta' && before !== undefined) held.set(event.id, before + event.text);
        else if (event.type === 'part.end' && event.part.type === 'text') {
          held.delete(event.id);
          if (event.part.refusal) throw refused(event.part.text, request);
          const part = { ...event.part, text: jsonTextIn(event.part.text) ?? event.part.text };
          text += part.text;
          yield { ...event, part };
        } else {
          yield event;
          if (event.type === 'finish' && event.reason === 'length' && parseJson(text) === undefined) throw tooShort(request);
        }
      }
    } catch (thrown) {
      for (const [id, piece] of held) if (piece !== '') yield { type: 'part.delta', id, text: piece };
      throw thrown;
    }
  };
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
