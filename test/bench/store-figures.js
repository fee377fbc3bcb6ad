// What reading saved conversations costs as a whole process, over `sotto --version`: a list, a long conversation, a rare word, a phrase.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, median } from './calm.js';
import { succeeded } from './process.js';
import { limitRow } from './rows.js';

/** Of a million; as many as SOTTO_BENCH_MESSAGES says. A database of a million takes two minutes to make. */
const MESSAGES = Number(process.env.SOTTO_BENCH_MESSAGES ?? 100_000);
const MOST_OVER_MS = 40;
const HOME = 'conversations';

export async function reading(bench, runs = 11) {
  const folder = join(bench.folder, 'homes', HOME);
  mkdirSync(folder, { recursive: true });
  // It runs the sources: only a Node that reads TypeScript can.
  const { fillStore } = await import('./conversations.js');
  const { long, phrase } = fillStore(join(folder, 'sotto.db'), MESSAGES);
  const commands = [
    ['list', ['list']],
    ['show, 1,000 messages', ['show', long]],
    ['search, a rare word', ['search', 'zyxrareword']],
    ['search, a phrase', ['search', `"${phrase}"`]],
    ['search, a common word', ['search', 'stream']],
    ['search, not there', ['search', 'qqqqwwwww']],
  ];
  const wall = (args) => async () => (await succeeded(bench.sotto(args, { home: HOME }))).wallMs;
  const rows = [];
  for (const [what, args] of commands) {
    const { measured, floor } = await alternate(runs, wall(args), wall(['--version']));
    const least = median(floor);
    rows.push(
      limitRow({
        ...{
          figure: 'reading',
          what: `${what}, over --version, ${MESSAGES.toLocaleString('en-US')} messages`,
          unit: 'ms',
          bound: MOST_OVER_MS,
        },
        measured: measured.map((each) => each - least),
      }),
    );
  }
  return rows;
}
