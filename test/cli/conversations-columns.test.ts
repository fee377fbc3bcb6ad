import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatColumns, openMeasure } from '../../src/cli/conversations/columns.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth, truncate } from '../../src/format/width.ts';

const COLUMNS = [{ head: 'id' }, { head: 'model', least: 6 }, { head: 'msgs', align: 'right' as const }, { head: 'title', least: 10 }];

describe('columns', () => {
  it('give way from the last one on', async () => {
    const rows = [['a1', 'gpt-4o-mini', '12', 'A title of some length']];
    expect(await formatColumns({ columns: COLUMNS, rows, width: 34, theme: PLAIN_THEME })).toBe(
      'id  model        msgs  title\na1  gpt-4o-mini    12  A title...\n',
    );
    expect(await formatColumns({ columns: COLUMNS, rows, width: 30, theme: PLAIN_THEME })).toBe(
      'id  model     msgs  title\na1  gpt-4...    12  A title...\n',
    );
  });

  it('cut nothing off in a pipe and stay on one line', async () => {
    const text = await formatColumns({
      columns: COLUMNS,
      rows: [['a1', 'm', '1', 'two\nlines \x1b[31m']],
      width: undefined,
      theme: PLAIN_THEME,
    });
    expect(text).toBe('id  model  msgs  title\na1  m         1  two lines ␛[31m\n');
  });

  it('fit the terminal whatever they hold', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 30 });
    const row = fc.tuple(fc.constant('0123456789ab'), cell, fc.constant('12'), cell);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), fc.integer({ min: 36, max: 100 }), async (rows, width) => {
        const lines = (await formatColumns({ columns: COLUMNS, rows, width, theme: PLAIN_THEME })).trimEnd().split('\n');
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('leave the last ones out where not even a few letters of them fit', async () => {
    const columns = ['tool', 'access', 'asks', 'from'].map((head) => ({ head }));
    const listed = { columns: [...columns, { head: 'what it does', least: 20 }], theme: PLAIN_THEME };
    const rows = [['current_time', 'network', 'no', 'built-in', 'Current date, time and weekday.']];
    expect(await formatColumns({ ...listed, rows, width: 40 })).toBe(
      'tool          access   asks  from\ncurrent_time  network  no    built-in\n',
    );
    expect(await formatColumns({ ...listed, rows, width: 30 })).toBe('tool          access   asks\ncurrent_time  network  no\n');
  });

  it('measure simple text like the tables of Unicode do', async () => {
    const simple = fc.constantFrom(...'abc XYZ ~!é ñ ß Ω я – — … “” € № ≥ Ж ø'.split(''));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: simple, maxLength: 40 }), fc.integer({ min: 0, max: 40 }), async (text, columns) => {
        const measure = await openMeasure([text]);
        expect(measure.width(text)).toBe(displayWidth(text));
        for (const dots of ['...', '…']) expect(measure.truncate(text, columns, dots)).toBe(truncate(text, columns, dots));
      }),
    );
  });
});
