/** Remembers the prices of the models in use, because the price list takes longer to load than everything else after an answer. */
import { ensureFolder } from '../config/paths.ts';
import type { Cost, Usage } from '../core/usage.ts';
import { costAt, costOf, type FoundPrice, priceOf } from '../models/prices.ts';

type PriceMemoPorts = {
  file: string;
  /** Prices belong to the list of one version of sotto. */
  version: string;
  /** False: nothing is written (`--private`). */
  keep: boolean;
};

type Memo = { version: string; prices: Record<string, FoundPrice | null> };

/** What these counts cost; null is kept too: a model without a price has none the next time either. */
export async function rememberedCost(provider: string, model: string, usage: Usage, ports: PriceMemoPorts): Promise<Cost | undefined> {
  const memo = read(ports);
  const key = `${provider}/${model}`;
  const known = memo.prices[key];
  if (known !== undefined) return known === null ? undefined : costAt(known, usage, known.matchedId);
  const price = (await priceOf({ provider, model })) ?? null;
  if (price === null || price.fixed) await write({ ...memo, prices: { ...memo.prices, [key]: price } }, ports);
  return price === null ? undefined : costOf({ provider, model, usage });
}

function read({ file, version }: PriceMemoPorts): Memo {
  try {
    const memo = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'));
    if (memo.version === version && typeof memo.prices === 'object' && memo.prices !== null) return memo;
  } catch {
    // There is none yet, or it cannot be read: it is made anew.
  }
  return { version, prices: {} };
}

async function write(memo: Memo, { file, keep }: PriceMemoPorts): Promise<void> {
  if (!keep) return;
  try {
    ensureFolder(process.getBuiltinModule('node:path').dirname(file));
    const { writePrivateFile } = await import('../config/atomic-file.ts');
    writePrivateFile(file, JSON.stringify(memo), { isDurable: false });
  } catch {
    // A memo that cannot be written costs some milliseconds next time, nothing else.
  }
}
