import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../src/tools/diff.ts';

const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', '@@', '-a', '+b', ' '), { maxLength: 30 }), fc.boolean())
  .map(([lines, hasEnd]) => lines.join('\n') + (hasEnd && lines.length > 0 ? '\n' : ''));

describe('a difference', () => {
  it('makes the new text of the old one, and the old one of the new', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffLines(before, after);
        expect(applied(before, diff.text, '+')).toBe(after);
        expect(applied(after, diff.text, '-')).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('counts what came and went, and is empty between equal texts', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { added, removed, text: shown } = diffLines(before, after);
        const lines = rowsOf(shown);
        expect(lines.filter(({ sign }) => sign === '+')).toHaveLength(added);
        expect(lines.filter(({ sign }) => sign === '-')).toHaveLength(removed);
        expect(shown === '').toBe(before === after);
      }),
    );
  });

  it('reads as git writes it', () => {
    const before = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', ''].join('\n');
    expect(diffLines(before, before.replace('five', 'FIVE')).text).toBe(
      ['@@ -2,7 +2,7 @@', ' two', ' three', ' four', '-five', '+FIVE', ' six', ' seven', ' eight'].join('\n'),
    );
    expect(diffLines('a', 'a\n').text).toBe('@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a');
    expect(diffLines('', 'new\n').text).toBe('@@ -0,0 +1,1 @@\n+new');
  });

  it('finds the shortest way where it looks for it', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { added, removed } = diffLines(before, after);
        expect(added + removed).toBe(shortest(keyed(before), keyed(after)));
      }),
    );
  });

  it('has no size that is too much', () => {
    const many = (word: string, count: number) => Array.from({ length: count }, (_, line) => `${word} ${line}\n`).join('');
    const sized = (before: string, after: string) => {
      const { added, removed, text: shown } = diffLines(before, after);
      return { added, removed, rows: shown.split('\n').length, length: shown.length };
    };
    expect(sized('', many('new', 125_000))).toMatchObject({ added: 125_000, removed: 0, rows: 125_001 });
    expect(sized(many('old', 500_000), many('new', 500_000))).toMatchObject({ added: 500_000, removed: 500_000, rows: 1_000_001 });
    expect(sized('', '\n'.repeat(2_000_000))).toMatchObject({ added: 2_000_000, rows: 2_000_001 });
    expect(sized('\n'.repeat(2_000_000), `${'\n'.repeat(1_000_000)}x\n${'\n'.repeat(1_000_000)}`)).toMatchObject({ added: 1, removed: 0 });
    expect(sized('a\n', 'x'.repeat(50_000_000))).toMatchObject({ added: 1, removed: 1, rows: 4 });
    const line = 'x'.repeat(50_000_000);
    expect(sized(`${line}a`, `${line}b`)).toMatchObject({ added: 1, removed: 1, rows: 5 });
  });

  it('of what is too long to take apart is still the difference', () => {
    const lines = (word: string, count: number) => `same\n${`${word}\n`.repeat(count)}end`;
    const [before, after] = [lines('a', 250_000), lines('b', 250_000)];
    const { text: shown, added, removed } = diffLines(before, after);
    expect({ added, removed }).toEqual({ added: 250_000, removed: 250_000 });
    expect(applied(before, shown, '+')).toBe(after);
    expect(applied(after, shown, '-')).toBe(before);
  });

  it('stays quick where everything is different', () => {
    const many = (word: string) => Array.from({ length: 20_000 }, (_, line) => `${word} ${line}\n`).join('');
    const { added, removed } = diffLines(many('old'), many('new'));
    expect({ added, removed }).toEqual({ added: 20_000, removed: 20_000 });
  });
});

type Row = { sign: string; line: string };

/** Every line of the difference; a note about a missing line end belongs to the line before it. */
function rowsOf(shown: string): (Row & { head?: { from: number; to: number } })[] {
  const rows: (Row & { head?: { from: number; to: number } })[] = [];
  let left = 0;
  for (const line of shown === '' ? [] : shown.split('\n')) {
    const head = left === 0 ? /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(line) : null;
    if (line === '\\ No newline at end of file') rows.at(-1)!.line += '\u0000';
    else if (head) {
      rows.push({ sign: '@', line: '', head: { from: Number(head[1]), to: Number(head[3]) } });
      left = Number(head[2]) + Number(head[4]);
    } else {
      rows.push({ sign: line[0] ?? '', line: line.slice(1) });
      left -= line[0] === ' ' ? 2 : 1;
    }
  }
  return rows;
}

/** Lines, the last one marked where it has no end. */
function keyed(whole: string): string[] {
  if (whole === '') return [];
  const lines = whole.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop()}\u0000`);
  return lines;
}

function applied(whole: string, shown: string, wanted: '+' | '-'): string {
  const dropped = wanted === '+' ? '-' : '+';
  const source = keyed(whole);
  const out: string[] = [];
  let at = 0;
  for (const { sign, line, head } of rowsOf(shown)) {
    if (head) {
      const start = wanted === '+' ? head.from : head.to;
      while (at < start - 1) out.push(source[at++]!);
      continue;
    }
    if (sign === wanted) out.push(line);
    else {
      if (at < source.length && source[at] !== line) {
        // A hunk that takes nothing away stands behind the line that it names.
        while (at < source.length && source[at] !== line) out.push(source[at++]!);
      }
      if (sign !== dropped) out.push(line);
      at += 1;
    }
  }
  out.push(...source.slice(at));
  const isOpen = out.at(-1)?.endsWith('\u0000');
  return out.length === 0 ? '' : out.join('\n').replaceAll('\u0000', '') + (isOpen ? '' : '\n');
}

/** Length of both minus twice the longest common subsequence. */
function shortest(before: string[], after: string[]): number {
  let row = new Array<number>(after.length + 1).fill(0);
  for (const line of before) {
    const next = [0];
    for (let at = 0; at < after.length; at += 1) next.push(line === after[at] ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!));
    row = next;
  }
  return before.length + after.length - 2 * row[after.length]!;
}
