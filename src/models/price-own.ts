/** Price rows that the price package does not have yet, in its own shape. Delete each when the package knows the model. */
import type { Provider as PriceProvider } from '@pydantic/genai-prices';

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
        prices: { input_mtok: 2, cache_write_mtok: 2.5, cache_read_mtok: 0.1, output_mtok: 10 },
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
        },
      },
    ],
  },
];
