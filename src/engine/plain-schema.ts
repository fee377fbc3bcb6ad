/** Checks values against the schemas that most tools have, at once; schemas that say more are left to the real validator. */
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { ValueCheck } from './schema-check.ts';

/** Undefined where the schema uses anything that is not known here. */
export function plainCheck(schema: JsonObject): ValueCheck | undefined {
  if (!isPlain(schema)) return undefined;
  return (value) => {
    const complaints = [...complaintsOf(schema, value, '')].slice(0, 5);
    return complaints.length === 0 ? undefined : complaints.join('; ');
  };
}

/** Keywords that say nothing about what is right. */
const SILENT = new Set(['$schema', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']);
const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** How the value of each keyword has to look to be understood. */
const KEYWORDS: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  type: (value) => [value].flat().every((name) => typeof name === 'string' && TYPES.has(name)),
  properties: (value) => isObject(value) && Object.values(value).every(isPlain),
  additionalProperties: (value) => typeof value === 'boolean' || isPlain(value),
  items: isPlain,
  required: isListOfTexts,
  enum: (value) => Array.isArray(value) && value.length > 0 && value.every((item) => typeof item !== 'object' || item === null),
  minimum: isNumber,
  maximum: isNumber,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
};

function isPlain(schema: Json | undefined): schema is JsonObject {
  return (
    isObject(schema) &&
    Object.entries(schema).every(([key, value]) => SILENT.has(key) || (Object.hasOwn(KEYWORDS, key) && KEYWORDS[key]?.(value)))
  );
}

function isListOfTexts(value: Json | undefined): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isNumber(value: Json | undefined): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: Json | undefined): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** The words are those of the real validator. */
function* complaintsOf(schema: JsonObject, value: unknown, at: string): Generator<string> {
  const where = at === '' ? 'the value' : at;
  const { type, enum: allowed } = schema;
  if (type !== undefined && ![type].flat().some((name) => isOfType(value, name))) yield `${where} must be ${[type].flat().join(',')}`;
  if (Array.isArray(allowed) && !allowed.some((item) => item === value))
    yield `${where} must be equal to one of the allowed values (${allowed.join(', ')})`;
  if (typeof value === 'number') {
    if (typeof schema.minimum === 'number' && value < schema.minimum) yield `${where} must be >= ${schema.minimum}`;
    if (typeof schema.maximum === 'number' && value > schema.maximum) yield `${where} must be <= ${schema.maximum}`;
  }
  if (typeof value === 'string') yield* lengths([...value].length, where, schema.minLength, schema.maxLength, 'characters');
  if (Array.isArray(value)) {
    yield* lengths(value.length, where, schema.minItems, schema.maxItems, 'items');
    if (isObject(schema.items)) for (const [index, item] of value.entries()) yield* complaintsOf(schema.items, item, `${at}/${index}`);
  }
  if (isObject(value)) yield* inObject(schema, value, at);
}

function* inObject({ properties, required, additionalProperties }: JsonObject, value: JsonObject, at: string): Generator<string> {
  const where = at === '' ? 'the value' : at;
  const known = isObject(properties) ? properties : {};
  for (const name of Array.isArray(required) ? required : [])
    if (typeof name === 'string' && !Object.hasOwn(value, name)) yield `${where} must have required property '${name}'`;
  for (const [name, item] of Object.entries(value)) {
    const inner = Object.hasOwn(known, name) ? known[name] : additionalProperties;
    if (inner === false) yield `${where} must NOT have additional properties (${name})`;
    else if (isObject(inner)) yield* complaintsOf(inner, item, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

function* lengths(length: number, where: string, least: Json | undefined, most: Json | undefined, things: string): Generator<string> {
  if (typeof least === 'number' && length < least) yield `${where} must NOT have fewer than ${least} ${things}`;
  if (typeof most === 'number' && length > most) yield `${where} must NOT have more than ${most} ${things}`;
}

function isOfType(value: unknown, name: unknown): boolean {
  switch (name) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === name;
  }
}
