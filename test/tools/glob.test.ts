import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/tools/glob.ts';

const matches = (pattern: string, path: string) => compileGlob(pattern)(path);

describe('a glob', () => {
  it.each([
    ['*.ts', 'a.ts', true],
    ['*.ts', 'src/deep/a.ts', true],
    ['./*.ts', 'src/a.ts', false],
    ['/*.ts', 'src/a.ts', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/b/a.ts', false],
    ['src/**/*.ts', 'src/a.ts', true],
    ['src/**/*.ts', 'src/b/c/a.ts', true],
    ['**/test', 'a/test', true],
    ['src/**', 'src/a/b', true],
    ['src/**', 'lib/a', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c].md', 'b.md', true],
    ['[!a-c].md', 'b.md', false],
    ['*.{ts,tsx}', 'a.tsx', true],
    ['{src,test}/*.ts', 'test/a.ts', true],
    ['{src,test}/*.ts', 'lib/a.ts', false],
    ['\\*.ts', '*.ts', true],
    ['\\*.ts', 'a.ts', false],
    ['[', '[', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it('reads braces as characters where they have no meaning', () => {
    expect(compileGlob('{a,b}', { hasBraces: false })('a')).toBe(false);
    expect(compileGlob('{a,b}', { hasBraces: false })('{a,b}')).toBe(true);
  });

  it('agrees with a regular expression on stars and question marks', () => {
    const part = fc.array(fc.constantFrom('a', 'b', '.', '*', '?'), { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
    const path = fc.array(
      fc.array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 5 }).map((all) => all.join('')),
      { minLength: 2, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 3 }), path, (parts, segments) => {
        fc.pre(!parts.includes('**') && parts[0] !== '.');
        const expected = new RegExp(
          `^${parts.map((one) => one.replace(/\*+/g, '*').replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')).join('/')}$`,
        );
        expect(matches(parts.join('/'), segments.join('/'))).toBe(expected.test(segments.join('/')));
      }),
      { numRuns: 1000 },
    );
  });

  it('is done with the worst patterns in no time', () => {
    expect(matches(`${'a*'.repeat(200)}b`, 'a'.repeat(5000))).toBe(false);
    expect(matches(`${'**/a/'.repeat(100)}b`, 'a/'.repeat(1000))).toBe(false);
    expect(matches(`${'{a,b}'.repeat(40)}`, 'a'.repeat(40))).toBe(false);
  });
});
