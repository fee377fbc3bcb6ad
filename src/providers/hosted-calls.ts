/** Counts what a provider ran on its own side and bills beside the tokens, from what its answer says. */
import { type JsonObject, listAt, objectAt, textAt } from '../core/json.ts';
import { type HostedCalls, someCalls } from '../core/usage.ts';
import { countAt } from './wire-values.ts';

type Counts = Required<HostedCalls>;

const NONE: Counts = { webSearches: 0, fileSearches: 0, codeSessions: 0, others: 0 };

/**
 * The items of a Responses answer. `paid` are the containers that an earlier answer of the conversation ran in: going on in one
 * may be free, or another twenty minutes of it.
 */
export function responsesCalls(items: readonly JsonObject[], response: JsonObject, paid: ReadonlySet<string>): HostedCalls | undefined {
  const counts = { ...NONE };
  const containers = new Set<string>();
  for (const item of items) {
    const kind = kindOf(item);
    if (kind === 'webSearches') addSearch(counts, item);
    else if (kind === 'codeSessions') containers.add(textAt(item, 'container_id') ?? '');
    else if (kind !== undefined) counts[kind]++;
  }
  for (const container of containers) counts[paid.has(container) ? 'others' : 'codeSessions']++;
  const searches = countAt(objectAt(objectAt(response, 'tool_usage'), 'web_search'), 'num_requests');
  // Where the provider counts itself, that is what it bills: an item may stand for several searches.
  return someCalls(searches ? { ...counts, webSearches: searches, others: counts.others - items.filter(hasMany).length } : counts);
}

function kindOf(item: JsonObject): keyof Counts | undefined {
  const type = textAt(item, 'type') ?? '';
  if (FREE_ITEMS.has(type) || !type.endsWith('_call')) return undefined;
  // Nobody says whether one that failed is billed; what is not known here may be.
  return isFailed(item) ? 'others' : (BILLED_ITEMS.get(type) ?? 'others');
}

const BILLED_ITEMS: ReadonlyMap<string, keyof Counts> = new Map([
  ['web_search_call', 'webSearches'],
  ['file_search_call', 'fileSearches'],
  ['code_interpreter_call', 'codeSessions'],
]);

/** Paid by their tokens alone, or run by whoever asked. */
const FREE_ITEMS: ReadonlySet<string> = new Set([
  'function_call',
  'custom_tool_call',
  'mcp_call',
  'tool_search_call',
  'computer_call',
  'local_shell_call',
  'apply_patch_call',
]);

/** Opening a page and looking into it are free. What one search with several queries is billed as, is not known for sure. */
function addSearch(counts: Counts, item: JsonObject): void {
  if (!isSearch(item)) return;
  counts.webSearches++;
  if (hasMany(item)) counts.others++;
}

function isSearch(item: JsonObject): boolean {
  return (textAt(objectAt(item, 'action'), 'type') ?? 'search') === 'search';
}

function hasMany(item: JsonObject): boolean {
  return textAt(item, 'type') === 'web_search_call' && isSearch(item) && !isFailed(item) && listAt(item.action, 'queries').length > 1;
}

function isFailed(item: JsonObject): boolean {
  return textAt(item, 'status') === 'failed';
}

/** The containers of the items that go back with a request. */
export function containersOf(input: unknown): ReadonlySet<string> {
  const items = Array.isArray(input) ? input : [];
  return new Set(items.flatMap((item) => (textAt(item, 'type') === 'code_interpreter_call' ? (textAt(item, 'container_id') ?? []) : [])));
}

type AnthropicCalls = {
  /** A block of a tool that runs over there began; true where it may cost something. */
  begin(name: string): boolean;
  /** What the usage says itself. */
  take(usage: JsonObject): void;
  counts(): HostedCalls | undefined;
};

/** What Anthropic ran: searches are in its usage, code is billed by the time that its container lives. */
export function countAnthropicCalls(): AnthropicCalls {
  const counts = { ...NONE };
  let searches: number | undefined;
  return {
    begin(name) {
      if (name === 'web_search') counts.webSearches++;
      else if (name.endsWith('code_execution')) counts.codeSessions = 1;
      else if (!isFreeAtAnthropic(name)) counts.others++;
      else return false;
      return true;
    },
    take(usage) {
      const said = objectAt(usage, 'server_tool_use');
      searches = countAt(said, 'web_search_requests') ?? searches;
      if (countAt(said, 'code_execution_requests')) counts.codeSessions = 1;
    },
    // A search that failed is not billed: their count, not that of the blocks.
    counts: () => someCalls({ ...counts, webSearches: searches ?? counts.webSearches }),
  };
}

function isFreeAtAnthropic(name: string): boolean {
  return name === 'web_fetch' || name.startsWith('tool_search_tool');
}

/** Chat Completions: the searches that Perplexity counts. */
export function countedSearches(usage: JsonObject): HostedCalls | undefined {
  const searches = countAt(usage, 'num_search_queries');
  return searches ? { webSearches: searches } : undefined;
}

/** Chat Completions: somebody searched, at least once; how often, the answer does not say. */
export const SOME_SEARCHES: HostedCalls = { webSearches: 1, others: 1 };

/** Links of the web in an answer come from a search. */
export function citesWeb(message: JsonObject): boolean {
  return listAt(message, 'annotations').some((annotation) => textAt(annotation, 'type') === 'url_citation');
}

/** Models of OpenAI that search before every answer. */
export function isSearchModel(model: string): boolean {
  return /-search-(?:preview|api)\b/.test(model);
}
