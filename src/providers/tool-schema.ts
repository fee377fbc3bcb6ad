/** Makes the schema of a tool's arguments one that a vendor takes; the tool itself is still held against the whole one. */
import { isObject, type Json, type JsonObject, listAt, textAt } from '../core/json.ts';

export type SchemaRules = {
  /** The only keywords that the server knows; absent: all of JSON Schema. References are then written out. */
  keywords?: ReadonlySet<string>;
  /** The only formats that it knows. */
  formats?: ReadonlySet<string>;
};

/** Every vendor wants an object with properties, and neither choices nor references at its top. */
export function toolSchema(parameters: JsonObject, rules: SchemaRules): JsonObject {
  const { $schema: _dialect, $id: _id, ...schema } = withoutChoices(parameters, { root: parameters, steps: { left: MOST_STEPS } });
  const whole: JsonObject = { type: 'object', ...schema, properties: isObject(schema.properties) ? schema.properties : {} };
  whole.type = 'object';
  const { keywords } = rules;
  return keywords
    ? reduced(whole, { root: parameters, steps: { left: MOST_STEPS }, keywords, formats: rules.formats ?? new Set(), within: [] })
    : whole;
}

/** Choices at the top become one object: all properties of all of them, and what every one of them requires. */
function withoutChoices(schema: JsonObject, search: Search): JsonObject {
  const { $ref: reference, anyOf, oneOf, allOf, not: _not, enum: _enum, if: _if, then: _then, else: _else, ...plain } = schema;
  const referred = textAt(schema, '$ref') === undefined ? undefined : targetOf(String(reference), search);
  const all = [...(referred ? [referred] : []), ...objectsIn(allOf)];
  const some = [...objectsIn(anyOf), ...objectsIn(oneOf)];
  if (all.length + some.length === 0) return plain;
  const flat = (branch: JsonObject) => withoutChoices(branch, search);
  const [allBranches, someBranches] = [all.map(flat), some.map(flat)];
  const properties = Object.assign(
    {},
    ...[...someBranches, ...allBranches, plain].map((branch) => (isObject(branch.properties) ? branch.properties : {})),
  );
  const demanded = someBranches.map((branch) => new Set(listAt(branch, 'required')));
  const common = [...(demanded[0] ?? [])].filter((name) => demanded.every((set) => set.has(name)));
  const required = new Set([...listAt(plain, 'required'), ...allBranches.flatMap((branch) => listAt(branch, 'required')), ...common]);
  const { required: _required, ...rest } = { ...allBranches[0], ...plain };
  // A choice that closes itself would close the others with it.
  if (some.length > 0) delete rest.additionalProperties;
  return { ...rest, properties, ...(required.size > 0 ? { required: [...required] } : {}) };
}

/** References that refer to each other write out to more than anyone has memory for: what is left then is an object of any kind. */
const MOST_STEPS = 200;

type Search = { root: JsonObject; steps: { left: number } };
type Reduction = Search & { keywords: ReadonlySet<string>; formats: ReadonlySet<string>; within: readonly string[] };

/** In a dialect with few keywords: references written out, constants as lists of one, "or null" as nullable, the rest left out. */
function reduced(schema: JsonObject, reduction: Reduction): JsonObject {
  const reference = textAt(schema, '$ref');
  if (reference !== undefined) return reducedReference(schema, reference, reduction);
  const plain = merged(schema, reduction);
  const kept = Object.fromEntries(Object.entries(plain).filter(([key]) => reduction.keywords.has(key)));
  if (isObject(plain.properties)) kept.properties = mapped(plain.properties, (one) => reducedValue(one, reduction));
  if (isObject(plain.items) || Array.isArray(plain.items)) kept.items = reducedValue(plain.items, reduction);
  else if (plain.type === 'array') kept.items = { type: 'string' };
  const names = isObject(kept.properties) ? Object.keys(kept.properties) : [];
  const required = listAt(plain, 'required').filter((name) => typeof name === 'string' && names.includes(name));
  delete kept.required;
  if (required.length > 0) kept.required = required;
  if (typeof kept.format === 'string' && !reduction.formats.has(kept.format)) delete kept.format;
  const choices = objectsIn(plain.anyOf).map((choice) => reduced(choice, reduction));
  const told = withTextsAsList(kept, plain);
  return choices.length > 0 ? { ...withoutType(told), anyOf: choices } : told;
}

/** One that refers to itself ends at its second round. */
function reducedReference(schema: JsonObject, reference: string, reduction: Reduction): JsonObject {
  const { $ref: _reference, ...beside } = schema;
  const target = reduction.within.includes(reference) ? undefined : targetOf(reference, reduction);
  if (!target) return reduced({ type: 'object', ...beside }, reduction);
  return reduced({ ...target, ...beside }, { ...reduction, within: [...reduction.within, reference] });
}

/** Choices that are none: several demands at once, a type or null, one choice only. */
function merged(schema: JsonObject, reduction: Reduction): JsonObject {
  const { allOf, oneOf, anyOf, const: constant, type, ...plain } = schema;
  const demands = [...objectsIn(allOf).map((one) => merged(resolved(one, reduction), reduction)), plain];
  const joined: JsonObject = Object.assign({}, ...demands);
  const withProperties = demands.flatMap((one) => (isObject(one.properties) ? [one.properties] : []));
  if (withProperties.length > 1) joined.properties = Object.assign({}, ...withProperties);
  const required = demands.flatMap((one) => listAt(one, 'required'));
  if (required.length > 0) joined.required = [...new Set(required)];
  if (constant !== undefined) joined.enum = [constant];
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  const choices = [...objectsIn(anyOf), ...objectsIn(oneOf)];
  const some = [
    ...choices,
    ...(types.length > 2 || (types.length === 2 && !types.includes('null')) ? types.map((one) => ({ type: one })) : []),
  ];
  const real = some.filter((choice) => choice.type !== 'null');
  if (real.length < some.length || (types.includes('null') && types.length > 1)) joined.nullable = true;
  const only = types.filter((one) => one !== 'null');
  if (real.length === 0) return { ...joined, ...(only[0] === undefined ? {} : { type: only[0] }) };
  if (real.length === 1) return { ...merged(resolved(real[0] ?? {}, reduction), reduction), ...joined };
  return { ...joined, anyOf: real };
}

function resolved(schema: JsonObject, reduction: Reduction): JsonObject {
  const reference = textAt(schema, '$ref');
  return reference === undefined ? schema : reducedReference(schema, reference, reduction);
}

/** The values of an enumeration are texts there; others are told in words. */
function withTextsAsList(kept: JsonObject, plain: JsonObject): JsonObject {
  const values = listAt(plain, 'enum');
  if (values.length === 0 || values.every((value) => typeof value === 'string')) return kept;
  const { enum: _values, ...rest } = kept;
  const words = `One of: ${values.map((value) => JSON.stringify(value)).join(', ')}.`;
  const said = textAt(rest, 'description');
  return { ...rest, type: rest.type ?? typeOf(values[0]), description: said === undefined ? words : `${said} ${words}` };
}

function typeOf(value: Json | undefined): string {
  return typeof value === 'number' || typeof value === 'boolean' ? typeof value : 'string';
}

function withoutType({ type: _type, items: _items, ...rest }: JsonObject): JsonObject {
  return rest;
}

function reducedValue(value: Json | undefined, reduction: Reduction): JsonObject {
  const one = Array.isArray(value) ? value.find(isObject) : value;
  return isObject(one) ? reduced(one, reduction) : { type: 'string' };
}

function mapped(object: JsonObject, change: (value: Json | undefined) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** What a reference inside the same schema points to. */
function targetOf(reference: string, { root, steps }: Search): JsonObject | undefined {
  if (!reference.startsWith('#') || steps.left-- <= 0) return undefined;
  let found: Json | undefined = root;
  for (const step of reference.slice(1).split('/').filter(Boolean)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[key] : undefined;
  }
  return isObject(found) ? found : undefined;
}

function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
