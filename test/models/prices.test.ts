import { describe, expect, test } from 'vitest';
import { listModels } from '../../src/models/catalogue.ts';
import { PROVIDER_MODELS } from '../../src/models/defaults.ts';
import { meansExactly } from '../../src/models/price-match.ts';
import { costAt, costOf, priceOf } from '../../src/models/prices.ts';

/** The provider that is the vendor's own API. */
const nativeProviderOf = (vendor: string) => Object.keys(PROVIDER_MODELS).find((name) => PROVIDER_MODELS[name]?.vendor === vendor);

const usage = { input: 1_000_000, output: 100_000 };

describe('the cost of a request', () => {
  test('is input and output by the row of the model, which is named', async () => {
    expect(await costOf({ provider: 'openai', model: 'gpt-4o-mini-2024-07-18', usage })).toEqual({
      usd: expect.closeTo(0.15 + 0.06, 10),
      estimated: false,
      source: { priceOf: 'gpt-4o-mini' },
    });
  });

  test('counts cached tokens, which are part of the input, at their own price', async () => {
    const cost = await costOf({
      provider: 'anthropic',
      model: 'claude-haiku-4-5',
      usage: { ...usage, cacheRead: 500_000, cacheWrite: 200_000 },
    });
    expect(cost?.usd).toBeCloseTo(0.3 * 1 + 0.5 * 0.1 + 0.2 * 1.25 + 0.1 * 5, 10);
  });

  test('is unknown while one of the totals is', async () => {
    expect(await costOf({ provider: 'openai', model: 'gpt-4o', usage: { input: 5 } })).toBeUndefined();
    expect(await costOf({ provider: 'openai', model: 'gpt-4o', usage: { output: 5 } })).toBeUndefined();
    expect(await costOf({ provider: 'openai', model: 'gpt-4o', usage: {} })).toBeUndefined();
  });

  test('of no tokens is zero, which is known', async () => {
    expect((await costOf({ provider: 'openai', model: 'gpt-4o', usage: { input: 0, output: 0 } }))?.usd).toBe(0);
  });

  test('counts as if nothing was cached where more is said to be cached than there was', async () => {
    const cost = await costOf({ provider: 'azure', model: 'gpt-4o', usage: { input: 1_000_000, output: 0, cacheRead: 2_000_000 } });
    expect(cost).toMatchObject({ usd: 2.5, estimated: true });
  });

  test('goes by the length of the prompt where the price does', async () => {
    const short = await costOf({ provider: 'anthropic', model: 'claude-haiku-5-5', usage: { input: 100_000, output: 0 } });
    const long = await costOf({ provider: 'anthropic', model: 'claude-haiku-5-5', usage: { input: 200_000, output: 0 } });
    expect(short?.usd).toBeCloseTo(0.01, 10);
    expect(long?.usd).toBeCloseTo(0.1, 10);
  });

  test('goes by the hour where the price does', async () => {
    const query = { provider: 'deepseek', model: 'deepseek-v4-flash', usage };
    const quiet = await costOf({ ...query, at: new Date('2026-11-20T20:00:00Z') });
    const busy = await costOf({ ...query, at: new Date('2026-11-20T02:00:00Z') });
    expect(busy?.usd).toBeGreaterThan(quiet?.usd ?? Number.POSITIVE_INFINITY);
  });

  test('is the user’s own price where there is one', async () => {
    const query = { provider: 'ollama', model: 'qwen3', configured: { inputPerMillion: 1, outputPerMillion: 2, cacheReadPerMillion: 0.5 } };
    const cost = await costOf({ ...query, usage: { input: 1_000_000, output: 1_000_000, cacheRead: 1_000_000 } });
    expect(cost).toEqual({ usd: 2.5, estimated: false, source: { priceOf: 'qwen3' } });
    expect(await costOf({ ...query, configured: { inputPerMillion: 1 }, usage })).toBeUndefined();
  });
});

describe('a price that nobody knows', () => {
  test.each([
    ['ollama', 'llama3'],
    ['llamacpp', 'gpt-4o'],
    ['my-server', 'gpt-4o'],
    ['azure', 'my-deployment'],
    ['openai', 'gpt-9'],
    ['openai', 'toString'],
    // The price list takes these for gpt-5-nano, claude-sonnet-5, gemini-3.8-flash and claude-haiku-4-5.
    ['openai', 'gpt-5-nano-secret'],
    ['anthropic', 'claude-sonnet-5-6'],
    ['gemini', 'gemini-3.8-flash-lite'],
    ['anthropic', 'claude-haiku-4-5-turbo'],
  ])('%s %s is not zero and not a neighbour’s', async (provider, model) => {
    expect(await costOf({ provider, model, usage })).toBeUndefined();
    expect(await priceOf({ provider, model })).toBeUndefined();
  });
});

describe('a fixed price', () => {
  test('gives the same cost by hand as the price list does, for every model of the table', async () => {
    const usage = { input: 12_345, output: 678, cacheRead: 4_000, cacheWrite: 500 };
    let compared = 0;
    for (const { vendor, id } of listModels()) {
      const provider = nativeProviderOf(vendor);
      const price = provider === undefined ? undefined : await priceOf({ provider, model: id });
      if (provider === undefined || !price?.fixed) continue;
      const listed = await costOf({ provider, model: id, usage });
      expect(costAt(price, usage, price.matchedId)?.usd, id).toBeCloseTo(listed?.usd ?? -1, 10);
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });
});

describe('list prices', () => {
  test('are per million, with the row they are from', async () => {
    expect(await priceOf({ provider: 'anthropic', model: 'claude-3-5-sonnet-20241022' })).toEqual({
      inputPerMillion: 3,
      outputPerMillion: 15,
      cacheReadPerMillion: 0.3,
      cacheWritePerMillion: 3.75,
      matchedId: 'claude-3-5-sonnet',
      provider: 'anthropic',
      hostedPerThousand: { webSearches: 10 },
      fixed: true,
    });
  });

  test('say from what length on they change', async () => {
    expect(await priceOf({ provider: 'openai', model: 'gpt-6-luna' })).toMatchObject({
      inputPerMillion: 0.1,
      outputPerMillion: 0.5,
      changesAbove: 272_000,
    });
  });

  test.each([
    ['xai', 'grok-4-1-fast-non-reasoning'],
    ['gemini', 'models/gemini-2.5-flash'],
    ['openrouter', 'anthropic/claude-sonnet-4.5'],
    ['groq', 'openai/gpt-oss-120b'],
    ['mistral', 'mistral-small-latest'],
    ['perplexity', 'sonar'],
    ['cerebras', 'gpt-oss-120b'],
    ['zai', 'glm-5.3'],
    ['moonshot', 'kimi-k2.6'],
    ['anthropic', 'claude-sonnet-5-5'],
    ['anthropic', 'claude-sonnet-4-20250514'],
    ['deepseek', 'deepseek-v4-pro'],
  ])('are found for %s %s', async (provider, model) => {
    expect((await priceOf({ provider, model }))?.inputPerMillion).toBeGreaterThan(0);
  });

  test('are never another model’s for anything in the table', async () => {
    const plain = (id: string) =>
      id
        .toLowerCase()
        .replaceAll('.', '-')
        .replace(/-latest$/, '');
    for (const { id, vendor, also = [] } of listModels()) {
      const price = await priceOf({ provider: nativeProviderOf(vendor) ?? '', model: id });
      // gpt-5 is also what its chat and codex variants cost, and the list says so by name.
      if (price && vendor !== 'openai') expect([id, ...also].map(plain), id).toContain(plain(price.matchedId));
    }
  });
});

test('a prefix means a model only up to a snapshot’s date', () => {
  const sonnet = {
    or: [{ starts_with: 'claude-sonnet-4-2025' }, { starts_with: 'claude-sonnet-4@' }, { starts_with: 'claude-sonnet-4-5' }],
  };
  for (const id of ['claude-sonnet-4-20250514', 'claude-sonnet-4@20250514', 'claude-sonnet-4-5-latest', 'CLAUDE-SONNET-4-5']) {
    expect(meansExactly(sonnet, id), id).toBe(true);
  }
  for (const id of ['claude-sonnet-4-2025x', 'claude-sonnet-4-55', 'claude-sonnet-4-5-fast', 'claude-sonnet']) {
    expect(meansExactly(sonnet, id), id).toBe(false);
  }
  expect(meansExactly({ contains: 'gemini-1.5-flash' }, 'models/gemini-1.5-flash-001')).toBe(true);
  expect(meansExactly({ contains: 'gemini-1.5-flash' }, 'gemini-1.5-flash-8b')).toBe(false);
});
