import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasComments, withoutComments } from '../../src/config/json-comments.ts';

describe('JSON with comments', () => {
  it('keeps every place, every string and every line where it was', () => {
    expect(withoutComments('{ // a, b\r\n "u": "http://x/*y*/", /* c\n */ "l": [1, 2,], }')).toBe(
      '{        \r\n "u": "http://x/*y*/",     \n    "l": [1, 2 ]  }',
    );
    expect(withoutComments('{ "a": "\\",}", }')).toBe('{ "a": "\\",}"  }');
    expect([hasComments('{"a": "// no"}'), hasComments('{} // yes'), hasComments('1 / 2')]).toEqual([false, true, false]);
  });

  it('is read by the same rules wherever its pieces stand', () => {
    const text = fc
      .array(fc.constantFrom('"', '\\', '/', '*', '//', '/*', '*/', ',', '}', ']', '\n', '\r', ' ', 'a'), { maxLength: 30 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (given) => {
        expect(withoutComments(given)).toBe(byExpression(given));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['one string', 'x'],
    ['one string of escapes', '\\"'],
    ['one comment', '*/ /* '],
  ])('of 40 MB that are %s is read, too', (kind, unit) => {
    const inner = unit.repeat(40_000_000 / unit.length);
    const text = kind === 'one comment' ? `/* ${inner} */1` : `"${inner}"`;
    expect(withoutComments(text)).toHaveLength(text.length);
  });
});

/** The same rules as expressions, which short texts do not overflow. */
function byExpression(text: string): string {
  const string = String.raw`"(?:[^"\\\r\n]|\\.)*"`;
  const bare = text.replace(new RegExp(String.raw`${string}|//[^\r\n]*|/\*[\s\S]*?\*/`, 'g'), (found) =>
    found.startsWith('"') ? found : found.replace(/[^\r\n]/g, ' '),
  );
  return bare.replace(new RegExp(String.raw`${string}|,(?=\s*[}\]])`, 'g'), (found) => (found === ',' ? ' ' : found));
}
