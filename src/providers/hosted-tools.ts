/** Tools that run on a provider's side, switched on by name: what each API has, and how it is asked for there. */
import { SottoError, usageError } from '../core/errors.ts';
import type { HostedTool } from '../core/hosted.ts';
import type { JsonObject } from '../core/json.ts';
import { fileSearch } from './file-search.ts';

/** What a hosted tool adds to a request. */
type HostedRequest = {
  tools: JsonObject[];
  /** Responses: parts of the answer that come only when asked for. */
  include?: string[];
  /** Anthropic: servers of MCP that it talks to, and the features a request has to name. */
  servers?: JsonObject[];
  betas?: string[];
};

/** What one API has, by the name that the user gives. */
export type HostedTable = Readonly<Record<string, (tool: HostedTool) => HostedRequest>>;

export function hostedRequest(hosted: readonly HostedTool[] | undefined, table: HostedTable, provider: string): Required<HostedRequest> {
  const wanted = (hosted ?? []).map((tool) => {
    const make = Object.hasOwn(table, tool.name) ? table[tool.name] : undefined;
    if (!make) throw notHosted(tool.name, Object.keys(table), provider);
    return make(tool);
  });
  return {
    tools: wanted.flatMap(({ tools }) => tools),
    include: wanted.flatMap(({ include }) => include ?? []),
    servers: wanted.flatMap(({ servers }) => servers ?? []),
    betas: [...new Set(wanted.flatMap(({ betas }) => betas ?? []))],
  };
}

export const RESPONSES_HOSTED: HostedTable = {
  web_search: ({ values }) => ({
    tools: [{ type: 'web_search', ...(values.length > 0 ? { filters: { allowed_domains: [...values] } } : {}) }],
  }),
  file_search: fileSearch,
  code_interpreter: ({ values }) => ({
    tools: [{ type: 'code_interpreter', container: { type: 'auto', ...(values.length > 0 ? { file_ids: [...values] } : {}) } }],
    include: ['code_interpreter_call.outputs'],
  }),
  image_generation: () => ({ tools: [{ type: 'image_generation' }] }),
  // Whoever names a server here has approved it: nobody could answer a question of the provider's in the middle of its answer.
  mcp: (tool) => ({
    tools: serversOf(tool).map(({ label, place }) => ({
      type: 'mcp',
      server_label: label,
      ...(/^connector_/.test(place) ? { connector_id: place } : { server_url: place }),
      ...(tool.named.token === undefined ? {} : { authorization: tool.named.token }),
      require_approval: 'never',
    })),
  }),
};

/** The oldest versions of the tools that every current model has. */
export const ANTHROPIC_HOSTED: HostedTable = {
  web_search: ({ values }) => ({
    tools: [{ type: 'web_search_20250305', name: 'web_search', ...(values.length > 0 ? { allowed_domains: [...values] } : {}) }],
  }),
  web_fetch: ({ values }) => ({
    tools: [{ type: 'web_fetch_20250910', name: 'web_fetch', ...(values.length > 0 ? { allowed_domains: [...values] } : {}) }],
  }),
  code_execution: () => ({ tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }),
  mcp: (tool) => ({
    tools: serversOf(tool).map(({ label }) => ({ type: 'mcp_toolset', mcp_server_name: label })),
    servers: serversOf(tool).map(({ label, place }) => ({
      type: 'url',
      url: place,
      name: label,
      ...(tool.named.token === undefined ? {} : { authorization_token: tool.named.token }),
    })),
    betas: ['mcp-client-2025-11-20'],
  }),
};

export const OPENROUTER_HOSTED: HostedTable = { web_search: () => ({ tools: [{ type: 'openrouter:web_search' }] }) };
export const NOTHING_HOSTED: HostedTable = {};

/** The body as it may be shown: without the tokens of servers of MCP. */
export function withoutTokens(body: JsonObject): JsonObject {
  const hide = (list: unknown) =>
    Array.isArray(list)
      ? list.map((entry: JsonObject) => ({
          ...entry,
          ...('authorization' in entry ? { authorization: HIDDEN } : {}),
          ...('authorization_token' in entry ? { authorization_token: HIDDEN } : {}),
        }))
      : undefined;
  const [tools, servers] = [hide(body.tools), hide(body.mcp_servers)];
  return { ...body, ...(tools ? { tools } : {}), ...(servers ? { mcp_servers: servers } : {}) };
}

const HIDDEN = '(hidden)';

function serversOf({ named }: HostedTool): { label: string; place: string }[] {
  const servers = Object.entries(named).flatMap(([label, place]) => (label === 'token' ? [] : [{ label, place }]));
  some(servers, 'mcp(name=https://…)', 'servers');
  return servers;
}

function some<Value>(values: readonly Value[], form: string, what: string): Value[] {
  if (values.length > 0) return [...values];
  throw usageError(`${form.split('(')[0]} needs its ${what}.`, `Write: --hosted "${form}"`);
}

function notHosted(name: string, has: readonly string[], provider: string): SottoError {
  if (has.length > 0)
    return new SottoError({
      kind: 'unsupported',
      provider,
      message: `${provider} has no hosted tool "${name}" here. It has: ${has.join(', ')}.`,
      hint: 'Name one of these with --hosted, or ask another provider with -p.',
    });
  return new SottoError({
    kind: 'unsupported',
    provider,
    message: `${provider} runs no tools on its own side here, so there is no "${name}".`,
    hint: `OpenAI's Responses API has ${Object.keys(RESPONSES_HOSTED).join(', ')} (-p openai, or --set providers.NAME.api=responses), Anthropic has ${Object.keys(ANTHROPIC_HOSTED).join(', ')}.`,
  });
}
