/** Reads `--schema`: a JSON Schema as text on the command line, or a file that holds one. */
import { readFile } from 'node:fs/promises';
import { usageError } from '../core/errors.ts';
import { isObject, type JsonObject, parseJson } from '../core/json.ts';

export async function readSchema(given: string): Promise<JsonObject> {
  const inline = given.trimStart().startsWith('{');
  const text = inline
    ? given
    : await readFile(given, 'utf8').catch((thrown: Error) => {
        throw usageError(
          `The schema file ${given} cannot be read: ${thrown.message}`,
          'Name a file, or give the schema itself: --schema \'{"type":"object"}\'',
        );
      });
  const schema = parseJson(text.replace(/^\uFEFF/, ''));
  if (isObject(schema)) return schema;
  throw usageError(
    inline ? 'The schema on the command line is no JSON object.' : `The schema file ${given} holds no JSON object.`,
    'A JSON Schema looks like {"type":"object","properties":{…}}.',
  );
}
