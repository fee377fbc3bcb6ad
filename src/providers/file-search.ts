/** OpenAI's search in files that were uploaded to it: what it is asked with, and the passages that it found. */
import { usageError } from '../core/errors.ts';
import type { HostedTool } from '../core/hosted.ts';
import { type JsonObject, listAt, numberAt, textAt } from '../core/json.ts';
import type { HostedPart } from '../core/messages.ts';

/** `score`: how well it fits, 0 to 1; null where it is not said. */
export type Passage = { file: string; score: number | null; text: string };

/** The stores stand alone, `max=5` is the number of passages, and everything that is compared is an attribute of the files. */
export function fileSearch({ values, named }: HostedTool): { tools: JsonObject[]; include: string[] } {
  const { max, ...equal } = named;
  const filters = Object.entries(equal).map(([key, value]) => filterOf('eq', key, value));
  for (const value of values) filters.push(...[comparisonOf(value)].filter((one) => one !== undefined));
  const stores = values.filter((value) => comparisonOf(value) === undefined);
  if (stores.length === 0) throw usageError('file_search needs its vector stores.', 'Write: --hosted "file_search(vs_…)"');
  return {
    tools: [
      {
        type: 'file_search',
        vector_store_ids: stores,
        ...(max === undefined ? {} : { max_num_results: countOf(max) }),
        ...filtersOf(filters),
      },
    ],
    include: ['file_search_call.results'],
  };
}

function filtersOf(filters: JsonObject[]): JsonObject {
  const [first, ...others] = filters;
  if (first === undefined) return {};
  return { filters: others.length === 0 ? first : { type: 'and', filters } };
}

const OPERATORS: Readonly<Record<string, string>> = { '!=': 'ne', '>=': 'gte', '<=': 'lte', '>': 'gt', '<': 'lt' };
const MOST_PASSAGES = 50;

function comparisonOf(text: string): JsonObject | undefined {
  const [, key, sign = '', value] = /^([\w.-]+)\s*(!=|>=|<=|>|<)\s*(.+)$/s.exec(text) ?? [];
  const type = OPERATORS[sign];
  return key === undefined || value === undefined || type === undefined ? undefined : filterOf(type, key, value);
}

function filterOf(type: string, key: string, value: string): JsonObject {
  return { type, key, value: typed(value) };
}

/** A number and `true` are what they look like; in quotes they are text. */
function typed(text: string): string | number | boolean {
  const [, quoted] = /^"(.*)"$/s.exec(text) ?? [];
  if (quoted !== undefined) return quoted;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_PASSAGES) return count;
  throw usageError(`file_search takes max from 1 to ${MOST_PASSAGES}, not "${text}".`, 'Write: --hosted "file_search(vs_…, max=5)"');
}

/** The best first, as the provider gave them; none where it was not asked for them, or something else ran. */
export function passagesOf({ original: { item } }: Pick<HostedPart, 'original'>): Passage[] {
  if (textAt(item, 'type') !== 'file_search_call') return [];
  return listAt(item, 'results').map((result) => ({
    file: textAt(result, 'filename') ?? textAt(result, 'file_id') ?? '',
    score: numberAt(result, 'score') ?? null,
    text: textAt(result, 'text') ?? '',
  }));
}
