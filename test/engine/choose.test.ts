import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelSettings, providerConfiguration } from '../../src/compose/world.ts';
import { loadSettings } from '../../src/config/load.ts';
import { type Choice, type ChoicePorts, chooseModel } from '../../src/engine/choose.ts';
import { openDirectory } from '../../src/engine/directory.ts';
import { keyVariables } from '../../src/providers/list.ts';
import { makeHome } from '../config/home.ts';

type World = {
  config?: object;
  env?: Record<string, string>;
  flags?: Record<string, string>;
  lists?: Record<string, string[]>;
  before?: Choice;
  named?: string;
  /** Today. */
  day?: string;
  /** False: nothing is written. */
  keep?: boolean;
};

/** A user's settings, and servers that answer with lists of models by their host; a host without a list is down. */
function openWorld({ config = {}, env = {}, flags = {}, lists = {}, before, named, day, keep = true }: World, home = makeHome(config)) {
  const settings = loadSettings({ env, paths: home.paths, overrides: flags, keyVariables: keyVariables() });
  const asked: string[] = [];
  const notices: string[] = [];
  const directory = openDirectory({
    ...providerConfiguration(settings, { env, keysFile: home.paths.keysFile }),
    fetch: async (input) => {
      const { host } = new URL(String(input));
      asked.push(host);
      const models = lists[host];
      if (!models) throw new TypeError('fetch failed');
      return Response.json({ object: 'list', data: models.map((id) => ({ id })) });
    },
    sleep: async () => {},
    warn: (message) => notices.push(message),
    secret: () => {},
  });
  const ports: ChoicePorts = {
    settings: modelSettings(settings),
    directory,
    lists: { folder: join(home.paths.cache, 'models'), date: () => (day === undefined ? 1_000_000 : Date.parse(day)), keep },
    notice: (message) => notices.push(message),
    ...(before ? { before } : {}),
    ...(named === undefined ? {} : { named }),
  };
  return { asked, notices, home, choose: (signal = new AbortController().signal) => chooseModel(ports, signal) };
}

const OPENAI = { OPENAI_API_KEY: 'sk-test-0123456789' };
const LABS = { providers: { one: { url: 'http://one.test/v1' }, two: { url: 'http://two.test/v1' } } };

describe('choosing a model', () => {
  it('is cancelled as everything else is, also while lists are asked for', async () => {
    const { choose } = openWorld({ config: LABS, flags: { model: 'unheard-of' } });
    await expect(choose(AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled', exitCode: 130 });
  });

  it('makes no request where the name says enough', async () => {
    for (const [flags, expected] of [
      [{ model: 'gpt-4o' }, { provider: 'openai', model: 'gpt-4o' }],
      [{ model: 'one/anything' }, { provider: 'one', model: 'anything' }],
      [
        { provider: 'two', model: 'x' },
        { provider: 'two', model: 'x' },
      ],
    ] as const) {
      const world = openWorld({ config: LABS, env: OPENAI, flags });
      expect(await world.choose()).toEqual(expected);
      expect(world.asked).toEqual([]);
    }
  });

  it('asks those that are configured for a name that nobody is known to have, and remembers', async () => {
    const lists = { 'one.test': ['a'], 'two.test': ['b', 'wanted'] };
    const world = openWorld({ config: LABS, flags: { model: 'wanted' }, lists });
    expect(await world.choose()).toEqual({ provider: 'two', model: 'wanted' });
    expect(world.asked.sort()).toEqual(['one.test', 'two.test']);
    const again = openWorld({ config: LABS, flags: { model: 'wanted' } }, world.home);
    expect(await again.choose()).toEqual({ provider: 'two', model: 'wanted' });
    expect(again.asked).toEqual([]);
  });

  it('does not fail because one of them is down', async () => {
    const world = openWorld({ config: LABS, flags: { model: 'wanted' }, lists: { 'two.test': ['wanted'] } });
    expect(await world.choose()).toEqual({ provider: 'two', model: 'wanted' });
  });

  it('names what is near where nobody has it', async () => {
    const world = openWorld({ config: LABS, flags: { model: 'wantde' }, lists: { 'one.test': ['wanted'], 'two.test': [] } });
    await expect(world.choose()).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('"wantde"'),
      hint: expect.stringContaining('wanted'),
    });
  });

  it('leaves the usual model behind when another provider is typed', async () => {
    const world = openWorld({ config: { ...LABS, model: 'gpt-4o' }, env: OPENAI, flags: { provider: 'one' } });
    await expect(world.choose()).rejects.toMatchObject({ message: 'one has no default model.' });
  });

  it('goes on with the model of a conversation unless another one is typed', async () => {
    const before = { provider: 'two', model: 'kept' };
    expect(await openWorld({ config: { ...LABS, model: 'gpt-4o' }, env: OPENAI, before }).choose()).toEqual(before);
    expect(await openWorld({ config: LABS, env: OPENAI, before, flags: { model: 'gpt-4o' } }).choose()).toMatchObject({
      provider: 'openai',
    });
  });

  it('says of a typed model that its maker is not known to have it, not of one that is configured', async () => {
    const OPENAI_AT = { openai: { url: 'http://one.test/v1' } };
    const of = (world: World) => openWorld({ env: OPENAI, ...world }).choose();
    expect(await of({ flags: { provider: 'openai', model: 'brand-new' } })).toEqual({
      provider: 'openai',
      model: 'brand-new',
      isUnlisted: true,
    });
    for (const world of [
      { config: { model: 'openai/brand-new' } },
      { env: { ...OPENAI, SOTTO_MODEL: 'openai/brand-new' } },
      { config: { aliases: { fast: 'openai/brand-new' } }, flags: { model: 'fast' } },
      { config: { providers: { openai: { ...OPENAI_AT.openai, models: ['brand-new'] } } }, flags: { model: 'openai/brand-new' } },
      { config: { providers: { openai: { model: 'brand-new' } } }, flags: { provider: 'openai', model: 'brand-new' } },
      { config: {}, before: { provider: 'openai', model: 'brand-new' } },
    ])
      expect(await of(world)).toEqual({ provider: 'openai', model: 'brand-new' });
  });

  it('looks for the model that a command names', async () => {
    const world = openWorld({ config: { ...LABS, model: 'gpt-4o' }, env: OPENAI, flags: { provider: 'one' }, named: 'mine' });
    expect(await world.choose()).toEqual({ provider: 'one', model: 'mine' });
  });

  it('says whose key is missing, and for what', async () => {
    const missing = async (world: World) => {
      try {
        return await openWorld(world).choose();
      } catch (thrown) {
        return thrown;
      }
    };
    expect(await missing({ flags: { provider: 'openai' } })).toMatchObject({
      kind: 'configuration',
      message: 'There is no key for OpenAI.',
    });
    expect(await missing({ flags: { model: 'gpt-4o' } })).toMatchObject({
      message: 'gpt-4o is a model of OpenAI, for which there is no key.',
    });
    expect(await missing({ flags: { model: 'openai/gpt-4o' } })).toMatchObject({ message: 'There is no key for OpenAI.' });
    const off = { providers: { openai: { enabled: false } } };
    expect(await missing({ config: off, env: OPENAI, flags: { provider: 'openai' } })).toMatchObject({
      hint: expect.stringContaining('enabled true'),
    });
  });
});

describe('a model that ends', () => {
  const SOON = { config: { model: 'gpt-4o-mini' }, env: OPENAI, day: '2026-12-01T12:00:00Z' };

  it('says so where it is set or meant by an alias, with its successor', async () => {
    const set = openWorld(SOON);
    await set.choose();
    expect(set.notices).toEqual([
      'gpt-4o-mini at openai ends on 2027-01-14, in 44 days. Its successor is gpt-6-luna: -m openai/gpt-6-luna, or sotto config set model openai/gpt-6-luna',
    ]);
    const alias = openWorld({ env: OPENAI, flags: { model: '4o' }, day: '2026-12-01' });
    await alias.choose();
    expect(alias.notices[0]).toMatch(/^gpt-4o at openai ends on 2027-01-14/);
    const own = openWorld({ config: { aliases: { deep: 'openai/o3' } }, env: OPENAI, flags: { model: 'deep' }, day: '2026-12-01' });
    await own.choose();
    expect(own.notices[0]).toMatch(/^o3 at openai ends on 2026-12-11, in 10 days\. Its successor is gpt-6\.1-sol/);
    const past = openWorld({ ...SOON, day: '2027-01-14T00:00:01Z' });
    await past.choose();
    expect(past.notices[0]).toMatch(/^gpt-4o-mini at openai ended on 2027-01-14\. /);
  });

  it('names the setting to change, and none where none would help', async () => {
    const noticeOf = async (world: Parameters<typeof openWorld>[0]) => {
      const opened = openWorld({ env: OPENAI, day: '2026-12-01', ...world });
      await opened.choose();
      return opened.notices.join();
    };
    const alias = { aliases: { deep: 'openai/o3' } };
    expect(await noticeOf({ config: alias, flags: { model: 'deep' } })).toMatch(
      /, or sotto config set aliases\.deep openai\/gpt-6\.1-sol$/,
    );
    expect(await noticeOf({ config: { ...alias, model: 'deep' } })).toMatch(/, or sotto config set aliases\.deep openai\/gpt-6\.1-sol$/);
    expect(await noticeOf({ config: { provider: 'openai', providers: { openai: { model: 'o3' } } } })).toMatch(
      /, or sotto config set providers\.openai\.model gpt-6\.1-sol$/,
    );
    expect(await noticeOf({ env: { ...OPENAI, SOTTO_MODEL: 'o3' } })).toMatch(/, or export SOTTO_MODEL=openai\/gpt-6\.1-sol$/);
    expect(await noticeOf({ config: { profile: 'work', profiles: { work: { model: 'o3' } } } })).toMatch(
      /, or sotto config set profiles\.work\.model openai\/gpt-6\.1-sol$/,
    );
    expect(await noticeOf({ flags: { model: '4o' } })).toMatch(/-m openai\/gpt-6-luna$/);
  });

  it('may have been tuned: it ends with what it was made from', async () => {
    const tuned = openWorld({ ...SOON, config: { model: 'ft:gpt-4o-mini-2024-07-18:my-org::B1' } });
    expect(await tuned.choose()).toEqual({ provider: 'openai', model: 'ft:gpt-4o-mini-2024-07-18:my-org::B1' });
    expect(tuned.notices[0]).toMatch(/^ft:gpt-4o-mini-2024-07-18:my-org::B1 at openai ends on 2027-01-14/);
  });

  it('is said at the next chance where the first one was quiet', async () => {
    const quiet = openWorld({ ...SOON, flags: { quiet: 'true' } });
    await quiet.choose();
    const aloud = openWorld(SOON, quiet.home);
    await aloud.choose();
    expect([quiet.notices.length, aloud.notices.length]).toEqual([0, 1]);
  });

  it('says so once a day', async () => {
    const first = openWorld(SOON);
    await first.choose();
    const again = openWorld({ ...SOON, day: '2026-12-01T23:00:00Z' }, first.home);
    await again.choose();
    const tomorrow = openWorld({ ...SOON, day: '2026-12-02T00:30:00Z' }, first.home);
    await tomorrow.choose();
    expect([first.notices.length, again.notices.length, tomorrow.notices.length]).toEqual([1, 0, 1]);
    const unkept = openWorld({ ...SOON, keep: false });
    await unkept.choose();
    await unkept.choose();
    expect(unkept.notices).toHaveLength(2);
  });

  it('says nothing more than 60 days before, of a name that was typed, or at another provider', async () => {
    for (const world of [
      { ...SOON, day: '2026-11-14' },
      { env: OPENAI, flags: { model: 'gpt-4o-mini' }, day: '2026-12-01' },
      { env: OPENAI, flags: { model: 'openai/gpt-4o-mini' }, day: '2026-12-01' },
      {
        config: { model: 'azure/gpt-4o-mini' },
        env: { AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_ENDPOINT: 'https://a.test' },
        day: '2026-12-01',
      },
      { config: { ...LABS, model: 'one/gpt-4o-mini' }, day: '2026-12-01' },
    ]) {
      const { choose, notices } = openWorld(world);
      await choose();
      expect(notices).toEqual([]);
    }
    const day59 = openWorld({ ...SOON, day: '2026-11-15T00:00:00Z' });
    await day59.choose();
    expect(day59.notices).toHaveLength(1);
  });

  it('is never what was probably meant by a mistyped name', async () => {
    const { choose } = openWorld({ env: OPENAI, flags: { model: 'o1-previev' }, lists: { 'api.openai.com': [] }, day: '2026-12-01' });
    await expect(choose()).rejects.toMatchObject({ hint: expect.not.stringContaining('o1-preview') });
  });
});
