import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/core/json.ts';
import { parseArguments } from '../../src/core/messages.ts';

const nested = (levels: number, open: string, close: string, inner = '') => open.repeat(levels) + inner + close.repeat(levels);

describe('JSON of others', () => {
  it.each([
    ['lists', nested(200, '[', ']')],
    ['objects', nested(200, '{"a":', '}', '1')],
    ['brackets in a text', JSON.stringify('['.repeat(5000))],
    ['many beside each other', `[${Array(5000).fill('[{"a":[]}]').join(',')}]`],
  ])('is read as deep as anybody means it: %s', (_, text) => {
    expect(JSON.stringify(parseJson(text))).toBe(text);
    expect(parseArguments(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each([
    ['lists', nested(20_000, '[', ']')],
    ['objects', nested(20_000, '{"a":', '}', '1')],
    ['a level more', nested(201, '[', ']')],
    ['behind much else', `{"a":${JSON.stringify('x'.repeat(5000))},"b":${nested(5000, '[', ']')}}`],
  ])('is none where it would break whoever walks through it: %s', (_, text) => {
    expect(parseJson(text)).toBeUndefined();
    expect(parseArguments(text)).toEqual({ ok: false });
  });
});
