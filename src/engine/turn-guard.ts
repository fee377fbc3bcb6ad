/** Decides which calls of a turn may run: the limits of steps and calls, equal calls again and again, calls that were cut off. */

import type { FinishReason } from '../core/events.ts';
import { sortedKeys } from '../core/json.ts';
import { parseArguments, type ToolCallPart, type ToolResultPart } from '../core/messages.ts';
import { counted } from '../core/words.ts';

type Limits = {
  /** Most rounds of tool calls in one turn. */
  maxSteps: number;
  /** Most calls in one turn. */
  maxCalls: number;
};

/** For each call: why it is not run, in words for the model; undefined: it is. */
type Verdicts = {
  refusals: readonly (string | undefined)[];
  /** Told the user: a limit is reached, and the model is asked for an answer without more tools. */
  warning?: string;
  /** The turn ends here, because it would not end by itself: why. */
  stop?: string;
};

export type Guard = {
  judge(calls: readonly ToolCallPart[], finishReason: FinishReason | undefined): Verdicts;
  /** What the calls that were run have brought. */
  learn(calls: readonly ToolCallPart[], results: readonly ToolResultPart[]): void;
};

/** Equal calls that are run, unless something new came between them. */
const MOST_EQUAL = 2;
/** Equal calls that are refused before the turn ends. */
const MOST_REPEATS = 3;

export function createGuard({ maxSteps, maxCalls }: Limits): Guard {
  let rounds = 0;
  let count = 0;
  let repeats = 0;
  let limit: string | undefined;
  /** By call: how often it ran since something new was learnt. */
  const ran = new Map<string, number>();
  const known = new Set<string>();

  function refusalOf(call: ToolCallPart, finishReason: FinishReason | undefined): string | undefined {
    if (finishReason === 'length' && !parseArguments(call.arguments).ok)
      return 'Not run: the answer reached its token limit in the middle of this call. Make the call shorter, or split it.';
    const key = keyOf(call);
    const times = ran.get(key) ?? 0;
    if (times >= MOST_EQUAL) {
      repeats++;
      return `Not run: the same call with the same arguments has been made ${times} times already. Use its results, or do something else.`;
    }
    if (count >= maxCalls) {
      limit = `${maxCalls} calls of tools`;
      return refusedBy(limit);
    }
    count++;
    ran.set(key, times + 1);
    return undefined;
  }

  return {
    judge(calls, finishReason) {
      if (limit !== undefined)
        return {
          refusals: calls.map(() => refusedBy(limit ?? '')),
          stop: `The limit of ${limit} in one turn is reached, and the model still calls more. The turn ends without its answer.`,
        };
      if (rounds >= maxSteps) {
        limit = `${counted(maxSteps, 'round')} of tool calls`;
        return { refusals: calls.map(() => refusedBy(limit ?? '')), warning: `${warningOf(limit)} Allow more with --max-steps.` };
      }
      rounds++;
      const refusals = calls.map((call) => refusalOf(call, finishReason));
      if (repeats >= MOST_REPEATS)
        return { refusals, stop: 'The model makes the same call of a tool again and again. The turn ends without its answer.' };
      return { refusals, ...(limit === undefined ? {} : { warning: warningOf(limit) }) };
    },
    learn(calls, results) {
      for (const [index, call] of calls.entries()) {
        const key = keyOf(call);
        const fact = `${key}\n${results[index]?.output ?? ''}`;
        if (known.has(fact)) continue;
        known.add(fact);
        // After an edit the same test may well be run again: only what a call itself brings is no reason to repeat it.
        for (const other of ran.keys()) if (other !== key) ran.delete(other);
      }
    },
  };
}

function refusedBy(limit: string): string {
  return `Not run: the limit of ${limit} in one turn is reached. Answer now with what you have, without calling tools.`;
}

function warningOf(limit: string): string {
  return `The limit of ${limit} in one turn is reached; the model is asked to answer without more.`;
}

/** Equal for calls that ask for the same, however their arguments are written. */
function keyOf({ name, arguments: raw }: ToolCallPart): string {
  const parsed = parseArguments(raw);
  return `${name} ${parsed.ok ? JSON.stringify(parsed.value, sortedKeys) : raw}`;
}
