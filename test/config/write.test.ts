import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setInFile, unsetInFile } from '../../src/config/write.ts';
import { failureOfAsync, makeHome } from './home.ts';

const contentOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('writing the configuration', () => {
  it('makes the file 0600 in a folder 0700', async () => {
    const file = join(makeHome().folder, 'new', 'config.json');
    await setInFile(file, ['model'], 'm');
    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readFileSync(file, 'utf8')).toBe('{\n  "model": "m"\n}\n');
  });

  it('keeps what is in the file already, unknown keys included', async () => {
    const { configFile } = makeHome({ future: { a: [1] }, aliases: { 'gpt-4.1': 'x' }, temperature: 'wrong' }).paths;
    await setInFile(configFile, ['aliases', 'b.c'], 'y');
    await setInFile(configFile, ['providers', 'my.lab', 'headers', 'X.Y'], 'z');
    expect(contentOf(configFile)).toEqual({
      future: { a: [1] },
      aliases: { 'gpt-4.1': 'x', 'b.c': 'y' },
      temperature: 'wrong',
      providers: { 'my.lab': { headers: { 'X.Y': 'z' } } },
    });
  });

  it('removes a value and the objects that become empty by it', async () => {
    const { configFile } = makeHome({ model: 'm', providers: { a: { headers: { X: '1' } }, b: { api: 'chat' } } }).paths;
    expect(await unsetInFile(configFile, ['providers', 'a', 'headers', 'X'])).toBe(true);
    expect(contentOf(configFile)).toEqual({ model: 'm', providers: { b: { api: 'chat' } } });
    expect(await unsetInFile(configFile, ['providers', 'a', 'headers', 'X'])).toBe(false);
    expect(await unsetInFile(configFile, ['providers'])).toBe(true);
    expect(contentOf(configFile)).toEqual({ model: 'm' });
  });

  it('never touches a file that it cannot parse', async () => {
    const { configFile } = makeHome().paths;
    for (const broken of ['{"model": }', '[]', '"text"']) {
      writeFileSync(configFile, broken);
      expect(await failureOfAsync(() => setInFile(configFile, ['model'], 'm'))).toMatchObject({
        kind: 'configuration',
        hint: expect.stringContaining('left as it is'),
      });
      expect(readFileSync(configFile, 'utf8')).toBe(broken);
    }
  });

  it('writes into an empty file and one with a byte order mark', async () => {
    const { configFile } = makeHome().paths;
    for (const text of ['', '\uFEFF{}']) {
      writeFileSync(configFile, text);
      await setInFile(configFile, ['model'], 'm');
      expect(contentOf(configFile)).toEqual({ model: 'm' });
    }
  });

  it('loses nothing when several write at the same time', async () => {
    const { configFile } = makeHome().paths;
    await Promise.all(Array.from({ length: 8 }, (_, index) => setInFile(configFile, ['aliases', `a${index}`], 'm')));
    expect(Object.keys(contentOf(configFile).aliases)).toHaveLength(8);
  });
});
