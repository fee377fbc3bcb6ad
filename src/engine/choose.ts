/** Which provider and model a run asks: what was named, what is configured, and only where needed what the providers list. */
import type { Origin } from '../config/layers.ts';
import type { ProviderSettings } from '../config/load.ts';
import { cancelledError, configurationError, type SottoError, usageError } from '../core/errors.ts';
import type { ModelInfo } from '../core/model.ts';
import { ownAlias } from '../models/aliases.ts';
import { findModel } from '../models/catalogue.ts';
import { defaultModelOf, vendorOf } from '../models/defaults.ts';
import { isRetired } from '../models/endings.ts';
import { type SelectableProvider, type Selection, selectModel } from '../models/select.ts';
import type { ProviderKind } from '../providers/list.ts';
import type { Directory, KnownProvider } from './directory.ts';
import { noticeOfEnding } from './ending-notice.ts';
import { keepList, type ModelListPorts, readList } from './model-lists.ts';

/** Whom the settings name. */
export type ModelSettings = {
  provider: string | undefined;
  model: string | undefined;
  /** Named for this run alone, on the command line. */
  isProviderTyped: boolean;
  isModelTyped: boolean;
  aliases: Readonly<Record<string, string>>;
  /** Nothing is said besides errors. */
  isQuiet: boolean;
  ofProvider: (name: string) => ProviderSettings;
  originOf: (key: string) => Origin;
};

export type ChoicePorts = {
  settings: ModelSettings;
  directory: Directory;
  lists: ModelListPorts;
  notice: (message: string) => void;
  /** What a conversation that goes on was held with; what is typed wins over it, and it over what is only configured. */
  before?: Choice;
  /** The model to look for instead of the one that the settings name. */
  named?: string;
  /** What the user has just asked for: wins over everything that is set, and over how a conversation was held. */
  asked?: { model?: string; provider?: string };
  /** Whom to ask where nothing at all is set up, instead of refusing. */
  otherwise?: Choice;
};

/** `isUnlisted`: the user has typed it just now, and nobody knows it but perhaps the provider. */
export type Choice = { provider: string; model: string; isUnlisted?: true };

/** Nobody waits longer for a list that only helps to find a name. */
const LIST_PATIENCE_MS = 3000;

export async function chooseModel(ports: ChoicePorts, signal: AbortSignal): Promise<Choice> {
  const { settings } = ports;
  const typed = settings.isModelTyped || settings.isProviderTyped;
  const habit = !typed && ports.before ? ports.before : { model: ports.named ?? modelAsked(settings), provider: settings.provider };
  const asked: { model?: string | undefined; provider?: string | undefined } = ports.asked ?? habit;
  const consulted = new Map<string, readonly string[]>();
  const seen = new Map<string, readonly ModelInfo[]>();
  for (;;) {
    const selection = selectModel({
      ...(asked.model === undefined ? {} : { model: asked.model }),
      ...(asked.provider === undefined ? {} : { provider: asked.provider }),
      aliases: settings.aliases,
      providers: candidates(asked.provider, ports.directory).map((known) => selectable(known, { consulted, seen }, ports)),
    });
    switch (selection.kind) {
      case 'chosen':
        sayEnding(selection, asked.model, ports, seen);
        return {
          provider: selection.provider,
          model: selection.model,
          ...(selection.isUnlisted && isJustTyped(selection, asked.model, ports) ? { isUnlisted: true as const } : {}),
        };
      case 'ask-lists':
        await consult(selection.candidates, consulted, ports, signal);
        continue;
      case 'nothing-configured':
        if (ports.otherwise) return ports.otherwise;
        throw await refusal(selection, asked.model, ports, signal);
      default:
        throw await refusal(selection, asked.model, ports, signal);
    }
  }
}

type Lists = { consulted: Map<string, readonly string[]>; seen: Map<string, readonly ModelInfo[]> };

/** Whoever types a model's own name has chosen it; what is asked by habit, or by another name, may end without anybody looking. */
function sayEnding({ provider, model }: Choice, asked: string | undefined, ports: ChoicePorts, seen: Lists['seen']): void {
  // What is not said today must not count as said.
  if (ports.named !== undefined || ports.settings.isQuiet) return;
  const isTyped = ports.asked !== undefined || ports.settings.isModelTyped;
  if (isTyped && (asked === model || asked === `${provider}/${model}`)) return;
  const listed = seen.get(provider)?.find(({ id }) => id === model);
  const key = keyOf({ provider, model }, asked, ports);
  const setting = key === undefined ? {} : { setting: { key, origin: ports.settings.originOf(key) } };
  noticeOfEnding({ provider, model, listed, lists: ports.lists, notice: ports.notice, ...setting });
}

/** The setting that names this model; undefined where none does: an alias of sotto's, a conversation. */
function keyOf({ provider, model }: Choice, asked: string | undefined, { settings, asked: now, before }: ChoicePorts): string | undefined {
  if (asked !== undefined && Object.hasOwn(settings.aliases, asked)) return `aliases.${asked}`;
  const isTyped = now !== undefined || settings.isModelTyped;
  if (isTyped || (before !== undefined && before.model === asked)) return undefined;
  if (asked !== undefined) return settings.model === asked ? 'model' : undefined;
  return settings.ofProvider(provider).model === model ? `providers.${provider}.model` : undefined;
}

/** What the user has configured needs no word: a default, an alias, a model of the provider's own setting. */
function isJustTyped({ provider, model }: Choice, asked: string | undefined, { settings, asked: now, before }: ChoicePorts): boolean {
  const isTyped = now ? now.model !== undefined : settings.isModelTyped && !(before?.model === model);
  return isTyped && asked !== undefined && ownAlias(asked, settings.aliases) === asked && settings.ofProvider(provider).model !== model;
}

/** Looking at every provider costs milliseconds: one that is named is enough. */
function candidates(name: string | undefined, directory: Directory): KnownProvider[] {
  const named = name === undefined ? undefined : directory.find(name);
  return named ? [named] : directory.all();
}

/** A provider that is typed leaves a model behind that is only a habit: `-p anthropic` does not ask for the gpt of the file. */
function modelAsked(settings: ModelSettings): string | undefined {
  return settings.isProviderTyped && !settings.isModelTyped ? undefined : settings.model;
}

function selectable(known: KnownProvider, { consulted, seen }: Lists, { settings, lists }: ChoicePorts): SelectableProvider {
  const own = settings.ofProvider(known.name);
  const vendor = vendorOf(known.name);
  const kept = consulted.has(known.name) ? undefined : readList(known.name, own.url ?? known.entry.url ?? '', lists)?.models;
  if (kept) seen.set(known.name, kept);
  const listed = consulted.get(known.name) ?? kept?.map((model) => model.id);
  const knows = own.models || listed ? [...(own.models ?? []), ...(listed ?? [])] : undefined;
  const defaultModel = own.model ?? defaultModelOf(known.name);
  return {
    name: known.name,
    configured: known.configured || (known.missing === undefined && own.enabled !== false && isNamed(known.name, settings)),
    lists: LISTING_KINDS[known.entry.kind],
    ...(vendor === undefined ? {} : { vendor }),
    ...(defaultModel === undefined ? {} : { defaultModel }),
    ...(knows === undefined ? {} : { knows }),
  };
}

/** A server on this machine needs no key: naming it is enough. */
function isNamed(provider: string, settings: ModelSettings): boolean {
  const names = [settings.model, ...Object.values(settings.aliases)];
  return settings.provider === provider || names.some((name) => name?.startsWith(`${provider}/`));
}

/** Which kinds of providers have a list that can be asked. */
const LISTING_KINDS: Record<ProviderKind, boolean> = {
  openai: true,
  anthropic: true,
  ollama: true,
  'openai-compatible': true,
  azure: false,
  guide: false,
};

/** Asks several providers at once for their lists; one that fails has none. */
async function consult(
  names: readonly string[],
  consulted: Map<string, readonly string[]>,
  ports: ChoicePorts,
  signal: AbortSignal,
): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(LIST_PATIENCE_MS)]);
  await Promise.all(
    names.map(async (name) => {
      consulted.set(name, []);
      const models = await liveModels(name, ports, patience).catch(() => undefined);
      consulted.set(name, models?.map((model) => model.id) ?? []);
    }),
  );
  if (signal.aborted) throw cancelledError();
}

/** The provider's own list, kept for next time; undefined where it has none. */
export async function liveModels(
  name: string,
  { directory, settings, lists }: Pick<ChoicePorts, 'directory' | 'settings' | 'lists'>,
  signal: AbortSignal,
): Promise<ModelInfo[] | undefined> {
  const provider = await directory.open(name, signal);
  const models = await provider.models?.(signal);
  if (models?.length) await keepList(name, settings.ofProvider(name).url ?? directory.find(name)?.entry.url ?? '', models, lists);
  return models;
}

async function refusal(
  selection: Exclude<Selection, { kind: 'chosen' | 'ask-lists' }>,
  model: string | undefined,
  ports: ChoicePorts,
  signal: AbortSignal,
): Promise<SottoError> {
  switch (selection.kind) {
    case 'unknown-provider':
      return ports.directory.unknown(selection.provider);
    case 'unknown-model': {
      const near = selection.near.filter((id) => !isRetired(findModel({ id }) ?? {}, ports.lists.date()));
      return usageError(
        `No configured provider knows the model "${selection.model}".`,
        `${near.length > 0 ? `Did you mean ${near.join(', ')}? ` : ''}See: sotto models. To pass a name on unchecked, name the provider: PROVIDER/${selection.model}`,
      );
    }
    case 'no-default-model':
      return usageError(
        `${selection.provider} has no default model.`,
        `Name one with -m, or set it: sotto config set providers.${selection.provider}.model MODEL`,
      );
    case 'not-configured': {
      const known = ports.directory.find(selection.provider);
      return configurationError(lackOf(known, selection.provider, model, ports.settings), remedyOf(known, selection.provider));
    }
    case 'nothing-configured': {
      const { firstRunHelp } = await import('./first-run.ts');
      return configurationError('No provider is set up, so there is nobody to ask.', await firstRunHelp(ports.directory, signal));
    }
  }
}

/** What is missing, in words; says whose model it is only where the user did not name the provider. */
function lackOf(known: KnownProvider | undefined, name: string, model: string | undefined, settings: ModelSettings): string {
  const title = known?.entry.title ?? name;
  const needsKey = known !== undefined && known.entry.keyVariables.length > 0 && known.keyOrigin === undefined;
  const isLoose = model !== undefined && settings.provider === undefined && !model.startsWith(`${name}/`);
  if (isLoose) return `${model} is a model of ${title}, ${needsKey ? 'for which there is no key' : 'which is not set up'}.`;
  return needsKey ? `There is no key for ${title}.` : `${title} is not set up.`;
}

function remedyOf(known: KnownProvider | undefined, name: string): string {
  const missing = known?.missing;
  if (missing === undefined) return `It is switched off: sotto config set providers.${name}.enabled true`;
  return missing.charAt(0).toUpperCase() + missing.slice(1);
}
