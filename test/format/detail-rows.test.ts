/** What is to be approved, in rows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detailRows, wordRows } from '../../src/format/detail-rows.ts';
import { exactLine } from '../../src/format/exact.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { diffLines } from '../../src/tools/diff.ts';
import { readBack, trickyText } from './exact-arbitraries.ts';

const rowsOf = (details: string, { columns = 40, most = 1000 } = {}) => detailRows(details, { columns, most, theme: PLAIN_THEME });

describe('rows of a difference', () => {
  it('begin with the sign of their line, also where a line takes many', () => {
    const { text } = diffLines('', `${'word '.repeat(12).trim()}\n`);
    expect(rowsOf(text).lines).toEqual(['  @@ -0,0 +1,1 @@', '  +word word word word word word word ', '  +↳word word word word word']);
    expect(rowsOf(diffLines('', `${'x'.repeat(90)}\n`).text).lines.slice(1)).toEqual([
      `  +${'x'.repeat(37)}`,
      `  +↳${'x'.repeat(36)}`,
      `  +↳${'x'.repeat(17)}`,
    ]);
  });

  it('show a change of line ends, of the last line end, of trailing spaces, of a tab and of an invisible character', () => {
    const changed = (before: string, after: string) => rowsOf(diffLines(before, after).text).lines.slice(1);
    expect(changed('a\r\n', 'a\n')).toEqual(['  -a␍', '  +a']);
    expect(changed('a\n', 'a')).toEqual(['  -a', '  +a', '  \\ No newline at end of file']);
    expect(changed('a\n', 'a  \n')).toEqual(['  -a', '  +a␠␠']);
    expect(changed('    a\n', '\ta\n')).toEqual(['  -    a', '  +␉   a']);
    expect(changed('\ufeffa\n', 'a\n')).toEqual(['  -⟨U+FEFF⟩a', '  +a']);
    expect(changed('é\n', 'e\u0301\n')).toEqual(['  -é', '  +e⟨U+0301⟩']);
  });

  it('hold every new character on a + row and every old one on a - row, at any width, and can be read back', () => {
    fc.assert(
      fc.property(trickyText, trickyText, fc.integer({ min: 20, max: 200 }), (before, after, columns) => {
        const { text } = diffLines(before, after);
        const { lines, left } = rowsOf(text, { columns, most: 10_000 });
        expect(left).toEqual({ lines: 0, characters: 0 });
        const margin = columns < 24 ? 0 : 2;
        for (const line of lines) {
          expect(line).toMatch(margin === 0 ? /^[-+ @\\]/ : /^ {2}[-+ @\\]/);
          expect(line).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u);
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        }
        expect(joined(lines.map((line) => line.slice(margin)))).toEqual(text === '' ? [] : text.split('\n'));
        expect(made(before, text, '+')).toBe(after);
        expect(made(after, text, '-')).toBe(before);
      }),
      { numRuns: 1500 },
    );
  });

  it('count what has no place: whole lines, and characters of one that is shown in part', () => {
    const diff = diffLines('', 'a\nb\nc\n').text;
    expect(rowsOf(diff, { most: 2 }).left).toEqual({ lines: 2, characters: 0 });
    expect(rowsOf(diffLines('', `${'x'.repeat(100)}\nb\n`).text, { most: 2 }).left).toEqual({ lines: 1, characters: 63 });
    expect(rowsOf(diff, { most: 0 })).toEqual({ lines: [], left: { lines: 4, characters: 0 } });
  });

  it('of what is too long to read are made as far as they are shown', () => {
    for (const text of [`${'x'.repeat(50_000_000)}`, '\u0301'.repeat(3_000_000), '\t'.repeat(3_000_000), `${'\n'.repeat(2_000_000)}x`]) {
      const { lines, left } = rowsOf(text, { columns: 80, most: 10 });
      expect(lines).toHaveLength(10);
      expect(left.lines + left.characters).toBeGreaterThan(10_000);
    }
  });
});

it('leave room for what some terminals make wide', () => {
  // Hexagrams take two columns since Unicode 16.
  expect(rowsOf(`echo ${'\u4dc0'.repeat(40)}; evil`).lines).toEqual([
    `  echo ${'\u4dc0'.repeat(16)}`,
    `  ↳${'\u4dc0'.repeat(18)}`,
    `  ↳${'\u4dc0'.repeat(6)}; evil`,
  ]);
});

describe('rows of a command', () => {
  it('go on with a sign, and begin without one', () => {
    const command = `echo ${'a'.repeat(60)}\nrm -rf x\r; ls`;
    expect(rowsOf(command).lines).toEqual([`  echo ${'a'.repeat(33)}`, `  ↳${'a'.repeat(27)}`, '  rm -rf x␍; ls']);
  });

  it('hold all of a text in one line, whatever it is, within its columns', () => {
    fc.assert(
      fc.property(trickyText, fc.integer({ min: 4, max: 60 }), (text, columns) => {
        const { lines, left } = wordRows(text, { columns, most: 10_000 });
        expect(left).toBe(0);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        if (columns >= 20) {
          const whole = joined(lines.map((line) => ` ${line.slice(columns < 24 ? 0 : 2)}`))[0]?.slice(1);
          expect(whole?.replaceAll('\u0000', '')).toBe(text.replaceAll('\u0000', ''));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Lines out of their rows, read back. */
function joined(rows: readonly string[]): string[] {
  const lines: string[] = [];
  for (const row of rows) {
    if (row[1] === '↳' && lines.length > 0) lines[lines.length - 1] += row.slice(2);
    else lines.push(row);
  }
  return lines.map((line) => (line[0] ?? '') + readBack(withoutFill(line.slice(1))));
}

/** The spaces behind the sign of a tab, up to where it ends, are no spaces of the text. */
function withoutFill(line: string): string {
  let column = 0;
  let out = '';
  const units = [...line.matchAll(/⟨U\+[0-9A-F]+⟩|[\s\S]\p{M}*/gu)].map(([unit]) => unit);
  for (let at = 0; at < units.length; at += 1) {
    const unit = units[at] ?? '';
    out += unit;
    if (unit !== '␉') column += columnsOf(unit);
    else {
      const fill = 3 - (column % 4);
      expect(units.slice(at + 1, at + 1 + fill).join('')).toBe(' '.repeat(fill));
      at += fill;
      column += fill + 1;
    }
  }
  return out;
}

const WIDE = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]|(?![\u2190-\u2426\u2500-\u25ff])\p{So}/u;

/** As the terminal that needs most of them has it. */
function columnsOf(unit: string): number {
  if (unit.startsWith('⟨U+') && unit.length > 1) return unit.length;
  let columns = 0;
  for (const point of unit) {
    if (/[\p{Mn}\p{Me}]/u.test(point)) continue;
    columns += WIDE.test(point) ? 2 : Math.max(1, displayWidth(point));
  }
  return columns;
}

/** The text that the difference makes of a text, by the + rows, or by the - rows backwards. */
function made(text: string, diff: string, wanted: '+' | '-'): string {
  const lines = text === '' ? [] : text.split(/(?<=\n)/);
  const out: string[] = [];
  let at = 0;
  const rows = diff === '' ? [] : diff.split('\n');
  rows.forEach((row, index) => {
    const head = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(row);
    if (head) {
      const [line, count] = wanted === '+' ? [Number(head[1]), Number(head[2])] : [Number(head[3]), Number(head[4])];
      while (at < (count === 0 ? line : line - 1)) out.push(lines[at++] ?? '');
      return;
    }
    if (row.startsWith('\\')) return;
    const end = rows[index + 1]?.startsWith('\\') ? '' : '\n';
    if (row[0] === wanted) out.push(row.slice(1) + end);
    else {
      expect(lines[at]).toBe(row.slice(1) + end);
      if (row[0] === ' ') out.push(row.slice(1) + end);
      at += 1;
    }
  });
  return [...out, ...lines.slice(at)].join('');
}

it('knows a difference from a command', () => {
  expect(exactLine('@@ x')).toBe('@@ x');
  expect(rowsOf('@@ x\n+ y').lines).toEqual(['  @@ x', '  + y']);
});
