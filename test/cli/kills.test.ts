/** Kills of the real program in everything that writes; `node test/bench/kills.js --runs 1000` for a longer look. */
import { expect, it } from 'vitest';
import { runKills } from '../support/kills.ts';

const RUNS = Number(process.env.SOTTO_KILLS ?? 30);

it(
  `loses nothing that was kept and leaves no half file, wherever it is killed (${RUNS} kills)`,
  async () => {
    const kills = await runKills({ runs: RUNS, seed: 1 });
    expect(Object.values(kills).flatMap(({ wrong }) => wrong)).toEqual([]);
    const killed = Object.values(kills).reduce((sum, tally) => sum + tally.killed, 0);
    expect(killed).toBeGreaterThan(RUNS / 3);
  },
  60_000 + RUNS * 4000,
);
