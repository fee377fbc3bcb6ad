/** Finds the key of a provider: `--set`, environment, configuration, key store; a command runs only when its key is needed. */
import { SottoError } from '../core/errors.ts';
import type { Environment } from './environment.ts';
import { COPY_AGAIN, exposureOf, isKeyText, readKey } from './key-store.ts';
import type { Origin } from './layers.ts';
import type { Settings } from './load.ts';
import { isReference } from './mask.ts';

export type KeyOrigin = Origin | `key store ${string}`;
export type KeySources = {
  settings: Settings;
  env: Environment;
  keysFile: string;
  /** How long a command may take, 30,000 when absent. */
  commandLimitMs?: number;
};
/** `warning` is for people: something about this key is not safe. */
export type ResolvedKey = { value: string; origin: KeyOrigin; warning?: string };
export type FoundKey = ResolvedKey | { command: string; origin: KeyOrigin; warning?: string };

/** The key, run from its command where it has one; undefined where the provider has no key anywhere. */
export async function resolveKey(provider: string, sources: KeySources, signal: AbortSignal): Promise<ResolvedKey | undefined> {
  const found = findKey(provider, sources);
  if (found === undefined || 'value' in found) return found;
  const { runKeyCommand } = await import('./key-command.ts');
  const { command, ...rest } = found;
  const value = await runKeyCommand(
    { command, provider, origin: found.origin, env: sources.env, limitMs: sources.commandLimitMs ?? 30_000 },
    signal,
  );
  checkKey(value, provider, found.origin);
  return { ...rest, value };
}

/** The same without running anything: enough wherever the key is literal, and to say where it comes from. */
export function findKey(provider: string, { settings, env, keysFile }: KeySources): FoundKey | undefined {
  const configured = settings.keyOf(provider);
  if (configured?.origin.startsWith('environment ')) {
    // What stands in the environment is the key itself, never a command: others than the user may have set it.
    checkKey(configured.text, provider, configured.origin);
    return { value: configured.text, origin: configured.origin };
  }
  if (configured) return follow(configured.text, { provider, origin: configured.origin, env });
  const stored = readKey(keysFile, provider);
  if (stored === undefined) return undefined;
  const warning = exposureOf(keysFile);
  return { ...follow(stored, { provider, origin: `key store ${keysFile}`, env }), ...(warning === undefined ? {} : { warning }) };
}

type Place = { provider: string; origin: KeyOrigin; env: Environment };

function follow(text: string, { provider, origin, env }: Place): FoundKey {
  if (text.startsWith('!')) return { command: text.slice(1).trim(), origin };
  let value = text.trim();
  if (isReference(value)) {
    const name = value.replace(/[${}]/g, '');
    value = env[name]?.trim() ?? '';
    if (value === '') {
      throw new SottoError({
        kind: 'authentication',
        provider,
        message: `The key of ${provider} (${origin}) is in the environment variable ${name}, which is not set.`,
        hint: `Set ${name}, or store the key with: sotto keys set ${provider}`,
      });
    }
  }
  checkKey(value, provider, origin);
  return { value, origin };
}

function checkKey(key: string, provider: string, origin: KeyOrigin): void {
  if (isKeyText(key)) return;
  const message = `The key of ${provider} (${origin}) holds spaces, line breaks or characters that no key has.`;
  throw new SottoError({ kind: 'authentication', provider, message, hint: COPY_AGAIN });
}
