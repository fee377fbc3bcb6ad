import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { counted, nounOf, shellWord } from '../../src/core/words.ts';

it('counts one and many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'line'))).toEqual(['0 lines', '1 line', '2 lines']);
  expect([1, 2].map((count) => counted(count, 'match', 'matches'))).toEqual(['1 match', '2 matches']);
  expect([1, 2].map((count) => nounOf(count, 'is', 'are'))).toEqual(['is', 'are']);
});

it.each([
  ['docs', 'docs'],
  ['~/a b', "'~/a b'"],
  ['x; rm -rf ~', "'x; rm -rf ~'"],
  ["it's $(id)", "'it'\\''s $(id)'"],
  ['a\nb', "'a\nb'"],
  ['', "''"],
])('quotes %j for a shell', (text, word) => {
  expect(shellWord(text)).toBe(word);
});

it('is the only place that makes a plural', () => {
  const source = new URL('../../src/', import.meta.url).pathname;
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const alone = /\? '' : '(e?s)'|\(s\)[ .`']|=== 1 \? '([a-z]+)' : '\2e?s'|=== 1 \? '(is|was|has)' :/;
  const own = files.filter((file) => alone.test(readFileSync(join(source, file), 'utf8')));
  expect(own).toEqual(['core/words.ts'].filter((file) => own.includes(file)));
});
