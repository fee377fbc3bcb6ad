/** Calls of a reply in their conversation: ids that nobody had before, names as we know them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/messages.ts';
import { userText } from '../../src/core/messages.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { answersOf, ask, ROWS, streams } from './contract-providers.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

const names = ['get.weather', 'list/files'];
const tools = names.map((name) => ({ name, description: '', parameters: { type: 'object', properties: {} } }));
const call = (id: string, name: string) => ({ id, name, arguments: ['{"city"', ':"Paris"}'] });
const called = (id: string): Message[] => [
  userText('How is it?'),
  { role: 'assistant', parts: [{ type: 'tool_call', id, name: 'get.weather', arguments: '{}' }] },
  { role: 'tool', parts: [{ type: 'tool_result', callId: id, name: 'get.weather', output: 'Rain.' }] },
];

describe.each(ROWS)('$name', (row) => {
  it('calls tools by our names, however they had to be sent, in the events as in the reply', async () => {
    const said = { calls: [call('call_a', 'get_weather'), call('call_b', 'list_files')] };
    const { reply, events, exchanges } = await ask(server, row, streams(row, said), { request: { tools } });
    expect(JSON.stringify(exchanges[0]?.received.body.tools)).toMatch(/get_weather.*list_files/);
    expect(reply.message.parts.map((part) => part.type === 'tool_call' && part.name)).toEqual(names);
    expect(events.flatMap((event) => (event.type === 'part.start' ? [event.name] : []))).toEqual(names);
  });

  it('gives a call that repeats the id of an earlier one another, and follows it up with that', async () => {
    const history = called('call_a');
    const { reply, events } = await ask(server, row, streams(row, { calls: [call('call_a', 'get_weather')] }), {
      request: { tools, messages: history },
    });
    const ids = reply.message.parts.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
    expect(ids).toEqual(['call_a_2']);
    expect(events.flatMap((event) => (event.type === 'part.start' ? [event.callId] : []))).toEqual(ids);
    const results: Message = { role: 'tool', parts: [{ type: 'tool_result', callId: 'call_a_2', name: 'get.weather', output: 'Sun.' }] };
    const { exchanges, error } = await ask(server, row, streams(row, { text: ['Hi'] }), {
      request: { tools, messages: [...history, reply.message, results] },
    });
    expect(error).toBeUndefined();
    const sent = JSON.stringify(exchanges[0]?.received.body);
    if (answersOf(row).contentType.includes('event-stream')) expect(sent.match(/"call_a_2"/g)).toHaveLength(2);
    expect(sent).toContain('Sun.');
  });
});
