/** The window changes between any two bytes of a drawing, and the program hears of it late: no finished line goes. */
import { describe, expect, it } from 'vitest';
import type { Reflow } from '../../../src/tui/reflow.ts';
import { numbersOf, runSchedule, type Schedule } from './run.ts';

const SCHEDULES = 200;
const NAMES = { moves: 'folds long rows as tmux does', cuts: 'cuts long rows', 'xterm.js': 'is xterm.js' };
const KINDS: readonly Reflow[] = ['moves', 'cuts', 'xterm.js'];

async function eachSchedule(schedule: Omit<Schedule, 'seed'>, look: (outcome: Outcome, seed: number) => void): Promise<void> {
  for (let seed = 1; seed <= SCHEDULES; seed++) look(await runSchedule({ ...schedule, seed }), seed);
}

type Outcome = Awaited<ReturnType<typeof runSchedule>>;

function expectAll({ finished, lines }: Outcome, seed: number): void {
  expect([...new Set(numbersOf(lines))], `the order of schedule ${seed}`).toEqual(finished.map((_, index) => index));
}

describe('a window that changes while a drawing is on its way', () => {
  // Two things no program can help: rows of the live region that were folded before a drawing for the old width came stay above it,
  // so that the beginning of a line is there twice; and the one line that is being written just then may lose letters.
  it.each(KINDS.map((kind) => [NAMES[kind], kind] as const))(
    'takes no finished line where the terminal %s',
    async (_name, kind) => {
      await eachSchedule({ kind }, (outcome, seed) => expectAll(outcome, seed));
    },
    120_000,
  );

  it.each(KINDS.map((kind) => [NAMES[kind], kind] as const))(
    'takes no finished line where the terminal %s and does not say where its cursor is',
    async (_name, kind) => {
      await eachSchedule({ kind, answers: false }, (outcome, seed) => expectAll(outcome, seed));
    },
    120_000,
  );

  it('repeats nothing at all where the terminal cuts', async () => {
    await eachSchedule({ kind: 'cuts' }, ({ finished, lines }) => expect(numbersOf(lines)).toHaveLength(finished.length));
  });
});

describe('a window that changes while nothing is on its way', () => {
  it.each(['moves', 'cuts'] as const)('leaves each line there once (%s)', async (kind) => {
    await eachSchedule({ kind, inFlight: false }, (outcome, seed) => {
      expectAll(outcome, seed);
      expect(numbersOf(outcome.lines), `schedule ${seed}`).toHaveLength(outcome.finished.length);
      // A terminal that cuts has taken the ends of old lines itself.
      const text = outcome.lines.join('\n');
      if (kind === 'moves') expect(outcome.finished.filter((line) => !text.includes(line))).toEqual([]);
    });
  });

  it('leaves each line there once in xterm.js, while its height stays', async () => {
    const size = (random: (below: number) => number) => ({ columns: 20 + random(90), rows: 24 });
    for (let seed = 1; seed <= 40; seed++) {
      const outcome = await runSchedule({ seed, kind: 'xterm.js', inFlight: false, size });
      expectAll(outcome, seed);
      expect(numbersOf(outcome.lines), `schedule ${seed}`).toHaveLength(outcome.finished.length);
    }
  }, 60_000);
});
