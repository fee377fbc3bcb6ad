// What must hold at the edges: Ctrl-C, a reader that starts late, a reader that leaves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pieceOf, textOf } from './answer.js';
import { repeat } from './calm.js';
import { nowMs, start } from './process.js';
import { factRow, limitRow } from './rows.js';

const STEADY = { pieces: 600, size: 8, delayMs: 10, perWrite: 1 };
const SILENT = { silent: true };
const MEGABYTE = { pieces: 2048, size: 256, delayMs: 0, perWrite: 32 };
const STATUS_FILE = 'status';
/** Long enough for either side to notice what the other has done. */
const SETTLE_MS = 100;

/** In the middle of an answer, while the server has not said a word, and a second time where nobody reads the answer. */
export async function sigint(bench, runs = 7) {
  return [
    ...(await interrupted(bench, runs, { spec: STEADY, when: 'in mid-answer' })),
    ...(await interrupted(bench, runs, { spec: SILENT, when: 'before the answer' })),
    ...(await interruptedTwice(bench, runs)),
  ];
}

async function interrupted(bench, runs, { spec, when }) {
  const results = await repeat(runs, async () => {
    const answer = await bench.mock.open(spec);
    let signalledMs;
    const signal = () => {
      signalledMs = nowMs();
      asking.child.kill('SIGINT');
    };
    const asking = bench.ask(answer.url, {
      onOutput: (outputs) => {
        if (signalledMs === undefined && outputs.length >= 20) signal();
      },
    });
    if (spec.silent) {
      await Promise.race([answer.arrived, asking.done]);
      await sleep(SETTLE_MS);
      signal();
    }
    const run = await asking.done;
    await sleep(SETTLE_MS);
    const { requests, abortedMs } = await answer.record();
    const kept = spec.silent || run.stdout.startsWith(firstPieces(20));
    return { exitMs: run.exitedMs - signalledMs, abortMs: (abortedMs ?? Number.NaN) - signalledMs, requests, code: run.code, kept };
  });
  const figure = 'sigint';
  const good = results.filter((run) => run.code === 130 && run.kept && run.requests === 1 && !Number.isNaN(run.abortMs));
  return [
    limitRow({ figure, what: `exit after SIGINT ${when}`, unit: 'ms', measured: results.map((run) => run.exitMs), bound: 50 }),
    limitRow({ figure, what: `request closed after SIGINT ${when}`, unit: 'ms', measured: results.map((run) => run.abortMs), bound: 100 }),
    factRow({
      figure,
      what: 'code 130, text kept, request aborted',
      found: `${good.length} of ${runs}`,
      expected: `${runs} of ${runs}`,
      holds: good.length === runs,
    }),
  ];
}

/** The first one still waits for a reader that does not read; the second one waits for nobody. */
async function interruptedTwice(bench, runs) {
  const results = await repeat(runs, async () => {
    const answer = await bench.mock.open({ ...MEGABYTE, perWrite: 2048 });
    const stuck = Promise.withResolvers();
    const asking = bench.ask(answer.url, {
      onOutput: (outputs) => {
        if (outputs.length > 1) return;
        asking.child.stdout.pause();
        stuck.resolve();
      },
    });
    await Promise.race([stuck.promise, asking.done]);
    await sleep(SETTLE_MS);
    asking.child.kill('SIGINT');
    await sleep(SETTLE_MS);
    const exited = new Promise((resolve) => asking.child.once('exit', () => resolve(nowMs())));
    const signalledMs = nowMs();
    asking.child.kill('SIGINT');
    const exitMs = (await exited) - signalledMs;
    asking.child.stdout.resume();
    await asking.done;
    await answer.record();
    return exitMs;
  });
  return [limitRow({ figure: 'sigint', what: 'exit after a second SIGINT, nobody reads', unit: 'ms', measured: results, bound: 50 })];
}

export async function slowReader(bench, runs = 1) {
  const text = textOf(MEGABYTE);
  const forms = { text: textArrived, json: jsonArrived, ndjson: ndjsonArrived };
  const rows = [];
  for (const [form, arrived] of Object.entries(forms)) {
    const results = await repeat(runs, async () => {
      const { run, status } = await inShell(bench, { spec: MEGABYTE, more: ['--output', form], reader: '(sleep 1; cat)' });
      return arrived(run.stdout) && status === 0;
    });
    const holds = results.every(Boolean);
    const what = `${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB as ${form} after 1 s`;
    rows.push(factRow({ figure: 'slow-reader', what, found: holds ? 'every byte, exit 0' : 'bytes lost', expected: 'every byte', holds }));
  }
  return rows;

  function textArrived(output) {
    return output.trimEnd() === text.trimEnd();
  }
  function jsonArrived(output) {
    return linesOf(output)?.[0]?.text === text;
  }
  function ndjsonArrived(output) {
    const events = linesOf(output) ?? [];
    const deltas = events.filter((event) => event.type === 'part.delta').map((event) => event.text);
    return deltas.join('') === text && events.at(-1)?.type === 'turn.end';
  }
}

/** Each line as JSON; undefined when one was cut. */
function linesOf(output) {
  try {
    return output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch {
    return undefined;
  }
}

export async function head(bench, runs = 3) {
  const results = await repeat(runs, async () => {
    const { run, status, record } = await inShell(bench, { spec: STEADY, more: [], reader: 'head -c 100' });
    const quiet = run.stderr === '';
    return { ended: record.abortedMs !== undefined, afterMs: (record.abortedMs ?? Number.NaN) - run.outputs[0].atMs, status, quiet };
  });
  const good = results.filter((run) => run.ended && run.status === 0 && run.quiet);
  return [
    factRow({
      figure: 'head',
      what: 'request ended, exit 0, quiet',
      found: `${good.length} of ${runs}`,
      expected: `${runs} of ${runs}`,
      holds: good.length === runs,
    }),
    // The next piece of the answer finds the pipe closed: what stands here holds one delay of the server.
    limitRow({
      figure: 'head',
      what: 'request ended after the reader left',
      unit: 'ms',
      measured: results.map((run) => run.afterMs),
      bound: 50,
    }),
  ];
}

/** A real pipe between two programs, as a shell makes it: what Node spawns talks over a socket, which holds more. */
async function inShell(bench, { spec, more, reader }) {
  const answer = await bench.mock.open(spec);
  const { argv, env } = bench.askArgv(answer.url, more);
  const file = join(bench.folder, STATUS_FILE);
  const script = `{ "$@"; echo $? > "$STATUS_FILE"; } | ${reader}`;
  const run = await start({ argv: ['/bin/sh', '-c', script, 'sh', ...argv], env: { ...env, STATUS_FILE: file } }).done;
  await sleep(SETTLE_MS);
  return { run, status: Number(readFileSync(file, 'utf8')), record: await answer.record() };
}

function firstPieces(count) {
  return Array.from({ length: count }, (_, index) => pieceOf(index, STEADY.size)).join('');
}
