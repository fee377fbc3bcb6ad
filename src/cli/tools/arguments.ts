/** What was typed behind the name of a tool as its arguments: flags that its schema names, words in its order, or JSON. */
import { SottoError, usageError } from '../../core/errors.ts';
import { isObject, type Json, type JsonObject, listAt, objectAt, parseJson } from '../../core/json.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { nearest } from '../../models/near.ts';

/** Throws a usage error for what the tool does not take. */
export async function typedArguments(words: readonly string[], tool: ToolDefinition): Promise<JsonObject> {
  const value = words.length === 1 && /^\s*\{/.test(words[0] ?? '') ? jsonArguments(words[0] ?? '', tool) : flagArguments(words, tool);
  const complaint = await complaintOf(value, tool);
  if (complaint !== undefined) throw usageError(`${tool.name}: ${complaint}.`, `See: sotto tools show ${tool.name}`);
  return value;
}

function jsonArguments(text: string, { name }: ToolDefinition): JsonObject {
  const value = parseJson(text);
  if (isObject(value)) return value;
  throw usageError(`The arguments of ${name} are not a JSON object.`, `Such as: sotto tools run ${name} '{"name": "value"}'`);
}

/** A schema that cannot be used is no reason to run nothing. */
async function complaintOf(value: JsonObject, { parameters }: ToolDefinition): Promise<string | undefined> {
  try {
    const { compileSchema } = await import('../../engine/schema-check.ts');
    return (await compileSchema(parameters))(value);
  } catch (thrown) {
    if (thrown instanceof SottoError) throw thrown;
    return undefined;
  }
}

function flagArguments(words: readonly string[], tool: ToolDefinition): JsonObject {
  const known = objectAt(tool.parameters, 'properties') ?? {};
  const value: JsonObject = {};
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const flag = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word);
    if (!flag) {
      const name = nextWanted(tool, value);
      if (name === undefined)
        throw usageError(`${tool.name} has no place for "${word}".`, `Name what it is: --NAME ${word}. See: sotto tools show ${tool.name}`);
      value[name] = converted(word, { name, schema: known[name] });
      continue;
    }
    const { name, isNegated } = propertyOf(flag[1] ?? '', known, tool);
    const schema = known[name];
    const given = flag[2] ?? (typesOf(schema).includes('boolean') ? String(!isNegated) : rest.shift());
    if (given === undefined) throw usageError(`--${flag[1]} needs a value.`, `See: sotto tools show ${tool.name}`);
    const before = value[name];
    value[name] = typesOf(schema).includes('array')
      ? [...(Array.isArray(before) ? before : []), ...items(given, name, schema)]
      : converted(given, { name, schema });
  }
  return value;
}

/** Words without a name are what the tool cannot do without, in the order of its schema. */
function nextWanted({ parameters }: ToolDefinition, value: JsonObject): string | undefined {
  return listAt(parameters, 'required').find((name): name is string => typeof name === 'string' && value[name] === undefined);
}

/** `--start-line` is start_line or startLine, `--no-all` is all, switched off. */
function propertyOf(typed: string, known: JsonObject, tool: ToolDefinition): { name: string; isNegated: boolean } {
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  const find = (text: string) =>
    Object.keys(known).find((name) => name === text) ?? Object.keys(known).find((name) => plain(name) === plain(text));
  const name = find(typed);
  if (name !== undefined) return { name, isNegated: false };
  const negated = typed.startsWith('no-') ? find(typed.slice(3)) : undefined;
  if (negated !== undefined && typesOf(known[negated]).includes('boolean')) return { name: negated, isNegated: true };
  if (Object.keys(known).length === 0 && tool.parameters.additionalProperties !== false) return { name: typed, isNegated: false };
  const near = nearest(
    typed,
    Object.keys(known).map((one) => one.replaceAll('_', '-')),
    1,
  )[0];
  throw usageError(
    `${tool.name} has no argument ${typed}.`,
    `${near === undefined ? '' : `Did you mean --${near}? `}See: sotto tools show ${tool.name}`,
  );
}

function items(given: string, name: string, schema: Json | undefined): Json[] {
  const list = given.trimStart().startsWith('[') ? parseJson(given) : undefined;
  return Array.isArray(list) ? list : [converted(given, { name, schema: objectAt(schema, 'items') })];
}

function converted(text: string, { name, schema }: { name: string; schema: Json | undefined }): Json {
  const types = typesOf(schema);
  const number = Number(text);
  if (types.some((type) => type === 'number' || type === 'integer') && text.trim() !== '' && Number.isFinite(number)) return number;
  if (types.includes('boolean') && /^(true|false|yes|no)$/i.test(text)) return /^(true|yes)$/i.test(text);
  if (types.includes('string')) return text;
  const value = parseJson(text);
  if (value !== undefined) return value;
  if (types.length === 0) return text;
  throw usageError(`--${name.replaceAll('_', '-')} takes ${types.join(' or ')}, and "${text.slice(0, 100)}" is none.`);
}

/** The types that a schema allows; empty where it does not say. */
export function typesOf(schema: unknown): string[] {
  const type = isObject(schema) ? schema.type : undefined;
  const direct = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string');
  if (direct.length > 0) return direct;
  if (listAt(schema, 'enum').length > 0) return [...new Set(listAt(schema, 'enum').map((one) => typeof one))];
  return [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')].flatMap(typesOf);
}
