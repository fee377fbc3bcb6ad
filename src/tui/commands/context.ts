/** `/context`: what the model will see with the next prompt, and how much of its window that takes. */

import type { Message } from '../../core/messages.ts';
import { counted } from '../../core/words.ts';
import type { ChatMessage } from '../../engine/chat.ts';
import { formatTokens } from '../../format/numbers.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { labelled, modelName, roomOf } from './facts.ts';

export const contextCommand: SlashCommand = {
  name: 'context',
  aliases: ['ctx'],
  summary: 'what the model sees',
  details: ['Tokens with a ~ are estimated; the others were counted by the provider in the last turn.'],
  group: 'Context',
  whileWorking: true,
  async run(_, actions) {
    actions.print(labelled(await rowsOf(actions), roomOf(actions)));
  },
};

async function rowsOf(actions: ChatActions): Promise<[string, string][]> {
  const { chat } = actions;
  const { state } = chat;
  // The tokenizer is only loaded by whoever counts.
  const { estimateRequestTokens, estimateTokens } = await import('../../models/tokens.ts');
  const path = chat.path();
  const messages = path.map(({ message }) => message);
  const model = state.model ?? '';
  const [spoken, system] = await Promise.all([
    messages.length === 0 ? 0 : estimateRequestTokens({ model, messages, stream: true }),
    estimateTokens(state.system ?? '', model),
  ]);
  const tools = (await actions.tools?.on()) ?? [];
  const described = tools.length === 0 ? 0 : await estimateRequestTokens({ model, messages: [], tools: [...tools], stream: true });
  return [
    ['Model', modelName(state) ?? 'none yet'],
    [
      'Window',
      windowOf(state.facts?.contextWindow, state.contextTokens ?? spoken + system + described, {
        counted: state.contextTokens !== undefined,
      }),
    ],
    ['System', state.system === undefined ? 'none' : `~${formatTokens(system)} tokens`],
    ['Messages', messages.length === 0 ? 'none yet' : `~${formatTokens(spoken)} tokens: ${kindsOf(path)}`],
    ...(actions.tools
      ? [
          ['Tools', tools.length === 0 ? 'none' : `~${formatTokens(described)} tokens: ${tools.map(({ name }) => name).join(', ')}`] as [
            string,
            string,
          ],
        ]
      : []),
  ];
}

function windowOf(window: number | undefined, used: number, { counted: isCounted }: { counted: boolean }): string {
  const amount = `${isCounted ? '' : '~'}${formatTokens(used)}`;
  if (window === undefined) return `${amount} used; how much fits is not known`;
  return `${amount} of ${formatTokens(window)} used (${Math.round((used / window) * 100)} %)`;
}

function kindsOf(path: readonly ChatMessage[]): string {
  const of = (role: Message['role']) => path.filter(({ message }) => message.role === role).length;
  const pictures = path.reduce((sum, { message }) => sum + message.parts.filter(({ type }) => type === 'media').length, 0);
  const kinds: [number, string][] = [
    [of('user'), 'of yours'],
    [of('assistant'), 'of the model'],
    [of('tool'), 'of tools'],
  ];
  const words = kinds.filter(([count]) => count > 0).map(([count, whose]) => `${count} ${whose}`);
  return [...words, ...(pictures > 0 ? [counted(pictures, 'picture')] : [])].join(', ');
}
