import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { describe, expect, it } from 'vitest';
import { keysCommand } from '../../src/cli/commands/keys.ts';
import { listKeys } from '../../src/config/key-store.ts';
import type { Home } from '../config/home.ts';
import { makeHome } from '../config/home.ts';
import { READS_TYPESCRIPT } from '../support/typescript.ts';
import type { RunOptions } from './console.ts';
import { run } from './console.ts';

const keys = (home: Home, args: string[], options?: RunOptions) => run(keysCommand, home, args, options);
const KEY = 'sk-0123456789abcdefwxyz';

describe('sotto keys set', () => {
  it.each([
    ['short', '(set)'],
    ['!pass show openai', '(command)'],
    ['$MY_KEY', '(environment reference)'],
  ])('names %s in one pair of brackets', async (key, shown) => {
    const { stderr } = await keys(makeHome(), ['set', 'openai'], { input: `${key}\n` });
    expect(stderr).toMatch(/^Stored the key of openai \([^()]+\) in /);
    expect(stderr).toContain(shown);
  });

  it('reads the key from a pipe', async () => {
    const home = makeHome();
    const result = await keys(home, ['set', 'openai'], { input: `${KEY}\n` });
    expect(result).toMatchObject({
      stdout: '',
      stderr: `Stored the key of openai (sk-…wxyz) in ${home.paths.keysFile}\n`,
      kind: undefined,
    });
    expect(listKeys(home.paths.keysFile)).toEqual([{ provider: 'openai', text: KEY }]);
    expect(statSync(home.paths.keysFile).mode & 0o777).toBe(0o600);
  });

  it('reads it unseen on a terminal, with backspace, Ctrl+U and pasted markers', async () => {
    const home = makeHome();
    const result = await keys(home, ['set', 'openai'], { terminal: true, input: `wrong\x15\x1b[200~${KEY}\x1b[201~x\x7f\r` });
    expect(listKeys(home.paths.keysFile)).toEqual([{ provider: 'openai', text: KEY }]);
    expect(result.stderr).toMatch(/^Key of openai \(not shown\): \nStored/);
    expect(result.rawModes).toEqual([true, false]);
    expect(result.all).not.toContain(KEY);
  });

  it('stores nothing on Ctrl+C', async () => {
    const home = makeHome();
    expect(await keys(home, ['set', 'openai'], { terminal: true, input: `${KEY}\x03` })).toMatchObject({
      kind: 'cancelled',
      rawModes: [true, false],
    });
    expect(existsSync(home.paths.keysFile)).toBe(false);
  });

  it('ends and gives the terminal back when sotto is terminated', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const typed = await keys(makeHome(), ['set', 'openai'], { terminal: true, input: 'half', interrupted: controller.signal });
    expect(typed).toMatchObject({ kind: 'cancelled', rawModes: [true, false] });
  });

  it('refuses a key as an argument without repeating it', async () => {
    const home = makeHome();
    const result = await keys(home, ['set', 'openai', KEY], { input: `${KEY}\n` });
    expect(result).toMatchObject({
      kind: 'usage',
      message: 'A key given as an argument lands in the history of your shell; nothing was stored.',
    });
    expect(result.all).not.toContain(KEY);
    expect(existsSync(home.paths.keysFile)).toBe(false);
  });

  it.each([
    ['', 'No key came in; nothing was stored.'],
    ['\n\n', 'No key came in; nothing was stored.'],
    ['a-first-key\na-second-key\n', 'More than one line came in; nothing was stored.'],
    ['x'.repeat(70_000), 'stdin holds more than 65536 bytes.'],
  ])('refuses what is no key', async (input, message) => {
    expect(await keys(makeHome(), ['set', 'openai'], { input })).toMatchObject({ kind: 'usage', message });
  });

  it('says when another key still wins, and when nobody knows the provider', async () => {
    const won = await keys(makeHome(), ['set', 'openai'], { input: KEY, env: { OPENAI_API_KEY: 'other' } });
    expect(won.stderr).toContain('Note: the key from environment OPENAI_API_KEY still wins over the stored one.');
    const unknown = await keys(makeHome(), ['set', 'opneai'], { input: KEY });
    expect(unknown.stderr).toContain('Note: sotto knows no provider opneai yet. Did you mean openai?');
  });

  it('keeps both keys when two are set at once', async () => {
    const home = makeHome();
    await Promise.all([keys(home, ['set', 'openai'], { input: 'one' }), keys(home, ['set', 'groq'], { input: 'two' })]);
    expect(listKeys(home.paths.keysFile)).toHaveLength(2);
  });

  it.skipIf(process.platform === 'win32')('shows nothing of the key on a real terminal', async () => {
    const home = makeHome();
    const url = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../..', path)).href);
    const script = `
      import { keysCommand } from ${url('src/cli/commands/keys.ts')};
      import { loadSettings } from ${url('src/config/load.ts')};
      const paths = ${JSON.stringify(home.paths)};
      const { stdin, stdout, stderr } = process;
      await keysCommand({ env: {}, stdin, stdout, stderr, paths, isTerminal: { stdin: stdin.isTTY, stdout: true, stderr: true },
        loadSettings: () => loadSettings({ env: {}, paths }), knownProviders: ['openai'], interrupted: new AbortController().signal }).parseAsync(['set', 'openai'], { from: 'user' });`;
    const terminal = spawn(process.execPath, [...READS_TYPESCRIPT, '--input-type=module', '--eval', script], { cols: 200, rows: 10 });
    let screen = '';
    terminal.onData((text) => {
      screen += text;
      if (screen.endsWith('(not shown): ')) terminal.write(`${KEY}\r`);
    });
    const code = await new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    expect([code, screen]).toEqual([0, expect.stringContaining('Stored the key of openai (sk-…wxyz)')]);
    expect(screen).not.toContain(KEY);
    expect(readFileSync(home.paths.keysFile, 'utf8')).toContain(KEY);
  });
});

describe('sotto keys list', () => {
  it('shows where each key is from and which one is used, never a key', async () => {
    const home = makeHome({ providers: { lab: { key: '!pass show lab' } } });
    for (const provider of ['openai', 'groq']) await keys(home, ['set', provider], { input: KEY });
    const env = { OPENAI_API_KEY: 'sk-env-env-env-env-env-9999', AZURE_OPENAI_API_KEY: '!literal-of-the-environment' };
    const { stdout, all } = await keys(home, ['list'], { env });
    const store = `key store ${home.paths.keysFile}`;
    expect(stdout.split('\n')).toEqual([
      'azure   (set)      environment AZURE_OPENAI_API_KEY',
      `groq    sk-…wxyz   ${store}`,
      `lab     (command)  file ${home.paths.configFile}`,
      'openai  sk-…9999   environment OPENAI_API_KEY',
      `openai  sk-…wxyz   ${store} (not used)`,
      '',
    ]);
    expect(all).not.toContain(KEY);
    const json = JSON.parse((await keys(home, ['list', '--json'], { env })).stdout);
    expect(json.v).toBe(1);
    expect(json.keys[1]).toEqual({ provider: 'groq', key: 'sk-…wxyz', origin: store, used: true });
  });

  it('says how to begin when there is none', async () => {
    expect(await keys(makeHome(), ['list'])).toMatchObject({
      stdout: '',
      stderr: 'There is no key yet. Store one with: sotto keys set openai\n',
    });
  });
});

describe('sotto keys delete', () => {
  async function withKey(): Promise<Home> {
    const home = makeHome();
    await keys(home, ['set', 'openai'], { input: KEY });
    return home;
  }

  it('asks on a terminal', async () => {
    const home = await withKey();
    expect((await keys(home, ['delete', 'openai'], { terminal: true, input: '\r' })).stderr).toContain('Nothing was deleted.');
    expect(listKeys(home.paths.keysFile)).toHaveLength(1);
    expect((await keys(home, ['delete', 'openai'], { terminal: true, input: 'y\r' })).stderr).toContain(
      'Deleted the stored key of openai.',
    );
    expect(listKeys(home.paths.keysFile)).toEqual([]);
  });

  it('needs --yes where nobody can be asked', async () => {
    const home = await withKey();
    expect(await keys(home, ['delete', 'openai'])).toMatchObject({ kind: 'usage', hint: 'Run: sotto keys delete openai --yes' });
    expect((await keys(home, ['delete', 'openai', '--yes'], { env: { OPENAI_API_KEY: 'k' } })).stderr).toBe(
      'Deleted the stored key of openai.\nNote: openai still has a key from environment OPENAI_API_KEY.\n',
    );
  });

  it('names what is stored when there is no such key', async () => {
    expect(await keys(await withKey(), ['delete', 'opnai'])).toMatchObject({ kind: 'usage', hint: 'Stored are: openai' });
  });
});

describe('sotto keys', () => {
  it.each([[['--help']], [['set', '--help']], [['list', '--help']], [['delete', '--help']]])(
    'has examples in the help of %j',
    async (args) => {
      expect((await keys(makeHome(), args)).stdout).toMatch(/Examples?:\n {2}/);
    },
  );

  it('offers no place for a key in the usage of set', async () => {
    expect((await keys(makeHome(), ['set', '--help'])).stdout).toMatch(/^Usage: keys set <provider>\n/);
  });
});
