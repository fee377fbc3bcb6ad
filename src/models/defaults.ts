/** What is known of each provider's way with models: whose it serves, what it starts with, whether its list is closed. */
import type { Vendor } from './facts.ts';

type ProviderModels = {
  /** The vendor whose own API this is. */
  vendor?: Vendor;
  /** The model for those who name none: current, cheap and good enough for most. */
  defaultModel?: string;
  /** Serves its maker's models and no others, so an unknown name is probably a mistake. */
  closed?: true;
  /** A program on the user's machine or net: its model names are its own. */
  local?: true;
  /** Has models whose ids begin with its own name (`openrouter/auto`). */
  ownPrefix?: true;
};

/** Keyed by sotto's provider names. */
export const PROVIDER_MODELS: Readonly<Record<string, ProviderModels>> = {
  openai: { vendor: 'openai', defaultModel: 'gpt-6-luna', closed: true },
  anthropic: { vendor: 'anthropic', defaultModel: 'claude-haiku-5-5', closed: true },
  azure: {},
  gemini: { vendor: 'google', defaultModel: 'gemini-3.8-flash' },
  openrouter: { defaultModel: 'openai/gpt-6-luna', ownPrefix: true },
  groq: { defaultModel: 'openai/gpt-oss-120b' },
  deepseek: { vendor: 'deepseek', defaultModel: 'deepseek-v4-flash' },
  mistral: { vendor: 'mistral', defaultModel: 'mistral-small-latest' },
  // Not 4.7: the price list does not have it yet, and a default should show what it costs.
  xai: { vendor: 'xai', defaultModel: 'grok-4.6' },
  together: { defaultModel: 'openai/gpt-oss-120b' },
  fireworks: { defaultModel: 'accounts/fireworks/models/gpt-oss-120b' },
  perplexity: { vendor: 'perplexity', defaultModel: 'sonar' },
  cerebras: { defaultModel: 'gpt-oss-120b' },
  moonshot: { vendor: 'moonshot', defaultModel: 'kimi-k2.6' },
  zai: { vendor: 'zai', defaultModel: 'glm-5.3-flash' },
  ollama: { local: true },
  // llama-server answers with the model it was started with, whatever name is sent.
  llamacpp: { local: true, defaultModel: 'default' },
  'llama.cpp': { local: true, defaultModel: 'default' },
  vllm: { local: true },
  lmstudio: { local: true },
  local: { local: true },
  guide: { local: true, defaultModel: 'guide' },
};

export function vendorOf(provider: string): Vendor | undefined {
  return PROVIDER_MODELS[provider]?.vendor;
}

export function defaultModelOf(provider: string): string | undefined {
  return PROVIDER_MODELS[provider]?.defaultModel;
}

export function isLocal(provider: string): boolean {
  return PROVIDER_MODELS[provider]?.local ?? false;
}
