/** Reads `--schema`: a JSON Schema as text on the command line, or a file that holds one. */
import { usageError } from '../core/errors.ts';
import { isObject, type JsonObject, parseJson } from '../core/json.ts';
import { readBytes } from './files.ts';

export async function readSchema(given: string, signal: AbortSignal): Promise<JsonObject> {
  const isInline = /^\s*[[{]/.test(given);
  const text = isInline ? given : (await readBytes(given, signal)).toString('utf8');
  const schema = parseJson(text.replace(/^\uFEFF/, ''));
  if (isObject(schema)) return schema;
  throw usageError(
    isInline ? 'The schema on the command line is no JSON object.' : `The schema file ${given} holds no JSON object.`,
    'A JSON Schema looks like {"type":"object","properties":{…}}. Nothing was sent.',
  );
}
