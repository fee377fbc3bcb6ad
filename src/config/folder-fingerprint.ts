/** One short text for everything in a folder that sotto would run: another text as soon as any of it is another. */

import { readFolder, readRegularFile } from './regular-file.ts';

/** What a folder brings: its servers and its tools. */
const BROUGHT = ['.mcp.json', '.sotto/mcp.json', '.sotto/tools'];
/** What programs leave beside themselves when they run. */
const LEFT = new Set(['__pycache__', '.DS_Store']);

const MOST_FILES = 2000;
const MOST_BYTES = 64_000_000;

/** Undefined where there is too much to look at. */
export function fingerprintOf(folder: string): string | undefined {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  const budget = { files: MOST_FILES, bytes: MOST_BYTES };
  for (const name of BROUGHT) {
    for (const { path, text } of partsOf(folder, name, budget)) hash.update(JSON.stringify([path, text.length])).update(text);
    if (budget.files < 0 || budget.bytes < 0) return undefined;
  }
  return hash.digest('hex');
}

type Budget = { files: number; bytes: number };
type Part = { path: string; text: Buffer };

/** A link is followed, so that a change behind it counts; one that leads in a circle ends where the system gives up. */
function* partsOf(folder: string, path: string, budget: Budget): Generator<Part> {
  const { statSync } = process.getBuiltinModule('node:fs');
  const full = `${folder}/${path}`;
  const stats = tried(() => statSync(full));
  budget.files -= 1;
  if (!stats || budget.files < 0 || budget.bytes < 0) return;
  if (stats.isDirectory()) {
    const { entries } = tried(() => readFolder(full, MOST_FILES + 1)) ?? { entries: [] };
    for (const { name } of entries) if (!LEFT.has(name)) yield* partsOf(folder, `${path}/${name}`, budget);
    return;
  }
  if (!stats.isFile()) return;
  budget.bytes -= stats.size;
  if (budget.bytes < 0) return;
  // Whether it may be run makes a tool of a file.
  yield { path: `${path} ${stats.mode & 0o111}`, text: tried(() => readRegularFile(full, MOST_BYTES)) ?? Buffer.from('unreadable') };
}

function tried<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
