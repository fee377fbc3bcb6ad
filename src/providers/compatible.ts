/** Any server that speaks Chat Completions (or Responses): presets and the user's own servers, their differences as data. */
import { callAddress } from '../config/address.ts';
import type { Provider } from '../core/provider.ts';
import { STANDARD_QUIRKS } from './chat-request.ts';
import { bearer, requestHeaders } from './headers.ts';
import { openAiLike } from './openai-client.ts';
import type { ProviderOptions } from './options.ts';
import { PRESETS } from './presets.ts';
import { sdkDefaults } from './sdk-defaults.ts';

export async function openCompatible(options: ProviderOptions): Promise<Provider> {
  const { OpenAI } = await import('openai/client');
  const url = options.url.replace(/\/+$/, '');
  const headers = requestHeaders(bearer(options.key), options.headers);
  const preset = PRESETS.find((row) => row.name === options.name);
  return openAiLike({
    options: { ...options, url },
    connect: (fetch) => new OpenAI({ ...sdkDefaults(headers, fetch), baseURL: url }),
    // What a server of the user's makes of two messages in a row is its template's choice, and many refuse them.
    quirks: { ...STANDARD_QUIRKS, ...(preset ? preset.quirks : { strictTurns: true }) },
    apiFor: () => options.api ?? 'chat',
    // llama-server takes a schema on its Responses and does not follow it (seen 0.7).
    followsSchema: preset !== undefined && options.api !== 'responses',
    hidesLength: true,
    listUrl: preset?.list === false ? undefined : callAddress(url, '/models'),
    listHeaders: headers,
  });
}
