/** Structured output: tells a model the schema where its API does not, and checks what it answered. */
import { usageError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { parseJson } from '../core/json.ts';
import { type AssistantMessage, textOf } from '../core/messages.ts';
import type { ModelRequest } from '../core/provider.ts';

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
    const value = jsonIn(textOf(message));
    if (value === undefined) return 'it is not JSON.';
    if (validate(value)) return undefined;
    const complaints = (validate.errors ?? [])
      .slice(0, 5)
      .map(
        (error) =>
          `${error.instancePath || 'the value'} ${error.message ?? 'is wrong'}${error.params?.additionalProperty ? ` (${error.params.additionalProperty})` : ''}`,
      );
    return `${complaints.join('; ')}.`;
  };
}

/** The request with the schema told in words as well, for models whose API takes none. */
export function instruct(request: ModelRequest): ModelRequest {
  if (!request.schema) return request;
  const rule = `Answer with nothing but one JSON value that follows this JSON Schema, without code fences and without any other text:\n${JSON.stringify(request.schema.schema)}`;
  return { ...request, system: request.system ? `${request.system}\n\n${rule}` : rule };
}

/** The JSON of an answer, also where a model put it into a code fence or words around it. */
export function jsonIn(text: string): Json | undefined {
  const whole = parseJson(text.trim());
  if (whole !== undefined) return whole;
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text)?.[1];
  if (fenced !== undefined) return parseJson(fenced.trim());
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  return start >= 0 && end > start ? parseJson(text.slice(start, end + 1)) : undefined;
}
