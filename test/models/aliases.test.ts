import { expect, test } from 'vitest';
import { ALIASES, builtInAlias, ownAlias } from '../../src/models/aliases.ts';
import { findModel } from '../../src/models/catalogue.ts';

test('every built-in alias names a model of the table, and none hides one', () => {
  for (const [alias, target] of Object.entries(ALIASES)) {
    expect(findModel({ id: target }), alias).toBeDefined();
    expect(findModel({ id: alias }), alias).toBeUndefined();
  }
});

test('built-in aliases are found in any case, and only they', () => {
  expect(builtInAlias('4o')).toBe('gpt-4o');
  expect(builtInAlias('Sonnet')).toMatch(/^claude-sonnet-/);
  expect(builtInAlias('toString')).toBeUndefined();
});

test('a user’s alias may name another, and a circle ends', () => {
  expect(ownAlias('quick', { quick: 'fast', fast: 'groq/llama' })).toBe('groq/llama');
  expect(ownAlias('a', { a: 'b', b: 'a' })).toBe('a');
  expect(ownAlias('constructor', {})).toBe('constructor');
});
