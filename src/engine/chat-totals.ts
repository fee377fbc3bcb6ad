/** What a session has used and cost: sums of what is known, and how much is not. */
import { UNCHARGED } from '../core/errors.ts';
import type { Attempt, TurnEnd } from '../core/events.ts';
import { addCosts, addUsage, type Cost, type Usage } from '../core/usage.ts';

export type ChatTotals = {
  usage: Usage;
  cost: Cost | undefined;
  /** How many answers have no known price, or only for a part of them: the sum is then a lower bound. */
  unknownCosts: number;
  turns: number;
};

export const NO_TOTALS: ChatTotals = { usage: {}, cost: undefined, unknownCosts: 0, turns: 0 };

/** `turns` is 1 for a turn, 0 for what helps one: a title, a side question. */
export function addEnd(totals: ChatTotals, end: TurnEnd, { turns }: { turns: 0 | 1 }): ChatTotals {
  const costs = end.attempts.flatMap(({ cost }) => cost ?? []);
  return {
    usage: addUsage(totals.usage, end.usage ?? undefined) ?? {},
    cost: addCosts([...(totals.cost ? [totals.cost] : []), ...costs]),
    unknownCosts: totals.unknownCosts + (end.attempts.some(isUnknown) ? 1 : 0),
    turns: totals.turns + turns,
  };
}

/** One that was turned away before the model began is free. */
function isUnknown({ cost, usage, firstTokenMs, outcome }: Attempt): boolean {
  return (
    cost?.atLeast === true ||
    (cost === null && (usage !== null || firstTokenMs !== null || outcome === 'ok' || !UNCHARGED.includes(outcome)))
  );
}

/** Tokens of the context at the end of the turn; `before` where it failed without having counted any. */
export function contextAfter(end: TurnEnd, before: number | undefined): number | undefined {
  const usage = end.attempts.at(-1)?.usage;
  if (!usage && end.error !== null) return before;
  return contextOf(usage);
}

export function contextOf(usage: Usage | null | undefined): number | undefined {
  return usage?.input === undefined || usage.output === undefined ? undefined : usage.input + usage.output;
}
