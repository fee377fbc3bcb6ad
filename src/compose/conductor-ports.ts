/** What the conductor of a turn needs of the world, for whoever asks: prices, what servers take, pauses, and the clock. */
import type { Settings } from '../config/load.ts';
import type { RequestParameters } from '../core/provider.ts';
import type { ChatDefaults } from '../engine/chat-ports.ts';
import type { ConductorPorts } from '../engine/conductor.ts';
import { rememberedCost } from '../engine/price-memo.ts';
import type { CommandContext } from './context.ts';

type ConductorContext = Pick<CommandContext, 'paths' | 'version' | 'secrets' | 'sleep' | 'random' | 'now' | 'date'>;

export function conductorPorts(settings: Settings, context: ConductorContext): ConductorPorts {
  const { cache } = context.paths;
  return {
    retries: settings.get('retries'),
    secrets: context.secrets,
    sleep: (milliseconds, signal) => context.sleep(milliseconds, signal),
    random: () => context.random(),
    now: () => context.now(),
    date: () => context.date(),
    costOf: (provider, model, usage, { keep }) =>
      rememberedCost(provider, model, usage, { file: `${cache}/prices.json`, version: context.version, keep }),
    async schemaMemory(provider, { keep }) {
      const { openSchemaMemory } = await import('../engine/schema-refusal.ts');
      const { url, nativeSchema } = settings.provider(provider);
      return openSchemaMemory({
        server: [provider, ...(url === undefined ? [] : [url])].join(' '),
        configured: nativeSchema,
        file: `${cache}/schemas.json`,
        date: () => context.date(),
        keep,
      });
    },
  };
}

/** How the settings want a model to answer. */
export function requestParameters(settings: Settings): RequestParameters {
  return {
    temperature: settings.get('temperature'),
    topP: settings.get('topP'),
    maxTokens: settings.get('maxTokens'),
    seed: settings.get('seed'),
    effort: settings.get('effort'),
    verbosity: settings.get('verbosity'),
    stream: settings.get('stream'),
  };
}

/** What the settings say of every chat. */
export function chatDefaults(settings: Settings): ChatDefaults {
  return {
    parameters: requestParameters(settings),
    system: settings.get('system'),
    isSystemGiven: settings.origin('system') === 'flag',
    saves: settings.get('save'),
    isPrivate: settings.get('private'),
    maxSteps: settings.get('maxSteps'),
    titleModel: settings.get('titleModel'),
  };
}
