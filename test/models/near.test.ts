import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../src/models/near.ts';

test('finds what one slip of the finger away was meant', () => {
  const names = ['models', 'providers', 'config', 'completion', 'compare'];
  expect(nearest('modles', names)).toEqual(['models']);
  expect(nearest('provider', names)).toEqual(['providers']);
  expect(nearest('cnofig', names)[0]).toBe('config');
  expect(nearest('lsit', ['list', 'last-one'])).toEqual(['list']);
  expect(nearest('weather', names)).toEqual([]);
});

test('looks behind a vendor prefix', () => {
  expect(nearest('gpt-4o-mnii', ['openai/gpt-4o-mini', 'meta/llama'])).toEqual(['openai/gpt-4o-mini']);
});

test('gives the beginning of a name its continuations, the shortest first', () => {
  expect(nearest('gpt-4', ['gpt-4o-mini', 'gpt-4o', 'claude'], 2)).toEqual(['gpt-4o', 'gpt-4o-mini']);
});

test('never gives more than asked for, never a name twice, and a name itself first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 12 })),
      fc.string({ maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      (names, word, max) => {
        const found = nearest(word, [...names, word], max);
        expect(found.length).toBeLessThanOrEqual(max);
        expect(new Set(found).size).toBe(found.length);
        expect(found.map((name) => name.toLowerCase())).toContain(word.toLowerCase());
        expect(found.every((name) => names.includes(name) || name === word)).toBe(true);
      },
    ),
  );
});
