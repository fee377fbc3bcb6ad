import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SettingKey } from '../../src/config/settings.ts';
import { SETTING_KEYS, SETTINGS } from '../../src/config/settings.ts';
import { failureOf, makeHome } from './home.ts';

describe('precedence', () => {
  const file = { timeout: 10, profile: 'work', profiles: { work: { timeout: 20 } } };

  it('takes the default when nothing sets a value', () => {
    const settings = makeHome().load();
    expect([settings.get('timeout'), settings.origin('timeout')]).toEqual([300, 'default']);
    expect([settings.get('model'), settings.origin('model')]).toEqual([undefined, 'default']);
  });

  it('takes the file over the default', () => {
    const home = makeHome({ timeout: 10 });
    const settings = home.load();
    expect([settings.get('timeout'), settings.origin('timeout')]).toEqual([10, `file ${home.paths.configFile}`]);
  });

  it('takes the profile over the file', () => {
    const settings = makeHome(file).load();
    expect([settings.get('timeout'), settings.origin('timeout')]).toEqual([20, 'profile work']);
  });

  it('takes the environment over the profile', () => {
    const settings = makeHome(file).load({ env: { SOTTO_TIMEOUT: '30' } });
    expect([settings.get('timeout'), settings.origin('timeout')]).toEqual([30, 'environment SOTTO_TIMEOUT']);
  });

  it('takes --set and flags over the environment, and a flag of its own over --set', () => {
    const home = makeHome(file);
    const env = { SOTTO_TIMEOUT: '30' };
    const set = home.load({ env, sets: ['timeout=40'] });
    expect([set.get('timeout'), set.origin('timeout')]).toEqual([40, 'flag']);
    const flag = home.load({ env, sets: ['timeout=40'], overrides: { timeout: '50' } });
    expect([flag.get('timeout'), flag.origin('timeout')]).toEqual([50, 'flag']);
  });

  it('merges records entry by entry, each with its own origin', () => {
    const home = makeHome({ aliases: { fast: 'a', slow: 'b' }, profile: 'p', profiles: { p: { aliases: { slow: 'c' } } } });
    const settings = home.load({ sets: ['aliases.gpt-4.1=d'] });
    expect(settings.get('aliases')).toEqual({ fast: 'a', slow: 'c', 'gpt-4.1': 'd' });
    expect(settings.origin('aliases.fast')).toBe(`file ${home.paths.configFile}`);
    expect(settings.origin('aliases.slow')).toBe('profile p');
    expect(settings.origin('aliases.gpt-4.1')).toBe('flag');
  });

  it('chooses the profile by request, flag, environment, then file', () => {
    const home = makeHome({ profile: 'a', profiles: { a: { model: 'ma' }, b: { model: 'mb' }, c: { model: 'mc' }, d: { model: 'md' } } });
    expect(home.load().get('model')).toBe('ma');
    expect(home.load({ env: { SOTTO_PROFILE: 'b' } }).get('model')).toBe('mb');
    expect(home.load({ env: { SOTTO_PROFILE: 'b' }, overrides: { profile: 'c' } }).get('model')).toBe('mc');
    expect(home.load({ overrides: { profile: 'c' }, profile: 'd' }).get('model')).toBe('md');
  });

  it('lets a profile set providers too', () => {
    const settings = makeHome({ profiles: { work: { providers: { openai: { api: 'chat' } } } } }).load({ profile: 'work' });
    expect(settings.provider('openai')).toEqual({ name: 'openai', api: 'chat', origins: { api: 'profile work' } });
  });

  it('lays what --set says of a profile above what the file says of it', () => {
    const home = makeHome({ profiles: { work: { model: 'filed', temperature: 0.2 } } });
    const settings = home.load({ profile: 'work', sets: ['profiles.work.temperature=0.9'] });
    expect([settings.get('model'), settings.get('temperature')]).toEqual(['filed', 0.9]);
  });

  it('refuses a profile that does not exist, by who asked for it', () => {
    const home = makeHome({ profiles: { work: {} } });
    const flag = failureOf(() => home.load({ overrides: { profile: 'wrok' } }));
    expect(flag).toMatchObject({ kind: 'usage', exitCode: 2, message: 'There is no profile "wrok".' });
    expect(failureOf(() => home.load({ overrides: { profile: 'worke' } })).hint).toBe('Did you mean work?');
    expect(failureOf(() => home.load({ env: { SOTTO_PROFILE: 'x' } }))).toMatchObject({ kind: 'configuration', exitCode: 3 });
  });
});

describe('flags and --set', () => {
  it('reads each type from its text', () => {
    const sets = [
      'model=gpt-4o',
      'temperature=0.5',
      'seed=-7',
      'stream=off',
      'effort=HIGH',
      'noProxy=a.example, b.example',
      'aliases={"x":"y"}',
    ];
    const settings = makeHome().load({ sets });
    const keys: SettingKey[] = ['model', 'temperature', 'seed', 'stream', 'effort', 'noProxy', 'aliases'];
    expect(keys.map((key) => settings.get(key))).toEqual(['gpt-4o', 0.5, -7, false, 'high', ['a.example', 'b.example'], { x: 'y' }]);
  });

  it('reads JSON where it is JSON of the right type, and text otherwise', () => {
    const read = (set: string) =>
      makeHome()
        .load({ sets: [set] })
        .get('system');
    expect(read('system="quoted = text"')).toBe('quoted = text');
    expect(read('system=123')).toBe('123');
    expect(read('system={"a":1}')).toBe('{"a":1}');
    expect(
      makeHome()
        .load({ overrides: { system: '"as it is"' } })
        .get('system'),
    ).toBe('"as it is"');
  });

  it('reaches nested keys of providers, names with dots and flags spelt with dashes', () => {
    const sets = [
      'providers.foo.headers.X-Test=1',
      'providers.foo.headers.A.B=2',
      'providers.my.host.kind=openai-compatible',
      'top-p=0.3',
      'providers.foo.api-version=v9',
    ];
    const settings = makeHome().load({ sets });
    expect(settings.provider('foo').headers).toEqual({ 'X-Test': '1', 'A.B': '2' });
    expect(settings.provider('foo').apiVersion).toBe('v9');
    expect(settings.provider('my.host').kind).toBe('openai-compatible');
    expect(settings.get('topP')).toBe(0.3);
  });

  it('takes a whole section as JSON and checks it', () => {
    const settings = makeHome().load({ sets: ['providers.lab={"kind":"openai-compatible","models":["m"]}'] });
    expect(settings.provider('lab')).toMatchObject({ kind: 'openai-compatible', models: ['m'] });
    expect(failureOf(() => makeHome().load({ sets: ['providers.lab={"kind":"nope"}'] }))).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('providers.lab.kind should be one of openai, azure'),
    });
  });

  it.each([
    ['temprature=1', 'There is no setting temprature.', 'Did you mean temperature?'],
    ['providers.openai.ulr=x', 'There is no setting providers.openai.ulr.', 'Did you mean providers.openai.url?'],
    ['model.name=x', 'There is no setting model.name.', 'Did you mean model?'],
    ['__proto__.polluted=1', 'There is no setting __proto__.polluted.', 'All settings are listed by: sotto config list'],
    ['profiles.a.profiles.b.model=1', 'There is no setting profiles.a.profiles.b.model.', 'All settings are listed by: sotto config list'],
    ['justtext', '--set needs KEY=VALUE.', 'For example: --set temperature=0.2 or --set providers.openai.api=chat'],
  ])('refuses --set %s with exit code 2 and the nearest keys', (set, message, hint) => {
    expect(failureOf(() => makeHome().load({ sets: [set] }))).toEqual({ kind: 'usage', exitCode: 2, message, hint });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    ['temperature', '3', '--temperature should be a number from 0 to 2, but it is 3, which is out of range.'],
    ['maxTokens', '1.5', '--max-tokens should be a whole number of at least 1, but it is 1.5.'],
    ['effort', 'huge', '--effort should be one of none, minimal, low, medium, high, xhigh, max, but it is the text "huge".'],
    ['seed', '0x10', '--seed should be a whole number, but it is the text "0x10".'],
    ['retries', '', '--retries should be a whole number from 0 to 100, but it is empty.'],
  ])('refuses a wrong value of the flag of %s', (key, value, message) => {
    expect(failureOf(() => makeHome().load({ overrides: { [key]: value } }))).toMatchObject({ kind: 'usage', message });
  });

  it('ignores overrides that are no settings, and undefined ones', () => {
    const settings = makeHome().load({ overrides: { file: ['a'], model: undefined } });
    expect(settings.origin('model')).toBe('default');
  });
});

describe('the environment', () => {
  it('has a SOTTO_ variable for every setting that is one value', () => {
    for (const key of SETTING_KEYS) {
      const { type, env } = SETTINGS[key] as { type: string; env?: readonly string[] };
      const usual = `SOTTO_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
      if (type !== 'record' && key !== 'httpProxy') expect(env?.[0], key).toBe(usual);
    }
  });

  it.each([
    [{}, 'auto'],
    [{ NO_COLOR: '1' }, 'never'],
    [{ NO_COLOR: '' }, 'auto'],
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, 'always'],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, 'never'],
    [{ FORCE_COLOR: '' }, 'always'],
    [{ FORCE_COLOR: '0' }, 'never'],
    [{ CLICOLOR: '0' }, 'never'],
    [{ CLICOLOR: '1' }, 'auto'],
    [{ CLICOLOR: '0', CLICOLOR_FORCE: '1' }, 'always'],
    [{ NO_COLOR: '1', SOTTO_COLOR: 'always' }, 'always'],
  ])('reads colour from %o as %s', (env, color) => {
    expect(
      makeHome()
        .load({ env: env as Record<string, string> })
        .get('color'),
    ).toBe(color);
  });

  it('counts an empty variable as not set', () => {
    expect(
      makeHome({ model: 'm' })
        .load({ env: { SOTTO_MODEL: '', OPENAI_API_KEY: '' } })
        .get('model'),
    ).toBe('m');
    expect(
      makeHome()
        .load({ env: { OPENAI_API_KEY: '' } })
        .providerNames(),
    ).toEqual([]);
  });

  it('names the variable whose value is wrong', () => {
    expect(failureOf(() => makeHome().load({ env: { SOTTO_TEMPERATURE: 'warm' } }))).toEqual({
      kind: 'configuration',
      exitCode: 3,
      message: 'The environment variable SOTTO_TEMPERATURE should be a number from 0 to 2, but it is the text "warm".',
      hint: 'Correct it, or remove it with: unset SOTTO_TEMPERATURE',
    });
  });
});

describe('the file', () => {
  it('notes an unknown key and goes on', () => {
    const home = makeHome({
      modle: 'x',
      providers: { openai: { ulr: 'y' } },
      profiles: { w: { profile: 'v' } },
      $schema: 's',
      temperature: null,
    });
    const settings = home.load();
    expect(settings.notices).toEqual([
      {
        level: 'warning',
        code: 'unknown_setting',
        message: `${home.paths.configFile}: there is no setting modle; it is ignored. Did you mean model?`,
      },
      {
        level: 'warning',
        code: 'unknown_setting',
        message: `${home.paths.configFile}: there is no setting providers.openai.ulr; it is ignored. Did you mean url?`,
      },
      {
        level: 'warning',
        code: 'unknown_setting',
        message: `${home.paths.configFile}: there is no setting profiles.w.profile; it is ignored.`,
      },
    ]);
    expect(settings.get('temperature')).toBeUndefined();
  });

  it.each([
    [{ temperature: 'warm' }, 'temperature should be a number from 0 to 2, but it is the text "warm"'],
    [{ temperature: '0.5' }, 'temperature should be a number from 0 to 2, but it is the text "0.5"'],
    [{ stream: 1 }, 'stream should be true or false, but it is 1'],
    [{ aliases: { a: 1 } }, 'aliases.a should be text, but it is a number'],
    [{ aliases: ['a'] }, 'aliases should be an object of texts, but it is a list'],
    [{ providers: [] }, 'providers should be an object with a name for each entry, but it is a list'],
    [{ providers: { openai: 'x' } }, 'providers.openai should be an object of settings, but it is other text'],
    [{ providers: { openai: { key: 7 } } }, 'providers.openai.key should be text, but it is a number'],
    [{ profiles: { w: { retries: -1 } } }, 'profiles.w.retries should be a whole number from 0 to 100, but it is -1'],
  ])('refuses %o with exit code 3, naming file, key, expected and found', (config, message) => {
    const home = makeHome(config);
    expect(failureOf(() => home.load())).toMatchObject({
      kind: 'configuration',
      exitCode: 3,
      message: `${home.paths.configFile}: ${message}.`,
    });
  });

  it('says where a malformed file is wrong without quoting it', () => {
    const home = makeHome('{\n  "providers": {\n    "openai": { "key": "sk-very-secret-very-secret" x }\n  }\n}');
    const failure = failureOf(() => home.load());
    expect(failure.message).toBe(`${home.paths.configFile} is not valid JSON. Line 3, column 53: "," or "}" is expected here.`);
    expect(failure).toMatchObject({ kind: 'configuration', exitCode: 3, hint: expect.stringContaining('The file was left as it is.') });
    expect(failure.message).not.toContain('secret');
  });

  it('reads a byte order mark and an empty file', () => {
    expect(makeHome('\uFEFF{"model":"m"}').load().get('model')).toBe('m');
    expect(makeHome(' \n').load().get('model')).toBeUndefined();
  });

  it('refuses a file that is not an object, and a folder in its place', () => {
    expect(failureOf(() => makeHome('[1]').load()).message).toContain('should hold a JSON object, but it holds a list');
    const home = makeHome();
    mkdirSync(home.paths.configFile);
    expect(failureOf(() => home.load())).toMatchObject({
      kind: 'configuration',
      message: `${home.paths.configFile} cannot be read: it is a folder.`,
    });
  });
});

describe('providers', () => {
  it('take the variables of their vendors', () => {
    const env = {
      OPENAI_API_KEY: 'k1',
      OPENAI_BASE_URL: 'http://proxy.example/v1/',
      OPENAI_ORG_ID: 'org',
      OPENAI_PROJECT_ID: 'proj',
      AZURE_OPENAI_API_KEY: 'k2',
      AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com',
      OPENAI_API_VERSION: '2024-10-21',
      ANTHROPIC_API_KEY: 'k3',
      ANTHROPIC_BASE_URL: 'http://a.example',
      GEMINI_API_KEY: 'k4',
    };
    const settings = makeHome({ providers: { 'my-lab.x': {} } }).load({
      env: { ...env, MY_LAB_X_API_KEY: 'k5' },
      keyVariables: { google: ['GEMINI_API_KEY'] },
    });
    expect(settings.provider('openai')).toMatchObject({ url: 'http://proxy.example/v1', organization: 'org', project: 'proj' });
    expect(settings.provider('azure')).toMatchObject({ url: 'https://x.openai.azure.com', apiVersion: '2024-10-21' });
    expect(settings.provider('anthropic')).toMatchObject({ url: 'http://a.example', origins: { url: 'environment ANTHROPIC_BASE_URL' } });
    expect(settings.keyOf('google')).toEqual({ text: 'k4', origin: 'environment GEMINI_API_KEY' });
    expect(settings.keyOf('my-lab.x')).toEqual({ text: 'k5', origin: 'environment MY_LAB_X_API_KEY' });
    expect(settings.providerNames().sort()).toEqual(['anthropic', 'azure', 'google', 'my-lab.x', 'openai']);
  });

  it('never carry their key in what is passed around', () => {
    const settings = makeHome({ providers: { openai: { key: 'sk-abcdefghijklmnopqrstuvwxyz' } } }).load();
    expect(JSON.stringify(settings.provider('openai'))).not.toContain('abcdef');
    expect(settings.provider('openai').origins.key).toMatch(/^file /);
  });

  it('refuse a malformed address only when they are used, and name where it came from', () => {
    const home = makeHome({ providers: { lab: { url: 'lab:8080' } } });
    const settings = home.load({ env: { OPENAI_BASE_URL: 'not an address' } });
    expect(settings.providerNames().sort()).toEqual(['lab', 'openai']);
    expect(failureOf(() => settings.provider('openai'))).toMatchObject({
      kind: 'configuration',
      exitCode: 3,
      message: 'The environment variable OPENAI_BASE_URL is not a web address: "not an address".',
    });
    expect(failureOf(() => settings.provider('lab')).message).toBe(
      `The setting providers.lab.url (file ${home.paths.configFile}) is not a web address: "lab:8080".`,
    );
  });

  it('keep --set above the environment for one run', () => {
    const settings = makeHome({ providers: { openai: { key: 'from-file' } } }).load({
      env: { OPENAI_API_KEY: 'from-env' },
      sets: ['providers.openai.key=from-set'],
    });
    expect(settings.keyOf('openai')).toEqual({ text: 'from-set', origin: 'flag' });
    expect(
      makeHome({ providers: { openai: { key: 'from-file' } } })
        .load({ env: { OPENAI_API_KEY: 'from-env' } })
        .keyOf('openai')?.text,
    ).toBe('from-env');
  });
});
