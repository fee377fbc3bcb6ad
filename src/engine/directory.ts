/** Which providers there are for this user, what is set for each, and how to open one. */
import { readAzureTarget, withoutEndpoint } from '../config/address.ts';
import { hideAddress } from '../config/address-parts.ts';
import type { FoundKey, KeyOrigin, ResolvedKey } from '../config/keys.ts';
import type { ProviderSettings } from '../config/load.ts';
import { configurationError, SottoError, usageError } from '../core/errors.ts';
import type { Provider } from '../core/provider.ts';
import { findModel } from '../models/catalogue.ts';
import { nearest } from '../models/near.ts';
import { OPEN, PROVIDERS, type ProviderEntry } from '../providers/list.ts';
import type { ModelWireFacts } from '../providers/options.ts';
import { openFetch } from '../providers/transport.ts';

export type KnownProvider = {
  name: string;
  entry: ProviderEntry;
  /** Everything that is needed to ask it is there. */
  configured: boolean;
  /** Where its key is from, never the key. */
  keyOrigin: KeyOrigin | undefined;
  /** For people: what is missing. */
  missing: string | undefined;
};

/** What the user has set of providers. */
export type ProviderConfiguration = {
  /** Checks the address, so it throws for one that is malformed. */
  provider: (name: string) => ProviderSettings;
  /** Those that are named or whose variables are set. */
  providerNames: () => readonly string[];
  /** Without running anything; throws for a reference that leads nowhere. */
  findKey: (provider: string) => FoundKey | undefined;
  /** Only where a key is from. */
  keyOrigin: (provider: string) => KeyOrigin | undefined;
  resolveKey: (provider: string, signal: AbortSignal) => Promise<ResolvedKey | undefined>;
  timeoutMs: number;
  proxyFor: (address: string) => string | undefined;
  /** Certificates to trust beyond the usual ones, as PEM. */
  caFile: string | undefined;
};

type DirectoryPorts = ProviderConfiguration & {
  fetch: typeof fetch;
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  warn: (message: string) => void;
  /** For the chat, which has commands of its own. */
  isChat?: true;
  /** Told every key that is opened, so that it can be kept out of everything printed. */
  secret: (text: string) => void;
};

export type Directory = {
  all(): KnownProvider[];
  find(name: string): KnownProvider | undefined;
  open(name: string, signal: AbortSignal): Promise<Provider>;
  /** What is said of a name that no provider has. */
  unknown(name: string): SottoError;
  /** Loads its code ahead of time, where that asks nobody for anything and says nothing; never fails. */
  prepare(name: string, signal: AbortSignal): Promise<void>;
};

export function openDirectory(ports: DirectoryPorts): Directory {
  const { provider: settingsOf, providerNames, timeoutMs } = ports;
  const told = new Set<string>();

  function entryOf(name: string): ProviderEntry | undefined {
    const entry = PROVIDERS.find((row) => row.name === name);
    const { kind, url } = settingsOf(name);
    if (!entry && kind === undefined && url === undefined) return undefined;
    const own: ProviderEntry = entry ?? { name, title: name, kind: 'openai-compatible', url: undefined, keyVariables: [] };
    return kind === undefined || kind === own.kind ? own : { ...own, kind, url: own.url };
  }

  function find(name: string): KnownProvider | undefined {
    const entry = entryOf(name);
    if (!entry) return undefined;
    const own = settingsOf(name);
    const keyOrigin = ports.keyOrigin(name);
    const missing = missingOf(entry, own, keyOrigin !== undefined);
    const named = entry.kind === 'guide' || entry.keyVariables.length > 0 || providerNames().includes(name);
    return { name, entry, configured: missing === undefined && named && own.enabled !== false, keyOrigin, missing };
  }

  async function open(name: string, signal: AbortSignal): Promise<Provider> {
    const known = find(name);
    if (!known) throw unknownProvider(name, providerNames());
    const { entry } = known;
    const own = settingsOf(name);
    const address = own.url ?? entry.url;
    if (address === undefined) throw configurationError(`${entry.title}: no address is set.`, addressHint(entry));
    const key = entry.kind === 'guide' ? undefined : await ports.resolveKey(name, signal);
    if (key?.warning) ports.warn(key.warning);
    if (key) ports.secret(key.value);
    if (!key && entry.keyVariables.length > 0) {
      throw new SottoError({
        kind: 'authentication',
        provider: name,
        message: `There is no key for ${entry.title}.`,
        hint: `Set ${entry.keyVariables[0]} or run: sotto keys set ${name}`,
      });
    }
    const target = targetOf(entry, address);
    if (target.endpoint !== undefined) sayCut(name, target);
    const { url, authorization } = withoutCredentials(target.url);
    // Whoever gives the address of the Responses API means that one.
    const api = own.api ?? (target.endpoint === 'responses' ? 'responses' : undefined);
    const apiVersion = own.apiVersion ?? target.apiVersion;
    return OPEN[entry.kind]({
      name,
      url,
      urlOrigin: own.origins.url,
      key: key?.value,
      headers: { ...(authorization && !key ? { authorization } : {}), ...headersOf(own) },
      fetch: await openFetch({ fetch: ports.fetch, proxy: ports.proxyFor(url), caFile: ports.caFile, timeoutMs }),
      timeoutMs,
      sleep: ports.sleep,
      ...(ports.isChat ? { isChat: true as const } : {}),
      facts: (model) => factsOf(name, model),
      ...(api === undefined ? {} : { api }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(own.contextWindow === undefined ? {} : { contextWindow: own.contextWindow }),
      ...(own.keepAlive === undefined ? {} : { keepAlive: own.keepAlive }),
    });
  }

  /** Once for each address: a provider may be opened several times. */
  function sayCut(name: string, { url, endpoint }: Target): void {
    if (told.has(url)) return;
    told.add(url);
    ports.warn(`the base URL of ${name} is the address of one call: /${endpoint} is left off. Set it to ${hideAddress(url)}`);
  }

  async function prepare(name: string, signal: AbortSignal): Promise<void> {
    try {
      const key = ports.findKey(name);
      // A program that gives the key is not run before the key is needed.
      const known = find(name);
      const cut = known && targetOf(known.entry, settingsOf(name).url ?? known.entry.url ?? '').endpoint !== undefined;
      if (known?.configured && !cut && !key?.warning && !(key && 'command' in key)) await open(name, signal);
    } catch {
      // Whoever opens it is told what is wrong.
    }
  }

  return {
    prepare,
    all: () => [...new Set([...providerNames(), ...PROVIDERS.map((entry) => entry.name)])].flatMap((name) => find(name) ?? []),
    find,
    open,
    unknown: (name) => unknownProvider(name, providerNames()),
  };
}

function unknownProvider(name: string, known: readonly string[]): SottoError {
  const near = nearest(name, [...PROVIDERS.map((entry) => entry.name), ...known], 3);
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}? ` : '';
  return usageError(
    `There is no provider "${name}".`,
    `${hint}See: sotto providers. A server of your own: sotto config set providers.${name}.url http://HOST/v1`,
  );
}

type Target = { url: string; endpoint?: string; apiVersion?: string };

function targetOf({ kind }: ProviderEntry, address: string): Target {
  if (kind === 'guide') return { url: address };
  return kind === 'azure' ? readAzureTarget(address) : withoutEndpoint(address);
}

/** A user name and password in an address are sent as the header that they stand for: fetch refuses them in the address. */
function withoutCredentials(address: string): { url: string; authorization?: string } {
  const parsed = address.includes('@') ? URL.parse(address) : null;
  if (!parsed || (parsed.username === '' && parsed.password === '')) return { url: address };
  const pair = [parsed.username, parsed.password].map(decoded).join(':');
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href.replace(/\/+$/, ''), authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** A stray percent sign stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function headersOf(own: ProviderSettings): Record<string, string> {
  return {
    ...own.headers,
    ...(own.organization === undefined ? {} : { 'openai-organization': own.organization }),
    ...(own.project === undefined ? {} : { 'openai-project': own.project }),
  };
}

function missingOf(entry: ProviderEntry, own: ProviderSettings, hasKey: boolean): string | undefined {
  if (entry.kind === 'guide') return undefined;
  if (own.url === undefined && entry.url === undefined) return addressHint(entry);
  if (entry.keyVariables.length > 0 && !hasKey) return `set ${entry.keyVariables.join(' or ')}, or run: sotto keys set ${entry.name}`;
  return undefined;
}

function addressHint(entry: ProviderEntry): string {
  return entry.kind === 'azure'
    ? 'set AZURE_OPENAI_ENDPOINT (https://NAME.openai.azure.com)'
    : `set its address: sotto config set providers.${entry.name}.url http://HOST/v1`;
}

/** What the model table says that changes a request. */
function factsOf(provider: string, model: string): ModelWireFacts | undefined {
  const facts = findModel({ provider, id: model });
  if (!facts) return undefined;
  const { parameters, abilities, vendor } = facts;
  // Anthropic's models think by budget or by effort; everyone else who lists efforts takes them.
  const effort = vendor === 'anthropic' ? facts.effortField === true : parameters?.effort && parameters.effort.length > 0;
  return {
    ...(facts.contextWindow === undefined ? {} : { contextWindow: facts.contextWindow }),
    ...(facts.maxOutput === undefined ? {} : { maxOutput: facts.maxOutput }),
    ...(facts.thinking === undefined ? {} : { thinking: facts.thinking }),
    ...(facts.thinkingOff === undefined ? {} : { thinkingOff: facts.thinkingOff }),
    ...(abilities?.schema === undefined ? {} : { schema: abilities.schema }),
    ...(abilities?.reasoning === undefined ? {} : { reasoning: abilities.reasoning }),
    ...(effort === undefined ? {} : { effort }),
    ...(facts.responsesOnly ? { responsesOnly: true as const } : {}),
  };
}
