/** Counts of tokens as they can be: what contradicts itself is not known, also where it looked possible before. */
import type { ModelEvent } from '../core/events.ts';
import { mergeUsage, USAGE_KEYS, type Usage, type UsageReport } from '../core/usage.ts';
import type { Said } from './flawed-answer.ts';

type SoundCounts = {
  /** Takes what a server reports, and the end of its answer; gives what to report of it. */
  take(event: ModelEvent, said: Said): ModelEvent[];
};

export function createCounts(): SoundCounts {
  let reported: Usage = {};
  let told: Usage = {};
  return {
    take(event, said) {
      const { usage = {}, costUsd } = event.type === 'usage' ? event : {};
      reported = mergeUsage(reported, usage);
      const sound = soundOf(reported, said.answer || said.thought);
      const changed = USAGE_KEYS.filter((key) => sound[key] !== told[key]);
      const taken = Object.fromEntries(changed.flatMap((key) => (sound[key] === undefined ? [[key, null]] : [])));
      told = sound;
      if (changed.length === 0 && costUsd === undefined && usage.hostedCalls === undefined) return [];
      return [{ type: 'usage', usage: { ...sound, ...taken }, ...(costUsd === undefined ? {} : { costUsd }) }];
    },
  };
}

/** Nobody asks without a word, or answers without a token. */
function soundOf(usage: Usage, hasSaid: boolean): Usage {
  const { input, output, ...parts } = usage;
  return { ...(input ? { input } : {}), ...(output || (output === 0 && !hasSaid) ? { output } : {}), ...parts };
}

/** No part is larger than its whole: one that is, is not known. */
export function partsWithin(usage: UsageReport): UsageReport {
  const { input, output, reasoning, cacheRead, cacheWrite } = usage;
  const found = { ...usage };
  if (isMore(reasoning, output)) found.reasoning = null;
  if (isMore(cacheRead, input)) found.cacheRead = null;
  if (isMore(cacheWrite, input)) found.cacheWrite = null;
  if (!isMore((found.cacheRead ?? 0) + (found.cacheWrite ?? 0), input)) return found;
  return { ...found, cacheRead: null, cacheWrite: null };
}

function isMore(part: number | null | undefined, whole: number | null | undefined): boolean {
  return typeof part === 'number' && typeof whole === 'number' && part > whole;
}
