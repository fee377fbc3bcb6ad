/** Every setting with its value and origin, for people: what `sotto config list` shows. Secrets come out masked. */
import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { hideAddress, hideAddresses } from './address-parts.ts';
import { readKey } from './key-path.ts';
import type { Found, Origin } from './layers.ts';
import { maskSecret } from './mask.ts';
import type { Spec } from './settings.ts';
import { PROVIDER_FIELD_NAMES, PROVIDER_FIELDS, SETTING_KEYS, SETTINGS } from './settings.ts';

export type Listing = {
  key: string;
  /** Absent when nothing sets it and it has no default. */
  value?: Json;
  origin: Origin;
};

type ListingSources = {
  lookUp(path: readonly string[]): Found | undefined;
  namesOf(path: readonly string[]): string[];
  providerNames: readonly string[];
};

export function listSettings({ lookUp, namesOf, providerNames }: ListingSources): Listing[] {
  const listings: Listing[] = [];
  const add = (path: readonly string[], found: Found | undefined) => {
    if (found !== undefined) for (const leaf of leaves(path, found.value)) listings.push({ ...leaf, origin: found.origin });
  };
  for (const key of SETTING_KEYS) {
    const spec: Spec = SETTINGS[key];
    if (spec.type === 'record') for (const name of namesOf([key])) add([key, name], lookUp([key, name]));
    else add([key], lookUp([key]) ?? (spec.default === undefined ? undefined : { value: defaultOf(spec), origin: 'default' }));
    if (spec.type !== 'record' && listings.at(-1)?.key !== key) listings.push({ key, origin: 'default' });
  }
  for (const name of providerNames) {
    for (const field of PROVIDER_FIELD_NAMES) {
      const path = ['providers', name, field];
      if (PROVIDER_FIELDS[field].type === 'record') for (const entry of namesOf(path)) add([...path, entry], lookUp([...path, entry]));
      else add(path, lookUp(path));
    }
  }
  return listings;
}

/** A value as it may be shown: secrets masked, and what is secret of an address. `key` is the dotted key it belongs to. */
export function shownValue(key: string, value: Json): Json {
  const reading = readKey(key);
  const secret = reading.ok && reading.spec !== undefined && reading.secret;
  const isOneAddress = reading.ok && reading.spec?.type === 'string' && reading.spec.format !== undefined;
  if (typeof value === 'string') return secret ? maskSecret(value) : isOneAddress ? hideAddress(value) : hideAddresses(value);
  if (Array.isArray(value)) return value.map((item) => shownValue(key, item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shownValue(`${key}.${name}`, item ?? null)]));
}

function leaves(path: readonly string[], value: Json): { key: string; value: Json }[] {
  const key = path.join('.');
  if (isObject(value)) return Object.entries(value).flatMap(([name, item]) => leaves([...path, name], item ?? null));
  return [{ key, value: shownValue(key, value) }];
}

function defaultOf(spec: Spec): Json {
  return spec.type === 'list' ? [...(spec.default ?? [])] : ((spec.default ?? null) as Json); // the table holds plain JSON
}
