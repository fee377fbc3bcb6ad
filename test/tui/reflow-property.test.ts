/** What was drawn goes without a rest, and nothing above it goes: held against a real emulator in many windows. */
import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erase } from '../../src/format/drawing.ts';
import { linesAbove } from '../../src/tui/reflow.ts';

const WIDE = 61;
const HIGH = 16;

type Case = {
  /** Lines that were printed before. */
  printed: number;
  /** Width of each row that is drawn. */
  widths: number[];
  cursorRow: number;
  columns: number;
  rows: number;
};

async function afterResize({ printed, widths, cursorRow, columns, rows: height }: Case): Promise<string[]> {
  const terminal = new Terminal({ cols: WIDE, rows: HIGH, allowProposedApi: true, scrollback: 200 });
  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  const rows = widths.map((width, index) => String(index).repeat(width));
  const y = Math.min(cursorRow, rows.length - 1);
  const cursor = { y, x: rows[y]?.length ?? 0 };
  // As it is drawn: rows are never wrapped, the last one has a line end, the cursor goes back to where text is typed.
  await write(`${linesBefore(printed).join('\r\n')}\r\n\u001b[?7l${rows.join('\r\n')}\r\n\u001b[${rows.length - y}A\r`);
  if (cursor.x > 0) await write(`\u001b[${cursor.x}C`);
  terminal.resize(columns, height);
  const up = linesAbove({ drawing: { rows, cursor }, columns, rowsLost: Math.max(0, HIGH - height), reflow: 'xterm.js' });
  await write(`${erase(up).replaceAll('\n', '\r\n')}after`);
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

const linesBefore = (count: number) => Array.from({ length: count }, (_, index) => `printed ${index}`);
const cases = (printed: fc.Arbitrary<number>, height: fc.Arbitrary<number>) =>
  fc.record({
    printed,
    widths: fc.array(fc.integer({ min: 0, max: WIDE - 1 }), { minLength: 1, maxLength: 4 }),
    cursorRow: fc.nat(3),
    columns: fc.integer({ min: 24, max: 90 }),
    rows: height,
  });

describe('a resize', () => {
  it('of the width leaves no rest and takes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(cases(fc.integer({ min: 1, max: 30 }), fc.constant(HIGH)), async (one) => {
        expect(await afterResize(one)).toEqual([...linesBefore(one.printed), 'after']);
      }),
      { numRuns: 200 },
    );
  });

  it('to a higher window leaves no rest and takes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(cases(fc.integer({ min: 1, max: 30 }), fc.integer({ min: HIGH, max: 40 })), async (one) => {
        expect(await afterResize(one)).toEqual([...linesBefore(one.printed), 'after']);
      }),
      { numRuns: 200 },
    );
  });

  it('to a lower window leaves no rest and takes nothing of a chat that fills it', async () => {
    await fc.assert(
      fc.asyncProperty(cases(fc.integer({ min: HIGH, max: 30 }), fc.integer({ min: 12, max: HIGH })), async (one) => {
        expect(await afterResize(one)).toEqual([...linesBefore(one.printed), 'after']);
      }),
      { numRuns: 200 },
    );
  });

  it('to a lower window takes nothing that was printed, wherever the chat stands', async () => {
    await fc.assert(
      fc.asyncProperty(cases(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 6, max: HIGH })), async (one) => {
        expect((await afterResize(one)).slice(0, one.printed)).toEqual(linesBefore(one.printed));
      }),
      { numRuns: 200 },
    );
  });
});
