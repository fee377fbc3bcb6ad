/** Choosing who answers: models, providers, and a key for one that has none. */
import { describe, expect, it } from 'vitest';
import { SottoError } from '../../../src/core/errors.ts';
import type { Provider } from '../../../src/core/provider.ts';
import type { ChatActions } from '../../../src/tui/actions.ts';
import { connectCommand } from '../../../src/tui/commands/connect.ts';
import { modelCommand } from '../../../src/tui/commands/model.ts';
import { modelItems, modelNames, modelPreview } from '../../../src/tui/commands/model-items.ts';
import { providerCommand } from '../../../src/tui/commands/provider.ts';
import { type Fake, type FakeOptions, fakeActions } from './fake-actions.ts';

const OPENAI = { OPENAI_API_KEY: 'sk-test' };

describe('/model', () => {
  it('has at once what the table knows, with window and price, the current one marked, the guide last', async () => {
    const { actions } = fakeActions({ env: OPENAI });
    const { items } = await modelItems(actions);
    const current = items.find((item) => item.current);
    expect(current).toMatchObject({ label: 'openai/gpt-4o-mini', cells: ['128k', '0.15', '0.60', '2027-01-14'] });
    expect(items.at(-1)?.label).toBe('guide/guide');
    // Ended long before the day of this test.
    expect(items.map(({ label }) => label)).not.toContain('openai/o1-preview');
    expect(items.every(({ label }) => /^(openai|guide)\//.test(label))).toBe(true);
    expect(current && modelPreview(current.value)).toContain('Input price: $0.15 per million tokens');
  });

  it('adds what the providers list when it comes, each once, and bears a provider that does not answer', async () => {
    const env = { ...OPENAI, GROQ_API_KEY: 'gsk-test' };
    const models: ChatActions['models'] = async (provider) => {
      if (provider === 'groq') throw new Error('down');
      return [{ id: 'gpt-4o-mini' }, { id: 'gpt-99-preview', contextWindow: 1_000_000 }];
    };
    const { later } = await modelItems(fakeActions({ env, actions: { models } }).actions);
    const added = await Promise.all(later);
    expect(added.flat().map(({ label, cells }) => [label, cells])).toEqual([['openai/gpt-99-preview', ['1M', '–', '–', '']]]);
  });

  it('switches to what is chosen, or to what is named, and says so', async () => {
    const chosen = fakeActions({ env: OPENAI, answers: ['openai/gpt-6-luna'] });
    await modelCommand.run('', chosen.actions);
    expect(chosen.done).toEqual([['setModel', { provider: 'openai', model: 'gpt-6-luna' }]]);
    const named = fakeActions({ env: OPENAI, state: { contextTokens: 9000, facts: { id: 'x', contextWindow: 8000 } } });
    await modelCommand.run('small', named.actions);
    expect(named.done).toEqual([['setModel', { model: 'small' }]]);
    expect(named.seen).toEqual([
      'openai/small answers from here on (window: 8k tokens).',
      'warning: The conversation has 9k tokens, more than fit into its window.',
    ]);
    await modelCommand.run('small', named.actions);
    expect(named.seen.at(-1)).toBe('It is openai/small already.');
  });

  it('completes names without asking anybody', async () => {
    const { actions } = fakeActions({ env: OPENAI, actions: { models: () => Promise.reject(new Error('asked')) } });
    expect(await modelNames(actions)).toContain('openai/gpt-4o-mini');
  });
});

describe('/provider', () => {
  it('offers those that are set up first, and says what the others lack', async () => {
    const fake = fakeActions({ env: OPENAI, state: { provider: 'guide' }, answers: ['openai'] });
    await providerCommand.run('', fake.actions);
    const items = fake.picked[0]?.items ?? [];
    expect(items[0]).toMatchObject({ label: 'openai  OpenAI', detail: 'ready, key from environment OPENAI_API_KEY' });
    expect(items.find(({ label }) => label.startsWith('anthropic'))?.detail).toContain('set ANTHROPIC_API_KEY');
    expect(fake.done).toEqual([['setModel', { provider: 'openai' }]]);
  });

  it('says that there is no such provider', async () => {
    await expect(providerCommand.run('opnai', fakeActions().actions)).rejects.toThrow('There is no provider "opnai".');
  });
});

describe('/connect', () => {
  /** A directory whose key store is a map, and a provider that takes one key. */
  function connecting(rightKey: string, answers: FakeOptions['answers'] = [], kind: 'authentication' | 'network' = 'authentication'): Fake {
    const keys = new Map<string, string>();
    const plain = fakeActions();
    const find: ChatActions['directory']['find'] = (name) => {
      const known = plain.actions.directory.find(name);
      return known && keys.has(name) ? { ...known, keyOrigin: 'key store x', missing: undefined, configured: true } : known;
    };
    const check = async () => {
      if (keys.get('openai') !== rightKey) throw new SottoError({ kind, message: 'OpenAI refused the key (401).', hint: 'Look again.' });
    };
    const open = async () => ({ name: 'openai', check }) as unknown as Provider; // only its check is used
    return fakeActions({
      answers,
      actions: {
        directory: { ...plain.actions.directory, find, open },
        storeKey: async (provider, key) => void keys.set(provider, key),
      },
    });
  }

  it('asks for the key unseen, tests it, and switches', async () => {
    const fake = connecting('sk-right', ['sk-right']);
    await connectCommand.run('openai', fake.actions);
    expect(fake.done).toEqual([['setModel', { provider: 'openai' }]]);
    expect(fake.seen).toEqual(['Asking OpenAI...', 'OpenAI answers.', 'openai/usual answers from here on.']);
    expect(fake.seen.join()).not.toContain('sk-right');
  });

  it('asks again for a key that is refused', async () => {
    const fake = connecting('sk-right', ['sk-wrong', 'sk-right']);
    await connectCommand.run('openai', fake.actions);
    expect(fake.seen).toEqual(expect.arrayContaining(['error: OpenAI refused the key (401).', 'Look again.', 'OpenAI answers.']));
  });

  it('says what stays when the user leaves', async () => {
    const none = connecting('sk-right');
    await connectCommand.run('openai', none.actions);
    expect(none).toMatchObject({ seen: ['Nothing was stored.'], done: [] });
    const wrong = connecting('sk-right', ['sk-wrong']);
    await connectCommand.run('openai', wrong.actions);
    expect(wrong.seen.at(-1)).toBe('The key that was refused is still stored. Take it away: sotto keys delete openai');
    expect(wrong.done).toEqual([]);
  });

  it('says that a key is kept which could not be tested', async () => {
    const fake = connecting('sk-right', ['sk-other'], 'network');
    await connectCommand.run('openai', fake.actions);
    expect(fake.seen.at(-1)).toBe('The key is kept. To try it again: /connect openai');
    expect(fake.done).toEqual([]);
  });

  it('says what else is missing, and how a server of one’s own is set up', async () => {
    const azure = connecting('', ['some-key']);
    await connectCommand.run('azure', azure.actions);
    expect(azure.seen).toEqual([
      'Asking Azure OpenAI...',
      'error: OpenAI refused the key (401).',
      'Look again.',
      expect.stringContaining('still stored'),
    ]);
    const own = connecting('', ['A server of your own']);
    await connectCommand.run('', own.actions);
    expect(own.seen[0]).toContain('sotto config set providers.lab.url');
  });
});
