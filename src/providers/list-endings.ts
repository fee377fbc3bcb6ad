/** What a provider's own list says of the end of a model: a day, and what comes after it. */
import { textAt } from '../core/json.ts';
import type { ModelInfo } from '../core/model.ts';

/** OpenAI, OpenRouter, and what others call the same. A day of deprecation is none of these: such a model still answers. */
const DAYS = ['shutdown_date', 'expiration_date', 'retirement_date', 'retires_at'];
const SUCCESSORS = ['deprecation_replacement_model', 'recommended_replacement', 'replacement', 'successor'];

export function endingIn(row: unknown): Pick<ModelInfo, 'retires' | 'successor'> {
  const retires = first(row, DAYS)?.slice(0, 10);
  if (retires === undefined || !isDay(retires)) return {};
  const successor = first(row, SUCCESSORS);
  return { retires, ...(successor === undefined ? {} : { successor }) };
}

/** No 30th of February: a day that there is not says nothing of a day that there is. */
function isDay(text: string): boolean {
  const time = /^20\d\d-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function first(row: unknown, keys: readonly string[]): string | undefined {
  return keys.map((key) => textAt(row, key)).find((text) => text !== undefined && text !== '');
}
