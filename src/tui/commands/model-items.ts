/** The models to choose from: what the table and the settings know at once, what the providers list as it comes. */
import type { ModelInfo } from '../../core/model.ts';
import { abilityWords } from '../../core/words.ts';
import type { KnownProvider } from '../../engine/directory.ts';
import { formatTokens, formatUsd } from '../../format/numbers.ts';
import type { ModelFacts } from '../../models/facts.ts';
import type { FoundPrice } from '../../models/prices.ts';
import type { ChatActions, PickColumn, PickItem } from '../actions.ts';

type ModelChoice = { provider: string; model: string; facts: ModelInfo | undefined; price: FoundPrice | undefined };

type ModelItems = { items: PickItem<ModelChoice>[]; later: Promise<PickItem<ModelChoice>[]>[] };

/** How long a list may take while somebody looks at the others. */
const LIST_PATIENCE_MS = 10_000;

export async function modelItems(actions: ChatActions): Promise<ModelItems> {
  const providers = configuredProviders(actions);
  const tables = await loadTables();
  const known = await Promise.all(providers.map((provider) => itemsOf(provider, idsAtOnce(provider, actions, tables), actions, tables)));
  const items = known.flat();
  const has = new Set(items.map(({ label }) => label));
  const later = providers
    .filter(({ entry }) => entry.kind !== 'guide')
    .map(async (provider) => {
      const models = await actions.models(provider.name, AbortSignal.timeout(LIST_PATIENCE_MS)).catch(() => []);
      const fresh = models.filter(
        (model) =>
          !has.has(`${provider.name}/${model.id}`) &&
          !tables.isRetired({ ...tables.findModel({ provider: provider.name, id: model.id }), ...model }, actions.date()),
      );
      return itemsOf(provider, fresh, actions, tables);
    });
  return { items, later };
}

/** Names for the completion of `/model`: nothing is asked for them. */
export async function modelNames(actions: ChatActions): Promise<string[]> {
  const tables = await loadTables();
  const names = configuredProviders(actions).flatMap((provider) =>
    idsAtOnce(provider, actions, tables).map(({ id }) => `${provider.name}/${id}`),
  );
  return [...Object.keys(actions.settings.aliases), ...names];
}

/** The guide comes last: it is no language model. */
function configuredProviders({ directory }: ChatActions): KnownProvider[] {
  const configured = directory.all().filter(({ configured: isReady }) => isReady);
  const isGuide = ({ entry }: KnownProvider) => entry.kind === 'guide';
  return [...configured.filter((known) => !isGuide(known)), ...configured.filter(isGuide)];
}

type Tables = {
  listModels: (vendor: NonNullable<ReturnType<Tables['vendorOf']>>) => ModelFacts[];
  findModel: (query: { provider: string; id: string }) => ModelFacts | undefined;
  vendorOf: (provider: string) => ModelFacts['vendor'] | undefined;
  defaultModelOf: (provider: string) => string | undefined;
  isLocal: (provider: string) => boolean;
  isRetired: (model: { retires?: string }, nowMs: number) => boolean;
  priceOf: (query: { provider: string; model: string }) => Promise<FoundPrice | undefined>;
};

/** Tables of models and prices: tens of milliseconds that nobody pays who does not look at them. */
async function loadTables(): Promise<Tables> {
  const [catalogue, defaults, prices, endings] = await Promise.all([
    import('../../models/catalogue.ts'),
    import('../../models/defaults.ts'),
    import('../../models/prices.ts'),
    import('../../models/endings.ts'),
  ]);
  return { ...catalogue, ...defaults, ...prices, ...endings };
}

function idsAtOnce(
  { name }: KnownProvider,
  { settings, chat, date }: ChatActions,
  { vendorOf, listModels, defaultModelOf, isRetired }: Tables,
): ModelInfo[] {
  const own = settings.ofProvider(name);
  const vendor = vendorOf(name);
  const table = vendor === undefined ? [] : listModels(vendor).filter((facts) => !facts.noApi && !isRetired(facts, date()));
  const { provider, model } = chat.state;
  const named = [provider === name ? model : undefined, own.model, ...(own.models ?? []), defaultModelOf(name)];
  const ids = new Set([...named.flatMap((id) => id ?? []), ...table.map(({ id }) => id)]);
  return [...ids].map((id) => table.find((facts) => facts.id === id) ?? { id });
}

async function itemsOf(
  { name }: KnownProvider,
  models: readonly ModelInfo[],
  { chat }: ChatActions,
  tables: Tables,
): Promise<PickItem<ModelChoice>[]> {
  const { provider, model: current } = chat.state;
  return Promise.all(
    models.map(async (model) => {
      const facts = { ...tables.findModel({ provider: name, id: model.id }), ...model };
      const price = await tables.priceOf({ provider: name, model: model.id });
      return {
        value: { provider: name, model: model.id, facts, price },
        label: `${name}/${model.id}`,
        cells: cellsOf(facts, price, { isLocal: tables.isLocal(name) }),
        current: provider === name && current === model.id,
      };
    }),
  );
}

/** Prices are for a million tokens. */
export const MODEL_COLUMNS: readonly PickColumn[] = [
  { head: 'window', from: 36, align: 'right' },
  { head: '$ in', from: 48, align: 'right' },
  { head: '$ out', from: 48, align: 'right' },
  { head: 'ends', from: 64 },
];

/** "128k", "0.15", "0.60"; a dash for what is not known, nothing for what costs nothing. */
function cellsOf({ contextWindow, retires }: ModelInfo, price: FoundPrice | undefined, { isLocal }: { isLocal: boolean }): string[] {
  const money = (usd: number | undefined) => (usd === undefined ? '–' : formatUsd(usd).replace('$', ''));
  const prices = isLocal && !price ? ['', ''] : [money(price?.inputPerMillion), money(price?.outputPerMillion)];
  return [contextWindow === undefined ? '–' : formatTokens(contextWindow), ...prices, retires ?? ''];
}

export function modelPreview({ provider, model, facts, price }: ModelChoice): string[] {
  const perMillion = (usd: number | undefined) => (usd === undefined ? undefined : `${formatUsd(usd)} per million tokens`);
  const rows: [string, string | undefined][] = [
    ['Window', facts?.contextWindow === undefined ? undefined : `${formatTokens(facts.contextWindow)} tokens`],
    ['Output', facts?.maxOutput === undefined ? undefined : `at most ${formatTokens(facts.maxOutput)} tokens`],
    ['Can', (facts && abilityWords(facts)) || undefined],
    ['Input price', perMillion(price?.inputPerMillion)],
    ['Output price', perMillion(price?.outputPerMillion)],
    ['Knows until', facts?.knowledge],
    ['Ends', facts?.retires],
    ['Successor', facts?.successor],
  ];
  const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`]));
  return [
    `${provider}/${model}${facts?.name === undefined ? '' : `, ${facts.name}`}`,
    ...(known.length > 0 ? known : ['Nothing more is known of it.']),
  ];
}
