/** Reads a JSON file whose content is an object; a file that cannot be read is reported and left alone. */
import { configurationError, errorCode } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { isObject, parseJson } from '../core/json.ts';
import { findJsonMistake } from './json-position.ts';
import { irregularity, readRegularFile } from './regular-file.ts';

/** The object in the file, or undefined where there is no file. */
export function readJsonFile(file: string): JsonObject | undefined {
  const text = readJsonText(file);
  return text === undefined ? undefined : parseJsonObject(text, file);
}

/** The object in a text that is (or is to become) the content of `file`; an empty text is an empty object. */
export function parseJsonObject(content: string, file: string): JsonObject {
  const text = content.startsWith('\uFEFF') ? content.slice(1) : content;
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (isObject(value)) return value;
  if (value !== undefined)
    throw configurationError(
      `${file} should hold a JSON object, but it holds ${Array.isArray(value) ? 'a list' : 'a single value'}.`,
      LEFT,
    );
  const mistake = findJsonMistake(text);
  const place = mistake ? `line ${mistake.line}, column ${mistake.column}: ${mistake.problem}` : 'it cannot be parsed';
  throw configurationError(`${file} is not valid JSON. ${place[0]?.toUpperCase()}${place.slice(1)}.`, LEFT);
}

const LEFT = 'The file was left as it is. Correct it in an editor, or move it away to start afresh.';

/** Nobody writes as much by hand; what a project brings is read by everybody who enters it. */
export const MOST_JSON_BYTES = 16_000_000;

/** What is in the file, or undefined where there is no file. */
export function readJsonText(file: string): string | undefined {
  try {
    return readRegularFile(file, MOST_JSON_BYTES).toString('utf8');
  } catch (thrown) {
    const code = errorCode(thrown) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const why = irregularity(code) ?? (code || String(thrown));
    throw configurationError(`${file} cannot be read: ${why}.`, 'Check that it is a file and that you may read it.');
  }
}
