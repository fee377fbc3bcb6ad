import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configCommand } from '../../src/cli/commands/config.ts';
import type { Home } from '../config/home.ts';
import { makeHome } from '../config/home.ts';
import type { RunOptions } from './console.ts';
import { run } from './console.ts';

const config = (home: Home, args: string[], options?: RunOptions) => run(configCommand, home, args, options);
const contentOf = (home: Home) => JSON.parse(readFileSync(home.paths.configFile, 'utf8'));

describe('sotto config list', () => {
  it('shows every setting with its value and origin', async () => {
    const home = makeHome({ model: 'm', aliases: { fast: 'x' } });
    const { stdout } = await config(home, ['list'], { env: { SOTTO_RETRIES: '5' } });
    const line = (key: string) =>
      stdout
        .split('\n')
        .find((each) => each.startsWith(`${key} `))
        ?.replace(/ {2,}/g, ' | ');
    expect(line('model')).toBe(`model | m | file ${home.paths.configFile}`);
    expect(line('retries')).toBe('retries | 5 | environment SOTTO_RETRIES');
    expect(line('timeout')).toBe('timeout | 300 | default');
    expect(line('temperature')).toBe('temperature | –');
    expect(line('noProxy')).toBe('noProxy | (none) | default');
    expect(line('aliases.fast')).toBe(`aliases.fast | x | file ${home.paths.configFile}`);
  });

  it('is one versioned object with --json', async () => {
    const home = makeHome({ profiles: { w: { topP: 0.5 } } });
    const { stdout } = await config(home, ['list', '--json'], { env: { OLLAMA_HOST: 'gpu' } });
    const { v, settings } = JSON.parse(stdout);
    expect(v).toBe(1);
    expect(settings).toContainEqual({ key: 'stream', value: true, origin: 'default' });
    expect(settings).toContainEqual({ key: 'model', value: null, origin: 'default' });
    expect(settings).toContainEqual({ key: 'profiles.w.topP', value: 0.5, origin: `file ${home.paths.configFile}` });
    expect(settings).toContainEqual({ key: 'providers.ollama.url', value: 'gpu', origin: 'environment OLLAMA_HOST' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('shows no control character of a value', async () => {
    const home = makeHome({ system: 'a\u001b[31mb\nc' });
    const { stdout } = await config(home, ['list']);
    expect(stdout).toContain('"a\\u001b[31mb\\nc"');
  });

  it('works with an address that is malformed', async () => {
    expect((await config(makeHome(), ['list'], { env: { OPENAI_BASE_URL: 'nonsense' } })).stdout).toContain('nonsense');
  });
});

describe('secrets', () => {
  it('never come out of any command or error', async () => {
    const alphabet = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcXYZ0189-_') });
    await fc.assert(
      fc.asyncProperty(alphabet, async (tail) => {
        const key = `K7q${tail}`;
        const home = makeHome({
          proxy: `http://me:${key}@proxy:1`,
          providers: { lab: { key, headers: { Authorization: `Bearer ${key}` } }, groq: { key: 'file' } },
          profiles: { w: { providers: { lab: { key } } } },
        });
        const env = { OPENAI_API_KEY: key, HTTPS_PROXY: `http://me:${key}@proxy:1`, AZURE_OPENAI_API_KEY: `!${key}` };
        const runs: [string[], RunOptions][] = [
          [['list'], { env }],
          [['list', '--json'], { env }],
          [['list', '--json'], { sets: [`providers.other.key=${key}`, `profiles.x.providers.other.key=${key}`] }],
          ...[
            'providers',
            'providers.lab',
            'providers.lab.key',
            'providers.lab.headers',
            'providers.lab.headers.Authorization',
            'providers.openai.key',
            'profiles',
            'profiles.w',
            'proxy',
          ].map((name): [string[], RunOptions] => [['get', name], { env }]),
          [['set', 'providers.lab.key', key], {}],
          [['set', 'providers.lab.headers.X', key], {}],
          [['set', 'profiles.w.providers.lab.key', key], {}],
          [['set', 'providers.lab', JSON.stringify({ key })], {}],
          [['set', 'providers', JSON.stringify({ lab: { key } })], {}],
          [['list'], { sets: [`providers.lab.kee=${key}`] }],
          [['list'], { sets: [key] }],
          [['list'], { sets: [`providers.lab=${key}`] }],
          [['list'], { sets: [`providers.lab={"key":["${key}"]}`] }],
          [['list'], { env: { SOTTO_PROFILE: 'none', OPENAI_API_KEY: key } }],
        ];
        for (const [args, options] of runs) expect((await config(home, args, options)).all, args.join(' ')).not.toContain(key);
        writeFileSync(home.paths.configFile, `{"providers": {"lab": {"key": "${key}" "${key}"}}}`);
        for (const args of [['list'], ['get', 'model'], ['set', 'model', 'm'], ['unset', 'model']])
          expect((await config(home, args)).all).not.toContain(key);
      }),
      { numRuns: 12 },
    );
  });

  it('are recognisable by their last four characters when they are long', async () => {
    const { stdout } = await config(makeHome(), ['list'], { env: { OPENAI_API_KEY: 'sk-0123456789abcdefwxyz', GROQ_API_KEY: 'x' } });
    expect(stdout).toMatch(/providers\.openai\.key +sk-…wxyz +environment OPENAI_API_KEY/);
  });
});

describe('sotto config get', () => {
  it('prints the value alone', async () => {
    const home = makeHome({
      model: 'm',
      system: 'two\nlines\u001b[1m',
      aliases: { 'gpt-4.1': 'x' },
      providers: { lab: { url: 'http://lab', headers: { A: 'b' } } },
    });
    const value = async (key: string) => (await config(home, ['get', key])).stdout;
    expect(await value('model')).toBe('m\n');
    expect(await value('system')).toBe('two\nlines\u001b[1m\n');
    expect(await value('max-tokens')).toBe('');
    expect(await value('stdin-timeout')).toBe('60\n');
    expect(await value('aliases.gpt-4.1')).toBe('x\n');
    expect(JSON.parse(await value('aliases'))).toEqual({ 'gpt-4.1': 'x' });
    expect(JSON.parse(await value('providers.lab'))).toEqual({ url: 'http://lab', 'headers.A': '(set)' });
    expect((await config(home, ['get', 'system'], { terminal: true })).stdout).toBe('two\nlines␛[1m\n');
  });

  it('says where a secret is set instead of printing it, and what is not set', async () => {
    const home = makeHome();
    const secret = await config(home, ['get', 'providers.openai.key'], { env: { OPENAI_API_KEY: 'sk-secret-secret-secret' } });
    expect(secret).toMatchObject({
      stdout: '',
      stderr: 'providers.openai.key is set (environment OPENAI_API_KEY). sotto never prints keys.\n',
    });
    expect(await config(home, ['get', 'model'])).toMatchObject({ stdout: '', stderr: 'model is not set.\n', kind: undefined });
    expect(await config(home, ['get', 'modle'])).toMatchObject({ kind: 'usage', hint: 'Did you mean model?' });
  });
});

describe('sotto config set and unset', () => {
  it('writes what the table takes, and says so on stderr', async () => {
    const home = makeHome();
    const first = await config(home, ['set', 'top-p', '0.5']);
    expect(first).toMatchObject({ stdout: '', stderr: `Set topP = 0.5 in ${home.paths.configFile}\n`, kind: undefined });
    await config(home, ['set', 'profiles.work.providers.azure.url', 'https://x.example']);
    await config(home, ['set', 'noProxy', 'a,b']);
    await config(home, ['set', '--', 'seed', '-1']);
    expect(contentOf(home)).toEqual({
      topP: 0.5,
      profiles: { work: { providers: { azure: { url: 'https://x.example' } } } },
      noProxy: ['a', 'b'],
      seed: -1,
    });
    expect(statSync(home.paths.configFile).mode & 0o777).toBe(0o600);
  });

  it.each([
    [['set', 'temperature', 'warm'], 'temperature should be a number from 0 to 2, but it is the text "warm".'],
    [['set', 'providers.lab.url', 'lab:80'], 'providers.lab.url is not a web address: "lab:80".'],
    [['set', 'temprature', '1'], 'There is no setting temprature.'],
    [['set', 'providers.lab.key', 'sk-literal'], 'A key given as an argument lands in the history of your shell; nothing was written.'],
    [['unset', 'temprature'], 'There is no setting temprature.'],
  ])('refuses %j and writes nothing', async (args, message) => {
    const home = makeHome();
    expect(await config(home, args)).toMatchObject({ message });
    expect(existsSync(home.paths.configFile)).toBe(false);
  });

  it('takes key commands and references, and the forms of OLLAMA_HOST', async () => {
    const home = makeHome();
    await config(home, ['set', 'providers.openai.key', '!pass show openai']);
    await config(home, ['set', 'providers.groq.key', '$MY_KEY']);
    await config(home, ['set', 'providers.ollama.url', 'gpu:1']);
    expect(contentOf(home).providers).toEqual({ openai: { key: '!pass show openai' }, groq: { key: '$MY_KEY' }, ollama: { url: 'gpu:1' } });
  });

  it('says when the environment still wins', async () => {
    const { stderr } = await config(makeHome(), ['set', 'model', 'm'], { env: { SOTTO_MODEL: 'other' } });
    expect(stderr).toContain('Note: SOTTO_MODEL in the environment still wins over the file.');
  });

  it('can mend a file in which another value is wrong, and take out an unknown key', async () => {
    const home = makeHome({ temperature: 'warm', modle: 'x' });
    expect((await config(home, ['set', 'model', 'm'])).kind).toBeUndefined();
    expect((await config(home, ['set', 'temperature', '1'])).kind).toBeUndefined();
    expect((await config(home, ['unset', 'modle'])).stderr).toBe(`Removed modle from ${home.paths.configFile}\n`);
    expect(contentOf(home)).toEqual({ model: 'm', temperature: 1 });
    expect((await config(home, ['unset', 'seed'])).stderr).toBe(`seed is not set in ${home.paths.configFile}; nothing to do.\n`);
  });
});

describe('sotto config edit', () => {
  /** An editor that writes these texts, one at each call, and ends with the code. */
  const writing =
    (texts: string | string[], code = 0) =>
    (file: string) => {
      writeFileSync(file, typeof texts === 'string' ? texts : (texts.shift() ?? ''));
      return code;
    };
  const terminal = { terminal: true, env: { EDITOR: 'ed' } };

  it('saves what was edited, for the owner alone', async () => {
    const home = makeHome();
    const result = await config(home, ['edit'], { ...terminal, editor: writing('{"model":"m"}') });
    expect(result).toMatchObject({ kind: undefined, stderr: `Saved ${home.paths.configFile}\n` });
    expect(contentOf(home)).toEqual({ model: 'm' });
    expect(statSync(home.paths.configFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(home.folder)).toEqual(['config.json']);
  });

  it('shows what is wrong and offers the editor again', async () => {
    const home = makeHome({ model: 'before' });
    const texts = ['{"retries": -1}', '{"retries": 1}'];
    const result = await config(home, ['edit'], {
      ...terminal,
      input: 'y\r',
      editor: writing(texts),
    });
    expect(result.stderr).toContain('retries should be a whole number from 0 to 100, but it is -1.\nEdit again? [Y/n]');
    expect(contentOf(home)).toEqual({ retries: 1 });
  });

  it('keeps the old configuration and the text when the user gives up', async () => {
    const home = makeHome({ model: 'before' });
    const result = await config(home, ['edit'], { ...terminal, input: 'n\r', editor: writing('{') });
    expect(result).toMatchObject({
      kind: 'configuration',
      hint: expect.stringMatching(/^Your text is kept in .*config\.edit-[0-9a-f]+\.json$/),
    });
    expect(contentOf(home)).toEqual({ model: 'before' });
    expect(readFileSync(result.hint.replace('Your text is kept in ', ''), 'utf8')).toBe('{');
  });

  it('changes nothing when the editor fails, or nothing was edited', async () => {
    const home = makeHome({ model: 'before' });
    expect(await config(home, ['edit'], { ...terminal, editor: writing('{}', 1) })).toMatchObject({
      kind: 'usage',
    });
    expect(await config(home, ['edit'], terminal)).toMatchObject({ kind: undefined, stderr: 'Nothing was changed.\n' });
    expect(contentOf(home)).toEqual({ model: 'before' });
    expect(readdirSync(home.folder)).toEqual(['config.json']);
  });

  it('does not overwrite what somebody else wrote meanwhile', async () => {
    const home = makeHome({ model: 'before' });
    const editor = (file: string) => {
      writeFileSync(home.paths.configFile, '{"model":"theirs"}');
      writeFileSync(file, '{"model":"mine"}');
      return 0;
    };
    expect((await config(home, ['edit'], { ...terminal, editor })).message).toContain('was changed by something else meanwhile');
    expect(contentOf(home)).toEqual({ model: 'theirs' });
  });

  it('needs a terminal or an editor', async () => {
    expect(await config(makeHome(), ['edit'])).toMatchObject({
      kind: 'usage',
      message: 'sotto config edit needs a terminal or an editor.',
    });
  });
});

describe('sotto config', () => {
  it('prints the path alone', async () => {
    const home = makeHome();
    expect((await config(home, ['path'])).stdout).toBe(`${home.paths.configFile}\n`);
  });

  it.each([
    [['--help']],
    [['list', '--help']],
    [['get', '--help']],
    [['set', '--help']],
    [['unset', '--help']],
    [['edit', '--help']],
    [['path', '--help']],
  ])('has examples in the help of %j', async (args) => {
    expect((await config(makeHome(), args)).stdout).toMatch(/Examples?:\n {2}/);
  });
});
