/** What a session has used and cost: sums of what is known, and how much is not. */
import { UNCHARGED } from '../core/errors.ts';
import type { Attempt, TurnEnd } from '../core/events.ts';
import { addUsage, type Cost, type Usage } from '../core/usage.ts';

export type ChatTotals = {
  usage: Usage;
  cost: Cost | undefined;
  /** How many answers have no known price: the sum is then a lower bound. */
  unknownCosts: number;
  turns: number;
};

export const NO_TOTALS: ChatTotals = { usage: {}, cost: undefined, unknownCosts: 0, turns: 0 };

/** `turns` is 1 for a turn, 0 for what helps one: a title, a side question. */
export function addEnd(totals: ChatTotals, end: TurnEnd, { turns }: { turns: 0 | 1 }): ChatTotals {
  const costs = end.attempts.flatMap(({ cost }) => cost ?? []);
  return {
    usage: addUsage(totals.usage, end.usage ?? undefined) ?? {},
    cost: costs.reduce<Cost | undefined>(addCost, totals.cost),
    unknownCosts: totals.unknownCosts + (end.attempts.some(isUnknown) ? 1 : 0),
    turns: totals.turns + turns,
  };
}

function addCost(sum: Cost | undefined, cost: Cost): Cost {
  // Binary fractions of a cent leave dust behind the twelfth digit.
  const usd = Number(((sum?.usd ?? 0) + cost.usd).toPrecision(12));
  return { ...cost, usd, estimated: cost.estimated || (sum?.estimated ?? false) };
}

/** One that was turned away before the model began is free. */
function isUnknown({ cost, usage, firstTokenMs, outcome }: Attempt): boolean {
  return cost === null && (usage !== null || firstTokenMs !== null || outcome === 'ok' || !UNCHARGED.includes(outcome));
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
