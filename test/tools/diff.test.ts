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
