/** `/cost`: what this session and this conversation have taken so far. */

import type { Cost, Usage } from '../../core/usage.ts';
import { counted } from '../../core/words.ts';
import { formatCost, formatTokens } from '../../format/numbers.ts';
import type { SlashCommand } from '../actions.ts';
import { labelled, roomOf } from './facts.ts';

export const costCommand: SlashCommand = {
  name: 'cost',
  aliases: ['usage'],
  summary: 'tokens and dollars',
  details: [
    'This session is what you have asked since this chat was opened, side questions included; the conversation is all of its turns.',
  ],
  group: 'sotto',
  whileWorking: true,
  async run(_, actions) {
    const { totals, conversation } = actions.chat.state;
    const rows: [string, string][] = [['This session', amounts(totals)]];
    const store = conversation === undefined ? undefined : await actions.store();
    if (store) {
      const { usage, costUsd, unknownCosts, attempts } = store.totals({ conversation: conversation ?? '' });
      const cost = costUsd === null ? undefined : { usd: costUsd, estimated: false };
      rows.push(['This conversation', amounts({ usage, cost, unknownCosts, turns: attempts, word: 'request' })]);
    }
    actions.print(labelled(rows, roomOf(actions)));
  },
};

type Sums = { usage: Usage; cost: Pick<Cost, 'usd' | 'estimated'> | undefined; unknownCosts: number; turns: number; word?: string };

function amounts({ usage, cost, unknownCosts, turns, word = 'answer' }: Sums): string {
  if (turns === 0) return 'nothing yet';
  return `${dollars(cost, unknownCosts, word)}\n${counted(turns, word)}: ${tokens(usage)}`;
}

function tokens({ input, output, cacheRead, reasoning }: Usage): string {
  if (input === undefined && output === undefined) return 'tokens unknown';
  const cached = cacheRead ? ` (${formatTokens(cacheRead)} from the cache)` : '';
  const thought = reasoning ? ` (${formatTokens(reasoning)} thinking)` : '';
  return `${formatTokens(input)} tokens in${cached}, ${formatTokens(output)} out${thought}`;
}

function dollars(cost: Sums['cost'], unknown: number, word: string): string {
  if (!cost) return 'cost unknown';
  const amount = formatCost({ ...cost, atLeast: unknown > 0 });
  return unknown > 0 ? `${amount}: the full price of ${counted(unknown, word)} is not known` : amount;
}
