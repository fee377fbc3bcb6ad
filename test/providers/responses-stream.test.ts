/** The decoder of the Responses API against everything that servers are known to do differently. */
import { describe, expect, it } from 'vitest';
import { decodeResponses } from '../../src/providers/responses-stream.ts';
import { type Decoded, decode, type GivenPayload } from './decoding.ts';

function responses(...payloads: GivenPayload[]): Decoded {
  return decode((emit) => decodeResponses({ provider: 'test', model: 'm' }, emit), payloads);
}

const added = (item: object, output_index?: number) => ({ type: 'response.output_item.added', output_index, item });
const done = (item: object, output_index?: number) => ({ type: 'response.output_item.done', output_index, item });
const textDelta = (delta: string, where: object = { output_index: 0 }) => ({
  type: 'response.output_text.delta',
  content_index: 0,
  ...where,
  delta,
});
const message = (text: string, more: object = {}) => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
  ...more,
});
const completed = (response: object = {}) => ({ type: 'response.completed', response: { status: 'completed', ...response } });

describe('text', () => {
  it('comes together over item, pieces and end', () => {
    expect(
      responses(added(message('', { id: 'm' }), 0), textDelta('a'), textDelta('b'), done(message('ab', { id: 'm' }), 0), completed()),
    ).toMatchObject({ text: 'ab', error: undefined });
  });
  it('comes from the pieces where nothing is announced and nothing ends', () => {
    expect(responses(textDelta('a'), textDelta('b'), completed()).text).toBe('ab');
    expect(responses(textDelta('a', {}), textDelta('b', {}), completed()).text).toBe('ab');
  });
  it('survives an empty list in the end, as ChatGPT sends it', () => {
    expect(responses(added(message(''), 0), textDelta('a'), completed({ output: [] })).text).toBe('a');
  });
  it('is not doubled by the list in the end, wherever it stands there', () => {
    const streamed = [added(message('', { id: 'm' }), 0), textDelta('ab'), done(message('ab', { id: 'm' }), 0)];
    expect(responses(...streamed, completed({ output: [message('ab', { id: 'm' })] })).text).toBe('ab');
    expect(responses(...streamed, completed({ output: [{ type: 'reasoning', summary: [] }, message('ab', { id: 'm' })] })).text).toBe('ab');
    expect(responses(...streamed, completed({ output: [{ type: 'reasoning', summary: [] }, message('ab')] })).text).toBe('ab');
    expect(responses(added(message('')), textDelta('ab', {}), completed({ output: [message('ab', { id: 'x' })] })).text).toBe('ab');
  });
  it('comes from the list in the end where nothing was streamed', () =>
    expect(responses(completed({ output: [message('ab')] })).text).toBe('ab'));
  it('comes from the end of the text where no piece was sent, and from there only once', () => {
    const end = { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'ab' };
    expect(responses(added(message(''), 0), end, completed()).text).toBe('ab');
    expect(responses(added(message(''), 0), textDelta('ab'), end, done(message('ab'), 0), completed()).text).toBe('ab');
    expect(
      responses(added(message('')), textDelta('ab', {}), done(message('ab')), { ...end, output_index: undefined }, completed()).text,
    ).toBe('ab');
  });
  it('stays one item though its id changes all the time, as with GitHub Copilot', () => {
    const at = (id: string) => ({ output_index: 0, item_id: id });
    expect(
      responses(
        added(message('', { id: 'a' }), 0),
        textDelta('x', at('b')),
        textDelta('y', at('c')),
        done(message('xy', { id: 'd' }), 0),
        completed({ output: [message('xy', { id: 'e' })] }),
      ).text,
    ).toBe('xy');
  });
  it('of several messages is set apart as paragraphs', () => {
    const { text, reply } = responses(
      added(message(''), 0),
      textDelta('I look.'),
      done(message('I look.'), 0),
      added(message(''), 1),
      textDelta('Done.', { output_index: 1 }),
      done(message('Done.'), 1),
      completed(),
    );
    expect(text).toBe('I look.\n\nDone.');
    expect(reply.message.parts).toHaveLength(2);
  });
  it('is told apart by item ids where there is no place', () => {
    const at = (item_id: string) => ({ item_id });
    expect(
      responses(
        added(message('', { id: 'a' })),
        added(message('', { id: 'b' })),
        textDelta('1', at('a')),
        textDelta('2', at('b')),
        done(message('1', { id: 'a' })),
        done(message('2', { id: 'b' })),
        completed(),
      ).text,
    ).toBe('1\n\n2');
  });
  it('keeps its sources', () => {
    const annotation = { type: 'url_citation', url: 'https://a.example', title: 'A' };
    const event = { type: 'response.output_text.annotation.added', output_index: 0, annotation };
    expect(responses(textDelta('x'), event, completed()).reply.message.parts).toMatchObject([
      { citations: [{ url: 'https://a.example', title: 'A' }] },
    ]);
    const content = [{ type: 'output_text', text: 'x', annotations: [annotation] }];
    expect(responses(completed({ output: [{ type: 'message', content }] })).reply.message.parts).toMatchObject([
      { citations: [{ title: 'A' }] },
    ]);
  });
});

describe('reasoning', () => {
  const summary = (delta: string, summary_index: number) => ({
    type: 'response.reasoning_summary_text.delta',
    output_index: 0,
    summary_index,
    delta,
  });
  const whole = {
    type: 'reasoning',
    id: 'rs',
    summary: [
      { type: 'summary_text', text: 'one' },
      { type: 'summary_text', text: 'two' },
    ],
    encrypted_content: 'E',
  };

  it('has its summaries as paragraphs and keeps what has to go back, without ids that nobody stores', () => {
    const { reply, reasoning } = responses(
      added({ type: 'reasoning', id: 'rs' }, 0),
      summary('one', 0),
      summary('two', 1),
      done(whole, 0),
      completed(),
    );
    expect(reasoning).toBe('one\n\ntwo');
    const { id: _id, ...item } = whole;
    expect(reply.message.parts).toEqual([{ type: 'reasoning', text: 'one\n\ntwo', original: { wire: 'responses', item } }]);
  });
  it('is taken from open thoughts, in pieces or whole', () => {
    expect(responses({ type: 'response.reasoning_text.delta', output_index: 0, delta: 'hm' }, completed()).reasoning).toBe('hm');
    expect(responses({ type: 'response.reasoning_text.done', output_index: 0, text: 'hm' }, completed()).reasoning).toBe('hm');
    expect(responses(completed({ output: [{ type: 'reasoning', content: [{ type: 'reasoning_text', text: 'hm' }] }] })).reasoning).toBe(
      'hm',
    );
  });
  it('without a word is kept for its encrypted part', () => {
    const { reply } = responses(completed({ output: [{ type: 'reasoning', summary: [], encrypted_content: 'E' }] }));
    expect(reply.message.parts).toMatchObject([{ type: 'reasoning', text: '', original: { item: { encrypted_content: 'E' } } }]);
  });
});

describe('calls', () => {
  const item = (more: object = {}) => ({ type: 'function_call', id: 'fc', call_id: 'call_a', name: 'f', arguments: '', ...more });
  const args = (delta: string, where: object = { output_index: 0 }) => ({
    type: 'response.function_call_arguments.delta',
    ...where,
    delta,
  });
  const expected = [{ id: 'call_a', name: 'f', arguments: { n: 1 } }];

  it.each<[string, GivenPayload[]]>([
    ['pieces and an end', [added(item(), 0), args('{"n":'), args('1}'), done(item({ arguments: '{"n":1}' }), 0), completed()]],
    ['pieces and no end', [added(item(), 0), args('{"n":'), args('1}'), completed({ output: [] })]],
    ['pieces without a place', [added(item()), args('{"n":', { item_id: 'fc' }), args('1}', {}), completed()]],
    ['an end alone', [done(item({ arguments: '{"n":1}' }), 0), completed()]],
    [
      'the end of its arguments',
      [added(item(), 0), { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"n":1}' }, completed()],
    ],
    ['the list in the end', [completed({ output: [item({ arguments: '{"n":1}' })] })]],
  ])('come from %s', (_name, payloads) => {
    const { calls, reply } = responses(...payloads);
    expect(calls).toEqual(expected);
    expect(reply.finish).toMatchObject({ reason: 'tool_calls', raw: 'completed' });
  });

  it('without a call id have their own id', () =>
    expect(responses(completed({ output: [item({ call_id: undefined })] })).calls).toMatchObject([{ id: 'fc' }]));
  it('of custom tools have their text as input', () => {
    const { calls } = responses(completed({ output: [{ type: 'custom_tool_call', call_id: 'c', name: 'sql', input: 'select 1' }] }));
    expect(calls).toEqual([{ id: 'c', name: 'sql', arguments: { input: 'select 1' } }]);
  });
  it('that the provider runs itself are kept, not reported', () => {
    const { calls, reply } = responses(completed({ output: [{ type: 'web_search_call', id: 'ws', status: 'completed' }, message('x')] }));
    expect(calls).toEqual([]);
    expect(reply.message.parts).toMatchObject([{ type: 'hosted', name: 'web_search_call' }, { type: 'text' }]);
    expect(reply.finish?.reason).toBe('stop');
  });
});

describe('the end', () => {
  it('at the longest is length', () => {
    const response = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [message('a')] };
    expect(responses({ type: 'response.incomplete', response }).reply.finish).toMatchObject({ reason: 'length', raw: 'incomplete' });
    // More tokens would not help here.
    const early = { ...response, incomplete_details: { reason: 'max_tool_calls' } };
    expect(responses({ type: 'response.incomplete', response: early })).toMatchObject({
      text: 'a',
      error: { message: expect.stringContaining('stopped before the answer was complete (max_tool_calls)'), retryable: false },
    });
    expect(responses(response).reply.finish).toMatchObject({ reason: 'length' });
  });
  it('at the longest that was asked for is length, also where the server calls it complete', () => {
    const ended = (output_tokens: number, maxTokens?: number) =>
      decode(
        (emit) => decodeResponses({ provider: 'test', model: 'm', maxTokens }, emit),
        [textDelta('a'), completed({ usage: { output_tokens } })],
      ).reply.finish?.reason;
    expect([ended(5, 5), ended(4, 5), ended(5)]).toEqual(['length', 'stop', 'stop']);
  });
  it('by a filter is content_filter', () => {
    expect(
      responses(textDelta('a'), { type: 'response.incomplete', response: { incomplete_details: { reason: 'content_filter' } } }).reply
        .finish?.reason,
    ).toBe('content_filter');
  });
  it('with a refusal is content_filter, and the words are kept', () => {
    const refusal = { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] };
    const streamed = responses({ type: 'response.refusal.delta', output_index: 0, delta: 'No.' }, done(refusal, 0), completed());
    for (const { text, reply } of [
      streamed,
      responses(completed({ output: [refusal] })),
      responses({ type: 'response.refusal.done', output_index: 0, refusal: 'No.' }, completed()),
    ]) {
      expect(text).toBe('No.');
      expect(reply.finish?.reason).toBe('content_filter');
      expect(reply.message.parts).toMatchObject([{ refusal: true }]);
    }
  });
  it('may be [DONE] alone once something was said', () =>
    expect(responses(textDelta('a'), '[DONE]').reply.finish).toMatchObject({ reason: 'stop', raw: null }));
  it('is none where [DONE] is all there is', () => expect(responses('[DONE]').reply.finish).toBeUndefined());
  it('is none without the response', () => expect(responses(textDelta('a'), done(message('a'), 0)).reply.finish).toBeUndefined());
  it('has counts, cost and the model that answered', () => {
    const usage = {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2 },
      cost: 0.5,
    };
    const { reply } = responses(textDelta('a'), completed({ model: 'real-1', usage }));
    expect(reply).toMatchObject({ usage: { input: 9, output: 5, cacheRead: 4, reasoning: 2 }, costUsd: 0.5, finish: { model: 'real-1' } });
  });
  it('of a whole answer is the answer', () =>
    expect(responses({ object: 'response', status: 'completed', output: [message('a')] })).toMatchObject({ text: 'a', error: undefined }));
  it('of an answer that is worked on in the background is a failure, not an empty answer', () => {
    expect(responses({ object: 'response', status: 'queued', output: [] }).error?.kind).toBe('unsupported');
  });
});

describe('an error inside the stream', () => {
  it.each<[string, GivenPayload]>([
    ['flat', { type: 'error', code: 'server_error', message: 'boom' }],
    ['nested', { type: 'error', error: { type: 'server_error', message: 'boom' } }],
    ['nested, as a text', { type: 'error', error: 'boom' }],
    ['by the name of its event', ['error', { code: 'server_error', message: 'boom' }]],
    ['without a type', { error: { message: 'boom' } }],
    ['as response.error', { type: 'response.error', error: { message: 'boom' } }],
    ['as a failed response', { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'boom' } } }],
    ['as a failed response that is flat', { type: 'response.failed', error: { code: 'server_error', message: 'boom' } }],
    ['no JSON', ['error', 'boom']],
  ])('%s', (_name, payload) => {
    const { error, text } = responses(textDelta('Half'), payload);
    expect(error).toMatchObject({ kind: 'overloaded', message: expect.stringContaining('boom') });
    expect(text).toBe('Half');
  });
  it('keeps its meaning', () => {
    const response = { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Rate limit reached. Please try again in 1.5s.' } };
    expect(responses({ type: 'response.failed', response }).error).toMatchObject({ kind: 'rate_limit', retryAfterMs: 1500 });
  });
  it('is said of an answer that was cancelled over there', () => {
    expect(responses(textDelta('a'), { type: 'response.cancelled', response: {} }).error?.message).toContain('cancelled');
  });
});

it('passes over events and items that nobody knows', () => {
  const { text, notices, error } = responses(
    'noise',
    { type: 'keepalive' },
    { type: 'response.new_thing.delta', delta: 'x' },
    { type: 'wonder' },
    { type: 'wonder' },
    textDelta('a'),
    completed(),
  );
  expect({ text, notices, error }).toEqual({ text: 'a', notices: ['unreadable_event', 'unknown_event'], error: undefined });
});
