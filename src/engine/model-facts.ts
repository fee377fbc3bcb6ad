/** What is known of a model before anybody is asked. */
import type { ModelInfo } from '../core/model.ts';
import { findModel } from '../models/catalogue.ts';
import type { Choice, ChoicePorts } from './choose.ts';
import { readList } from './model-lists.ts';

type FactPorts = Pick<ChoicePorts, 'settings' | 'directory' | 'lists'>;

/** What the table, the provider's list of the last day and the configuration say; undefined: nothing. */
export function factsOf({ provider, model }: Choice, { settings, directory, lists }: FactPorts): ModelInfo | undefined {
  const table = findModel({ provider, id: model });
  const own = settings.ofProvider(provider);
  const address = own.url ?? directory.find(provider)?.entry.url ?? '';
  const listed = table?.contextWindow === undefined ? readList(provider, address, lists)?.models.find(({ id }) => id === model) : undefined;
  if (!table && !listed && own.contextWindow === undefined) return undefined;
  const window = own.contextWindow === undefined ? {} : { contextWindow: own.contextWindow };
  return { ...table, ...listed, ...window, id: model };
}
