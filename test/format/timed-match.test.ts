import { describe, expect, it } from 'vitest';
import { timedMatch } from '../../src/format/timed-match.ts';

const SLOW = `${'a'.repeat(5000)}?`;

describe('a pattern of somebody else', () => {
  it.each([
    ['^[A-Z]{2}\\d{2}$', 'AB12', true],
    ['^[A-Z]{2}\\d{2}$', 'AB1', false],
    ['(red|green)+$', 'redgreen', true],
    ['^\\p{Lu}', 'Éa', true],
  ])('%s is tried with %s', (pattern, text, found) => {
    expect(timedMatch(pattern, text)).toBe(found);
  });

  // Each of them alone would take longer than anybody lives.
  it.each(['^(\\w|\\w)*!$', '^(a+)+$', '^(?:(?:\\w?)(?:\\w?)){1,60}!$', '^\\w*\\w*\\w*\\w*\\w*!$'])('%s is given up', (pattern) => {
    expect(timedMatch(pattern, SLOW)).toBeUndefined();
  });

  it.each(['(', '(?<x', '[z-a]'])('%s is none', (pattern) => {
    expect(timedMatch(pattern, 'x')).toBeUndefined();
  });
});
