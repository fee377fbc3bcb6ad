/** Decides which provider is asked and for which model, from names and lists alone: no request is made here. */
import { ALIASES, type Aliases, builtInAlias, ownAlias } from './aliases.ts';
import { findModel, listModels, nativeId } from './catalogue.ts';
import { PROVIDER_MODELS } from './defaults.ts';
import type { ModelFacts, Vendor } from './facts.ts';
import { nearest } from './near.ts';

export type SelectableProvider = {
  name: string;
  /** Everything that is needed to ask it is there. */
  configured: boolean;
  /** The user's, or the built-in one of `defaultModelOf`. */
  defaultModel?: string;
  /** The vendor whose own API it is. */
  vendor?: Vendor;
  /** Ids of its live list, where that has been fetched. */
  knows?: readonly string[];
  /** False: it has no live list. */
  lists?: boolean;
};

export type SelectionInput = {
  /** From -m or the setting: a name, an alias, or `provider/name`. */
  model?: string;
  /** From -p or the setting. */
  provider?: string;
  /** The user's. */
  aliases: Aliases;
  /** In order of preference. */
  providers: readonly SelectableProvider[];
};

export type Selection =
  /** `isUnlisted`: its maker is known, and this model of it is not. */
  | { kind: 'chosen'; provider: string; model: string; isUnlisted?: true }
  /** Nobody is known to have it: fetch the lists of these and select again with what they know. */
  | { kind: 'ask-lists'; model: string; candidates: string[] }
  | { kind: 'unknown-model'; model: string; near: string[] }
  | { kind: 'not-configured'; provider: string; model?: string }
  | { kind: 'unknown-provider'; provider: string; near: string[] }
  | { kind: 'no-default-model'; provider: string }
  | { kind: 'nothing-configured' };

export function selectModel(input: SelectionInput): Selection {
  const model = named(input.model);
  const providerName = named(input.provider);
  if (providerName !== undefined) return selectAt(input, providerName, model);
  if (model !== undefined) return selectByModel(input, ownAlias(model, input.aliases));
  return selectDefault(input);
}

function named(name: string | undefined): string | undefined {
  const trimmed = name?.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The guide answers those who name it; nobody else mistakes it for a language model. */
const GUIDE = 'guide';

function selectDefault({ providers }: SelectionInput): Selection {
  for (const { name, configured, defaultModel } of providers) {
    if (configured && defaultModel !== undefined && name !== GUIDE) return { kind: 'chosen', provider: name, model: defaultModel };
  }
  return { kind: 'nothing-configured' };
}

function selectAt(input: SelectionInput, providerName: string, model: string | undefined): Selection {
  const provider = findProvider(input, providerName);
  if (!provider)
    return {
      kind: 'unknown-provider',
      provider: providerName,
      near: nearest(
        providerName,
        input.providers.map(({ name }) => name),
      ),
    };
  const name = model === undefined ? provider.defaultModel : withoutOwnPrefix(provider, aliasAt(input, provider, model));
  if (!provider.configured) return { kind: 'not-configured', provider: provider.name, ...(name === undefined ? {} : { model: name }) };
  if (name === undefined) return { kind: 'no-default-model', provider: provider.name };
  return chosenAt(provider, name);
}

/** The user's alias, unless what it stands for is at another provider than the one that is named. */
function aliasAt(input: SelectionInput, provider: SelectableProvider, typed: string): string {
  const name = ownAlias(typed, input.aliases);
  if (name === typed) return typed;
  const slash = name.indexOf('/');
  const other = slash > 0 ? findProvider(input, name.slice(0, slash)) : undefined;
  // A router takes other makers' models under their prefixes.
  if (other && other.name !== provider.name && provider.vendor !== undefined) return typed;
  const facts = findModel({ id: name });
  return provider.vendor !== undefined && facts !== undefined && facts.vendor !== provider.vendor ? typed : name;
}

/** `-p openai -m openai/gpt-4o` says it twice. A router's own ids may really begin with its name. */
function withoutOwnPrefix(provider: SelectableProvider, model: string): string {
  const prefix = `${provider.name}/`;
  if (!model.startsWith(prefix)) return model;
  const rest = model.slice(prefix.length);
  return PROVIDER_MODELS[provider.name]?.ownPrefix && !rest.includes('/') ? model : rest;
}

/** What was asked of a named provider passes; a name that its maker has never heard of gets a word. */
function chosenAt(provider: SelectableProvider, name: string): Selection {
  const model = aliasFor(provider, name) ?? (provider.vendor === undefined ? name : ownName(provider, name));
  const chosen = { kind: 'chosen', provider: provider.name, model } as const;
  const closed = PROVIDER_MODELS[provider.name]?.closed ?? false;
  if (!closed || knows(provider, model) || servesNatively(provider, findModel({ id: model }))) return chosen;
  return { ...chosen, isUnlisted: true };
}

/** sotto's own aliases are for the vendor's own API: at a router, `sonnet` may be somebody else's. */
function aliasFor(provider: SelectableProvider, name: string): string | undefined {
  const target = builtInAlias(name);
  if (target === undefined || knows(provider, name)) return undefined;
  return servesNatively(provider, findModel({ id: target })) ? target : undefined;
}

function ownName(provider: SelectableProvider, name: string): string {
  if (knows(provider, name)) return name;
  return servesNatively(provider, findModel({ id: name })) ? nativeId(name) : name;
}

function servesNatively(provider: SelectableProvider, facts: ModelFacts | undefined): boolean {
  return facts !== undefined && !facts.noApi && provider.vendor === facts.vendor;
}

function selectByModel(input: SelectionInput, name: string): Selection {
  const slash = name.indexOf('/');
  const provider = slash > 0 ? findProvider(input, name.slice(0, slash)) : undefined;
  if (!provider) return selectByName(input, name);
  const model = withoutOwnPrefix(provider, `${provider.name}${name.slice(slash)}`);
  const other = holder(input, name);
  // `openai/gpt-oss-120b` is a model of OpenAI's that only others serve; without OpenAI, a router may have its models too.
  const elsewhere = !provider.configured || findModel({ id: name })?.noApi;
  if (elsewhere && other) return { kind: 'chosen', provider: other.name, model: name };
  if (!provider.configured) return { kind: 'not-configured', provider: provider.name, model };
  return chosenAt(provider, model);
}

function selectByName(input: SelectionInput, typed: string): Selection {
  const name = builtInAlias(typed) ?? typed;
  const facts = findModel({ id: name });
  const natives = input.providers.filter((provider) => servesNatively(provider, facts));
  const native = natives.find(({ configured }) => configured) ?? natives[0];
  if (native?.configured) return { kind: 'chosen', provider: native.name, model: ownName(native, name) };
  // What somebody really lists under the word that was typed is meant before what an alias makes of it.
  for (const wanted of new Set([typed, name])) {
    const other = holder(input, wanted);
    if (other) return { kind: 'chosen', provider: other.name, model: wanted };
  }
  if (native) return { kind: 'not-configured', provider: native.name, model: nativeId(name) };
  const candidates = input.providers.filter(unread).map((provider) => provider.name);
  if (candidates.length > 0) return { kind: 'ask-lists', model: name, candidates };
  return { kind: 'unknown-model', model: typed, near: nearest(typed, knownNames(input)) };
}

function findProvider({ providers }: SelectionInput, name: string): SelectableProvider | undefined {
  const wanted = name.toLowerCase();
  return providers.find((provider) => provider.name.toLowerCase() === wanted);
}

/** The first configured provider that lists exactly this id. */
function holder({ providers }: SelectionInput, id: string): SelectableProvider | undefined {
  return providers.find((provider) => provider.configured && knows(provider, id));
}

/** Ollama lists what it calls `llama3` as `llama3:latest`, Gemini what it calls by name as `models/name`. */
function knows({ knows: ids }: SelectableProvider, id: string): boolean {
  return ids !== undefined && (ids.includes(id) || ids.includes(`${id}:latest`) || ids.includes(`models/${id}`));
}

function unread({ name, configured, knows: ids, lists }: SelectableProvider): boolean {
  return configured && ids === undefined && lists !== false && name !== GUIDE;
}

/** Everything the user could have meant: their aliases, ours, and the models of what is configured. */
function knownNames({ providers, aliases }: SelectionInput): string[] {
  const configured = providers.filter((provider) => provider.configured);
  const ours = Object.keys(ALIASES).filter((alias) => {
    const facts = findModel({ id: ALIASES[alias] ?? '' });
    return configured.some((provider) => servesNatively(provider, facts));
  });
  const natives = configured.flatMap(({ vendor }) => (vendor === undefined ? [] : listModels(vendor).map(({ id }) => id)));
  return [...Object.keys(aliases), ...ours, ...natives, ...configured.flatMap(({ knows: ids }) => ids ?? [])];
}
