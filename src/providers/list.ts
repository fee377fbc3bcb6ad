/** The list of providers: one row each. A vendor is its own file and a row here; a compatible vendor is a row of presets.ts. */
import type { Provider } from '../core/provider.ts';
import type { ProviderOptions } from './options.ts';
import { PRESETS } from './presets.ts';

export type ProviderKind = 'openai' | 'azure' | 'anthropic' | 'ollama' | 'openai-compatible' | 'guide';

export type ProviderEntry = {
  name: string;
  /** For people. */
  title: string;
  kind: ProviderKind;
  /** Where it is when nobody says otherwise; undefined: the user has to say. */
  url: string | undefined;
  /** Environment variables of its key, first one that is set; empty: none is needed. */
  keyVariables: readonly string[];
};

export const PROVIDERS: readonly ProviderEntry[] = [
  { name: 'openai', title: 'OpenAI', kind: 'openai', url: 'https://api.openai.com/v1', keyVariables: ['OPENAI_API_KEY'] },
  { name: 'anthropic', title: 'Anthropic', kind: 'anthropic', url: 'https://api.anthropic.com', keyVariables: ['ANTHROPIC_API_KEY'] },
  { name: 'azure', title: 'Azure OpenAI', kind: 'azure', url: undefined, keyVariables: ['AZURE_OPENAI_API_KEY'] },
  ...PRESETS.map(
    (preset): ProviderEntry => ({
      name: preset.name,
      title: preset.title,
      kind: 'openai-compatible',
      url: preset.url,
      keyVariables: preset.keyVariables,
    }),
  ),
  { name: 'ollama', title: 'Ollama', kind: 'ollama', url: 'http://127.0.0.1:11434', keyVariables: [] },
  { name: 'guide', title: 'The built-in guide', kind: 'guide', url: 'guide:', keyVariables: [] },
];

/** The variables that hold each provider's key, as the settings want to know them. */
export function keyVariables(): Record<string, readonly string[]> {
  return Object.fromEntries(PROVIDERS.filter((entry) => entry.keyVariables.length > 0).map((entry) => [entry.name, entry.keyVariables]));
}

/** Loads the code of one kind of provider, and only that. */
export const OPEN = {
  openai: async (options) => (await import('./openai.ts')).openOpenAi(options),
  azure: async (options) => (await import('./azure.ts')).openAzure(options),
  anthropic: async (options) => (await import('./anthropic.ts')).openAnthropic(options),
  ollama: async (options) => (await import('./ollama.ts')).openOllama(options),
  'openai-compatible': async (options) => (await import('./compatible.ts')).openCompatible(options),
  guide: async (options) => (await import('./guide.ts')).openGuide(options),
} satisfies Record<ProviderKind, (options: ProviderOptions) => Promise<Provider>>;
