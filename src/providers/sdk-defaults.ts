/** Settings that every client of OpenAI's SDK is made with: no retries, no logs, nothing read from the environment behind our back. */

/** Longest delay a timer takes: silence is watched by ourselves. */
const NEVER_MS = 2 ** 31 - 1;

type SdkDefaults = {
  apiKey: string;
  adminAPIKey: null;
  organization: null;
  project: null;
  webhookSecret: null;
  maxRetries: 0;
  timeout: number;
  logLevel: 'off';
  fetch: typeof globalThis.fetch;
};

/** The SDK's own headers hold OPENAI_CUSTOM_HEADERS, which are meant for OpenAI alone: only the given ones are sent. */
export function sdkDefaults(headers: Record<string, string>, fetch: typeof globalThis.fetch): SdkDefaults {
  return {
    // The SDK wants a key; it never leaves, since our headers replace the SDK's.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: NEVER_MS,
    logLevel: 'off',
    fetch: (input, init) => fetch(input, { ...init, headers }),
  };
}
