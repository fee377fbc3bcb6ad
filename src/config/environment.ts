/** Reads settings from environment variables. An empty variable counts as not set. */
import { configurationError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { ProviderField, SettingKey, Spec } from './settings.ts';
import { PROVIDER_ENVIRONMENT, SETTING_KEYS, SETTINGS } from './settings.ts';
import { description, expectation, readText } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type FromVariable = { value: Json; variable: string };

/** Every setting that the environment sets; throws for a value that does not fit. */
export function readEnvironment(env: Environment): Map<SettingKey, FromVariable> {
  const found = new Map<SettingKey, FromVariable>();
  for (const key of SETTING_KEYS) {
    const spec: Spec = SETTINGS[key];
    for (const variable of spec.env ?? []) {
      const value = readVariable(spec, variable, env[variable]);
      if (value === undefined) continue;
      found.set(key, { value, variable });
      break;
    }
  }
  return found;
}

/** A field of a provider from the vendor's variables; `keyVariables` are those of a preset. */
export function readProviderVariable(
  env: Environment,
  name: string,
  field: ProviderField,
  keyVariables: readonly string[],
): { value: string; variable: string } | undefined {
  const own = Object.hasOwn(PROVIDER_ENVIRONMENT, name) ? PROVIDER_ENVIRONMENT[name]?.[field] : undefined;
  const variables = field === 'key' ? [...(own ?? []), ...keyVariables, usualKeyVariable(name)] : (own ?? []);
  for (const variable of variables) {
    const value = env[variable]?.trim();
    if (value) return { value, variable };
  }
  return undefined;
}

/** `<NAME>_API_KEY`, the variable of a provider that has no other. */
function usualKeyVariable(provider: string): string {
  return `${provider.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_API_KEY`;
}

function readVariable(spec: Spec, variable: string, text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  if (Object.hasOwn(CONVENTIONS, variable)) return CONVENTIONS[variable]?.(text);
  if (text === '') return undefined;
  const value = readText(spec, text, { json: false });
  if (value !== undefined) return value;
  throw configurationError(
    `The environment variable ${variable} should be ${expectation(spec)}, but it is ${description(text, { secret: spec.secret === true, typedFor: spec })}.`,
    `Correct it, or remove it with: unset ${variable}`,
  );
}

/** Variables that many programs share, with meanings of their own (no-color.org, force-color.org, bixense.com/clicolors, supports-hyperlinks). */
const CONVENTIONS: Readonly<Record<string, (text: string) => 'always' | 'never' | undefined>> = {
  NO_COLOR: (text) => (text === '' ? undefined : 'never'),
  FORCE_COLOR: (text) => (text === '0' || text === 'false' ? 'never' : 'always'),
  CLICOLOR_FORCE: (text) => (text === '' || text === '0' ? undefined : 'always'),
  FORCE_HYPERLINK: (text) => (text === '' ? undefined : /^(?:0+|false)$/.test(text) ? 'never' : 'always'),
  CLICOLOR: (text) => (text === '0' ? 'never' : undefined),
};
