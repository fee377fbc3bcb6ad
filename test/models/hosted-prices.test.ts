/** What a provider ran on its own side is in the cost, or the cost says that it is a lower bound. Figures are by hand. */
import { describe, expect, it } from 'vitest';
import { costAt, costOf, priceOf } from '../../src/models/prices.ts';

const usage = { input: 1_000_000, output: 100_000 };

describe('what ran on the side of the provider', () => {
  it.each([
    // 1,000,000 × $0.15/M + 100,000 × $0.60/M = $0.21; 3 × $10/1,000 = $0.03; 2 × $2.50/1,000 = $0.005.
    ['openai', 'gpt-4o-mini', { webSearches: 3, fileSearches: 2 }, 0.245],
    ['azure', 'gpt-4o-mini', { fileSearches: 2 }, 0.215],
    // Two containers of $0.03.
    ['openai', 'gpt-4o-mini', { codeSessions: 2 }, 0.27],
    // 1,000,000 × $3/M + 100,000 × $15/M would be $4.50; beyond 200,000 of input $6 and $22.50: $8.25; 10 searches $0.10.
    ['anthropic', 'claude-sonnet-4-5', { webSearches: 10 }, 8.35],
    // Our own rows: $2 + $1 + one search; $0.50 + $0.25 + one search, beyond 100,000 of input.
    ['anthropic', 'claude-sonnet-5-5', { webSearches: 1 }, 3.01],
    ['anthropic', 'claude-haiku-5-5', { webSearches: 1 }, 0.76],
    // $1 + $0.10 + $0.012 for the request, which holds the search.
    ['perplexity', 'sonar', { webSearches: 1 }, 1.112],
  ])('is in the cost: %s/%s %j', async (provider, model, hostedCalls, usd) => {
    const cost = await costOf({ provider, model, usage: { ...usage, hostedCalls } });
    expect(cost?.usd).toBeCloseTo(usd, 10);
    expect(cost).not.toHaveProperty('atLeast');
  });

  it.each([
    ['azure', 'gpt-4o-mini', { codeSessions: 1 }, 0.21],
    ['openai', 'o1', { webSearches: 1 }, 21],
    ['openai', 'gpt-4o-mini', { others: 1 }, 0.21],
    // What is known of it is counted.
    ['openai', 'gpt-4o-mini', { webSearches: 1, others: 1 }, 0.22],
    ['anthropic', 'claude-haiku-4-5', { codeSessions: 1 }, 1.5],
  ])('makes the cost a lower bound where it has no price: %s/%s %j', async (provider, model, hostedCalls, usd) => {
    const cost = await costOf({ provider, model, usage: { ...usage, hostedCalls } });
    expect(cost).toMatchObject({ usd: expect.closeTo(usd, 10), estimated: false, atLeast: true });
  });

  it('costs the same by the row as by its numbers', async () => {
    const price = await priceOf({ provider: 'openai', model: 'gpt-4o-mini' });
    expect(price?.hostedPerThousand).toEqual({ webSearches: 10, fileSearches: 2.5, codeSessions: 30 });
    for (const hostedCalls of [{ webSearches: 3, fileSearches: 2 }, { others: 1 }]) {
      const query = { ...usage, hostedCalls };
      expect(price && costAt(price, query, price.matchedId)).toEqual(
        await costOf({ provider: 'openai', model: 'gpt-4o-mini', usage: query }),
      );
    }
  });

  it('is not in a price of the user’s own', async () => {
    const configured = { inputPerMillion: 1, outputPerMillion: 1 };
    const query = { provider: 'mine', model: 'm', configured };
    expect(await costOf({ ...query, usage: { ...usage, hostedCalls: { webSearches: 1 } } })).toMatchObject({ usd: 1.1, atLeast: true });
    expect(await costOf({ ...query, usage })).not.toHaveProperty('atLeast');
  });
});
