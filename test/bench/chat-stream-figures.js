// How the chat shows an answer: what a long one costs against a minimal program made with Ink, and that each line is there once.
import { alternate, repeat } from './calm.js';
import { answered, readyChat, withChat } from './chat-run.js';
import { mixedText, namesIn, TALL } from './chat-text.js';
import { factRow, limitRow, ratioRow } from './rows.js';
import { linesOf } from './screen.js';

const FULL_SPEED = { text: mixedText(80_000), size: 4, perWrite: 32 };
const SLOW = { text: mixedText(4000), size: 4, perWrite: 1, perSecond: 200 };
const TALL_PACE = { size: 8, perWrite: 1, perSecond: 1000 };

/** 20,000 chunks as fast as they can be taken. */
export async function chatStream(bench, runs = 5) {
  const { measured, floor } = await bothSides(bench, FULL_SPEED, runs);
  const row = (what, unit, bound, pick) =>
    ratioRow({ figure: 'chat-stream', what, unit, measured: measured.map(pick), floor: floor.map(pick), bound });
  return [
    row('CPU of 20,000 chunks', 'ms', 1.5, (run) => run.cpuMs),
    row('bytes written', 'KB', 1.5, (run) => run.written / 1000),
    row('peak memory', 'MB', 1.25, (run) => run.peakMb),
    row('end shown after the last byte', 'ms', undefined, (run) => run.lagMs),
    ...wholeRows('chat-stream', '20,000 chunks', measured),
  ];
}

/** 200 chunks a second for five seconds. */
export async function chatSlow(bench, runs = 3) {
  const textBytes = Buffer.byteLength(SLOW.text);
  const { measured, floor } = await bothSides(bench, SLOW, runs);
  const row = (what, unit, bound, pick) =>
    limitRow({ figure: 'chat-slow', what, unit, measured: measured.map(pick), floor: floor.map(pick), bound });
  return [
    row('CPU at 200 chunks a second', '%', 12, (run) => (run.cpuMs / run.wallMs) * 100),
    row('bytes written for each of the text', '×', 6, (run) => run.written / textBytes),
    ...wholeRows('chat-slow', '200 chunks a second', measured),
  ];
}

/** Blocks that are taller than the window while they stream. */
export async function chatBlock(bench, runs = 1) {
  const rows = [];
  for (const [what, text] of Object.entries(TALL)) {
    const spec = { ...TALL_PACE, text: text() };
    rows.push(...wholeRows('chat-block', what, await repeat(runs, () => streamed(bench, (url) => bench.chat(url), spec))));
  }
  return rows;
}

function bothSides(bench, spec, runs) {
  return alternate(
    runs,
    () => streamed(bench, (url) => bench.chat(url), spec),
    () => streamed(bench, bench.chatFloor, spec),
  );
}

async function streamed(bench, open, spec) {
  const answer = await bench.mock.open(spec);
  return withChat(open(answer.url), async (chat) => {
    await readyChat(chat);
    const run = await answered(chat);
    const { lastMs } = await answer.record();
    const shown = namesIn((await linesOf(chat.outputs)).join('\n'));
    return { ...run, lagMs: run.shownMs - lastMs, shown, expected: namesIn(spec.text) };
  });
}

function wholeRows(figure, what, results) {
  const clears = Math.max(...results.map((run) => run.clears));
  const wrong = results.map(strayNames).find((words) => words !== '');
  return [
    factRow({ figure, what: `full clears, ${what}`, found: String(clears), expected: '0', holds: clears === 0 }),
    factRow({
      figure,
      what: `each line once, ${what}`,
      found: wrong ?? `${results[0].expected.length} lines`,
      expected: 'all, in order',
      holds: wrong === undefined,
    }),
  ];
}

/** Lines that are missing, there again, or not where they belong; nothing where all is well. */
function strayNames({ shown, expected }) {
  const seen = new Set(shown);
  const lost = expected.filter((name) => !seen.has(name)).length;
  const repeated = shown.length - seen.size;
  if (lost > 0 || repeated > 0) return `${lost} lost, ${repeated} repeated`;
  return shown.join() === expected.join() ? '' : 'in another order';
}
