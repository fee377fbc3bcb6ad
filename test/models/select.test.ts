import { describe, expect, test } from 'vitest';
import { builtInAlias } from '../../src/models/aliases.ts';
import { defaultModelOf, vendorOf } from '../../src/models/defaults.ts';
import { type SelectableProvider, type Selection, type SelectionInput, selectModel } from '../../src/models/select.ts';

type Row = Partial<SelectableProvider>;

function provider(name: string, row: Row = {}): SelectableProvider {
  const vendor = vendorOf(name);
  const defaultModel = defaultModelOf(name);
  return {
    name,
    configured: true,
    ...(vendor === undefined ? {} : { vendor }),
    ...(defaultModel === undefined ? {} : { defaultModel }),
    ...row,
  };
}

const ORDER = ['openai', 'anthropic', 'azure', 'gemini', 'openrouter', 'groq', 'ollama', 'guide'];

/** All providers of ORDER; those given are configured (`true`), or configured with a list. */
function providersWith(configured: Record<string, true | string[]>): SelectableProvider[] {
  return ORDER.map((name) => {
    const own = configured[name];
    return provider(name, { configured: own !== undefined || name === 'guide', ...(Array.isArray(own) ? { knows: own } : {}) });
  });
}

function select(configured: Record<string, true | string[]>, names: Partial<SelectionInput>): Selection {
  return selectModel({ aliases: {}, providers: providersWith(configured), ...names });
}

const chosen = (providerName: string, model: string) => ({ kind: 'chosen', provider: providerName, model });

describe('provider and model are named', () => {
  test.each<[string, Record<string, true | string[]>, Partial<SelectionInput>, object]>([
    ['both pass', { openai: true }, { provider: 'openai', model: 'gpt-4o' }, chosen('openai', 'gpt-4o')],
    ['the provider in any case', { openai: true }, { provider: 'OpenAI', model: 'gpt-4o' }, chosen('openai', 'gpt-4o')],
    [
      'a dated snapshot stays dated',
      { openai: true },
      { provider: 'openai', model: 'gpt-4o-2024-08-06' },
      chosen('openai', 'gpt-4o-2024-08-06'),
    ],
    [
      'the vendor’s punctuation',
      { anthropic: true },
      { provider: 'anthropic', model: 'claude-sonnet-4.5' },
      chosen('anthropic', 'claude-sonnet-4-5'),
    ],
    [
      'our alias at its vendor',
      { anthropic: true },
      { provider: 'anthropic', model: 'haiku' },
      chosen('anthropic', builtInAlias('haiku') ?? ''),
    ],
    [
      'our alias at a router is a name like any',
      { openrouter: true },
      { provider: 'openrouter', model: 'sonnet' },
      chosen('openrouter', 'sonnet'),
    ],
    ['what the list has is no alias', { openai: ['mini'] }, { provider: 'openai', model: 'mini' }, chosen('openai', 'mini')],
    [
      'a router’s vendor prefix stays',
      { openrouter: true },
      { provider: 'openrouter', model: 'openai/gpt-4o' },
      chosen('openrouter', 'openai/gpt-4o'),
    ],
    [
      'a router’s own prefix stays',
      { openrouter: true },
      { provider: 'openrouter', model: 'openrouter/auto' },
      chosen('openrouter', 'openrouter/auto'),
    ],
    ['a provider said twice', { openai: true }, { provider: 'openai', model: 'openai/gpt-4o' }, chosen('openai', 'gpt-4o')],
    ['a deployment of any name', { azure: true }, { provider: 'azure', model: 'prod-1' }, chosen('azure', 'prod-1')],
    ['an unknown name with an open list', { gemini: true }, { provider: 'gemini', model: 'gemini-9' }, chosen('gemini', 'gemini-9')],
    ['the user’s alias', { ollama: true }, { provider: 'ollama', model: 'q', aliases: { q: 'qwen3:4b' } }, chosen('ollama', 'qwen3:4b')],
    [
      'the user’s alias with its provider',
      { ollama: true },
      { provider: 'ollama', model: 'q', aliases: { q: 'ollama/qwen3:4b' } },
      chosen('ollama', 'qwen3:4b'),
    ],
    [
      'an unconfigured one says so',
      { anthropic: true },
      { provider: 'openai', model: 'gpt-4o' },
      { kind: 'not-configured', provider: 'openai', model: 'gpt-4o' },
    ],
    [
      'an unknown one has neighbours',
      { openai: true },
      { provider: 'opnai', model: 'x' },
      { kind: 'unknown-provider', provider: 'opnai', near: ['openai'] },
    ],
  ])('%s', (_, configured, names, expected) => {
    expect(select(configured, names)).toEqual(expected);
  });

  test('an unknown name at a closed provider is passed on, and said to be unknown', () => {
    const selection = select({ openai: true }, { provider: 'openai', model: 'gpt-9' });
    expect(selection).toMatchObject({ kind: 'chosen', provider: 'openai', model: 'gpt-9', isUnlisted: true });
    expect(select({ openai: ['gpt-9'] }, { provider: 'openai', model: 'gpt-9' })).toEqual(chosen('openai', 'gpt-9'));
    expect(select({ anthropic: true }, { provider: 'anthropic', model: 'gpt-4o' })).toHaveProperty('isUnlisted');
  });

  test('a user’s alias for somebody else’s model does not follow to another provider', () => {
    const aliases = { fast: 'groq/llama-3.3-70b-versatile', big: 'claude-opus-5' };
    expect(select({ openai: true, groq: true }, { provider: 'openai', model: 'fast', aliases })).toMatchObject({ model: 'fast' });
    expect(select({ openai: true, groq: true }, { provider: 'openai', model: 'big', aliases })).toMatchObject({ model: 'big' });
  });
});

describe('only the provider is named', () => {
  test('its default model', () => {
    expect(select({ openai: true }, { provider: 'openai' })).toEqual(chosen('openai', defaultModelOf('openai') ?? ''));
    expect(select({}, { provider: 'guide' })).toEqual(chosen('guide', 'guide'));
  });

  test('without one it says so, and without a key it says that', () => {
    expect(select({ ollama: true }, { provider: 'ollama' })).toEqual({ kind: 'no-default-model', provider: 'ollama' });
    expect(select({}, { provider: 'azure' })).toEqual({ kind: 'not-configured', provider: 'azure' });
  });
});

describe('only the model is named', () => {
  test.each<[string, Record<string, true | string[]>, Partial<SelectionInput>, object]>([
    ['its maker has it', { openai: true, anthropic: true }, { model: 'claude-opus-5' }, chosen('anthropic', 'claude-opus-5')],
    ['our alias', { openai: true }, { model: '4o-mini' }, chosen('openai', 'gpt-4o-mini')],
    [
      'the user’s alias wins',
      { openai: true, groq: true },
      { model: '4o', aliases: { '4o': 'groq/llama-3.3-70b-versatile' } },
      chosen('groq', 'llama-3.3-70b-versatile'),
    ],
    ['the user’s alias of ours', { openai: true }, { model: 'cheap', aliases: { cheap: '4o-mini' } }, chosen('openai', 'gpt-4o-mini')],
    ['provider/model', { openai: true }, { model: 'openai/gpt-4o-mini' }, chosen('openai', 'gpt-4o-mini')],
    ['provider/alias', { openai: true }, { model: 'openai/4o-mini' }, chosen('openai', 'gpt-4o-mini')],
    [
      'router/vendor/model',
      { openrouter: true, openai: true },
      { model: 'openrouter/openai/gpt-4o' },
      chosen('openrouter', 'openai/gpt-4o'),
    ],
    ['router/auto', { openrouter: true }, { model: 'openrouter/auto' }, chosen('openrouter', 'openrouter/auto')],
    ['ollama/tag', { ollama: true }, { model: 'ollama/gemma3:1b' }, chosen('ollama', 'gemma3:1b')],
    ['groq/vendor/model', { groq: true }, { model: 'groq/openai/gpt-oss-120b' }, chosen('groq', 'openai/gpt-oss-120b')],
    [
      'vendor/model at whoever lists it',
      { openrouter: ['openai/gpt-4o'] },
      { model: 'openai/gpt-4o' },
      chosen('openrouter', 'openai/gpt-4o'),
    ],
    [
      'vendor/model at the vendor first',
      { openai: true, openrouter: ['openai/gpt-4o'] },
      { model: 'openai/gpt-4o' },
      chosen('openai', 'gpt-4o'),
    ],
    [
      'open weights at whoever serves them',
      { openai: true, groq: ['openai/gpt-oss-120b'] },
      { model: 'openai/gpt-oss-120b' },
      chosen('groq', 'openai/gpt-oss-120b'),
    ],
    [
      'a vendor whose provider has another name',
      { gemini: true },
      { model: 'google/gemini-2.5-flash' },
      chosen('gemini', 'gemini-2.5-flash'),
    ],
    ['a name only one list has', { ollama: ['qwen3:4b'], openai: true }, { model: 'qwen3:4b' }, chosen('ollama', 'qwen3:4b')],
    ['Ollama’s latest', { ollama: ['llama3:latest'] }, { model: 'llama3' }, chosen('ollama', 'llama3')],
    ['a known model at another that lists it', { azure: ['gpt-4o'] }, { model: 'gpt-4o' }, chosen('azure', 'gpt-4o')],
    [
      'the word that is listed before what it stands for',
      { ollama: ['mistral:latest'] },
      { model: 'mistral' },
      chosen('ollama', 'mistral'),
    ],
    [
      'a known model whose maker has no key',
      { openai: true },
      { model: 'claude-opus-5' },
      { kind: 'not-configured', provider: 'anthropic', model: 'claude-opus-5' },
    ],
    [
      'an alias whose maker has no key',
      { openai: true },
      { model: 'opus' },
      { kind: 'not-configured', provider: 'anthropic', model: builtInAlias('opus') },
    ],
    [
      'provider/model without a key',
      { anthropic: true },
      { model: 'openai/gpt-4o' },
      { kind: 'not-configured', provider: 'openai', model: 'gpt-4o' },
    ],
    [
      'a stranger, while lists are unread',
      { openai: ['gpt-4o'], ollama: true, groq: true },
      { model: 'mystery' },
      { kind: 'ask-lists', model: 'mystery', candidates: ['groq', 'ollama'] },
    ],
    [
      'a stranger, when all lists are read',
      { openai: [], ollama: [] },
      { model: 'mystery' },
      { kind: 'unknown-model', model: 'mystery', near: [] },
    ],
    ['a stranger, when nothing is configured', {}, { model: 'mystery' }, { kind: 'unknown-model', model: 'mystery', near: [] }],
  ])('%s', (_, configured, names, expected) => {
    expect(select(configured, names)).toEqual(expected);
  });

  test('a mistyped name has at most five neighbours, from what is configured', () => {
    const selection = select({ openai: [], ollama: ['gpt-4x:latest'] }, { model: 'gpt-4x-mini', aliases: {} });
    expect(selection).toMatchObject({ kind: 'unknown-model', near: expect.arrayContaining(['gpt-4o-mini']) });
    if (selection.kind === 'unknown-model') expect(selection.near.length).toBeLessThanOrEqual(5);
    expect(select({ openai: [] }, { model: 'claude-opsu-5' })).toMatchObject({ near: [] });
    expect(select({ anthropic: [] }, { model: 'claude-opsu-5' })).toMatchObject({ near: expect.arrayContaining(['claude-opus-5']) });
    expect(select({ openai: [] }, { model: 'mycheep', aliases: { mycheap: 'gpt-4o' } })).toMatchObject({ near: ['mycheap'] });
  });

  test('providers without a live list are not asked for one', () => {
    const providers = [provider('gemini', { lists: false }), provider('groq')];
    expect(selectModel({ model: 'mystery', aliases: {}, providers })).toMatchObject({ kind: 'ask-lists', candidates: ['groq'] });
  });
});

describe('nothing is named', () => {
  test('the first that is configured and has a default', () => {
    expect(select({ azure: true, anthropic: true, groq: true }, {})).toEqual(chosen('anthropic', defaultModelOf('anthropic') ?? ''));
    expect(select({ ollama: true, groq: true }, { model: ' ', provider: '' })).toEqual(chosen('groq', defaultModelOf('groq') ?? ''));
  });

  test('never the guide', () => {
    expect(select({}, {})).toEqual({ kind: 'nothing-configured' });
    expect(select({ ollama: true }, {})).toEqual({ kind: 'nothing-configured' });
    expect(select({}, { model: 'guide/guide' })).toEqual(chosen('guide', 'guide'));
  });
});
