/** Loads the settings of one run: flag over environment over profile over file over default. On the path of every ask, so no package. */
import { configurationError, usageError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { readBaseUrl, readOllamaHost } from './address.ts';
import { secretsOfAddress } from './address-parts.ts';
import { variableOf } from './change-words.ts';
import type { Environment } from './environment.ts';
import { nearest, readKey, suggestion } from './key-path.ts';
import type { Found, Layer, Origin, SettingsNotice } from './layers.ts';
import { environmentLayer, readConfigFile, readFlags, treeLayer, unknownKeyError } from './layers.ts';
import type { Listing } from './listing.ts';
import { listSettings } from './listing.ts';
import { isLiteralKey } from './mask.ts';
import type { ProviderField, ProviderValue, SettingKey, SettingValue, Spec } from './settings.ts';
import { PROVIDER_ENVIRONMENT, PROVIDER_FIELD_NAMES, PROVIDER_FIELDS, SETTINGS } from './settings.ts';

export type SettingsRequest = {
  env: Environment;
  paths: { configFile: string };
  /** Values of flags by setting; other keys are ignored, undefined is not set. Leave out what commander only defaulted. */
  overrides?: Readonly<Record<string, unknown>>;
  /** `KEY=VALUE` texts of `--set`. */
  sets?: readonly string[];
  /** The profile to use, before what flags, environment and file say. */
  profile?: string;
  /** Variables that hold the keys of presets: `{ gemini: ['GEMINI_API_KEY'] }`. */
  keyVariables?: Readonly<Record<string, readonly string[]>>;
};

/** Fields of a provider that are set; the key is apart (`settings.keyOf`), so that this can be shown and passed around. */
export type ProviderSettings = { readonly name: string; readonly origins: { readonly [F in ProviderField]?: Origin } } & {
  readonly [F in Exclude<ProviderField, 'key'>]?: ProviderValue<F>;
};

/** A key as it is configured: from the environment it is always literal, elsewhere it may be `!command` or `$NAME`. */
type ConfiguredKey = { text: string; origin: Origin };

export type Settings = {
  get<K extends SettingKey>(key: K): SettingValue<K>;
  /** Takes any dotted key, also `aliases.fast` or `providers.openai.url`. */
  origin(key: string): Origin;
  /** Checks the provider's address, so it throws for one that is malformed. */
  provider(name: string): ProviderSettings;
  keyOf(provider: string): ConfiguredKey | undefined;
  /** Providers that the configuration names or whose variables are set. */
  providerNames(): string[];
  /** Every setting for a listing, secrets masked. */
  all(): Listing[];
  /** Secret texts that are known without running a command: what must never be printed. */
  secrets(): string[];
  readonly notices: readonly SettingsNotice[];
};

export function loadSettings(request: SettingsRequest): Settings {
  const { env, paths, overrides = {}, sets = [], keyVariables = {} } = request;
  const notices: SettingsNotice[] = [];
  const flags = treeLayer(readFlags(overrides, sets), 'flag');
  const environment = environmentLayer(env, keyVariables);
  const tree = readConfigFile(paths.configFile, notices);
  const file = treeLayer(tree, `file ${paths.configFile}`);
  const asked: Found | undefined = request.profile === undefined ? undefined : { value: request.profile, origin: 'flag' };
  const profiles = profileLayers(asked ?? firstOf([flags, environment, file], ['profile']), [flags, file]);
  const layers = [flags, environment, ...profiles, file];
  return settingsOf({ layers, notices, presets: Object.keys(keyVariables) });
}

/** What `--set profiles.NAME.…` changes for one run lies above what the file says of the profile. */
function profileLayers(wanted: Found | undefined, places: readonly Layer[]): Layer[] {
  if (wanted === undefined || typeof wanted.value !== 'string') return [];
  const name = wanted.value;
  const found = places.flatMap((place) => {
    const tree = place.find(['profiles', name])?.value;
    return isObject(tree) ? [treeLayer(tree, `profile ${name}`)] : [];
  });
  if (found.length > 0) return found;
  const names = places.flatMap((place) => place.names(['profiles']));
  const message = `There is no profile ${JSON.stringify(name)}${wanted.origin === 'flag' ? '' : ` (wanted by ${wanted.origin})`}.`;
  const hint = suggestion(nearest(name, names)) ?? `Make it with: sotto config set profiles.${name}.model MODEL`;
  throw wanted.origin === 'flag' ? usageError(message, hint) : configurationError(message, hint);
}

type Sources = { layers: readonly Layer[]; notices: SettingsNotice[]; presets: readonly string[] };

function settingsOf({ layers, notices, presets }: Sources): Settings {
  const lookUp = (path: readonly string[]) => firstOf(layers, path);
  const namesOf = (path: readonly string[]) => [...new Set(layers.flatMap((layer) => layer.names(path)))];
  const providerNames = () => {
    const inEnvironment = [...Object.keys(PROVIDER_ENVIRONMENT), ...presets].filter(
      (name) => lookUp(['providers', name, 'key']) ?? lookUp(['providers', name, 'url']),
    );
    return [...new Set([...namesOf(['providers']), ...inEnvironment])];
  };
  /** Entries of a record, each from the first place that has it. */
  const record = (path: readonly string[]) => {
    const entries = namesOf(path).map((name) => [name, lookUp([...path, name])?.value] as const);
    return Object.fromEntries(entries) as Record<string, Json>;
  };
  const textsAt = (path: readonly string[]) =>
    layers.flatMap((layer) => {
      const value = layer.find(path)?.value;
      return typeof value === 'string' ? [value] : [];
    });
  const keyOf = (name: string): ConfiguredKey | undefined => {
    const found = lookUp(['providers', name, 'key']);
    return typeof found?.value === 'string' && found.value !== '' ? { text: found.value, origin: found.origin } : undefined;
  };
  return {
    get(key) {
      const spec: Spec = SETTINGS[key];
      const value = spec.type === 'record' ? record([key]) : (lookUp([key])?.value ?? spec.default);
      return value as SettingValue<typeof key>; // every layer was checked against the same row of the table
    },
    origin(key) {
      const reading = readKey(key);
      if (!reading.ok) throw unknownKeyError(key, reading.near);
      return lookUp(reading.path)?.origin ?? 'default';
    },
    provider: (name) => readProvider(name, lookUp, record),
    keyOf,
    providerNames,
    all: () => listSettings({ lookUp, namesOf, providerNames: providerNames() }),
    secrets() {
      // Also of the places that do not count now: what is wrong with one of them is told.
      const addresses = () => [['proxy'], ['httpProxy'], ...providerNames().map((name) => ['providers', name, 'url'])].flatMap(textsAt);
      const keys = providerNames().map((name) => keyOf(name));
      const headers = providerNames().flatMap((name) => Object.values(record(['providers', name, 'headers'])).map(String));
      return [
        ...keys.flatMap((key) => (key && (key.origin.startsWith('environment ') || isLiteralKey(key.text)) ? [key.text] : [])),
        ...headers,
        ...addresses().flatMap(secretsOfAddress),
      ];
    },
    notices,
  };
}

function readProvider(
  name: string,
  lookUp: (path: string[]) => Found | undefined,
  record: (path: string[]) => Record<string, Json>,
): ProviderSettings {
  const values: Record<string, Json> = {};
  const origins: Partial<Record<ProviderField, Origin>> = {};
  for (const field of PROVIDER_FIELD_NAMES) {
    const found = lookUp(['providers', name, field]);
    if (found === undefined) continue;
    origins[field] = found.origin;
    if (field !== 'key') values[field] = PROVIDER_FIELDS[field].type === 'record' ? record(['providers', name, field]) : found.value;
  }
  if (typeof values.url === 'string') {
    const variable = variableOf(origins.url);
    const where = variable === undefined ? `The setting providers.${name}.url (${origins.url})` : `The environment variable ${variable}`;
    const read = (values.kind ?? name) === 'ollama' ? readOllamaHost : readBaseUrl;
    values.url = read(values.url, where);
  }
  return { name, origins, ...values } as ProviderSettings; // the fields were checked against the table by their layers
}

function firstOf(layers: readonly Layer[], path: readonly string[]): Found | undefined {
  for (const layer of layers) {
    const found = layer.find(path);
    if (found !== undefined) return found;
  }
  return undefined;
}
