// How fast sotto starts: --version and --help against a bare Node, a request and a tiny reply against a script that only imports `openai`.
import { alternate } from './calm.js';
import { succeeded } from './process.js';
import { ratioRow } from './rows.js';

const TINY = { pieces: 8, size: 4, delayMs: 0, perWrite: 8 };

export function version(bench, runs = 11) {
  return bareRatio(bench, { figure: 'version', argument: '--version', runs });
}

export function help(bench, runs = 11) {
  return bareRatio(bench, { figure: 'help', argument: '--help', runs });
}

/** From before the spawn until the server has read the head of the request: as it is used, and without the store before it. */
export async function request(bench, runs = 15) {
  const untilRequest = (startIt) => async () => {
    const { record, run } = await asked(bench, startIt);
    return record.arrivedMs - run.startedMs;
  };
  const rows = [];
  for (const more of [[], ['--private']]) {
    const sotto = untilRequest((url) => bench.ask(url, { more }));
    const { measured, floor } = await alternate(runs, sotto, untilRequest(openAi(bench)));
    const what = ['until the request is there', ...more].join(', ');
    rows.push(ratioRow({ figure: 'request', what, unit: 'ms', measured, floor, bound: 1.4 }));
  }
  return rows;
}

export async function tiny(bench, runs = 9) {
  const cost = (startIt) => async () => (await asked(bench, (url) => startIt(url, { usage: true }))).run;
  const { measured, floor } = await alternate(runs, cost(bench.ask), cost(openAi(bench)));
  return [row('CPU of a tiny reply', 'ms', (run) => run.cpuMs), row('peak memory of a tiny reply', 'MB', (run) => run.peakMb)];

  function row(what, unit, pick) {
    return ratioRow({ figure: 'tiny', what, unit, measured: measured.map(pick), floor: floor.map(pick) });
  }
}

async function bareRatio(bench, { figure, argument, runs }) {
  const { measured, floor } = await alternate(
    runs,
    async () => (await succeeded(bench.sotto([argument]))).wallMs,
    async () => (await succeeded(bench.bare())).wallMs,
  );
  return [ratioRow({ figure, what: `sotto ${argument}, node -e 0`, unit: 'ms', measured, floor, bound: 1.6 })];
}

const openAi = (bench) => (url, options) => bench.floor('openai', url, options);

async function asked(bench, startIt) {
  const answer = await bench.mock.open(TINY);
  const run = await succeeded(startIt(answer.url));
  return { run, record: await answer.record() };
}
