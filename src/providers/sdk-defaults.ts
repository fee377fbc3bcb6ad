/** Settings that every client of OpenAI's SDK is made with: no retries, no logs, nothing read from the environment behind our back. */
import type { ProviderOptions } from './options.ts';

/** Longest delay a timer takes: silence is watched by ourselves. */
const NEVER_MS = 2 ** 31 - 1;

export type SdkDefaults = {
  apiKey: string;
  adminAPIKey: null;
  organization: null;
  project: null;
  webhookSecret: null;
  maxRetries: 0;
  timeout: number;
  logLevel: 'off';
  fetch: typeof globalThis.fetch;
  defaultHeaders: Record<string, string | null>;
};

export function sdkDefaults(options: ProviderOptions, fetch: typeof globalThis.fetch): SdkDefaults {
  return {
    // The SDK wants a key; without one the header is taken out again below.
    apiKey: options.key ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: NEVER_MS,
    logLevel: 'off',
    fetch,
    defaultHeaders: { ...(options.key === undefined ? { authorization: null } : {}), ...options.headers },
  };
}
