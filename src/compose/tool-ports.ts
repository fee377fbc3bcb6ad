/** What tools are given of the world: the values of a command's context and of the settings. */
import { writePrivateFile } from '../config/atomic-file.ts';
import type { Settings } from '../config/load.ts';
import { ensureFolder } from '../config/paths.ts';
import { proxyFor } from '../config/proxy.ts';
import { PROVIDER_ENVIRONMENT } from '../config/settings.ts';
import { keyVariables } from '../providers/list.ts';
import { authorities } from '../providers/transport.ts';
import type { BuiltInPorts } from '../tools/built-in-ports.ts';
import type { OwnPorts } from '../tools/own-tools.ts';
import type { CommandContext } from './context.ts';
import { knownSecrets } from './known-secrets.ts';
import { createPinnedRequest } from './pinned-request.ts';
import { loadableNow } from './project-trust.ts';
import { toolOutputFolder } from './tool-output.ts';

export function builtInPorts(settings: Settings, context: CommandContext): BuiltInPorts {
  const { paths, env, platform, home, version } = context;
  const caFile = settings.get('caFile');
  return {
    now: () => context.now(),
    date: () => context.date(),
    timeZone: () => context.timeZone(),
    env,
    platform,
    home,
    roots: () => [...grantedFolders(settings, context), toolOutputFolder(context)],
    privatePaths: [paths.config, paths.data, paths.state, paths.cache],
    keyVariables: variablesOfKeys(settings),
    secrets: () => knownSecrets(context),
    spawn: (command, args, options) => context.spawn(command, args, options),
    kill: (pid, signal) => context.kill(pid, signal),
    timeoutMs: settings.get('toolTimeout') * 1000,
    lookup: (host) => context.lookup(host),
    request: createPinnedRequest({
      userAgent: `sotto/${version}`,
      proxyFor: (address) => proxyFor(settings, address),
      ...(caFile === undefined ? {} : { authorities: () => authorities(caFile) }),
    }),
    allowPrivateAddresses: () => settings.get('allowPrivateAddresses'),
  };
}

/** `refresh` asks every file anew what it is. */
export function ownPorts(settings: Settings, context: CommandContext, { refresh }: { refresh: boolean }): OwnPorts {
  const { cache } = context.paths;
  const file = process.getBuiltinModule('node:path').join(cache, 'own-tools.json');
  const { now, env, platform, keyVariables: names, secrets, spawn, kill } = builtInPorts(settings, context);
  return {
    ...{ now, env, platform, keyVariables: names, secrets, spawn, kill },
    folder: context.folder(),
    startWorker: (source, options) => context.startWorker(source, options),
    readsTypeScript: context.node.readsTypeScript,
    nodeVersion: context.node.version,
    pythonCache: process.getBuiltinModule('node:path').join(cache, 'python'),
    lookAgain: () => loadableNow(context),
    cache: { file, refresh, write: settings.get('private') ? () => {} : (text) => remember(file, cache, text) },
  };
}

/** A cache that cannot be written is no reason to stop. */
function remember(file: string, folder: string, text: string): void {
  try {
    ensureFolder(folder);
    writePrivateFile(file, text);
  } catch {
    // The next run asks again.
  }
}

function grantedFolders(settings: Settings, { home, folder }: CommandContext): string[] {
  const { join, resolve } = process.getBuiltinModule('node:path');
  return settings
    .get('toolFolders')
    .map((path) => (path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : resolve(folder(), path)));
}

/** The variables that vendors, presets and the user's own configuration name for keys. */
function variablesOfKeys(settings: Settings): string[] {
  const named = settings.providerNames().flatMap((name) => {
    const text = settings.keyOf(name)?.text ?? '';
    return /^\$\w+$/.test(text) ? [text.slice(1)] : [];
  });
  return [
    ...Object.values(PROVIDER_ENVIRONMENT).flatMap(({ key }) => key ?? []),
    ...Object.values(keyVariables()).flat(),
    ...settings.providerNames().map((name) => `${name.toUpperCase().replace(/\W/g, '_')}_API_KEY`),
    ...named,
  ];
}
