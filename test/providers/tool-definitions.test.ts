/** What a vendor is told of a tool: once per toolbox, in names and schemas that it takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/core/json.ts';
import type { ToolDefinition } from '../../src/core/tool.ts';
import { PRESETS } from '../../src/providers/presets.ts';
import { type ToolShape, wireTools } from '../../src/providers/tool-definitions.ts';
import { toolSchema } from '../../src/providers/tool-schema.ts';

const tool = (name: string, parameters: JsonObject = { type: 'object', properties: {} }, description = ''): ToolDefinition => ({
  name,
  description,
  parameters,
});
const shape: ToolShape = (one) => ({ ...one });
const rules = {};

describe('a toolbox', () => {
  it('is formatted once for a wire and a server, whatever asks', () => {
    const tools = [tool('a'), tool('b')];
    expect(wireTools(tools, shape, rules)).toBe(wireTools(tools, shape, rules));
    expect(wireTools(tools, shape, {})).not.toBe(wireTools(tools, shape, rules));
    expect(wireTools(tools, shape, rules).list.map((one) => one.name)).toEqual(['a', 'b']);
  });

  it('has names that every vendor takes, each a name of its own that leads back', () => {
    const name = fc.oneof(fc.constantFrom('a.b', 'a/b', 'a_b', '2fa', '', `x${'y'.repeat(90)}`, `x${'y'.repeat(91)}`), fc.string());
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const { list, names: known } = wireTools(
          names.map((one) => tool(one)),
          shape,
          rules,
        );
        const sent = list.map((one) => String(one.name));
        for (const one of sent) expect(one).toMatch(/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/);
        expect(new Set(sent).size).toBe(names.length);
        expect(sent.map(known.ownName)).toEqual(names);
        expect(names.map(known.wireName)).toEqual(sent);
      }),
    );
  });

  it('keeps a name that is fine, whoever else would become it', () => {
    const { list } = wireTools([tool('a.b'), tool('a_b')], shape, rules);
    expect(list.map((one) => one.name)).toEqual(['a_b_2', 'a_b']);
  });

  it('is described as long as the server allows', () => {
    const { list } = wireTools([tool('a', {}, 'x'.repeat(2000))], shape, { longestDescription: 1024 });
    expect(list[0]?.description).toHaveLength(1024);
  });
});

describe('a schema', () => {
  it('is an object with properties, without the name of its dialect', () => {
    expect(toolSchema({}, {})).toEqual({ type: 'object', properties: {} });
    expect(toolSchema({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: false }, {})).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: {},
    });
  });

  it('has no choice at its top: it has the properties of all, and requires what all of them do', () => {
    const schema = {
      anyOf: [
        {
          type: 'object',
          properties: { id: { type: 'string' }, deep: { type: 'boolean' } },
          required: ['id', 'deep'],
          additionalProperties: false,
        },
        { $ref: '#/$defs/byName' },
      ],
      $defs: { byName: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } }, required: ['id', 'name'] } },
    };
    const { $defs: _defs, ...sent } = toolSchema(schema, {});
    expect(sent).toEqual({
      type: 'object',
      properties: { id: { type: 'string' }, deep: { type: 'boolean' }, name: { type: 'string' } },
      required: ['id'],
    });
  });

  it('is found behind a reference at its top', () =>
    expect(toolSchema({ $ref: '#/$defs/a', $defs: { a: { type: 'object', properties: { x: {} }, required: ['x'] } } }, {})).toMatchObject({
      type: 'object',
      properties: { x: {} },
      required: ['x'],
    }));
});

describe('a schema for Gemini', () => {
  const gemini = PRESETS.find(({ name }) => name === 'gemini')?.quirks?.tools ?? {};
  const sent = (properties: JsonObject, more: JsonObject = {}) => toolSchema({ type: 'object', properties, ...more }, gemini);

  it.each<[string, JsonObject, JsonObject]>([
    ['a constant is a list of one', { const: 'a', type: 'string' }, { type: 'string', enum: ['a'] }],
    ['"or null" is nullable', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    ['a choice with null is the other', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, { type: 'integer', nullable: true }],
    ['several types are a choice', { type: ['string', 'integer'] }, { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
    [
      'numbers to choose from are told in words',
      { enum: [1, 2], description: 'How.' },
      { type: 'number', description: 'How. One of: 1, 2.' },
    ],
    ['an unknown format is left out', { type: 'string', format: 'uri' }, { type: 'string' }],
    [
      'what it does not know is left out',
      { type: 'object', properties: {}, additionalProperties: false, patternProperties: {} },
      { type: 'object', properties: {} },
    ],
    ['a list says of what', { type: 'array' }, { type: 'array', items: { type: 'string' } }],
    ['demands at once are one', { allOf: [{ type: 'string' }, { minLength: 2 }] }, { type: 'string', minLength: 2 }],
  ])('%s', (_title, given, wanted) => expect((sent({ p: given }).properties as JsonObject).p).toEqual(wanted));

  it('writes references out, and ends one that refers to itself', () => {
    const node = { type: 'object', properties: { name: { type: 'string' }, next: { $ref: '#/$defs/node' } } };
    expect(sent({ list: { $ref: '#/$defs/node' } }, { $defs: { node } })).toEqual({
      type: 'object',
      properties: {
        list: { type: 'object', properties: { name: { type: 'string' }, next: { type: 'object' } } },
      },
    });
  });

  it('comes to an end whatever refers to whatever', () => {
    const all = Array.from({ length: 12 }, (_, index) => ({ $ref: `#/$defs/n${index}` }));
    const $defs = Object.fromEntries(
      all.map((_, index) => [`n${index}`, { type: 'object', properties: Object.fromEntries(all.entries()), anyOf: all }]),
    );
    const whole = toolSchema({ $ref: '#/$defs/n0', $defs }, gemini);
    checkDialect(whole, gemini.keywords);
    expect(JSON.stringify(whole).length).toBeLessThan(1_000_000);
  });

  it('knows nothing but its keywords, whatever is given', () => {
    const { node } = fc.letrec<{ node: JsonObject }>((tie) => ({
      node: fc.record(
        {
          type: fc.constantFrom<string | string[]>('string', 'object', 'array', 'null', ['string', 'null'], ['integer', 'string', 'null']),
          description: fc.string(),
          enum: fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 3 }),
          const: fc.oneof(fc.string(), fc.integer()),
          format: fc.constantFrom('uri', 'date-time'),
          $ref: fc.constantFrom('#/properties/p', '#/nowhere', 'https://a.example'),
          properties: fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('node')), { maxKeys: 2 }),
          required: fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
          items: fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('node')),
          anyOf: fc.array(fc.oneof({ maxDepth: 2 }, fc.constant({ type: 'null' }), tie('node')), { maxLength: 2 }),
          oneOf: fc.array(fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('node')), { maxLength: 2 }),
          allOf: fc.array(fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('node')), { maxLength: 2 }),
          additionalProperties: fc.boolean(),
        },
        { requiredKeys: [] },
      ) as fc.Arbitrary<JsonObject>,
    }));
    fc.assert(
      fc.property(node, (schema) => checkDialect(toolSchema({ type: 'object', properties: { p: schema } }, gemini), gemini.keywords)),
    );
  });
});

function checkDialect(schema: unknown, keywords: ReadonlySet<string> | undefined): void {
  if (!isObject(schema)) throw new Error(`a schema is an object, not ${JSON.stringify(schema)}`);
  for (const key of Object.keys(schema)) expect(keywords?.has(key), key).toBe(true);
  if (schema.type !== undefined) expect(typeof schema.type).toBe('string');
  const names = isObject(schema.properties) ? Object.keys(schema.properties) : [];
  if (Array.isArray(schema.required)) for (const one of schema.required) expect(names).toContain(one);
  if (Array.isArray(schema.enum)) for (const one of schema.enum) expect(typeof one).toBe('string');
  if (isObject(schema.properties)) for (const one of Object.values(schema.properties)) checkDialect(one, keywords);
  if (schema.items !== undefined) checkDialect(schema.items, keywords);
  if (Array.isArray(schema.anyOf)) for (const one of schema.anyOf) checkDialect(one, keywords);
}
