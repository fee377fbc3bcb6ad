/** `/model`: who answers from the next turn on. */
import { formatTokens } from '../../format/numbers.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { modelName, PATIENCE_MS } from './facts.ts';
import { MODEL_COLUMNS, modelItems, modelNames, modelPreview } from './model-items.ts';

export const modelCommand: SlashCommand = {
  name: 'model',
  aliases: ['m'],
  argument: '[name]',
  summary: 'choose the model',
  details: [
    'From the next turn on; the conversation goes on with the other model.',
    '/model                    choose from what your providers have',
    '/model gpt-6-luna        by name, or an alias of yours',
    '/model ollama/llama3.2    at one provider',
  ],
  group: 'Model',
  complete: (_, actions) => modelNames(actions),
  async run(argument, actions) {
    if (argument !== '') return switchTo({ model: argument }, actions);
    const { items, later } = await modelItems(actions);
    const chosen = await actions.pick({
      title: 'Model',
      empty: 'No model has that in its name. /model NAME takes any.',
      columns: MODEL_COLUMNS,
      items,
      later,
      preview: modelPreview,
    });
    if (chosen) await switchTo({ provider: chosen.provider, model: chosen.model }, actions);
  },
};

/** Fails with what is wrong, and the old model stays. */
export async function switchTo(choice: { provider?: string; model?: string }, actions: ChatActions): Promise<void> {
  const { chat } = actions;
  const before = modelName(chat.state);
  const now = modelName(await chat.setModel(choice, AbortSignal.timeout(PATIENCE_MS)));
  if (now === before) return actions.say(`It is ${now} already.`);
  const { facts, contextTokens } = chat.state;
  const window = facts?.contextWindow;
  actions.say(`${now} answers from here on${window === undefined ? '' : ` (window: ${formatTokens(window)} tokens)`}.`);
  if (window !== undefined && contextTokens !== undefined && contextTokens > window) {
    actions.say(`The conversation has ${formatTokens(contextTokens)} tokens, more than fit into its window.`, 'warning');
  }
}
