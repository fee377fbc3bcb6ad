import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from '../../src/output/json-text.ts';

it('is the same value, and holds nothing that a terminal obeys or an eye misses', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = jsonText(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).not.toMatch(/[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb]/u);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['a\u202eb', '"a\\u202eb"'],
  ['a\u200db', '"a\\u200db"'],
  ['\u{e0041}', '"\\udb40\\udc41"'],
  ['\u0085', '"\\u0085"'],
  ['é 😀 漢', '"é 😀 漢"'],
])('writes %j as %s', (value, text) => {
  expect(jsonText(value)).toBe(text);
});
