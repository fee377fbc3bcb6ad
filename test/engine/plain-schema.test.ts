/** The quick check of schemas: says what the real validator says, or leaves the schema to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { plainCheck } from '../../src/engine/plain-schema.ts';
import { compileSchema } from '../../src/engine/schema-check.ts';

const name = fc.constantFrom('a', 'b', 'c~/', '');
const leaf = fc.constantFrom<Json>(null, true, 0, 1, -1, 2.5, 3, '', 'x', 'ab', '👩‍👩‍👧', '漢字');
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}));
const type = fc.constantFrom('object', 'array', 'string', 'number', 'integer', 'boolean', 'null');
const count = fc.nat({ max: 3 });
const shallow = {
  type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 2 })),
  required: fc.uniqueArray(name, { maxLength: 2 }),
  enum: fc.uniqueArray(leaf, { minLength: 1, maxLength: 3 }),
  minimum: count,
  maximum: count,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  description: fc.constant('words'),
};
/** `depth`: how many schemas may stand within each other. */
function schemaOf(depth: number): fc.Arbitrary<JsonObject> {
  const inner = depth === 0 ? undefined : schemaOf(depth - 1);
  const deep = inner && {
    properties: fc.dictionary(name, inner, { maxKeys: 2 }),
    additionalProperties: fc.oneof(fc.boolean(), inner),
    items: inner,
  };
  return fc.record({ ...shallow, ...deep }, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}

describe('the quick check', () => {
  it('judges as the real validator does', async () => {
    await fc.assert(
      fc.asyncProperty(schemaOf(2), fc.array(value, { minLength: 1, maxLength: 4 }), async (rules, values) => {
        const real = await compileSchema(rules);
        const quick = plainCheck(rules);
        for (const one of values) expect(quick?.(one) === undefined).toBe(real(one) === undefined);
      }),
      { numRuns: 100 },
    );
  });

  it('is not taken in by names that every object has', () => {
    expect(plainCheck({ required: ['toString'] })?.({})).toContain("'toString'");
    expect(plainCheck({ properties: { a: {} }, additionalProperties: false })?.({ constructor: 1 })).toContain('(constructor)');
  });

  it.each<[JsonObject, Json, string]>([
    [{ type: 'string' }, 5, 'the value must be string'],
    [{ properties: { a: { type: 'integer', minimum: 1 } } }, { a: 0 }, '/a must be >= 1'],
    [{ required: ['a'] }, {}, "the value must have required property 'a'"],
    [{ additionalProperties: false }, { b: 1 }, 'the value must NOT have additional properties (b)'],
    [{ items: { enum: ['C', 'F'] } }, ['K'], '/0 must be equal to one of the allowed values (C, F)'],
    [{ minLength: 2 }, 'x', 'the value must NOT have fewer than 2 characters'],
    [{ maxItems: 1 }, [1, 2], 'the value must NOT have more than 1 items'],
  ])('uses the same words: %j %j', async (rules, wrong, words) => {
    expect(plainCheck(rules)?.(wrong)).toBe(words);
    expect((await compileSchema(rules))(wrong)).toBe(words);
  });

  it.each<JsonObject>([
    { anyOf: [{ type: 'string' }] },
    { properties: { a: { pattern: '^x' } } },
    { items: [{ type: 'string' }] },
    { $ref: '#/$defs/a', $defs: { a: {} } },
    { type: 'nonsense' },
    { enum: [{ a: 1 }] },
    { additionalProperties: { format: 'date' } },
    { constructor: 1 },
  ])('leaves to it what it does not know: %j', (rules) => expect(plainCheck(rules)).toBeUndefined());
});
