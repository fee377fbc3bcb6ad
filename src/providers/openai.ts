/** OpenAI: the Responses API, or Chat Completions where a base URL, a model or the user asks for it. */
import { callAddress } from '../config/address.ts';
import type { Provider } from '../core/provider.ts';
import { type ChatQuirks, STANDARD_QUIRKS } from './chat-request.ts';
import { bearer, requestHeaders } from './headers.ts';
import { openAiLike } from './openai-client.ts';
import type { ProviderOptions } from './options.ts';
import { PRESETS } from './presets.ts';
import { sdkDefaults } from './sdk-defaults.ts';

const OPENAI_QUIRKS: ChatQuirks = {
  ...STANDARD_QUIRKS,
  maxTokensField: 'max_completion_tokens',
  verbosity: true,
  callIds: 'chat',
  cacheKey: ['chat', 'responses'],
};

/** Models that OpenAI serves on Chat Completions only. */
const CHAT_ONLY = /-search-preview|-audio-preview|^gpt-audio/;

export async function openOpenAi(options: ProviderOptions): Promise<Provider> {
  const { OpenAI } = await import('openai/client');
  const url = options.url.replace(/\/+$/, '');
  const headers = requestHeaders(bearer(options.key), options.headers);
  // Other servers behind OPENAI_BASE_URL know Chat Completions; few know Responses.
  const isVendor = /(^|\.)openai\.com$/.test(new URL(url).hostname);
  return openAiLike({
    options: { ...options, url },
    connect: (fetch) => new OpenAI({ ...sdkDefaults(headers, fetch), baseURL: url }),
    quirks: isVendor ? OPENAI_QUIRKS : quirksAt(url),
    apiFor: (model) => options.api ?? (options.facts(model)?.responsesOnly || (isVendor && !CHAT_ONLY.test(model)) ? 'responses' : 'chat'),
    followsSchema: isVendor,
    listUrl: callAddress(url, '/models'),
    listHeaders: headers,
  });
}

/** A server that is known to be somebody else's may refuse what only OpenAI has; unknown ones are proxies, which pass it on. */
function quirksAt(url: string): ChatQuirks {
  const other = PRESETS.find((preset) => new URL(preset.url).host === new URL(url).host);
  const cacheKey = other ? (other.quirks?.cacheKey ?? STANDARD_QUIRKS.cacheKey) : OPENAI_QUIRKS.cacheKey;
  return { ...OPENAI_QUIRKS, cacheKey, strictTurns: true };
}
