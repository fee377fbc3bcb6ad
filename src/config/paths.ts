/** Where sotto keeps its files: one folder with SOTTO_HOME, the platform's usual folders otherwise. */

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

export type PathsRequest = { env: Readonly<Record<string, string | undefined>>; platform: string; home: string };

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

/** Creates a folder that only its owner may enter. Called when something is written, never before. */
export function ensureFolder(folder: string): void {
  process.getBuiltinModule('node:fs').mkdirSync(folder, { recursive: true, mode: 0o700 });
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
