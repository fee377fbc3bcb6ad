/** A stage before a terminal whose window changes between any two bytes, while the stage hears of it late. */
import { createCursorReports } from '../../../src/tui/cursor-reports.ts';
import type { Reflow } from '../../../src/tui/reflow.ts';
import { Stage } from '../../../src/tui/stage.ts';
import { openEmulator } from './emulators.ts';

type Random = (below: number) => number;
type Size = { columns: number; rows: number };

export type Schedule = {
  seed: number;
  kind: Reflow;
  /** Does the terminal say where its cursor is? */
  answers?: boolean;
  /** May a drawing be on its way when the window changes, and the signal be late? */
  inFlight?: boolean;
  size?: (random: Random) => Size;
};

/** What is on the terminal at the end, and which lines had been finished. */
export async function runSchedule({ seed, kind, answers = true, inFlight = true, size = anySize }: Schedule) {
  const random = randomNumbers(seed);
  const world = openWorld({ kind, answers });
  const answer = openAnswer(world.stage, () => world.told(), random);
  void world.stage.measure();
  answer.show();
  await world.calm();
  for (let step = 0; step < 30; step++) answer.grow();
  await world.calm();
  const hear = () => {
    world.signal();
    answer.show();
  };
  for (let step = 0; step < 60; step++) {
    world.pass(1 + random(80));
    const choice = random(10);
    if (choice < 4) answer.grow();
    else if (choice < 6) await world.deliver(random(3) === 0 ? Number.POSITIVE_INFINITY : random(world.flying() + 1));
    else if (choice < 7) await world.answers();
    else if (choice < 8) {
      if (!inFlight) await world.calm();
      world.resize(size(random));
      if (!inFlight) hear();
    } else hear();
    if (!inFlight) await world.calm();
  }
  await world.calm();
  hear();
  await world.calm();
  for (let step = 0; step < 8; step++) answer.grow();
  answer.end();
  await world.calm();
  return { finished: answer.finished, lines: world.lines() };
}

/** The numbers of the finished lines as they stand there. */
export function numbersOf(lines: readonly string[]): number[] {
  return [...lines.join('\n').matchAll(/f(\d+)x/g)].map(([, number]) => Number(number));
}

/** The terminal, the bytes that are on their way to it, and what it has answered and the stage has not read yet. */
function openWorld({ kind, answers }: { kind: Reflow; answers: boolean }) {
  let size = { columns: 80, rows: 24 };
  let told = size;
  let flying = '';
  let nowMs = 0;
  const said: string[] = [];
  const timers = new Set<() => void>();
  const emulator = openEmulator({ kind, ...size, answer: (bytes) => void (answers && said.push(bytes)) });
  const reports = createCursorReports((_ms, action) => {
    timers.add(action);
    return () => void timers.delete(action);
  });
  const stage = new Stage({
    // As a terminal device hands it on.
    write(text) {
      flying += text.replaceAll('\n', '\r\n');
    },
    reports,
    now: () => nowMs,
    reflow: () => kind,
    size,
  });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  async function deliver(count: number): Promise<void> {
    const bytes = flying.slice(0, count);
    flying = flying.slice(bytes.length);
    await emulator.write(bytes);
  }

  async function hearAnswers(): Promise<void> {
    for (const answer of said.splice(0)) {
      const [, row, column] = /^\x1b\[(\d+);(\d+)R$/.exec(answer) ?? [];
      reports.take({ row: Number(row), column: Number(column) });
    }
    await turn();
  }

  return {
    stage,
    deliver,
    answers: hearAnswers,
    flying: () => flying.length,
    told: () => told,
    lines: emulator.lines,
    pass(milliseconds: number) {
      nowMs += milliseconds;
    },
    resize(next: Size) {
      size = next;
      emulator.resize(size.columns, size.rows);
    },
    signal() {
      if (told.columns === size.columns && told.rows === size.rows) return;
      told = size;
      stage.resized(size);
    },
    /** Until all that was written and asked has come to its end. */
    async calm() {
      for (let round = 0; round < 6; round++) {
        await deliver(flying.length);
        await hearAnswers();
        if (!answers) for (const action of [...timers]) action();
        await turn();
      }
      nowMs += 5000;
    },
  };
}

/** Lines that grow at the end of the live region, and are printed when they are finished. */
function openAnswer(stage: Stage, size: () => Size, random: Random) {
  const finished: string[] = [];
  let tail = '';
  let length = 20;

  function show(): void {
    const columns = size().columns - 1;
    const live = tail === '' ? [] : [...(tail.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []), ''];
    const status = `model${' '.repeat(Math.max(1, columns - 10))}/help`.slice(0, columns);
    const typed = '> typed words of a draft'.slice(0, columns);
    stage.draw({ rows: [...live, typed, '', status], cursor: { x: typed.length, y: live.length } });
  }

  return {
    finished,
    show,
    grow() {
      const whole = `f${finished.length}x `.padEnd(length, 'abcdefgh ').trimEnd();
      tail = whole.slice(0, tail.length + 1 + random(40));
      if (tail.length >= whole.length) {
        stage.print([whole]);
        finished.push(whole);
        tail = '';
        length = 10 + random(110);
      }
      show();
    },
    end: () => stage.draw({ rows: [], cursor: undefined }),
  };
}

function anySize(random: Random): Size {
  return { columns: 20 + random(90), rows: 10 + random(30) };
}

/** The same numbers for the same seed. */
export function randomNumbers(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
