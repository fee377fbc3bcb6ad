// The bench: what `sotto ask`, its tools and the chat cost, as ratios to the least that Node can do, measured in the same run.
//
//   npm run build && npm run bench -- [--only NAME,...] [--runs N] [--json] [--strict]
//   node test/bench/run.js --only request,chunks --runs 21
//
// --only    the figures named: version, help, request, tiny, first-byte, sigint, slow-reader, head, chunks,
//           chat-ready, chat-stream, chat-slow, chat-block, chat-echo, chat-idle, chat-memory, chat-resume, tools, tools-mcp, reading
//           (SOTTO_BENCH_MESSAGES=1000000 for a database of a million; 100,000 unless told)
// --runs    measurements per figure and side (each figure has its own default)
// --json    the rows with every single value, instead of the table
// --strict  exit code 1 when something is over its bound; otherwise the table says so and the exit code is 0
//
// Measured is a copy of the built program (bin, dist) against a mock server on this machine, in an environment of its own, as it is
// used: answers are kept. Rows with --private tell what that costs. The sides take turns (A B, B A, …), each pair after a quiet moment;
// medians are compared. "best" compares the best of each side: where it is far from "ratio", the machine was busy. Times are taken
// outside of the processes; CPU and peak memory inside, at exit (usage-hook.cjs).
//
// The chat and its floor, a minimal program made with Ink, run in a terminal of 120 columns and 40 rows that only keeps what is written;
// an emulator reads it afterwards. What they cost is read from /proc (Linux only).
import { parseArgs } from 'node:util';
import { busyShare } from './calm.js';
import { chatEcho, chatIdle, chatMemory, chatReady, chatResume } from './chat-figures.js';
import { chatBlock, chatSlow, chatStream } from './chat-stream-figures.js';
import { head, sigint, slowReader } from './edge-figures.js';
import { tableOf } from './rows.js';
import { setUp } from './setup.js';
import { help, request, tiny, version } from './start-figures.js';
import { reading } from './store-figures.js';
import { chunks, firstByte } from './stream-figures.js';
import { tools, toolsMcp } from './tool-figures.js';

const FIGURES = {
  version,
  help,
  request,
  tiny,
  'first-byte': firstByte,
  sigint,
  'slow-reader': slowReader,
  head,
  chunks,
  'chat-ready': chatReady,
  'chat-stream': chatStream,
  'chat-slow': chatSlow,
  'chat-block': chatBlock,
  'chat-echo': chatEcho,
  'chat-idle': chatIdle,
  'chat-memory': chatMemory,
  'chat-resume': chatResume,
  tools,
  'tools-mcp': toolsMcp,
  reading,
};

process.exitCode = await main(process.argv.slice(2)).catch((thrown) => {
  process.stderr.write(`bench: ${thrown.message}\n`);
  return 1;
});

async function main(argv) {
  const options = optionsOf(argv);
  if (options.complaint) {
    process.stderr.write(`bench: ${options.complaint}\n`);
    return 2;
  }
  const bench = await setUp();
  const rows = [];
  try {
    for (const name of options.names) {
      process.stderr.write(`measuring ${name} …\n`);
      rows.push(...(await FIGURES[name](bench, options.runs)));
    }
  } finally {
    bench.tearDown();
  }
  const { all, busy } = busyShare();
  const over = rows.filter((row) => row.verdict === 'over');
  if (options.json) console.log(JSON.stringify({ node: process.version, waits: { all, busy }, rows }, null, 2));
  else {
    console.log(`${tableOf(rows)}\n\nNode ${process.versions.node}, ${over.length === 0 ? 'all within bounds' : `${over.length} over`}.`);
    if (busy > 0) console.log(`${busy} of ${all} measurements began on a busy machine: measure again when it is quiet.`);
  }
  return options.strict && over.length > 0 ? 1 : 0;
}

function optionsOf(argv) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: { only: { type: 'string' }, runs: { type: 'string' }, json: { type: 'boolean' }, strict: { type: 'boolean' } },
    });
    const names = values.only?.split(',') ?? Object.keys(FIGURES);
    const unknown = names.find((name) => !Object.hasOwn(FIGURES, name));
    if (unknown !== undefined) return { complaint: `no figure "${unknown}"; there are: ${Object.keys(FIGURES).join(', ')}` };
    const runs = values.runs === undefined ? undefined : Number(values.runs);
    if (runs !== undefined && !(Number.isInteger(runs) && runs > 0))
      return { complaint: `--runs takes a whole number above zero, not "${values.runs}"` };
    return { names, runs, json: values.json, strict: values.strict };
  } catch (thrown) {
    return { complaint: thrown.message };
  }
}
