/** The models of a provider: its live list, or a young copy of it, completed from the built-in table. */

import type { World } from '../compose/world.ts';
import { SottoError } from '../core/errors.ts';
import type { ModelInfo } from '../core/model.ts';
import { sentence } from '../core/words.ts';
import { liveModels } from '../engine/choose.ts';
import { isFresh, readList } from '../engine/model-lists.ts';
import { findModel, listModels } from '../models/catalogue.ts';
import { vendorOf } from '../models/defaults.ts';

type ModelRow = { provider: string; model: ModelInfo };

type ModelListing = {
  world: World;
  /** Ask again, however young the copy is. */
  refresh: boolean;
  /** Throw where the provider cannot be asked; otherwise its last list is shown, and the user told. */
  strict: boolean;
};

/** A provider that has no list shows the table's; one whose list is empty has nothing. */
export async function listedModels(provider: string, { world, refresh, strict }: ModelListing, signal: AbortSignal): Promise<ModelRow[]> {
  const url = world.settings.ofProvider(provider).url ?? world.directory.find(provider)?.entry.url ?? '';
  const kept = readList(provider, url, world.lists);
  let models = !refresh && isFresh(kept, world.lists) ? kept.models : undefined;
  try {
    models ??= await liveModels(provider, world, signal);
  } catch (thrown) {
    if (strict || !(thrown instanceof SottoError)) throw thrown;
    world.notice(`${sentence(thrown.message)} Showing ${kept ? 'its last list' : 'what sotto knows of it'}.`);
    models = kept?.models;
  }
  const own = world.settings.ofProvider(provider).models ?? [];
  const ids = new Map([
    ...own.map((id): [string, ModelInfo] => [id, { id }]),
    ...(models ?? []).map((model): [string, ModelInfo] => [model.id, model]),
  ]);
  if (ids.size === 0 && models === undefined) return knownModels(provider);
  return [...ids.values()].map((model) => ({ provider, model: { ...findModel({ provider, id: model.id }), ...model } }));
}

/** The built-in table: all of it, or what it has of one provider's vendor. */
export function knownModels(provider: string | undefined): ModelRow[] {
  const vendor = provider === undefined ? undefined : vendorOf(provider);
  return (provider !== undefined && vendor === undefined ? [] : listModels(vendor)).map((model) => ({
    provider: provider ?? model.vendor,
    model,
  }));
}
