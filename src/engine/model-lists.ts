/** Live lists of models, asked from providers that have them and kept for a day. */
import { ensureFolder } from '../config/paths.ts';
import { textAt } from '../core/json.ts';
import type { ModelInfo } from '../core/model.ts';

export type ModelListPorts = {
  /** Folder of the cache. */
  folder: string;
  /** Milliseconds since 1970. */
  date: () => number;
  /** False: nothing is written (`--private`). */
  keep: boolean;
};

type CachedList = { fetchedAtMs: number; models: ModelInfo[] };

const FRESH_MS = 24 * 60 * 60 * 1000;

export function readList(provider: string, url: string, ports: ModelListPorts): CachedList | undefined {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  try {
    const list = JSON.parse(readFileSync(fileOf(provider, url, ports.folder), 'utf8'));
    return typeof list.fetchedAtMs === 'number' && list.models.every(hasId) ? list : undefined;
  } catch {
    // A list that cannot be read is asked for again.
    return undefined;
  }
}

export function isFresh(list: CachedList | undefined, ports: ModelListPorts): list is CachedList {
  return list !== undefined && ports.date() - list.fetchedAtMs < FRESH_MS;
}

export async function keepList(provider: string, url: string, models: ModelInfo[], ports: ModelListPorts): Promise<void> {
  if (!ports.keep) return;
  const file = fileOf(provider, url, ports.folder);
  try {
    ensureFolder(ports.folder);
    const { writePrivateFile } = await import('../config/atomic-file.ts');
    writePrivateFile(file, JSON.stringify({ fetchedAtMs: ports.date(), models } satisfies CachedList), { isDurable: false });
  } catch {
    // A cache that cannot be written costs a request next time, nothing else.
  }
}

function hasId(model: unknown): boolean {
  return textAt(model, 'id') !== undefined;
}

/** One list per address: another server under the same name has other models. */
function fileOf(provider: string, url: string, folder: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { join } = process.getBuiltinModule('node:path');
  return join(folder, `${provider.replace(/[^\w.-]/g, '_')}-${createHash('sha256').update(url).digest('hex').slice(0, 8)}.json`);
}
