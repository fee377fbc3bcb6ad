import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureFolder, resolvePaths } from '../../src/config/paths.ts';
import { makeHome } from './home.ts';

describe('resolvePaths', () => {
  it('puts everything into SOTTO_HOME', () => {
    for (const platform of ['linux', 'darwin']) {
      expect(resolvePaths({ env: { SOTTO_HOME: '/s', XDG_CONFIG_HOME: '/x' }, platform, home: '/h' })).toEqual({
        config: '/s',
        data: '/s',
        cache: '/s/cache',
        state: '/s',
        configFile: '/s/config.json',
        keysFile: '/s/keys.json',
        toolRulesFile: '/s/tool-rules.json',
      });
    }
    expect(resolvePaths({ env: { SOTTO_HOME: '~/s' }, platform: 'linux', home: '/h' }).config).toBe('/h/s');
  });

  it('follows XDG on Linux, and ignores relative XDG folders', () => {
    expect(resolvePaths({ env: {}, platform: 'linux', home: '/h' })).toEqual({
      config: '/h/.config/sotto',
      data: '/h/.local/share/sotto',
      cache: '/h/.cache/sotto',
      state: '/h/.local/state/sotto',
      configFile: '/h/.config/sotto/config.json',
      keysFile: '/h/.local/share/sotto/keys.json',
      toolRulesFile: '/h/.local/share/sotto/tool-rules.json',
    });
    const env = { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: 'relative', XDG_CACHE_HOME: '', SOTTO_HOME: '' };
    expect(resolvePaths({ env, platform: 'linux', home: '/h' })).toMatchObject({
      config: '/c/sotto',
      data: '/h/.local/share/sotto',
      cache: '/h/.cache/sotto',
    });
  });

  it('uses the Library on macOS and AppData on Windows', () => {
    expect(resolvePaths({ env: {}, platform: 'darwin', home: '/h' })).toMatchObject({
      configFile: '/h/Library/Application Support/sotto/config.json',
      cache: '/h/Library/Caches/sotto',
    });
    expect(resolvePaths({ env: { APPDATA: 'C:\\r' }, platform: 'win32', home: 'C:\\h' })).toMatchObject({
      configFile: 'C:\\r\\sotto\\Config\\config.json',
      keysFile: 'C:\\h\\AppData\\Local\\sotto\\Data\\keys.json',
      toolRulesFile: 'C:\\h\\AppData\\Local\\sotto\\Data\\tool-rules.json',
    });
  });

  it('creates nothing until something is written, and then for the owner alone', () => {
    const { folder } = makeHome();
    const paths = resolvePaths({ env: { SOTTO_HOME: join(folder, 'new', 'er') }, platform: process.platform, home: folder });
    expect(existsSync(paths.config)).toBe(false);
    ensureFolder(paths.config);
    expect(statSync(paths.config).mode & 0o777).toBe(0o700);
  });
});
