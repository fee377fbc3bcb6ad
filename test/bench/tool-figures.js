// Tools of `sotto ask`: requests, calls side by side, CPU of a step, and what servers of tools add to the first token.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textOf } from './answer.js';
import { alternate, median } from './calm.js';
import { PROMPT, send, withChat } from './chat-run.js';
import { END } from './chat-text.js';
import { succeeded } from './process.js';
import { factRow, limitRow, ratioRow } from './rows.js';

const TINY = { pieces: 8, size: 4, perWrite: 8 };
/** Its text is nowhere else on the screen. */
const MARKED = { text: `One line. ${END}`, size: 4, perWrite: 8 };
const WAIT_MS = 300;
const SIDE_BY_SIDE = 8;
const FEW_STEPS = 2;
const MANY_STEPS = 20;
const ALLOWED = ['--tools', 'all', '--allow', 'run_command,pause,program_pause'];
const SERVER = fileURLToPath(new URL('./slow-mcp.js', import.meta.url));
const SERVER_START_MS = 3000;

export async function tools(bench, runs = 7) {
  writeTools(join(bench.homeOf('tools'), 'tools'));
  return [...(await roundRows(bench)), ...(await parallelRows(bench, runs)), ...(await stepRows(bench, runs))];
}

/** A server that takes three seconds to start; what its tools are is known from the run before. */
export async function toolsMcp(bench, runs = 9) {
  const servers = { slow: { command: process.execPath, args: [SERVER, String(SERVER_START_MS)] } };
  for (const [home, mcpServers] of [
    ['mcp', servers],
    ['plain', {}],
  ]) {
    mkdirSync(bench.homeOf(home), { recursive: true });
    writeFileSync(join(bench.homeOf(home), 'mcp.json'), JSON.stringify({ mcpServers }));
  }
  const more = ['--tools', 'all'];
  // The first run waits for the server and keeps its list.
  await asked(bench, { home: 'mcp', more }, TINY);
  const first = (options) => async () => {
    const { run, record } = await asked(bench, options, { ...TINY, keep: true });
    return { tookMs: run.outputs[0].atMs - run.startedMs, body: record.bodies[0] };
  };
  const asks = await alternate(runs, first({ home: 'mcp', more }), first({ home: 'plain', more }));
  const bare = await alternate(runs, first({ home: 'plain', more }), first({ home: 'plain', more: [] }));
  const chats = await alternate(
    runs,
    () => firstInChat(bench, { home: 'mcp', more }),
    () => firstInChat(bench, { home: 'plain', more }),
  );
  const known = asks.measured.filter(({ body }) => body.includes('slow__wait')).length;
  const row = (what, { measured, floor }, bound) => ratioRow({ figure: 'tools-mcp', what, unit: 'ms', measured, floor, bound });
  const times = ({ measured, floor }) => ({ measured: measured.map(tookMsOf), floor: floor.map(tookMsOf) });
  return [
    row('first byte of ask, with a server and without', times(asks), 1.1),
    row('first byte of the chat since its start, with a server and without', chats, 1.1),
    factRow({
      figure: 'tools-mcp',
      what: 'requests that have the tools of the server',
      found: `${known} of ${runs}`,
      expected: `${runs} of ${runs}`,
      holds: known === runs,
    }),
    row('first byte of ask, with the built-in tools and with none', times(bare)),
  ];
}

function tookMsOf({ tookMs }) {
  return tookMs;
}

async function roundRows(bench) {
  const { record, run } = await asked(bench, {}, { ...TINY, rounds: [[call('pause', { milliseconds: 1 })]] });
  const holds = record.requests === 2 && run.stdout.trimEnd() === textOf(TINY).trimEnd();
  return [factRow({ figure: 'tools', what: 'requests for one round of tools', found: String(record.requests), expected: '2', holds })];
}

/** From the request that is answered with the calls until the one that brings their results. */
async function parallelRows(bench, runs) {
  const rows = [];
  for (const [kind, name, input] of [
    ['of a module', 'pause', (index) => ({ milliseconds: WAIT_MS + index / 100 })],
    ['that are programs', 'program_pause', (index) => ({ number: index })],
    ['that are commands', 'run_command', (index) => ({ command: `sleep 0.300${index}` })],
  ]) {
    const round = (count) => async () => {
      const calls = Array.from({ length: count }, (_, index) => call(name, input(index)));
      const { record } = await asked(bench, {}, { ...TINY, rounds: [calls] });
      return record.arrivalsMs[1] - record.arrivalsMs[0];
    };
    const { measured, floor } = await alternate(runs, round(SIDE_BY_SIDE), round(1));
    rows.push(ratioRow({ figure: 'tools', what: `${SIDE_BY_SIDE} tools ${kind}, one`, unit: 'ms', measured, floor, bound: 1.3 }));
  }
  return rows;
}

async function stepRows(bench, runs) {
  const cost = (steps) => async () => {
    const rounds = Array.from({ length: steps }, (_, index) => [call('calculate', { expression: `${index} + 1` })]);
    return (await asked(bench, { more: [...ALLOWED, '--max-steps', String(MANY_STEPS + 5)], usage: true }, { ...TINY, rounds })).run.cpuMs;
  };
  const { measured, floor } = await alternate(runs, cost(MANY_STEPS), cost(FEW_STEPS));
  const perStep = measured.map((cpuMs, index) => (cpuMs - floor[index]) / (MANY_STEPS - FEW_STEPS));
  return [limitRow({ figure: 'tools', what: 'CPU of a step', unit: 'ms', measured: [median(perStep)], bound: 5 })];
}

/** One question, with all that it may use allowed. A call that was not made as it was meant is no figure. */
async function asked(bench, { home = 'tools', more = ALLOWED, ...options }, spec) {
  const answer = await bench.mock.open(spec);
  const run = await succeeded(bench.ask(answer.url, { home, more, ...options }));
  const record = await answer.record();
  const calls = spec.rounds?.flat() ?? [];
  const done = run.stderr.match(/^tool .* ok /gm)?.length ?? 0;
  if (done !== calls.length) throw new Error(`${done} of ${calls.length} calls went well: ${run.stderr}`);
  return { run, record };
}

async function firstInChat(bench, options) {
  const answer = await bench.mock.open(MARKED);
  const tookMs = await withChat(bench.chat(answer.url, options), async (chat) => {
    await chat.shows(PROMPT);
    const { at } = await send(chat);
    return (await chat.shows(new RegExp(END), at)) - chat.startedMs;
  });
  await answer.record();
  return tookMs;
}

function call(name, input) {
  return { name, arguments: input };
}

/** Tools of the user: a module, and a program in the language of every machine. */
function writeTools(folder) {
  mkdirSync(folder, { recursive: true });
  const parameters = { type: 'object', properties: { milliseconds: { type: 'number' }, number: { type: 'number' } } };
  writeFileSync(
    join(folder, 'pause.mjs'),
    `export default {
      name: 'pause', description: 'Waits.', access: 'none', parameters: ${JSON.stringify(parameters)},
      run: ({ milliseconds }) => new Promise((resolve) => setTimeout(resolve, milliseconds, 'done')),
    };`,
  );
  const description = { name: 'program_pause', description: 'Waits.', access: 'none', parameters };
  const program = `#!/bin/sh\nif [ "$1" = --describe ]; then echo '${JSON.stringify(description)}'; else sleep 0.3; echo done; fi\n`;
  writeFileSync(join(folder, 'pause-program'), program, { mode: 0o755 });
}
