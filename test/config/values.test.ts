import { describe, expect, it } from 'vitest';
import type { Spec } from '../../src/config/settings.ts';
import { description, readText } from '../../src/config/values.ts';

const temperature: Spec = { type: 'number', min: 0, max: 2, doc: '' };
const retries: Spec = { type: 'integer', min: 0, max: 100, doc: '' };

describe('a value that does not fit is described', () => {
  it.each([
    ['7', temperature, '7, which is out of range'],
    [' -1 ', temperature, '-1, which is out of range'],
    ['101', retries, '101, which is out of range'],
    ['1.5', retries, '1.5'],
    ['hot', temperature, 'the text "hot"'],
    ['', temperature, 'empty'],
  ])('as a number where %j was typed for one', (text, typedFor, expected) => {
    expect(description(text, { secret: false, typedFor })).toBe(expected);
  });

  it('as text where it stands as text in a file', () => {
    expect(description('7', { secret: false })).toBe('the text "7"');
  });

  it('by its type where it is secret', () => {
    expect(description('7', { secret: true, typedFor: temperature })).toBe('other text');
    expect(description('sk-12345', { secret: true, typedFor: { type: 'string', doc: '' } })).toBe('other text');
  });
});

describe('a list in one text', () => {
  const list: Spec = { type: 'list', doc: '' };

  it.each([
    ['a, b,,c', ['a', 'b', 'c']],
    ['run_command(cut -d, *),write_file', ['run_command(cut -d, *)', 'write_file']],
    ['web_search,file_search(vs_1, vs_2)', ['web_search', 'file_search(vs_1, vs_2)']],
    ['a(b,c', ['a(b', 'c']],
    ['', []],
  ])('is split at commas that are not within brackets: %j', (text, expected) => {
    expect(readText(list, text, { json: false })).toEqual(expected);
  });
});
