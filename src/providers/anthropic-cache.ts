/** Marks what of a Messages API request is cached: tools, system and the growing conversation, each up to its end. */
import type { JsonObject } from '../core/json.ts';
import type { ModelRequest } from '../core/provider.ts';

type Cacheable = { tools: readonly JsonObject[]; system: string | undefined; messages: readonly JsonObject[] };

/** The fields of the body. Tools come before the system text, that before the messages; the API takes four marks. */
export function markedForCache({ tools, system, messages }: Cacheable, request: ModelRequest): JsonObject {
  const goesOn = willGoOn(request);
  // Below about a thousand tokens nothing is cached, whatever is asked for; a conversation grows beyond that.
  const isLong = charactersOf(system, tools) >= CACHED_FROM_CHARACTERS;
  const marksTools = goesOn || (isLong && system === undefined);
  return {
    ...(system === undefined ? {} : { system: [{ type: 'text', text: system, ...(goesOn || isLong ? MARK : {}) }] }),
    ...(tools.length === 0 ? {} : { tools: marksTools ? lastMarked(tools) : [...tools] }),
    messages: goesOn ? turnsMarked(messages) : [...messages],
  };
}

const MARK = { cache_control: { type: 'ephemeral' } } as const;
const CACHED_FROM_CHARACTERS = 4096;

/** Writing to the cache costs a quarter more than reading anew: a single question is not worth it. */
function willGoOn({ cacheKey, tools, messages }: ModelRequest): boolean {
  return cacheKey !== undefined || (tools !== undefined && tools.length > 0) || messages.some(({ role }) => role === 'assistant');
}

function charactersOf(system: string | undefined, tools: readonly JsonObject[]): number {
  return (system ?? '').length + (tools.length > 0 ? JSON.stringify(tools).length : 0);
}

/**
 * The last two turns of the user (prompts or results): the older one is where the request before this one ended, which the API
 * finds again even when more than the twenty blocks that it looks back lie between.
 */
function turnsMarked(messages: readonly JsonObject[]): JsonObject[] {
  const marked = [...messages];
  let left = 2;
  for (let index = marked.length - 1; index >= 0 && left > 0; index--) {
    const { role, content } = marked[index] ?? {};
    if (role !== 'user' || !Array.isArray(content)) continue;
    marked[index] = { role, content: lastMarked(content as JsonObject[]) }; // built by us: blocks and nothing else
    left--;
  }
  return marked;
}

/** A copy: the same blocks are sent without a mark later on. */
function lastMarked(blocks: readonly JsonObject[]): JsonObject[] {
  return blocks.map((block, index) => (index === blocks.length - 1 ? { ...block, ...MARK } : block));
}
