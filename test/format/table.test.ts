import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTable } from '../../src/format/table.ts';
import { openTheme, PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';

const models = {
  head: ['MODEL', 'WINDOW', 'ABOUT'],
  rows: [
    ['gpt-4o-mini', '128k', 'small, quick and cheap, takes pictures'],
    ['通义千问', '32k', 'plain'],
  ],
};

describe('formatTable', () => {
  it('aligns columns by what they look like', () => {
    expect(formatTable({ ...models, theme: PLAIN_THEME, align: ['left', 'right'] })).toBe(
      'MODEL        WINDOW  ABOUT\ngpt-4o-mini    128k  small, quick and cheap, takes pictures\n通义千问        32k  plain\n',
    );
  });

  it('cuts the last column off on a terminal', () => {
    expect(formatTable({ ...models, theme: PLAIN_THEME, columns: 40 }).split('\n')[1]).toBe('gpt-4o-mini  128k    small, quick and...');
  });

  it('leaves the last columns out before it cuts a name', () => {
    const rows = [['a-rather-long-name-of-a-model', '128k', '2027-01-14', 'pictures']];
    const table = (columns: number) => formatTable({ head: ['model', 'window', 'ends', 'can'], rows, theme: PLAIN_THEME, columns });
    expect(table(80).split('\n')[1]).toBe('a-rather-long-name-of-a-model  128k    2027-01-14  pictures');
    expect(table(50).split('\n')[1]).toBe('a-rather-long-name-of-a-model  128k    2027-01-14');
    expect(table(30).split('\n')[1]).toBe('a-rather-long-name-of-a-model');
    expect(table(20).split('\n')[1]).toBe('a-rather-long-nam...');
  });

  it('cuts nothing off in a pipe', () => {
    expect(formatTable({ head: ['A'], rows: [['x'.repeat(500)]], theme: PLAIN_THEME })).toContain('x'.repeat(500));
  });

  it('shows missing cells empty and makes cells safe', () => {
    expect(formatTable({ head: ['A', 'B'], rows: [['a\u001b[31m\nb']], theme: PLAIN_THEME })).toBe('A         B\na␛[31m b\n');
  });

  it('paints the head', async () => {
    const theme = await openTheme({ name: 'dark', colorLevel: 1 });
    expect(formatTable({ head: ['A'], rows: [], theme })).toBe('\u001b[1mA\u001b[22m\n');
  });

  it('is never wider than the terminal', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 40 });
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 12, max: 90 }), (list, columns) => {
        for (const line of formatTable({ head: ['one', 'two', 'three'], rows: list, columns, theme: PLAIN_THEME }).split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });
});
