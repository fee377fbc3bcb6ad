/** How long a provider asks us to wait, from the headers and bodies that are in use. */
import { isObject, type Json, listAt, numberAt, textAt } from '../core/json.ts';

type WaitingRefusal = {
  headers: Headers | undefined;
  body: Json;
  /** The provider's message. */
  words: string;
};

/** In milliseconds; undefined where nothing is said. */
export function retryAfterOf({ headers, body, words }: WaitingRefusal): number | undefined {
  return fromHeaders(headers) ?? fromBody(body) ?? fromWords(words);
}

function fromHeaders(headers: Headers | undefined): number | undefined {
  const milliseconds = numberIn(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined && milliseconds >= 0) return milliseconds;
  const header = headers?.get('retry-after');
  const seconds = numberIn(header);
  if (seconds !== undefined) return Math.max(0, Math.round(seconds * 1000));
  // The server's clock tells how far off its date is, not ours: where it does not say, the wait is unknown.
  const waitMs = Date.parse(header ?? '') - Date.parse(headers?.get('date') ?? '');
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

function numberIn(text: string | null | undefined): number | undefined {
  const number = Number(text?.trim() || Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** Google's error details, and what routers and servers that are loading a model say. */
function fromBody(body: Json): number | undefined {
  const outer = Array.isArray(body) ? body[0] : body;
  const error = isObject(outer) ? outer.error : undefined;
  for (const detail of listAt(error, 'details')) {
    const delay = /^([\d.]+)s$/.exec(textAt(detail, 'retryDelay') ?? '');
    if (delay) return Math.round(Number(delay[1]) * 1000);
  }
  const metadata = isObject(error) ? error.metadata : undefined;
  const routed =
    numberAt(metadata, 'retry_after_seconds') ??
    numberAt(error, 'retry_after') ??
    numberAt(outer, 'retry_after') ??
    numberAt(outer, 'estimated_time');
  return routed === undefined ? undefined : Math.max(0, Math.round(routed * 1000));
}

/** "Please try again in 1m2.5s", "retry after 20 seconds": OpenAI, Groq and Azure say it in words, at times only there. */
function fromWords(words: string): number | undefined {
  const found =
    /(?:try again|retry) (?:in|after) ((?:[\d.]+ ?(?:days?|hours?|minutes?|milliseconds?|seconds?|ms|[dhms])(?![a-z]) ?)+)/i.exec(
      words,
    )?.[1];
  if (found === undefined) return undefined;
  let sum = 0;
  for (const [, amount, unit = ''] of found.matchAll(/([\d.]+) ?([a-z]+)/gi)) sum += Number(amount) * unitMs(unit.toLowerCase());
  return Number.isFinite(sum) ? Math.round(sum) : undefined;
}

function unitMs(unit: string): number {
  if (unit === 'ms' || unit.startsWith('milli')) return 1;
  return { d: 86_400_000, h: 3_600_000, m: 60_000 }[unit[0] ?? 's'] ?? 1000;
}
