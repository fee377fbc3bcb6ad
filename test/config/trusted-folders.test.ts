import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { distrustFolder, isTrustedFolder, listTrustedFolders, trustFolder } from '../../src/config/trusted-folders.ts';
import { makeHome } from './home.ts';

function world() {
  const data = join(makeHome().folder, 'data');
  const folder = join(makeHome().folder, 'project');
  mkdirSync(join(folder, 'below'), { recursive: true });
  return { data, folder };
}

describe('a trusted folder', () => {
  it('is trusted by its real place, itself and nothing below or above it', async () => {
    const { data, folder } = world();
    const link = `${folder}-link`;
    symlinkSync(folder, link, 'junction');
    expect(isTrustedFolder(data, folder)).toBe(false);
    expect([await trustFolder(data, link), await trustFolder(data, folder)]).toEqual([true, false]);
    expect([folder, link, join(folder, 'below'), join(folder, '..')].map((path) => isTrustedFolder(data, path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    if (process.platform !== 'win32') expect(statSync(join(data, 'trusted-folders.json')).mode & 0o777).toBe(0o600);
  });

  it('is trusted until it is not, also when it is gone', async () => {
    const { data, folder } = world();
    await Promise.all([trustFolder(data, folder), trustFolder(data, join(folder, 'below'))]);
    expect(listTrustedFolders(data)).toHaveLength(2);
    const [listed = ''] = listTrustedFolders(data).filter((path) => path.endsWith('below'));
    rmSync(folder, { recursive: true });
    expect([await distrustFolder(data, listed), await distrustFolder(data, listed)]).toEqual([true, false]);
    expect(listTrustedFolders(data)).toHaveLength(1);
  });

  it('is never guessed from a file that cannot be read', () => {
    const { data, folder } = world();
    mkdirSync(data);
    writeFileSync(join(data, 'trusted-folders.json'), '{"folders": [');
    expect(() => isTrustedFolder(data, folder)).toThrow('is not valid JSON');
  });
});
