import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { distrustFolder, readTrust, trustFolder } from '../../src/config/trusted-folders.ts';
import { makeHome } from './home.ts';

const trustOf = (data: string, folder: string) => readTrust(data, folder).state;
const isTrustedFolder = (data: string, folder: string) => trustOf(data, folder) === 'trusted';

function listTrustedFolders(data: string): string[] {
  const { folders } = JSON.parse(readFileSync(join(data, 'trusted-folders.json'), 'utf8'));
  return folders.map(({ path }: { path: string }) => path);
}

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

  it('keeps little of a command as long as a book, and notices each change of it', async () => {
    const { data, folder } = world();
    const bring = (word: string) => writeFileSync(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { x: { command: word } } }));
    bring('y'.repeat(900_000));
    await trustFolder(data, folder);
    expect(trustOf(data, folder)).toBe('trusted');
    expect(statSync(join(data, 'trusted-folders.json')).size).toBeLessThan(2000);
    bring(`${'y'.repeat(899_999)}z`);
    expect(trustOf(data, folder)).toBe('changed');
  });

  it('is refused where its servers are more than anybody reads, and takes no other trust away', async () => {
    const { data, folder } = world();
    await trustFolder(data, join(folder, 'below'));
    writeFileSync(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { x: { command: 'y'.repeat(1_000_000) } } }));
    await expect(trustFolder(data, folder)).rejects.toThrow(/mcp\.json cannot be read: it is too large\.$/);
    expect(listTrustedFolders(data)).toHaveLength(1);
  });

  it('is never kept in a file that could not be read again', async () => {
    const { data, folder } = world();
    await trustFolder(data, join(folder, 'below'));
    const files = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`${at}${'n'.repeat(9000)}`, 'hash']));
    const brought = { files, hashes: {}, servers: [], unusable: [], unchecked: [], hasLoosePackages: false };
    await expect(trustFolder(data, folder, brought)).rejects.toThrow(/would become too large/);
    expect(listTrustedFolders(data)).toHaveLength(1);
  });

  it.each<[string, (folder: string) => void]>([
    ['a tool has changed', (folder) => writeFileSync(join(folder, '.sotto/tools/a.mjs'), 'other')],
    ['a tool was added', (folder) => writeFileSync(join(folder, '.sotto/tools/b.mjs'), 'one')],
    ['a tool was removed', (folder) => rmSync(join(folder, '.sotto/tools/a.mjs'))],
    ['what a tool imports has changed', (folder) => writeFileSync(join(folder, '.sotto/tools/lib/c.mjs'), 'other')],
    ['a file has become a program', (folder) => chmodSync(join(folder, '.sotto/tools/a.mjs'), 0o755)],
    ['what a link leads to has changed', (folder) => writeFileSync(join(folder, 'elsewhere.mjs'), 'other')],
    ['a server was added', (folder) => writeFileSync(join(folder, '.mcp.json'), '{}')],
    ['a server of sotto was added', (folder) => writeFileSync(join(folder, '.sotto/mcp.json'), '{}')],
  ])('is trusted as it was: not any more when %s, until somebody has looked again', async (_, changeIt) => {
    const { data, folder } = world();
    mkdirSync(join(folder, '.sotto/tools/lib'), { recursive: true });
    writeFileSync(join(folder, '.sotto/tools/a.mjs'), 'one');
    writeFileSync(join(folder, '.sotto/tools/lib/c.mjs'), 'one');
    writeFileSync(join(folder, 'elsewhere.mjs'), 'one');
    symlinkSync('../../elsewhere.mjs', join(folder, '.sotto/tools/link.mjs'));
    await trustFolder(data, folder);
    writeFileSync(join(folder, 'README.md'), 'anything else may change');
    mkdirSync(join(folder, '.sotto/tools/__pycache__'));
    writeFileSync(join(folder, '.sotto/tools/__pycache__/a.pyc'), 'x');
    expect(trustOf(data, folder)).toBe('trusted');
    changeIt(folder);
    expect([trustOf(data, folder), isTrustedFolder(data, folder)]).toEqual(['changed', false]);
    expect(await trustFolder(data, folder)).toBe(true);
    expect([trustOf(data, folder), listTrustedFolders(data).length]).toEqual(['trusted', 1]);
  });

  it('is not one that brings more than anybody can look at', async () => {
    const { data, folder } = world();
    mkdirSync(join(folder, '.sotto/tools'), { recursive: true });
    symlinkSync('..', join(folder, '.sotto/tools/circle'));
    expect(await trustFolder(data, folder)).toBe(true);
    writeFileSync(join(folder, '.sotto/tools/data'), '');
    truncateSync(join(folder, '.sotto/tools/data'), 65_000_000);
    expect(trustOf(data, folder)).toBe('changed');
    await expect(trustFolder(data, folder)).rejects.toThrow(/too many or too large files/);
  });

  it('is never guessed from a file that cannot be read', () => {
    const { data, folder } = world();
    mkdirSync(data);
    writeFileSync(join(data, 'trusted-folders.json'), '{"folders": [');
    expect(() => isTrustedFolder(data, folder)).toThrow('is not valid JSON');
  });
});
