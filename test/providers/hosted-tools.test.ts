/** Tools that run on a provider's side: asked for by name, kept, and sent back where they were made. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSottoError } from '../../src/core/errors.ts';
import { parseHostedTools } from '../../src/core/hosted.ts';
import type { Message } from '../../src/core/messages.ts';
import { userText } from '../../src/core/messages.ts';
import type { ModelRequest, Provider } from '../../src/core/provider.ts';
import type { ProviderOptions } from '../../src/providers/options.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { ask, openRow, ROWS, type Row } from './contract-providers.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as each wire writes them
type Body = any;

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

const row = (name: string) => ROWS.find((one) => one.name === name) as Row;
const never = new AbortController().signal;

async function sendAll(provider: Provider, request: ModelRequest): Promise<void> {
  try {
    for await (const _event of provider.stream(request, never));
  } catch {
    // The script refuses: what was sent is all that counts.
  }
}

const own = { name: 'get_weather', description: '', parameters: { type: 'object', properties: {} } };

async function bodyOf(
  name: string,
  hosted: string,
  more: Partial<ModelRequest> = {},
  options: Partial<ProviderOptions> = {},
): Promise<Body> {
  const provider = await openRow(row(name), 'http://127.0.0.1:9', { facts: () => undefined, ...options });
  const request = { model: 'm', messages: [userText('Hi')], hosted: parseHostedTools([hosted]), stream: true, ...more };
  return (await provider.preview(request, never)).body;
}

describe('the Responses API', () => {
  it('is asked for each in its own form, in front of our own tools', async () => {
    const { tools, include } = await bodyOf(
      'openai responses',
      'web_search(a.example),file_search(vs_1,vs_2),code_interpreter,image_generation,mcp(docs=https://a.example/mcp,mail=connector_gmail)',
      { tools: [own] },
    );
    expect(tools).toMatchObject([
      { type: 'web_search', filters: { allowed_domains: ['a.example'] } },
      { type: 'file_search', vector_store_ids: ['vs_1', 'vs_2'] },
      { type: 'code_interpreter', container: { type: 'auto' } },
      { type: 'image_generation' },
      { type: 'mcp', server_label: 'docs', server_url: 'https://a.example/mcp', require_approval: 'never' },
      { type: 'mcp', server_label: 'mail', connector_id: 'connector_gmail' },
      { type: 'function', name: 'get_weather' },
    ]);
    expect(include).toEqual(['file_search_call.results', 'code_interpreter_call.outputs']);
  });

  it.each<[string, object]>([
    ['file_search(vs_1, max=5)', { vector_store_ids: ['vs_1'], max_num_results: 5 }],
    ['file_search(vs_1, author=Ann)', { filters: { type: 'eq', key: 'author', value: 'Ann' } }],
    ['file_search(vs_1, year>=2020)', { vector_store_ids: ['vs_1'], filters: { type: 'gte', key: 'year', value: 2020 } }],
    ['file_search(vs_1, draft!=true)', { filters: { type: 'ne', key: 'draft', value: true } }],
    [
      'file_search(vs_1, vs_2, max=50, year > 2019, year<2025, code="007")',
      {
        vector_store_ids: ['vs_1', 'vs_2'],
        max_num_results: 50,
        filters: {
          type: 'and',
          filters: [
            { type: 'eq', key: 'code', value: '007' },
            { type: 'gt', key: 'year', value: 2019 },
            { type: 'lt', key: 'year', value: 2025 },
          ],
        },
      },
    ],
  ])('searches files as %s says', async (hosted, wanted) => {
    const { tools } = await bodyOf('openai responses', hosted);
    expect(tools[0]).toMatchObject({ type: 'file_search', ...wanted });
  });

  it.each(['0', '51', '2.5', 'many'])('refuses max=%s before it asks', async (max) => {
    await expect(bodyOf('openai responses', `file_search(vs_1, max=${max})`)).rejects.toThrow(
      `file_search takes max from 1 to 50, not "${max}".`,
    );
  });

  it('gets the token of a server, which a preview does not show', async () => {
    const hosted = parseHostedTools(['mcp(docs=https://a.example/mcp,token=very-secret)']);
    for (const name of ['openai responses', 'anthropic']) {
      const { url, exchanges } = server.at((exchange) => exchange.send(400, {}));
      const provider = await openRow(row(name), url);
      const request = { model: 'm', messages: [userText('Hi')], hosted, stream: true };
      expect(JSON.stringify(await provider.preview(request, never))).not.toContain('very-secret');
      await sendAll(provider, request);
      expect(JSON.stringify(exchanges[0]?.received.body)).toContain('very-secret');
    }
  });
});

describe('Anthropic', () => {
  it('is asked for each in its own form', async () => {
    const { tools, mcp_servers } = await bodyOf('anthropic', 'web_search,web_fetch,code_execution,mcp(docs=https://a.example/mcp)');
    expect(tools).toMatchObject([
      { type: 'web_search_20250305', name: 'web_search' },
      { type: 'web_fetch_20250910', name: 'web_fetch' },
      { type: 'code_execution_20250825', name: 'code_execution' },
      { type: 'mcp_toolset', mcp_server_name: 'docs' },
    ]);
    expect(mcp_servers).toEqual([{ type: 'url', url: 'https://a.example/mcp', name: 'docs' }]);
  });

  it('is told of the feature that a server of MCP needs, besides those of the user', async () => {
    const { url, exchanges } = server.at((exchange) => exchange.send(400, {}));
    const provider = await openRow(row('anthropic'), url, { headers: { 'Anthropic-Beta': 'mine' } });
    for (const hosted of ['mcp(docs=https://a.example/mcp)', 'web_search'])
      await sendAll(provider, { model: 'm', messages: [userText('Hi')], hosted: parseHostedTools([hosted]), stream: true });
    expect(exchanges.map(({ received }) => received.headers['anthropic-beta'])).toEqual(['mine,mcp-client-2025-11-20', 'mine']);
  });
});

it('OpenRouter searches the web on the Chat Completions wire', async () =>
  expect((await bodyOf('compatible chat', 'web_search', {}, { name: 'openrouter' })).tools).toEqual([{ type: 'openrouter:web_search' }]));

describe('a tool that is not there', () => {
  it.each([
    ['openai responses', 'web_fetch', /has no hosted tool "web_fetch" here\. It has: web_search, file_search/],
    ['anthropic', 'file_search(vs)', /It has: web_search, web_fetch, code_execution, mcp/],
    ['openai chat', 'web_search', /runs no tools on its own side/],
    ['compatible chat', 'web_search', /runs no tools on its own side/],
    ['ollama', 'web_search', /runs no tools on its own side/],
    ['anthropic', 'constructor', /has no hosted tool "constructor"/],
  ])('is refused by %s before anything is sent: %s', async (name, hosted, words) => {
    const error = await bodyOf(name, hosted).catch(asSottoError);
    expect(error).toMatchObject({ kind: 'unsupported', message: expect.stringMatching(words) });
  });

  it.each(['file_search', 'mcp', 'mcp(token=x)'])('is incomplete without what it needs: %s', async (hosted) => {
    expect(await bodyOf('openai responses', hosted).catch(asSottoError)).toMatchObject({ kind: 'usage' });
  });
});

const recordings = new URL('../../../shared/recordings/', import.meta.url);

/** None where the shared folder is not beside the checkout. */
const RECORDED: [string, string, string[]][] = [
  ['openai responses', 'openai-responses/stream-web-search', ['web_search_call']],
  ['openai responses', 'openai-responses/mcp', ['mcp_list_tools', 'mcp_call']],
  ['openai responses', 'openai-responses/file-search', ['file_search_call']],
  ['anthropic', 'anthropic-messages/stream-web-search', ['web_search', 'web_search_tool_result']],
  ['anthropic', 'anthropic-messages/mcp-tool', ['mcp_tool_use', 'mcp_tool_result']],
];

describe.each(existsSync(recordings) ? RECORDED : [])('%s, recorded: %s', (name, path, wanted) => {
  it('is told of when it begins, kept, and sent back to its provider and to nobody else', async () => {
    const body = readFileSync(new URL(`${path}/body.sse`, recordings), 'utf8');
    const { reply, events } = await ask(server, row(name), (exchange) => {
      exchange.open('text/event-stream');
      exchange.write(body);
      exchange.end();
    });
    const hosted = reply.message.parts.flatMap((part) => (part.type === 'hosted' ? [part] : []));
    expect(events.filter((event) => event.type === 'part.start' && event.kind === 'hosted')).toHaveLength(hosted.length);
    const items = hosted.map(({ original }) => original.item);
    const types = new Set(items.flatMap((item) => [item.type, item.name]));
    for (const one of wanted) expect(types).toContain(one);
    const messages: Message[] = JSON.parse(JSON.stringify([userText('q'), reply.message, userText('And?')]));
    const sent = (to: string) => bodyOf(to, 'web_search', { model: 'test-model-1', messages }, { facts: () => ({ reasoning: true }) });
    const back = await sent(name);
    const list: Body[] = back.input ?? back.messages[1].content;
    for (const item of items) expect(list).toContainEqual(item);
    for (const other of ROWS.filter(({ kind }) => kind !== row(name).kind)) {
      const provider = await openRow(other, 'http://127.0.0.1:9');
      const text = JSON.stringify((await provider.preview({ model: 'm', messages, stream: true }, never)).body);
      for (const item of items) if (typeof item.id === 'string') expect(text).not.toContain(item.id);
    }
  });
});

describe('a picture that a model made', () => {
  it('is a part of its own, and goes back to the tool that made it', async () => {
    const made = { type: 'image_generation_call', id: 'ig_1', status: 'completed', output_format: 'webp', result: 'UklGRg==' };
    const { reply } = await ask(
      server,
      row('openai responses'),
      (exchange) => exchange.send(200, { object: 'response', status: 'completed', output: [made], usage: {} }),
      { request: { stream: false } },
    );
    expect(reply.message.parts).toMatchObject([{ type: 'hosted' }, { type: 'media', mediaType: 'image/webp', data: 'UklGRg==' }]);
    expect(JSON.stringify(reply.message).match(/UklGRg==/g)).toHaveLength(1);
    const { input } = await bodyOf('openai responses', 'image_generation', {
      messages: [userText('q'), reply.message, userText('Bluer.')],
    });
    expect(input[1]).toEqual(made);
  });
});
