/** The window changes between any two bytes of a streamed answer, and the program hears of it late: no finished line goes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMarkdownRenderer } from '../../src/format/markdown.ts';
import { loadParsers } from '../../src/format/markdown-parsers.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { terminalOutput } from '../../src/output/terminal.ts';
import type { Reflow } from '../../src/tui/reflow.ts';
import { openEmulator } from '../tui/resizes/emulators.ts';
import { numbersOf, randomNumbers } from '../tui/resizes/run.ts';
import { end, REQUEST, text } from './stream.ts';

const parsers = await loadParsers({ highlight: false });
const SCHEDULES = 40;
const FRAME_MS = 40;
const NAMES = { moves: 'folds long rows as tmux does', cuts: 'cuts long rows', 'xterm.js': 'is xterm.js' };
const KINDS: readonly Reflow[] = ['moves', 'cuts', 'xterm.js'];

/** A terminal, and an answer of numbered blocks that is drawn on it while its window changes. */
async function runSchedule(seed: number, kind: Reflow, { late }: { late: boolean }): Promise<{ lines: string[]; blocks: number }> {
  const random = randomNumbers(seed);
  // Rows that fold to more lines than the window has leave it upwards, where nothing is ever erased.
  const leastRows = late ? 10 : 30;
  const size = () => ({ columns: 20 + random(90), rows: leastRows + random(10) });
  let told = { columns: 80, rows: 30 };
  let real = told;
  let flying = '';
  const emulator = openEmulator({ kind, ...told, answer: () => {} });
  const deliver = async (count: number) => {
    const bytes = flying.slice(0, count);
    flying = flying.slice(bytes.length);
    const written = emulator.write(bytes);
    await vi.advanceTimersByTimeAsync(1);
    await written;
  };
  const writer = {
    write(bytes: string) {
      flying += bytes.replaceAll('\n', '\r\n');
      return true;
    },
    ready: () => Promise.resolve(),
  };
  const output = terminalOutput(writer, {
    theme: PLAIN_THEME,
    redraw: true,
    streamed: true,
    columns: () => Math.max(20, told.columns - 1),
    beforeExit: () => () => {},
    aroundStop: () => () => {},
    createRenderer: (columns) => createMarkdownRenderer({ columns, theme: PLAIN_THEME, maxTailLines: 7 }, parsers),
  });
  // A window that is not full yet loses its first line as soon as another one folds.
  flying = '\r\n'.repeat(leastRows + 10);
  const { answer, blocks } = numberedAnswer(random);
  const [start, ...rest] = text(piecesOf(answer, random));
  for (const event of [REQUEST, start, ...rest]) {
    if (event === undefined) continue;
    void output.take(event);
    await vi.advanceTimersByTimeAsync(FRAME_MS);
    if (!late) await deliver(flying.length);
    else if (random(3) > 0) await deliver(random(2) === 0 ? flying.length : random(flying.length + 1));
    if (random(4) > 0) continue;
    real = size();
    emulator.resize(real.columns, real.rows);
    if (!late || random(2) === 0) told = real;
  }
  told = real;
  void output.take(end());
  await deliver(flying.length);
  return { lines: emulator.lines(), blocks };
}

const WORDS = 'finds its place below the others in this answer'.split(' ');

/** Each block begins with its number, so that a terminal that cuts leaves it there. */
function numberedAnswer(random: (below: number) => number): { answer: string; blocks: number } {
  const blocks = 12 + random(12);
  const words = () => Array.from({ length: 1 + random(30) }, () => WORDS[random(WORDS.length)]).join(' ');
  const forms = [
    (n: number) => `f${n}x ${words()}\n\n`,
    (n: number) => `# f${n}x heading\n\n`,
    (n: number) => `- f${n}x ${words()}\n`,
    (n: number) => `\n> f${n}x ${words()}\n\n`,
    (n: number) => `\n\`\`\`\nf${n}x ${words()}\n\`\`\`\n\n`,
    (n: number) => `\n| f${n}x | b |\n|---|---|\n| ${words()} | 漢字 |\n\n`,
  ];
  const answer = Array.from({ length: blocks }, (_, index) => forms[random(forms.length)]?.(index) ?? '').join('');
  return { answer, blocks };
}

function piecesOf(whole: string, random: (below: number) => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < whole.length; ) {
    const length = 1 + random(40);
    pieces.push(whole.slice(at, at + length));
    at += length;
  }
  return pieces;
}

describe('an answer on a terminal whose window changes while it streams', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(KINDS.map((kind) => [NAMES[kind], kind] as const))(
    'keeps every finished line where it %s',
    async (_name, kind) => {
      for (let seed = 1; seed <= SCHEDULES; seed++) {
        const { lines, blocks } = await runSchedule(seed, kind, { late: true });
        expect([...new Set(numbersOf(lines))], `the order of schedule ${seed}`).toEqual(
          Array.from({ length: blocks }, (_, index) => index),
        );
      }
    },
    60_000,
  );

  it.each(['moves', 'cuts'] as const)(
    'leaves nothing behind while no byte is on its way (%s)',
    async (kind) => {
      for (let seed = 1; seed <= SCHEDULES; seed++) {
        const { lines, blocks } = await runSchedule(seed, kind, { late: false });
        expect(numbersOf(lines), `schedule ${seed}`).toEqual(Array.from({ length: blocks }, (_, index) => index));
      }
    },
    60_000,
  );
});
