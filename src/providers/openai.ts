/** OpenAI: the Responses API, or Chat Completions where a base URL, a model or the user asks for it. */
import type { Provider } from '../core/provider.ts';
import { type ChatQuirks, STANDARD_QUIRKS } from './chat-request.ts';
import { bearer, requestHeaders } from './headers.ts';
import { openAiLike } from './openai-client.ts';
import type { ProviderOptions } from './options.ts';
import { sdkDefaults } from './sdk-defaults.ts';

const OPENAI_QUIRKS: ChatQuirks = { ...STANDARD_QUIRKS, maxTokensField: 'max_completion_tokens', verbosity: true };

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
    quirks: OPENAI_QUIRKS,
    apiFor: (model) => options.api ?? (options.facts(model)?.responsesOnly || (isVendor && !CHAT_ONLY.test(model)) ? 'responses' : 'chat'),
    followsSchema: isVendor,
    listUrl: `${url}/models`,
    listHeaders: headers,
  });
}
