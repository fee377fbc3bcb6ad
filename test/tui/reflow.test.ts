/** Erasing what was drawn for another width, held against a terminal that lays its lines out anew. */
import { Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { erase } from '../../src/format/drawing.ts';
import { isDrawnBefore, linesAbove, reflowOf, reflowSaid } from '../../src/tui/reflow.ts';

async function afterResize(rows: readonly string[], cursor: { x: number; y: number }, columns: number): Promise<string[]> {
  const terminal = new Terminal({ cols: 40, rows: 12, allowProposedApi: true, scrollback: 100 });
  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  await write('before 1\r\nbefore 2\r\n');
  await write(`${rows.join('\r\n')}\r\x1b[${rows.length - 1 - cursor.y || ''}A`.replace(/\x1b\[A$/, ''));
  await write(cursor.x > 0 ? `\x1b[${cursor.x}C` : '');
  terminal.resize(columns, 12);
  await write(erase(linesAbove({ drawing: { rows, cursor }, columns, reflow: 'xterm.js' })).replaceAll('\n', '\r\n'));
  await write('after');
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

describe('what was drawn', () => {
  const rows = ['a streaming line that is as long as this', '', '> typed', '', 'openai/gpt   status of this session'];

  it('goes without a rest, and nothing above it goes, when the window becomes narrower', async () => {
    for (const columns of [39, 30, 20, 13, 9]) {
      expect(await afterResize(rows, { x: 7, y: 2 }, columns), `${columns} columns`).toEqual(['before 1', 'before 2', 'after']);
    }
  });

  it('goes without a rest when the window becomes wider', async () => {
    expect(await afterResize(rows, { x: 7, y: 2 }, 80)).toEqual(['before 1', 'before 2', 'after']);
  });

  it('stands at the cursor where nothing was drawn, or where it is hidden', () => {
    expect(linesAbove({ drawing: { rows: [], cursor: undefined }, columns: 20, reflow: 'moves' })).toBe(0);
    expect(linesAbove({ drawing: { rows: ['x'.repeat(70), 'y'], cursor: undefined }, columns: 20, reflow: 'moves' })).toBe(0);
  });

  it('takes as many lines as rows in terminals that cut', () => {
    const drawing = { rows: ['x'.repeat(70), 'y'], cursor: { x: 1, y: 1 } };
    expect(linesAbove({ drawing, columns: 20, reflow: 'cuts' })).toBe(1);
    expect(linesAbove({ drawing, columns: 20, reflow: 'moves' })).toBe(4);
  });

  it('takes no more lines than it must: spaces at the end, and characters that terminals draw in one cell', () => {
    const up = (row: string) => linesAbove({ drawing: { rows: [row, '>'], cursor: { x: 1, y: 1 } }, columns: 20, reflow: 'moves' });
    expect([up(`${'x'.repeat(20)}   `), up('\u2764\ufe0f'.repeat(20)), up('漢'.repeat(10)), up(`x${'漢'.repeat(10)}`)]).toEqual([
      1, 1, 1, 2,
    ]);
  });

  it('was there before the window changed, if the cursor is in the column where it was set then', () => {
    const changed = { drawing: { rows: ['> typed'], cursor: { x: 7, y: 0 } }, columns: 60, reflow: 'moves' } as const;
    expect(isDrawnBefore(changed, { width: 80, column: 8, old: false })).toBe(true);
    expect(isDrawnBefore(changed, { width: 80, column: 1, old: false })).toBe(false);
  });

  it('is not known to have been there where both are the same column, unless it is old', () => {
    const changed = { drawing: { rows: ['x'.repeat(60)], cursor: { x: 50, y: 0 } }, columns: 40, reflow: 'moves' } as const;
    expect(isDrawnBefore(changed, { width: 80, column: 11, old: false })).toBe(false);
    expect(isDrawnBefore(changed, { width: 80, column: 11, old: true })).toBe(true);
  });
});

describe('a terminal', () => {
  it('is known by its variables, and better by its answer', () => {
    expect([reflowOf({ TERM: 'xterm-256color' }), reflowOf({ TERM: 'linux' }), reflowOf({ STY: '1.tty' })]).toEqual([
      'moves',
      'cuts',
      'cuts',
    ]);
    expect([reflowOf({ STY: '1.tty', TMUX: '/tmp/x' }), reflowOf({ TERM_PROGRAM: 'vscode' })]).toEqual(['moves', 'xterm.js']);
    expect([reflowSaid('>0;276;0'), reflowSaid('>41;388;0'), reflowSaid('>84;0;0'), reflowSaid('>1;4000;35')]).toEqual([
      ...['xterm.js', 'cuts', 'moves'],
      undefined,
    ]);
  });
});
