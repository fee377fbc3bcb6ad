import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonMistake } from '../../src/config/json-position.ts';
import { parseJson } from '../../src/core/json.ts';

describe('findJsonMistake', () => {
  it('finds nothing in JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonMistake(text)).toBeUndefined();
      }),
    );
  });

  it('finds a mistake exactly where JSON.parse refuses', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '{', ':', 'x', '\\', '\n', '0', '-', '.', 'e', '/'))
      .map(([text, at, piece]) => {
        const index = at % (text.length + 1);
        return text.slice(0, index) + piece + text.slice(index + (at % 2));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        expect(findJsonMistake(text) === undefined).toBe(parseJson(text) !== undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"a": 1,}', 1, 9, 'there is a comma before this "}"'],
    ['[1,\n2,\n]', 3, 1, 'there is a comma before this "]"'],
    ['{\n  // note\n}', 2, 3, 'JSON has no comments'],
    ['{"a"', 1, 5, 'the file ends where ":" is expected'],
    ['{"a": "b\n"}', 1, 9, 'a text is not closed on this line'],
    ["{'a': 1}", 1, 2, 'a name in double quotes is expected here'],
    ['{"a": 01}', 1, 8, '"," or "}" is expected here'],
    ['{} x', 1, 4, 'there is something after the end of the JSON value'],
    ['"\\x"', 1, 2, 'a text holds a wrong escape after "\\"'],
  ])('says what is wrong in %j', (text, line, column, problem) => {
    expect(findJsonMistake(text)).toEqual({ line, column, problem });
  });
});
