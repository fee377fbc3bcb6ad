/** The contract, third part: one list of requests, and the shape each of them has to have on each wire. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssistantMessage, Message } from '../../src/core/messages.ts';
import { userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { type Body, type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { MODEL, type WireName } from '../support/wire-answers.ts';
import { ask, openRow, ROWS, type Row, streams } from './contract-providers.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

async function sent(row: Row, request: Partial<ModelRequest>): Promise<Body> {
  const { exchanges, error } = await ask(server, row, streams(row, { text: ['Hi'] }), { request });
  expect(error).toBeUndefined();
  return exchanges[0]?.received.body;
}

const png = 'iVBORw0KGgo=';
const withPicture: Message[] = [
  {
    role: 'user',
    parts: [
      { type: 'text', text: 'What is it?' },
      { type: 'media', mediaType: 'image/png', data: png, name: 'a.png' },
    ],
  },
];
const tool = {
  name: 'get_weather',
  description: 'Says how it is.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const history: Message[] = [
  userText('How is it?'),
  {
    role: 'assistant',
    parts: [
      { type: 'text', text: 'I look.' },
      { type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: '{"city":"Paris"}' },
    ],
  },
  { role: 'tool', parts: [{ type: 'tool_result', callId: 'call_a', name: 'get_weather', output: 'Rain.' }] },
  { role: 'assistant', parts: [{ type: 'text', text: 'It rains.' }] },
  userText('And tomorrow?'),
];
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

type Expected = Record<WireName, (body: Body) => void>;

const pictures: Expected = {
  chat: (body) =>
    expect(body.messages.at(-1).content).toEqual([
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
    ]),
  responses: (body) =>
    expect(body.input.at(-1).content).toMatchObject([
      { type: 'input_text', text: 'What is it?' },
      { type: 'input_image', image_url: `data:image/png;base64,${png}` },
    ]),
  anthropic: (body) =>
    expect(body.messages.at(-1).content).toEqual([
      { type: 'text', text: 'What is it?' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
    ]),
  ollama: (body) => expect(body.messages.at(-1)).toEqual({ role: 'user', content: 'What is it?', images: [png] }),
};

const systems: Expected = {
  chat: (body) => expect(body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' }),
  responses: (body) => expect(body.instructions).toBe('Be brief.'),
  anthropic: (body) => expect(body.system).toMatchObject([{ type: 'text', text: 'Be brief.' }]),
  ollama: (body) => expect(body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' }),
};

const tools: Expected = {
  chat(body) {
    expect(body.tools).toEqual([{ type: 'function', function: tool }]);
    expect(body.messages.slice(1, 3)).toEqual([
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_a', content: 'Rain.' },
    ]);
  },
  responses(body) {
    expect(body.tools).toMatchObject([{ type: 'function', ...tool }]);
    expect(body.input.slice(1, 4)).toEqual([
      { type: 'message', role: 'assistant', content: 'I look.' },
      { type: 'function_call', call_id: 'call_a', name: 'get_weather', arguments: '{"city":"Paris"}' },
      { type: 'function_call_output', call_id: 'call_a', output: 'Rain.' },
    ]);
  },
  anthropic(body) {
    expect(body.tools).toMatchObject([{ name: tool.name, description: tool.description, input_schema: tool.parameters }]);
    expect(body.messages.slice(1, 3)).toMatchObject([
      {
        role: 'assistant',
        content: [{ text: 'I look.' }, { type: 'tool_use', id: 'call_a', name: 'get_weather', input: { city: 'Paris' } }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_a', content: 'Rain.' }] },
    ]);
  },
  ollama(body) {
    expect(body.tools).toEqual([{ type: 'function', function: tool }]);
    expect(body.messages.slice(1, 3)).toMatchObject([
      { role: 'assistant', content: 'I look.', tool_calls: [{ function: { name: 'get_weather', arguments: { city: 'Paris' } } }] },
      { role: 'tool', content: 'Rain.' },
    ]);
  },
};

const schemas: Expected = {
  chat: (body) => expect(body.response_format).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } }),
  responses: (body) => expect(body.text.format).toEqual({ type: 'json_schema', name: 'answer', schema, strict: true }),
  anthropic: (body) => expect(body.output_config.format).toMatchObject({ type: 'json_schema', schema }),
  ollama: (body) => expect(body.format).toEqual(schema),
};

const limits: Expected = {
  chat: (body) =>
    expect({ max: body.max_tokens ?? body.max_completion_tokens, t: body.temperature, p: body.top_p }).toEqual({ max: 99, t: 0.5, p: 0.9 }),
  responses: (body) => expect({ max: body.max_output_tokens, t: body.temperature, p: body.top_p }).toEqual({ max: 99, t: 0.5, p: 0.9 }),
  anthropic: (body) => expect({ max: body.max_tokens, t: body.temperature, p: body.top_p }).toEqual({ max: 99, t: 0.5, p: 0.9 }),
  ollama: (body) => expect(body.options).toMatchObject({ num_predict: 99, temperature: 0.5, top_p: 0.9 }),
};

/** An answer whose thought (or call, on the chat wire) came with something that has to go back. */
const signed = {
  reasoning: ['Hm.'],
  text: ['I look.'],
  calls: [{ id: 'call_a', name: 'get_weather', arguments: ['{"city":"Paris"}'] }],
};

describe.each(ROWS)('$name', (row) => {
  it('sends a picture in its own shape', async () => pictures[row.wire](await sent(row, { messages: withPicture })));
  it('sends the system prompt where it belongs', async () => systems[row.wire](await sent(row, { system: 'Be brief.' })));
  it('sends tools, calls and results', async () => tools[row.wire](await sent(row, { tools: [tool], messages: history })));
  it('sends a schema', async () => schemas[row.wire](await sent(row, { schema: { name: 'answer', schema } })));
  it('sends limits', async () => limits[row.wire](await sent(row, { maxTokens: 99, temperature: 0.5, topP: 0.9 })));

  it('asks for a stream or for none', async () => {
    expect((await sent(row, { stream: true })).stream).toBe(true);
    const { exchanges } = await ask(server, row, streams(row, { text: ['Hi'] }), { request: { stream: false } });
    expect(exchanges[0]?.received.body.stream ?? false).toBe(false);
  });

  it('previews what it sends, without the key', async () => {
    const { url, exchanges } = server.at(streams(row, { text: ['Hi'] }));
    const provider = await openRow(row, url);
    const request: ModelRequest = { model: MODEL, system: 'Be brief.', tools: [tool], messages: history, maxTokens: 7, stream: true };
    const signal = new AbortController().signal;
    const preview = await provider.preview(request, signal);
    expect(exchanges).toEqual([]);
    for await (const _event of provider.stream(request, signal));
    expect({ url: `${url}${exchanges[0]?.received.path}`, body: exchanges[0]?.received.body }).toEqual({
      url: preview.url,
      body: preview.body,
    });
    expect(JSON.stringify(preview)).not.toContain('very-secret');
  });

  it('sends what a signed thought came with back to its provider and to no other', async () => {
    const signature = `SIGNED-${row.wire}`;
    const { reply } = await ask(server, row, streams(row, { ...signed, signature }));
    const messages: Message[] = [
      userText('How is it?'),
      reply.message,
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'call_a', name: 'get_weather', output: 'Rain.' }] },
    ];
    // Through the store and back: nothing of it may hang on identity.
    const stored: Message[] = JSON.parse(JSON.stringify(messages));
    for (const other of ROWS) {
      const body = JSON.stringify(await sent(other, { messages: stored }));
      expect(body).toContain('I look.');
      expect(body.includes(signature), `${row.name} → ${other.name}`).toBe(
        other.wire === row.wire && other.kind === row.kind && row.wire !== 'ollama',
      );
      expect(body).not.toContain('"original"');
    }
  });

  it('answers calls that nobody ran, which every vendor insists on', async () => {
    const cancelled: AssistantMessage = {
      role: 'assistant',
      parts: [{ type: 'tool_call', id: 'call_x', name: 'get_weather', arguments: '{"ci' }],
    };
    const body = await sent(row, { messages: [userText('How is it?'), cancelled, userText('Never mind.')] });
    const text = JSON.stringify(body);
    expect(text.match(/not run/g)).toHaveLength(1);
    expect(text.indexOf('not run')).toBeLessThan(text.indexOf('Never mind.'));
    if (row.wire === 'chat') JSON.parse(body.messages[1].tool_calls[0].function.arguments);
    if (row.wire === 'responses') JSON.parse(body.input[1].arguments);
  });
});
