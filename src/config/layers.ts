/** The places a setting can come from, each as something that can be asked for a path. */
import { configurationError, usageError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Environment } from './environment.ts';
import { readEnvironment, readProviderVariable } from './environment.ts';
import { readJsonFile } from './json-file.ts';
import { readKey, suggestion } from './key-path.ts';
import type { Spec } from './settings.ts';
import { isProviderField, isSettingKey, SETTING_KEYS, SETTINGS } from './settings.ts';
import { checkTree, type TreeProblems } from './tree.ts';
import { description, expectation, fits, readText } from './values.ts';

export type Origin = 'flag' | 'default' | `environment ${string}` | `profile ${string}` | `file ${string}`;
export type Found = { value: Json; origin: Origin };

export type Layer = {
  find(path: readonly string[]): Found | undefined;
  /** Names below a path: entries of a record, names of providers. */
  names(path: readonly string[]): string[];
};

/** A warning in the shape of the events, without their type. */
export type SettingsNotice = { level: 'warning'; code: string; message: string };

export function treeLayer(tree: JsonObject, origin: Origin): Layer {
  return {
    find(path) {
      const value = valueAt(tree, path);
      return value === undefined ? undefined : { value, origin };
    },
    names(path) {
      const value = valueAt(tree, path);
      return isObject(value) ? Object.keys(value) : [];
    },
  };
}

/** What one run was told: its flags, and above the file but below the flags the `--set` values. */
export function readFlags(overrides: Readonly<Record<string, unknown>>, sets: readonly string[]): JsonObject {
  const tree: JsonObject = {};
  for (const set of sets) addSet(tree, set);
  for (const key of SETTING_KEYS) {
    const value = overrides[key];
    if (value !== undefined) tree[key] = readOverride(SETTINGS[key], value);
  }
  return tree;
}

export function environmentLayer(env: Environment, keyVariables: Readonly<Record<string, readonly string[]>>): Layer {
  const settings = readEnvironment(env);
  return {
    find([head = '', name, field, ...rest]) {
      const found =
        head === 'providers' && name !== undefined && field !== undefined && isProviderField(field) && rest.length === 0
          ? readProviderVariable(env, name, field, keyVariables[name] ?? [])
          : name === undefined && isSettingKey(head)
            ? settings.get(head)
            : undefined;
      return found && { value: found.value, origin: `environment ${found.variable}` };
    },
    names: () => [],
  };
}

/** The settings in the configuration file; what it has too much is noted, what is wrong ends the run. */
export function readConfigFile(file: string, notices: SettingsNotice[]): JsonObject {
  const tree = readJsonFile(file);
  return tree === undefined ? {} : checkTree(tree, fileProblems(file, notices));
}

export function fileProblems(file: string, notices: SettingsNotice[]): TreeProblems {
  return {
    unknown(key, near) {
      const hint = suggestion(near);
      notices.push({
        level: 'warning',
        code: 'unknown_setting',
        message: `${file}: there is no setting ${key}; it is ignored.${hint ? ` ${hint}` : ''}`,
      });
    },
    wrong(key, expected, found) {
      throw configurationError(
        `${file}: ${key} should be ${expected}, but it is ${found}.`,
        `Correct it with: sotto config set ${key} VALUE, or: sotto config edit`,
      );
    },
  };
}

/** The value at a path; only own properties count. */
export function valueAt(tree: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = tree;
  for (const segment of path) {
    if (!isObject(value) || !Object.hasOwn(value, segment)) return undefined;
    value = value[segment];
  }
  return value;
}

/** Puts a value at a path, making the objects on the way. */
export function putAt(tree: JsonObject, path: readonly string[], value: Json): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let at = tree;
  for (const segment of path.slice(0, -1)) {
    const next = Object.hasOwn(at, segment) ? at[segment] : undefined;
    const object: JsonObject = isObject(next) ? next : {};
    at[segment] = object;
    at = object;
  }
  at[last] = value;
}

/** Reads a `KEY=VALUE`. The text itself is never repeated in an error: it may hold a key. */
function addSet(tree: JsonObject, set: string): void {
  const equals = set.indexOf('=');
  if (equals < 1) throw usageError('--set needs KEY=VALUE.', 'For example: --set temperature=0.2 or --set providers.openai.api=chat');
  const { path, value } = readAssignment(set.slice(0, equals), set.slice(equals + 1), '--set ');
  putAt(tree, path, value);
}

/** A key and its text as path and value; throws a usage error for an unknown key or a value that does not fit. */
export function readAssignment(key: string, text: string, prefix = ''): { path: string[]; value: Json; secret: boolean } {
  const reading = readKey(key.trim());
  if (!reading.ok) throw unknownKeyError(key, reading.near);
  const { path, spec, secret } = reading;
  const wrong = (at: string, expected: string, found: string): never => {
    throw usageError(`${prefix}${at} should be ${expected}, but it is ${found}.`);
  };
  const value = spec
    ? readText(spec, text, { json: true })
    : readSection(path, text, {
        unknown: (at, near) => {
          throw unknownKeyError(at, near);
        },
        wrong,
      });
  if (value === undefined)
    return wrong(key, spec ? expectation(spec) : 'a JSON object', description(text, { secret: secret || !spec, typedFor: spec }));
  return { path, value, secret };
}

/** Never repeats more than the key, and not even that where it does not look like one. */
export function unknownKeyError(key: string, near: readonly string[]) {
  const shown = /^[\w.-]{1,60}$/.test(key) && !/[\w-]{25}/.test(key) ? ` ${key}` : ' of that name';
  return usageError(`There is no setting${shown}.`, suggestion(near) ?? 'All settings are listed by: sotto config list');
}

function readSection(path: readonly string[], text: string, problems: TreeProblems): Json | undefined {
  const value = readText({ type: 'record', entries: 'settings', doc: '' }, `{"it":${text}}`, { json: true });
  const section = isObject(value) ? value.it : undefined;
  if (section === undefined) return undefined;
  const tree: JsonObject = {};
  putAt(tree, path, section);
  return valueAt(checkTree(tree, problems), path);
}

function readOverride(spec: Spec, value: unknown): Json {
  const read = typeof value === 'string' ? readText(spec, value, { json: false }) : (value as Json); // commander gives texts and booleans; anything else is checked here
  if (read !== undefined && fits(spec, read)) return read;
  const flag = /--[\w-]+/.exec(spec.flag ?? '')?.[0] ?? 'The value';
  throw usageError(
    `${flag} should be ${expectation(spec)}, but it is ${description(value, { secret: spec.secret === true, typedFor: spec })}.`,
  );
}
