/** Azure OpenAI: deployments as models, on the dated surface (an API version) or the v1 surface (none). */
import { callAddress } from '../config/address.ts';
import { configurationError } from '../core/errors.ts';
import type { Provider } from '../core/provider.ts';
import { type ChatQuirks, STANDARD_QUIRKS } from './chat-request.ts';
import { requestHeaders } from './headers.ts';
import { openAiLike } from './openai-client.ts';
import type { ProviderOptions } from './options.ts';
import { sdkDefaults } from './sdk-defaults.ts';

/** Before this version a request for token counts in a stream is refused. */
const STREAM_USAGE_SINCE = '2024-09-01';

/** Azure calls everything in its addresses a resource. */
const ADDRESS_HINT =
  'Check AZURE_OPENAI_ENDPOINT (https://NAME.openai.azure.com), the name of the deployment (-m NAME) and OPENAI_API_VERSION.';

/** Azure refuses longer descriptions of tools. */
const TOOL_RULES = { longestDescription: 1024 };

export async function openAzure(options: ProviderOptions): Promise<Provider> {
  if (options.key === undefined)
    throw configurationError('Azure OpenAI needs a key.', 'Set AZURE_OPENAI_API_KEY or run: sotto keys set azure');
  const headers = requestHeaders({ 'api-key': options.key }, options.headers);
  const endpoint = options.url.replace(/\/+$/, '').replace(/\/openai(\/v1)?(?=$|\?)/, '');
  const version = options.apiVersion;
  const dated = version !== undefined && version !== 'v1' && version !== 'preview';
  const [{ OpenAI }, { AzureOpenAI }] = await Promise.all([import('openai/client'), import('openai/azure')]);
  const baseURL = callAddress(endpoint, dated ? '/openai' : '/openai/v1');
  const quirks: ChatQuirks = {
    ...STANDARD_QUIRKS,
    maxTokensField: 'max_completion_tokens',
    verbosity: true,
    streamUsage: !dated || version >= STREAM_USAGE_SINCE,
    tools: TOOL_RULES,
    callIds: 'chat',
    // The dated surface refuses fields that are younger than its date.
    cacheKey: dated ? [] : ['chat', 'responses'],
  };
  return openAiLike({
    options: { ...options, url: baseURL },
    connect: (fetch, model) => {
      const shared = sdkDefaults(headers, fetch);
      if (dated) return new AzureOpenAI({ ...shared, apiVersion: version, baseURL, deployment: model });
      return new OpenAI({ ...shared, baseURL });
    },
    quirks,
    apiFor: () => options.api ?? 'chat',
    addressHint: ADDRESS_HINT,
    followsSchema: true,
    // The list names every model of the region, not the deployments: it would mislead.
    listUrl: undefined,
    listHeaders: {},
  });
}
