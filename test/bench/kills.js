/**
 * Kills sotto in everything that writes, and says what was wrong afterwards. `node test/bench/kills.js [--runs 1000] [--seed 1]
 * [--only ask,vacuum]`. Exit code 1 where anything was.
 */
import { parseArgs } from 'node:util';
import { runKills } from '../support/kills.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } },
});
const startedMs = performance.now();
const kills = await runKills({
  runs: Number(values.runs),
  seed: Number(values.seed),
  ...(values.only === undefined ? {} : { only: values.only.split(',') }),
  onRun: (done) => process.stderr.isTTY && process.stderr.write(`\r${done}`),
});
console.log(`\n${'work'.padEnd(12)}${'killed'.padStart(8)}${'ended'.padStart(8)}${'wrong'.padStart(8)}`);
for (const [name, { killed, ended, wrong }] of Object.entries(kills))
  console.log(`${name.padEnd(12)}${String(killed).padStart(8)}${String(ended).padStart(8)}${String(wrong.length).padStart(8)}`);
const wrong = Object.entries(kills).flatMap(([name, tally]) => tally.wrong.map((what) => `${name}, ${what}`));
for (const what of wrong) console.log(what);
console.log(`${Math.round((performance.now() - startedMs) / 1000)} s`);
process.exit(wrong.length > 0 ? 1 : 0);
