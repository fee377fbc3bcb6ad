/** Price rows that the price package does not have yet, in its own shape. Delete each when the package knows the model. */
import type { Provider as PriceProvider } from '@pydantic/genai-prices';

/**
 * Code sessions, which the price package has no prices of: a container of OpenAI's smallest size for its first 20 minutes, from the
 * pricing page, 2026-10. By the price list's name of the provider.
 */
export const CODE_SESSIONS_PER_THOUSAND: Readonly<Record<string, number>> = { openai: 30 };

export const OWN_PRICES: readonly PriceProvider[] = [
  {
    id: 'anthropic',
    name: 'Anthropic',
    api_pattern: 'https://api\\.anthropic\\.com',
    models: [
      {
        // From the model's page, 2026-10: cache reads are 5 % of the input price.
        id: 'claude-sonnet-5-5',
        match: { equals: 'claude-sonnet-5-5' },
        prices: { input_mtok: 2, cache_write_mtok: 2.5, cache_read_mtok: 0.1, output_mtok: 10, web_searches_kcount: 10 },
      },
      {
        // From the model's page, 2026-10: a prompt over 100,000 tokens costs five times as much.
        id: 'claude-haiku-5-5',
        match: { equals: 'claude-haiku-5-5' },
        prices: {
          input_mtok: { base: 0.1, tiers: [{ start: 100_000, price: 0.5 }] },
          cache_write_mtok: { base: 0.125, tiers: [{ start: 100_000, price: 0.625 }] },
          cache_read_mtok: { base: 0.01, tiers: [{ start: 100_000, price: 0.05 }] },
          output_mtok: { base: 0.5, tiers: [{ start: 100_000, price: 2.5 }] },
          web_searches_kcount: 10,
        },
      },
    ],
  },
];
