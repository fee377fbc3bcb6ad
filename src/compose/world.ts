/** What commands that talk to providers share: the directory of providers and the cache of model lists. */

import { findKey, type KeySources, resolveKey } from '../config/keys.ts';
import type { Settings } from '../config/load.ts';
import { proxyFor } from '../config/proxy.ts';
import { redact } from '../config/redact.ts';
import type { ModelSettings } from '../engine/choose.ts';
import { type Directory, openDirectory, type ProviderConfiguration } from '../engine/directory.ts';
import type { ModelListPorts } from '../engine/model-lists.ts';
import { safeLine } from '../format/safety.ts';
import type { CommandContext } from './context.ts';

export type World = {
  settings: ModelSettings;
  directory: Directory;
  lists: ModelListPorts;
  notice: (message: string) => void;
};

export function openWorld(
  settings: Settings,
  context: CommandContext,
  notice: (message: string) => void,
  options: { isChat?: true } = {},
): World {
  const { secrets } = context;
  const directory = openDirectory({
    ...providerConfiguration(settings, { env: context.env, keysFile: context.paths.keysFile }),
    fetch: context.fetch,
    sleep: context.sleep,
    warn: notice,
    secret: (text) => secrets.push(text),
    ...options,
  });
  const lists = { folder: `${context.paths.cache}/models`, date: () => context.date(), keep: !settings.get('private') };
  return { settings: modelSettings(settings), directory, lists, notice };
}

/** Whom the settings name. */
export function modelSettings(settings: Settings): ModelSettings {
  return {
    provider: settings.get('provider'),
    model: settings.get('model'),
    isProviderTyped: settings.origin('provider') === 'flag',
    isModelTyped: settings.origin('model') === 'flag',
    aliases: settings.get('aliases'),
    isQuiet: settings.get('quiet'),
    ofProvider: (name) => settings.provider(name),
    originOf: (key) => settings.origin(key),
  };
}

/** What the settings and the user's keys say of providers. */
export function providerConfiguration(settings: Settings, { env, keysFile }: Omit<KeySources, 'settings'>): ProviderConfiguration {
  const sources = { settings, env, keysFile };
  return {
    provider: (name) => settings.provider(name),
    providerNames: () => settings.providerNames(),
    findKey: (name) => findKey(name, sources),
    keyOrigin(name) {
      try {
        return findKey(name, sources)?.origin;
      } catch {
        // A reference that leads nowhere is told when the provider is used.
        return settings.keyOf(name)?.origin;
      }
    },
    resolveKey: (name, signal) => resolveKey(name, sources, signal),
    timeoutMs: settings.get('timeout') * 1000,
    proxyFor: (address) => proxyFor(settings, address),
    caFile: settings.get('caFile'),
  };
}

/** Says something on stderr, in one safe line without secrets. */
export function noticeWriter(context: CommandContext, { quiet = false } = {}): (message: string) => void {
  return (message) => {
    if (!quiet) context.stderr.write(redact(`sotto: ${safeLine(message)}\n`, context.secrets));
  };
}
