// How sotto streams: how soon and how finely the pieces of a slow answer come out, and what a long answer costs.
import { pieceOf, textOf } from './answer.js';
import { alternate, median } from './calm.js';
import { succeeded } from './process.js';
import { factRow, limitRow, ratioRow } from './rows.js';

const SLOW = { pieces: 40, size: 8, delayMs: 25, perWrite: 1 };
const LONG = { pieces: 100_000, size: 4, delayMs: 0, perWrite: 32 };

export async function firstByte(bench, runs = 7) {
  const watched = (startIt) => async () => {
    const answer = await bench.mock.open(SLOW);
    const run = await succeeded(startIt(answer.url));
    return watch(run, await answer.record());
  };
  const { measured, floor } = await alternate(
    runs,
    watched(bench.ask),
    watched((url) => bench.floor('fetch', url)),
  );
  const alone = median(measured.map((run) => run.alone));
  return [
    row('first byte after the server’s first', 10, (run) => run.lagsMs[0]),
    row('a piece after it was sent', 10, (run) => median(run.lagsMs.slice(1))),
    row('the slowest piece of a run', SLOW.delayMs, (run) => Math.max(...run.lagsMs.slice(1))),
    factRow({
      figure: 'first-byte',
      what: 'pieces that came out on their own',
      found: String(alone),
      expected: String(SLOW.pieces),
      holds: alone === SLOW.pieces,
    }),
    row('exit after the last byte', 25, (run) => run.exitMs),
  ];

  function row(what, bound, pick) {
    return limitRow({ figure: 'first-byte', what, unit: 'ms', measured: measured.map(pick), floor: floor.map(pick), bound });
  }
}

export async function chunks(bench, runs = 5) {
  const text = textOf(LONG);
  const cost = (startIt) => async () => {
    const answer = await bench.mock.open(LONG);
    const run = await succeeded(startIt(answer.url, { usage: true }));
    await answer.record();
    if (run.stdout.trimEnd() !== text.trimEnd()) throw new Error('the long answer did not arrive as it was sent');
    return { cpuMs: run.cpuMs, peakMb: run.peakMb };
  };
  const rows = [];
  for (const more of [[], ['--private']]) {
    const { measured, floor } = await alternate(
      runs,
      cost((url, options) => bench.ask(url, { more, ...options })),
      cost((url, options) => bench.floor('fetch', url, options)),
    );
    const row = (what, unit, bound, pick) =>
      ratioRow({
        figure: 'chunks',
        what: [what, ...more].join(', '),
        unit,
        measured: measured.map(pick),
        floor: floor.map(pick),
        bound,
      });
    rows.push(
      row('CPU of 100,000 chunks', 'ms', 2, (run) => run.cpuMs),
      row('memory of 100,000 chunks', 'MB', 1.5, (run) => run.peakMb),
    );
  }
  return rows;
}

/** When each piece was seen complete, and how many came in a piece of output that completed no other. */
function watch({ outputs, exitedMs }, { sentMs, lastMs }) {
  const lagsMs = [];
  let text = '';
  let expected = '';
  let alone = 0;
  for (const { atMs, bytes } of outputs) {
    text += bytes.toString('latin1');
    const before = lagsMs.length;
    while (lagsMs.length < SLOW.pieces && text.length >= expectedWith(lagsMs.length).length) {
      expected = expectedWith(lagsMs.length);
      lagsMs.push(atMs - sentMs[lagsMs.length]);
    }
    if (lagsMs.length - before === 1) alone++;
  }
  if (lagsMs.length < SLOW.pieces || !text.startsWith(expected)) throw new Error('the slow answer did not arrive as it was sent');
  return { lagsMs, alone, exitMs: exitedMs - lastMs };

  /** Compared byte by byte: a piece of output may end inside a character. */
  function expectedWith(index) {
    return expected + Buffer.from(pieceOf(index, SLOW.size)).toString('latin1');
  }
}
