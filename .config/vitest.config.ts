import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['.config/leftovers.js'],
    // Only for what hangs: what has to be quick says so itself, in time that a busy machine does not stretch (test/support/own-time.ts).
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    env: { NO_COLOR: '1' },
  },
});
