/** Whom a chat asks: chosen when first needed, switched in mid-conversation, and what is known of the model. */
import type { ModelInfo } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { defaultModelOf } from '../models/defaults.ts';
import type { ChatPorts } from './chat-ports.ts';
import { type Choice, type ChoicePorts, chooseModel } from './choose.ts';
import { factsOf } from './model-facts.ts';

export type ChatModel = {
  /** What is known so far; a conversation that goes on names its model before it is certain that it can be asked. */
  named(): { provider: string | undefined; model: string | undefined; facts: ModelInfo | undefined };
  choose(signal: AbortSignal): Promise<Choice>;
  /** Opened once, and again after a switch or a refused key. */
  open(choice: Choice, signal: AbortSignal): Promise<Provider>;
  forget(): void;
  switchTo(asked: Asked, signal: AbortSignal): Promise<Choice>;
  /** The conversation that goes on was held with this model; what was typed for this run wins over it. */
  goOnWith(held: Choice | undefined): void;
  /** Asks the provider for what the table does not know of the model. */
  learn(provider: Provider, choice: Choice, signal: AbortSignal): Promise<void>;
};

type Asked = { model?: string; provider?: string };

const GUIDE: Choice = { provider: 'guide', model: defaultModelOf('guide') ?? 'guide' };

export function createChatModel(ports: ChatPorts, isPrivate: () => boolean): ChatModel {
  const { settings, directory } = ports;
  let isTyped = settings.isModelTyped || settings.isProviderTyped;
  let held: Choice | undefined;
  let choice: Choice | undefined;
  let facts: ModelInfo | undefined;
  let provider: Promise<Provider> | undefined;
  let learned: string | undefined;

  const listPorts = () => ({ ...ports.lists, keep: ports.lists.keep && !isPrivate() });

  function find(asked: Asked | undefined, signal: AbortSignal): Promise<Choice> {
    const search: ChoicePorts = { settings, directory, lists: listPorts(), notice: ports.notice, otherwise: GUIDE };
    return chooseModel(asked ? { ...search, asked } : search, signal);
  }

  function adopt(chosen: Choice): Choice {
    if (choice?.provider !== chosen.provider || choice.model !== chosen.model) {
      provider = undefined;
      facts = factsOf(chosen, ports);
    }
    choice = chosen;
    return chosen;
  }

  return {
    named: () => ({ provider: choice?.provider ?? held?.provider, model: choice?.model ?? held?.model, facts }),
    choose: async (signal) => choice ?? adopt(await find(held, signal)),
    async open({ provider: name }, signal) {
      provider ??= directory.open(name, signal);
      const opening = provider;
      try {
        return await opening;
      } catch (thrown) {
        if (provider === opening) provider = undefined;
        throw thrown;
      }
    },
    forget() {
      provider = undefined;
    },
    async switchTo(asked, signal) {
      const chosen = await find(asked.model === undefined && asked.provider === undefined ? undefined : asked, signal);
      // Whoever cannot be opened cannot be asked: the old one stays.
      const opened = await directory.open(chosen.provider, signal);
      adopt(chosen);
      provider = Promise.resolve(opened);
      isTyped = false;
      return chosen;
    },
    goOnWith(before) {
      if (isTyped) return;
      held = before;
      if (!before || (choice?.provider === before.provider && choice.model === before.model)) return;
      choice = undefined;
      provider = undefined;
      facts = factsOf(before, ports);
    },
    async learn(asked, { model }, signal) {
      const key = `${asked.name}/${model}`;
      if (facts?.contextWindow !== undefined || learned === key) return;
      learned = key;
      const said = await asked.describe?.(model, signal).catch(() => undefined);
      if (said && choice?.provider === asked.name && choice.model === model) facts = { ...facts, ...said, id: model };
    },
  };
}
