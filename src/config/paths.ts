/** Where sotto keeps its files: one folder with SOTTO_HOME, the platform's usual folders otherwise. */

import { configurationError, errorCode } from '../core/errors.ts';
import { statIfThere } from './stat.ts';

export type Paths = {
  config: string;
  data: string;
  cache: string;
  state: string;
  configFile: string;
  /** In the data folder: a configuration folder is often kept in a public repository of dot-files. */
  keysFile: string;
  /** Which tools may run unasked: beside the keys, because whoever can change it can run anything. */
  toolRulesFile: string;
};

type PathsRequest = { env: Readonly<Record<string, string | undefined>>; platform: string; home: string };

export function resolvePaths(request: PathsRequest): Paths {
  const { join } = pathsOf(request.platform);
  const folders = foldersOf(request);
  return {
    ...folders,
    configFile: join(folders.config, 'config.json'),
    keysFile: join(folders.data, 'keys.json'),
    toolRulesFile: join(folders.data, 'tool-rules.json'),
  };
}

/**
 * Creates a folder that only its owner may enter, and those above it that are missing; returns which it made, outermost first.
 * Called when something is written, never before. Level by level: Node's own recursion never ends where the system says "no such
 * file" although the folder above is there, as in /proc, or on a network drive that is gone.
 */
export function ensureFolder(folder: string, mode = 0o700): string[] {
  const { mkdirSync } = process.getBuiltinModule('node:fs');
  const { dirname, resolve } = process.getBuiltinModule('node:path');
  const missing: string[] = [];
  try {
    for (let level = resolve(folder); ; level = dirname(level)) {
      const found = statIfThere(level);
      if (found?.isDirectory()) break;
      if (found) throw Object.assign(new Error(`${level} is a file`), { code: 'ENOTDIR' });
      missing.unshift(level);
      if (level === dirname(level)) break;
    }
    return missing.filter((level) => {
      try {
        mkdirSync(level, { mode });
        return true;
      } catch (thrown) {
        // Another process was faster.
        if (statIfThere(level)?.isDirectory()) return false;
        throw thrown;
      }
    });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw Object.assign(configurationError(`The folder ${folder} cannot be made: ${reason}.`, FOLDER_HINT), {
      code: errorCode(thrown),
    });
  }
}

const FOLDER_HINT = 'Check its path and the permissions of the folders above it, or set SOTTO_HOME to a folder that can be used.';

/** Throws where the folder is not there and cannot be made either; leaves nothing behind. */
export function probeFolder(folder: string): void {
  const { rmdirSync } = process.getBuiltinModule('node:fs');
  for (const made of ensureFolder(folder).reverse()) rmdirSync(made);
}

type Folders = Pick<Paths, 'config' | 'data' | 'cache' | 'state'>;

function foldersOf({ env, platform, home }: PathsRequest): Folders {
  const { join, resolve, isAbsolute } = pathsOf(platform);
  const own = env.SOTTO_HOME;
  if (own) {
    const root = own === '~' || own.startsWith('~/') ? join(home, own.slice(1)) : resolve(own);
    return { config: root, data: root, cache: join(root, 'cache'), state: root };
  }
  if (platform === 'darwin') {
    const support = join(home, 'Library', 'Application Support', 'sotto');
    return { config: support, data: support, cache: join(home, 'Library', 'Caches', 'sotto'), state: support };
  }
  if (platform === 'win32') {
    const roaming = env.APPDATA || join(home, 'AppData', 'Roaming');
    const local = env.LOCALAPPDATA || join(home, 'AppData', 'Local');
    return {
      config: join(roaming, 'sotto', 'Config'),
      data: join(local, 'sotto', 'Data'),
      cache: join(local, 'sotto', 'Cache'),
      state: join(local, 'sotto', 'State'),
    };
  }
  // The XDG specification: a relative path is invalid and ignored.
  const xdg = (name: string, ...usual: string[]) => join(isAbsolute(env[name] ?? '') ? (env[name] ?? '') : join(home, ...usual), 'sotto');
  return {
    config: xdg('XDG_CONFIG_HOME', '.config'),
    data: xdg('XDG_DATA_HOME', '.local', 'share'),
    cache: xdg('XDG_CACHE_HOME', '.cache'),
    state: xdg('XDG_STATE_HOME', '.local', 'state'),
  };
}

function pathsOf(platform: string) {
  const path = process.getBuiltinModule('node:path');
  return platform === 'win32' ? path.win32 : path.posix;
}
