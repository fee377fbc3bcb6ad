/** What is sent to the Messages API for which request. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import * as wire from '../../src/providers/anthropic-messages.ts';
import * as body from '../../src/providers/anthropic-request.ts';
import type { ModelWireFacts } from '../../src/providers/options.ts';

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const ask = (more: Partial<ModelRequest> = {}): ModelRequest => ({ model: 'claude-test', messages: [user('Hi')], stream: true, ...more });
const anthropicRequest = (request: ModelRequest, facts: ModelWireFacts | undefined) => body.anthropicRequest(request, facts, 'anthropic');
const anthropicTurns = (messages: Message[]) =>
  wire.anthropicTurns(messages, { provider: 'anthropic', model: 'claude-test', wireName: (name) => name });
const tool = (name: string, description = '') => ({ name, description, parameters: { type: 'object', properties: {} } });

describe('the body', () => {
  it('of a plain question has a limit, the message and nothing else', () => {
    expect(anthropicRequest(ask(), undefined)).toEqual({
      body: { model: 'claude-test', max_tokens: 8192, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], stream: true },
      betas: [],
      leftOut: [],
    });
  });

  it('takes the limit from the user, else from what the model can, as far as the window leaves room', () => {
    const limit = (more: Partial<ModelRequest>, facts: ModelWireFacts | undefined) => anthropicRequest(ask(more), facts).body.max_tokens;
    expect(limit({ maxTokens: 100 }, { maxOutput: 4096 })).toBe(100);
    expect(limit({}, { maxOutput: 4096, contextWindow: 200_000 })).toBe(4096);
    expect(limit({ messages: [user('x'.repeat(540_000))] }, { maxOutput: 64_000, contextWindow: 200_000 })).toBe(20_000);
  });

  it('marks a long system text for the cache, or the last tool where there is none, and nothing short', () => {
    const long = 'x'.repeat(5000);
    const mark = { cache_control: { type: 'ephemeral' } };
    expect(anthropicRequest(ask({ system: 'short' }), undefined).body.system).toEqual([{ type: 'text', text: 'short' }]);
    expect(anthropicRequest(ask({ system: long }), undefined).body.system).toEqual([{ type: 'text', text: long, ...mark }]);
    const tools = anthropicRequest(ask({ tools: [tool('a'), tool('b', long)] }), undefined).body.tools;
    expect(tools).toMatchObject([
      { name: 'a', input_schema: { type: 'object' } },
      { name: 'b', ...mark },
    ]);
    expect(tools).not.toMatchObject([mark, mark]);
  });

  it('asks for a schema natively, unless the model is known not to take one', () => {
    const schema = { name: 'dog', schema: { type: 'object' } };
    expect(anthropicRequest(ask({ schema }), { schema: true }).body.output_config).toEqual({
      format: { type: 'json_schema', schema: { type: 'object' } },
    });
    expect(anthropicRequest(ask({ schema }), { schema: false }).body.output_config).toBeUndefined();
  });

  it('says what has no place in this API', () => {
    expect(anthropicRequest(ask({ seed: 1, verbosity: 'low' }), undefined).leftOut).toHaveLength(2);
  });
});

describe('effort', () => {
  const sent = (more: Partial<ModelRequest>, facts: ModelWireFacts | undefined) => {
    const { body, leftOut } = anthropicRequest(ask(more), facts);
    return {
      thinking: body.thinking,
      effort: (body.output_config as { effort?: string } | undefined)?.effort,
      maxTokens: body.max_tokens,
      leftOut: leftOut.length,
    };
  };

  it('is adaptive thinking and a level for new models', () => {
    const expected = { thinking: { type: 'adaptive', display: 'summarized' }, effort: 'high', maxTokens: 8192, leftOut: 0 };
    expect(sent({ effort: 'high' }, { thinking: 'adaptive', effort: true })).toEqual(expected);
    expect(sent({ effort: 'high' }, undefined)).toEqual(expected);
    expect(sent({ effort: 'minimal' }, { thinking: 'adaptive', effort: true }).effort).toBe('low');
  });

  it('is a budget below the limit for older ones', () => {
    expect(sent({ effort: 'high' }, { thinking: 'budget', maxOutput: 64_000 })).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 16_384 },
      effort: undefined,
    });
    expect(sent({ effort: 'high', maxTokens: 3000 }, { thinking: 'budget' })).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 1976 },
      maxTokens: 3000,
    });
    expect(sent({ effort: 'high', maxTokens: 500 }, { thinking: 'budget' })).toEqual({
      thinking: undefined,
      effort: undefined,
      maxTokens: 500,
      leftOut: 1,
    });
  });

  it('none switches thinking off, and a model that does not think is told nothing', () => {
    expect(sent({ effort: 'none' }, { thinking: 'adaptive' }).thinking).toEqual({ type: 'disabled' });
    expect(sent({ effort: 'none' }, { thinking: 'none' })).toMatchObject({ thinking: undefined, leftOut: 0 });
    expect(sent({ effort: 'low' }, { thinking: 'none' })).toMatchObject({ thinking: undefined, leftOut: 1 });
  });

  it('leaves out the temperature that a thinking model refuses, and says so', () => {
    const { body, leftOut } = anthropicRequest(ask({ effort: 'low', temperature: 0.2, topP: 0.5 }), { thinking: 'budget' });
    expect(body).not.toHaveProperty('temperature');
    expect(body).not.toHaveProperty('top_p');
    expect(leftOut).toHaveLength(2);
    expect(anthropicRequest(ask({ temperature: 0.2, topP: 0.5 }), undefined).body).toMatchObject({ temperature: 0.2, top_p: 0.5 });
  });
});

describe('the history', () => {
  const call = (id: string, args = '{}') => ({ type: 'tool_call' as const, id, name: 'f', arguments: args });
  const result = (callId: string, output = 'ok'): Message => ({
    role: 'tool',
    parts: [{ type: 'tool_result', callId, name: 'f', output }],
  });

  it('sends pictures and PDF as what they are, and refuses what the API cannot take', () => {
    const media = (mediaType: string): Message => ({ role: 'user', parts: [{ type: 'media', mediaType, data: 'AA==', name: 'a.bin' }] });
    expect(anthropicTurns([media('image/png')])).toEqual([
      { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }] },
    ]);
    expect(anthropicTurns([media('application/pdf')])).toMatchObject([{ content: [{ type: 'document', title: 'a.bin' }] }]);
    expect(() => anthropicTurns([media('audio/wav')])).toThrow(/a\.bin is audio\/wav/);
  });

  it('joins neighbours of one role and drops blocks without a visible character', () => {
    const turns = anthropicTurns([
      user('a'),
      user(' \n'),
      user('b'),
      { role: 'assistant', parts: [{ type: 'text', text: '' }] },
      user('c'),
    ]);
    expect(turns).toEqual([{ role: 'user', content: ['a', 'b', 'c'].map((text) => ({ type: 'text', text })) }]);
  });

  it('sends signed thoughts, hosted tools and searched text back word for word, and nothing of other vendors', () => {
    const thought = { type: 'thinking', thinking: 'hm', signature: 'c2ln' };
    const redacted = { type: 'redacted_thinking', data: 'xyz' };
    const search = { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'q' } };
    const cited = {
      type: 'text',
      text: 'so',
      citations: [{ type: 'web_search_result_location', url: 'https://a.example', encrypted_index: 'e' }],
    };
    const turns = anthropicTurns([
      user('q'),
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm', original: { wire: 'anthropic', item: thought } },
          { type: 'reasoning', text: '', original: { wire: 'anthropic', item: redacted } },
          { type: 'reasoning', text: 'theirs', original: { wire: 'responses', item: { id: 'rs_1' } } },
          { type: 'hosted', name: 'web_search', original: { wire: 'anthropic', item: search } },
          { type: 'hosted', name: 'web_search', original: { wire: 'responses', item: { id: 'ws_1' } } },
          { type: 'text', text: 'so', original: { wire: 'anthropic', item: cited } },
        ],
      },
    ]);
    expect(turns[1]).toEqual({ role: 'assistant', content: [thought, redacted, search, cited] });
  });

  it('cleans call ids, keeps them unique over turns, and lets results follow', () => {
    const turns = anthropicTurns([
      user('a'),
      { role: 'assistant', parts: [call('call:1', '{"x":1}')] },
      result('call:1'),
      { role: 'assistant', parts: [call('call:1', 'broken')] },
      result('call:1', 'again'),
    ]);
    expect(turns.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'f', input: { x: 1 } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'ok' }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1_2', name: 'f', input: { INVALID_JSON: 'broken' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1_2', content: 'again' }] },
    ]);
  });

  it('answers calls that nobody ran, puts results first, and keeps a result without its call as text', () => {
    const open = anthropicTurns([user('a'), { role: 'assistant', parts: [call('c1'), call('c2')] }, user('go on'), result('c2')]);
    expect(open[2]).toMatchObject({
      role: 'user',
      content: [
        { tool_use_id: 'c1', is_error: true },
        { tool_use_id: 'c2', content: 'ok' },
        { type: 'text', text: 'go on' },
      ],
    });
    expect(anthropicTurns([user('a'), { role: 'assistant', parts: [call('c1')] }])[2]).toMatchObject({
      role: 'user',
      content: [{ tool_use_id: 'c1', is_error: true }],
    });
    expect(anthropicTurns([user('a'), result('lost')])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'Result of f: ok' },
        ],
      },
    ]);
  });
});
