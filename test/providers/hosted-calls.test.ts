/** What a provider ran on its own side is counted as it is billed: searches, sessions, and what nobody has a price for. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HostedCalls } from '../../src/core/usage.ts';
import { costOf } from '../../src/models/prices.ts';
import { decodeAnthropic } from '../../src/providers/anthropic-stream.ts';
import { decodeChat } from '../../src/providers/chat-stream.ts';
import type { Emit } from '../../src/providers/decoder.ts';
import { containersOf } from '../../src/providers/hosted-calls.ts';
import { decodeResponses } from '../../src/providers/responses-stream.ts';
import { replay } from './anthropic-ollama-replay.ts';
import { decode } from './decoding.ts';

const ANSWER = { type: 'message', content: [{ type: 'output_text', text: 'Yes.' }] };
const search = (action: object, more: object = {}) => ({ type: 'web_search_call', id: 'ws', status: 'completed', action, ...more });

function responsesCalls(output: object[], more: object = {}, paidContainers: ReadonlySet<string> = new Set()): HostedCalls | undefined {
  const response = {
    object: 'response',
    status: 'completed',
    output: [...output, ANSWER],
    usage: { input_tokens: 9, output_tokens: 2 },
    ...more,
  };
  return decode((emit) => decodeResponses({ provider: 'openai', model: 'm', paidContainers }, emit), [response]).reply.usage?.hostedCalls;
}

describe('the Responses API', () => {
  it.each<[string, object[], HostedCalls | undefined]>([
    ['nothing', [], undefined],
    ['a search', [search({ type: 'search', query: 'q' })], { webSearches: 1 }],
    ['a search of an older server', [{ type: 'web_search_call', id: 'ws' }], { webSearches: 1 }],
    ['a page that was opened and looked into', [search({ type: 'open_page' }), search({ type: 'find_in_page' })], undefined],
    ['one search with two queries', [search({ type: 'search', queries: ['a', 'b'] })], { webSearches: 1, others: 1 }],
    ['a search that failed', [search({ type: 'search' }, { status: 'failed' })], { others: 1 }],
    ['two file searches', [{ type: 'file_search_call' }, { type: 'file_search_call' }], { fileSearches: 2 }],
    [
      'code that ran twice in one container and once in another',
      ['c1', 'c1', 'c2'].map((container_id) => ({ type: 'code_interpreter_call', container_id })),
      { codeSessions: 2 },
    ],
    ['a picture', [{ type: 'image_generation_call', id: 'ig', result: 'UklGRg==' }], { others: 1 }],
    ['a tool that nobody has told us about', [{ type: 'oracle_call' }], { others: 1 }],
    ['what is paid by its tokens', [{ type: 'mcp_list_tools' }, { type: 'mcp_call' }, { type: 'compaction' }], undefined],
    ['a call of ours', [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }], undefined],
  ])('counts %s', (_, output, calls) => expect(responsesCalls(output)).toEqual(calls));

  it('takes the count that the provider gives itself', () => {
    const told = { tool_usage: { web_search: { num_requests: 3 } } };
    expect(responsesCalls([search({ type: 'search', queries: ['a', 'b', 'c'] })], told)).toEqual({ webSearches: 3 });
    expect(responsesCalls([], { tool_usage: { web_search: { num_requests: 0 } } })).toBeUndefined();
  });

  it('does not pay again for a container that an earlier answer ran in, but does not call it free', () => {
    const call = { type: 'code_interpreter_call', container_id: 'c1' };
    expect(responsesCalls([call], {}, containersOf([{ role: 'user', content: 'Hi' }, call]))).toEqual({ others: 1 });
    expect(responsesCalls([call], {}, containersOf('Hi'))).toEqual({ codeSessions: 1 });
  });
});

describe('Anthropic', () => {
  const ran = (content: object[], usage: object = {}) =>
    decode(
      (emit) => decodeAnthropic({ provider: 'anthropic', model: 'm' }, emit),
      [
        {
          type: 'message',
          content: [...content, { type: 'text', text: 'Yes.' }],
          stop_reason: 'end_turn',
          usage: { input_tokens: 9, output_tokens: 2, ...usage },
        },
      ],
    ).reply.usage?.hostedCalls;
  const use = (name: string) => ({ type: 'server_tool_use', id: 'srv', name, input: {} });

  it.each<[string, object[], object, HostedCalls | undefined]>([
    [
      'searches as the usage says',
      [use('web_search'), use('web_search')],
      { server_tool_use: { web_search_requests: 1 } },
      { webSearches: 1 },
    ],
    ['searches by their blocks where the usage says nothing', [use('web_search'), use('web_search')], {}, { webSearches: 2 }],
    ['pages that were fetched and tools that were looked for as free', [use('web_fetch'), use('tool_search_tool_regex')], {}, undefined],
    [
      'code as one session',
      [use('bash_code_execution'), use('text_editor_code_execution'), use('code_execution')],
      {},
      { codeSessions: 1 },
    ],
    ['another tool as one without a price', [use('advisor')], {}, { others: 1 }],
    ['servers of MCP as free', [{ type: 'mcp_tool_use', id: 'm', name: 'ask', server_name: 's', input: {} }], {}, undefined],
  ])('counts %s', (_, content, usage, calls) => expect(ran(content, usage)).toEqual(calls));
});

describe('Chat Completions', () => {
  const ran = (message: object, { model = 'm', usage = {} }: { model?: string; usage?: object } = {}) =>
    decode(
      (emit) => decodeChat({ provider: 'openai', model }, emit),
      [
        {
          choices: [{ message: { role: 'assistant', content: 'Yes.', ...message }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 9, completion_tokens: 2, ...usage },
        },
      ],
    ).reply.usage?.hostedCalls;

  it('takes links of the web, and a model that always searches, for one search or more', () => {
    const link = { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A' } };
    expect(ran({ annotations: [link] })).toEqual({ webSearches: 1, others: 1 });
    expect(ran({}, { model: 'gpt-5-search-api' })).toEqual({ webSearches: 1, others: 1 });
    expect(ran({ annotations: [] })).toBeUndefined();
    expect(ran({})).toBeUndefined();
  });

  it('takes the count of Perplexity', () => expect(ran({}, { usage: { num_search_queries: 4 } })).toEqual({ webSearches: 4 }));
});

const recordings = new URL('../../../shared/recordings/', import.meta.url);
const DECODERS = {
  openai: (model: string) => (emit: Emit) => decodeResponses({ provider: 'openai', model }, emit),
  anthropic: (model: string) => (emit: Emit) => decodeAnthropic({ provider: 'anthropic', model }, emit),
};

/** None where the shared folder is not beside the checkout. */
const RECORDED: [keyof typeof DECODERS, string, string, number, true | undefined][] = [
  // 8,234 × $1.75/M + 79 × $14/M = $0.0155155, and one search of $0.01.
  ['openai', 'gpt-5.2', 'openai-responses/stream-web-search', 0.0255155, undefined],
  // 1,158 × $0.15/M + 42 × $0.60/M = $0.0001989, and one search of $0.0025.
  ['openai', 'gpt-4o-mini', 'openai-responses/file-search', 0.0026989, undefined],
  // 517 × $2/M + 80 × $8/M = $0.001674, and one container of $0.03.
  ['openai', 'gpt-4.1-2025-04-14', 'openai-responses/code-interpreter', 0.031674, undefined],
  // 11,665 × $3/M + 186 × $15/M = $0.037785, and one search of $0.01.
  ['anthropic', 'claude-sonnet-4-5', 'anthropic-messages/stream-web-search', 0.047785, undefined],
  // 404,500 × $6/M + 943 × $22.50/M = $2.4482175, the price beyond 200,000 of input, and ten searches: $0.10.
  ['anthropic', 'claude-sonnet-4-5', 'anthropic-messages/stream-pause-turn', 2.5482175, undefined],
  // 4,714 × $3/M + 304 × $15/M = $0.018702; code is billed by the hour, after hours that are free.
  ['anthropic', 'claude-sonnet-4-6', 'anthropic-messages/code-execution', 0.018702, true],
  // 3,042 × $3/M + 354 × $15/M = $0.014436; servers of MCP cost nothing.
  ['anthropic', 'claude-sonnet-4-5', 'anthropic-messages/mcp-tool', 0.014436, undefined],
];

describe.each(existsSync(recordings) ? RECORDED : [])('a recorded answer of %s %s', (provider, model, path, usd, atLeast) => {
  it(`costs what it is billed: ${path}`, async () => {
    const folder = new URL(`${path}/`, recordings);
    const body = readFileSync(new URL(readdirSync(folder).find((name) => name.startsWith('body.')) ?? '', folder));
    const { reply } = await replay({ framing: 'sse', createDecoder: DECODERS[provider](model) }, { body });
    const cost = await costOf({ provider, model, usage: reply.usage ?? {} });
    expect(cost?.usd).toBeCloseTo(usd, 12);
    expect(cost?.atLeast).toBe(atLeast);
  });
});
