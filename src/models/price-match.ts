/** Tells whether a row of the price list really means a model: the list matches by prefix, and a prefix is often another model. */
import type { MatchLogic } from '@pydantic/genai-prices';

/** True where the row names this id, or names it but for a snapshot's date. */
export function meansExactly(match: MatchLogic, id: string): boolean {
  if ('or' in match) return match.or.some((one) => meansExactly(one, id));
  if ('and' in match) return match.and.every((one) => meansExactly(one, id));
  if ('equals' in match) return match.equals.toLowerCase() === id.toLowerCase();
  // Whoever wrote a pattern for a price row anchored it.
  if ('regex' in match) return new RegExp(match.regex, 'i').test(id);
  if ('starts_with' in match) return startsExactly(match.starts_with, id);
  if ('ends_with' in match) return afterSlash(id) === match.ends_with.toLowerCase();
  return startsExactly(match.contains, afterSlash(id));
}

/** `claude-sonnet-5` begins `claude-sonnet-5-20260701`, which it means, and `claude-sonnet-5-5`, which it does not. */
function startsExactly(prefix: string, id: string): boolean {
  const start = prefix.toLowerCase();
  const lower = id.toLowerCase();
  if (!lower.startsWith(start)) return false;
  const rest = lower.slice(start.length);
  // Fine-tunes are priced by their base model, whatever they are called.
  if (rest === '' || start.startsWith('ft:') || start.includes('.ft-')) return true;
  // Some prefixes end inside a date ("…-2025"), or at the sign before it.
  if (/-20\d\d$/.test(start)) return /^(?:\d{4}|-\d\d-\d\d)$/.test(rest);
  if (/[-@]$/.test(start)) return /^\d{3,8}$/.test(rest);
  return SNAPSHOT.test(rest);
}

/** What may follow a model's name without making it another model. */
const SNAPSHOT =
  /^(?:-preview|-exp)?(?:-latest|@latest|[-@]20\d{6}|-20\d\d-\d\d-\d\d|-\d\d-\d\d(?:\d\d)?|-0\d\d|-(?:0[1-9]|1[0-2])[0-3]\d|-2[4-9](?:0[1-9]|1[0-2]))?$/;

function afterSlash(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}
