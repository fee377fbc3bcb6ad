// Repetition on a machine that others use too: waits for a quiet moment before each pair, and alternates the two sides.
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const SAMPLE_MS = 200;
/** Cores that others may use meanwhile. */
const QUIET_CORES = 0.3;
const LONGEST_WAIT_MS = 15_000;

const waits = { all: 0, busy: 0 };

/** How often a measurement began although the machine never became quiet. */
export function busyShare() {
  return waits;
}

export async function calm() {
  const startedMs = performance.now();
  waits.all++;
  while ((await coresInUse()) > QUIET_CORES) {
    if (performance.now() - startedMs > LONGEST_WAIT_MS) {
      waits.busy++;
      return;
    }
    await sleep(300);
  }
}

/** A B, B A, A B …, after one of each that does not count (it fills the compile caches). Returns what each call resolved with. */
export async function alternate(runs, measured, floor) {
  const results = { measured: [], floor: [] };
  await measured();
  await floor();
  for (let index = 0; index < runs; index++) {
    await calm();
    if (index % 2 === 0) results.measured.push(await measured());
    results.floor.push(await floor());
    if (index % 2 === 1) results.measured.push(await measured());
  }
  return results;
}

/** The same for a figure that has no floor. */
export async function repeat(runs, measured) {
  const results = [];
  await measured();
  for (let index = 0; index < runs; index++) {
    await calm();
    results.push(await measured());
  }
  return results;
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function coresInUse() {
  const before = cpuTimes();
  await sleep(SAMPLE_MS);
  const after = cpuTimes();
  return (1 - (after.idle - before.idle) / Math.max(1, after.all - before.all)) * after.cores;
}

function cpuTimes() {
  const all = cpus();
  const sum = (pick) => all.reduce((total, { times }) => total + pick(times), 0);
  return { cores: all.length, idle: sum((times) => times.idle), all: sum((times) => Object.values(times).reduce((a, b) => a + b, 0)) };
}
