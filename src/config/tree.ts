/** Checks a tree of settings (the file, a profile, a section given with `--set`) against the table. */
import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { nearest } from './key-path.ts';
import type { Spec } from './settings.ts';
import { isProviderField, isSettingKey, PROVIDER_FIELD_NAMES, PROVIDER_FIELDS, SETTING_KEYS, SETTINGS } from './settings.ts';
import { description, expectation, fits } from './values.ts';

/** What to do with what is wrong; `key` is dotted. `unknown` returns when it is to be ignored. */
export type TreeProblems = {
  unknown(key: string, near: string[]): void;
  wrong(key: string, expected: string, found: string): never;
};

/** The known and valid part of a tree. null counts as not set. */
export function checkTree(tree: JsonObject, problems: TreeProblems, prefix = ''): JsonObject {
  const checked: JsonObject = {};
  const known = (key: string) => isSettingKey(key) && (prefix === '' || !PROFILE_KEYS.includes(key));
  for (const [key, value] of Object.entries(tree)) {
    // `$schema` belongs to editors, `__internal__` to the package that writes the file.
    if (value === null || value === undefined || key === '$schema' || key === '__internal__') continue;
    if (key === 'providers') checked.providers = sections(value, prefix + key, problems, checkProvider);
    else if (key === 'profiles' && prefix === '') checked.profiles = sections(value, key, problems, checkTree);
    else if (!isSettingKey(key) || !known(key)) problems.unknown(prefix + key, nearest(key, [...SETTING_KEYS.filter(known), 'providers']));
    else checked[key] = checkValue(SETTINGS[key], value, prefix + key, problems);
  }
  return checked;
}

/** What a profile cannot hold: profiles do not nest. */
const PROFILE_KEYS = ['profile', 'profiles'];

type CheckSection = (tree: JsonObject, problems: TreeProblems, prefix: string) => JsonObject;

function sections(value: Json, key: string, problems: TreeProblems, check: CheckSection): JsonObject {
  if (!isObject(value)) return problems.wrong(key, 'an object with a name for each entry', description(value, { secret: true }));
  const checked: JsonObject = {};
  for (const [name, section] of Object.entries(value)) {
    if (section === null || section === undefined || name === '__proto__') continue;
    if (!isObject(section)) return problems.wrong(`${key}.${name}`, 'an object of settings', description(section, { secret: true }));
    checked[name] = check(section, problems, `${key}.${name}.`);
  }
  return checked;
}

function checkProvider(tree: JsonObject, problems: TreeProblems, prefix: string): JsonObject {
  const checked: JsonObject = {};
  for (const [field, value] of Object.entries(tree)) {
    if (value === null || value === undefined) continue;
    if (!isProviderField(field)) problems.unknown(prefix + field, nearest(field, PROVIDER_FIELD_NAMES));
    else checked[field] = checkValue(PROVIDER_FIELDS[field], value, prefix + field, problems);
  }
  return checked;
}

function checkValue(spec: Spec, value: Json, key: string, problems: TreeProblems): Json {
  if (fits(spec, value)) return value;
  if (spec.type === 'record' && isObject(value)) {
    // Name the entry that is wrong, not the whole record.
    for (const [name, entry] of Object.entries(value)) {
      if (typeof entry !== 'string') return problems.wrong(`${key}.${name}`, 'text', description(entry, { secret: true }));
    }
  }
  return problems.wrong(key, expectation(spec), description(value, { secret: spec.secret === true }));
}
