/** The decoder of Chat Completions against everything that servers are known to do differently. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChat } from '../../src/providers/chat-stream.ts';
import { type Decoded, decode, type GivenPayload } from './decoding.ts';

function chat(...payloads: GivenPayload[]): Decoded {
  return decode((emit) => decodeChat({ provider: 'test', model: 'm' }, emit), payloads);
}

const delta = (piece: object, finish: string | null = null, index = 0) => ({ choices: [{ index, delta: piece, finish_reason: finish }] });
const says = (content: unknown) => delta({ content });
const call = (piece: object) => delta({ tool_calls: [piece] });
const stop = delta({}, 'stop');
const called = delta({}, 'tool_calls');

describe('text', () => {
  it('takes content as a text, a list of parts, a list of texts or one part', () => {
    expect(
      chat(
        says('a'),
        says([
          { type: 'text', text: 'b' },
          { type: 'output_text', text: 'c' },
        ]),
        says(['d']),
        says({ type: 'text', text: 'e' }),
        stop,
      ).text,
    ).toBe('abcde');
  });

  it('takes thoughts in parts, as Mistral sends them, and in every field that is in use', () => {
    const parts = [{ type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }];
    expect(
      chat(says(parts), delta({ reasoning_content: 'b' }), delta({ reasoning: 'c' }), delta({ thinking: 'd' }), says('x'), stop),
    ).toMatchObject({
      reasoning: 'abcd',
      text: 'x',
    });
  });

  it('counts a thought once that comes under several names', () => {
    const piece = { reasoning: 'hm', reasoning_content: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm', index: 0 }] };
    expect(chat(delta(piece), says('x'), stop).reasoning).toBe('hm');
  });

  it('says once that it ignores parts of an unknown type', () => {
    const unknown = says([{ type: 'hologram', data: 1 }]);
    expect(chat(unknown, unknown, says('x'), stop)).toMatchObject({ text: 'x', notices: ['unknown_part'] });
  });

  it('does not double text that comes as text and as content, as Together sends it', () => {
    expect(chat({ choices: [{ index: 0, text: 'a', delta: { content: 'a' } }] }, stop).text).toBe('a');
  });

  it('takes old completions and bare messages', () => {
    expect(chat({ choices: [{ index: 0, text: 'a', finish_reason: 'stop' }] }).text).toBe('a');
    expect(chat({ message: { role: 'assistant', content: 'b' }, done: true }, '[DONE]').text).toBe('b');
  });

  it('takes the first of several choices', () => {
    const others = {
      choices: [
        { index: 1, delta: { content: 'no' } },
        { index: 0, delta: { content: 'yes' } },
      ],
    };
    expect(chat(delta({ content: 'no' }, null, 1), others, delta({}, 'length', 1), stop)).toMatchObject({
      text: 'yes',
      reply: { finish: { raw: 'stop' } },
    });
  });

  it('takes choices without an index, or with a null one', () => {
    expect(chat({ choices: [{ delta: { content: 'a' } }] }, { choices: [{ index: null, delta: { content: 'b' } }] }, stop).text).toBe('ab');
  });

  it('keeps pictures that a model made', () => {
    const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }];
    expect(chat(delta({ images }), stop).reply.message.parts).toEqual([{ type: 'media', mediaType: 'image/png', data: 'QUJD' }]);
  });

  it('keeps sources, each once', () => {
    const annotations = [{ type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A' } }];
    const { reply } = chat(delta({ content: 'x', annotations }), delta({ annotations }), stop);
    expect(reply.message.parts).toMatchObject([{ citations: [{ url: 'https://a.example', title: 'A' }] }]);
  });
});

describe('a message that repeats what the pieces said', () => {
  const message = (content: string | null, more: object = {}, finish: string | null = 'stop') => ({
    choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: finish }],
  });

  it('adds nothing when it is the same', () => expect(chat(says('ab'), says('cd'), message('abcd')).text).toBe('abcd'));
  it('adds what is missing when it goes on', () => expect(chat(says('ab'), message('abcd')).text).toBe('abcd'));
  it('adds nothing when it is another form of it', () => expect(chat(says(' ab'), message('ab')).text).toBe(' ab'));
  it('grows with each message where a server sends the text so far', () => {
    expect(chat(message('a', {}, null), message('ab', {}, null), message('abc')).text).toBe('abc');
  });
  it('is not doubled when it comes beside the piece, as Perplexity sends it', () => {
    const both = (piece: string, whole: string) => ({ choices: [{ index: 0, delta: { content: piece }, message: { content: whole } }] });
    expect(chat(both('a', 'a'), both('b', 'ab'), stop).text).toBe('ab');
    expect(chat(both('<think>hm', '<think>hm'), both('</think>x', '<think>hm</think>x'), stop)).toMatchObject({
      text: 'x',
      reasoning: 'hm',
    });
  });
  it('is taken where the delta beside it is empty', () => {
    expect(chat({ choices: [{ index: 0, delta: {}, message: { content: 'a' }, finish_reason: 'stop' }] }).text).toBe('a');
  });
  it('does not double thoughts and calls', () => {
    const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }];
    const repeated = message('x', { reasoning_content: 'hm', tool_calls });
    const { text, reasoning, calls } = chat(
      delta({ reasoning_content: 'hm' }),
      says('x'),
      call({ index: 0, id: 'c', function: { name: 'f', arguments: '{"a":1}' } }),
      repeated,
    );
    expect({ text, reasoning, calls }).toEqual({ text: 'x', reasoning: 'hm', calls: [{ id: 'c', name: 'f', arguments: { a: 1 } }] });
  });
});

describe('reasoning details', () => {
  const detail = (piece: object) => delta({ reasoning_details: [piece] });

  it('are put together by index and kept with their thought', () => {
    const { reply, reasoning } = chat(
      detail({ type: 'reasoning.text', index: 0, text: 'let ' }),
      detail({ type: 'reasoning.text', index: 0, text: 'me' }),
      detail({ type: 'reasoning.text', index: 0, text: '', signature: 'S' }),
      says('x'),
      stop,
    );
    expect(reasoning).toBe('let me');
    const reasoning_details = [{ type: 'reasoning.text', index: 0, text: 'let me', signature: 'S' }];
    expect(reply.message.parts[0]).toMatchObject({ original: { wire: 'chat', item: { reasoning_details } } });
  });

  it('that nobody can read are kept, also behind the text', () => {
    const { reply } = chat(says('x'), detail({ type: 'reasoning.encrypted', index: 0, data: 'E' }), stop);
    expect(reply.message.parts).toMatchObject([
      { type: 'text' },
      { type: 'reasoning', text: '', original: { item: { reasoning_details: [{ data: 'E' }] } } },
    ]);
  });
});

describe('counts', () => {
  const usage = (output: number) => ({ prompt_tokens: 5, completion_tokens: output });

  it('are replaced, never added, when they come again and again', () => {
    expect(chat({ ...says('a'), usage: usage(1) }, { ...says('b'), usage: usage(2) }, { ...stop, usage: usage(2) }).reply.usage).toEqual({
      input: 5,
      output: 2,
    });
  });

  it('may come in a last chunk without choices, or with none at all', () => {
    expect(chat(says('a'), stop, { choices: [], usage: usage(1) }, '[DONE]').reply.usage).toEqual({ input: 5, output: 1 });
    expect(chat(says('a'), stop, { usage: usage(1) }, '[DONE]').reply.usage).toEqual({ input: 5, output: 1 });
  });

  it('are read under the names of Groq, DeepSeek, Moonshot and OpenRouter', () => {
    expect(chat(says('a'), stop, { x_groq: { usage: usage(1) } }).reply.usage).toEqual({ input: 5, output: 1 });
    expect(chat(says('a'), { ...stop, usage: { ...usage(1), prompt_cache_hit_tokens: 4 } }).reply.usage).toMatchObject({ cacheRead: 4 });
    expect(
      chat(says('a'), { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: { ...usage(1), cached_tokens: 3 } }] }).reply.usage,
    ).toMatchObject({ cacheRead: 3 });
    expect(chat(says('a'), { ...stop, usage: { ...usage(1), cost: 0.25 } }).reply.costUsd).toBe(0.25);
    // xAI bills in ticks, tools that it ran included. Azure gives its models a zero there and bills by itself.
    expect(chat(says('a'), { ...stop, usage: { ...usage(1), cost_in_usd_ticks: 37_756_000 } }).reply.costUsd).toBeCloseTo(0.0037756, 10);
    expect(chat(says('a'), { ...stop, usage: { ...usage(1), cost_in_usd_ticks: 0 } }).reply.costUsd).toBeUndefined();
  });

  it('of null stay unknown', () => expect(chat({ ...says('a'), usage: null }, stop).reply.usage).toBeUndefined());

  it('of xAI have reasoning beside the output', () => {
    const counts = { prompt_tokens: 5, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 9 } };
    const decoded = decode(
      (emit) => decodeChat({ provider: 'xai', model: 'm', reasoningOutsideOutput: true }, emit),
      [says('a'), { ...stop, usage: counts }],
    );
    expect(decoded.reply.usage).toEqual({ input: 5, output: 11, reasoning: 9 });
  });
});

describe('the end', () => {
  it('may be [DONE] alone', () => expect(chat(says('a'), '[DONE]').reply.finish).toMatchObject({ reason: 'stop', raw: null }));
  it('is no end without a word and a reason', () => expect(chat(delta({ role: 'assistant' }), '[DONE]').error?.kind).toBe('protocol'));
  it('without reason and [DONE] leaves the answer open', () => expect(chat(says('a')).reply.finish).toBeUndefined());
  it.each([
    ['stop', 'stop'],
    ['eos', 'stop'],
    ['end_turn', 'stop'],
    ['COMPLETE', 'stop'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['MAX_TOKENS', 'length'],
    ['model_length', 'length'],
    ['content_filter', 'content_filter'],
    ['SAFETY', 'content_filter'],
    ['sensitive', 'content_filter'],
  ])('of the word %s is %s', (raw, reason) => expect(chat(says('a'), delta({}, raw)).reply.finish).toMatchObject({ reason, raw }));
  it.each(['error', 'insufficient_system_resource', 'network_error'])('of the word %s is a failure', (raw) => {
    expect(chat(says('a'), delta({}, raw))).toMatchObject({ error: { kind: 'overloaded' }, text: 'a' });
  });
  it('has the model that really answered', () => expect(chat({ ...says('a'), model: 'real-1' }, stop).reply.finish?.model).toBe('real-1'));
  it('marks a refusal', () => {
    const { reply, text } = chat(delta({ refusal: 'No, ' }), delta({ refusal: 'sorry.' }), stop);
    expect(text).toBe('No, sorry.');
    expect(reply.message.parts).toMatchObject([{ refusal: true }]);
    expect(reply.finish).toMatchObject({ reason: 'content_filter', raw: 'stop' });
  });
});

describe('an error inside the stream', () => {
  it.each<[string, GivenPayload]>([
    ['an object', { error: { message: 'boom', code: 500 } }],
    ['a text', { error: 'boom' }],
    ['an event of that name', ['error', { message: 'boom' }]],
    ['an event of that name that is no JSON', ['error', 'boom']],
    ['a field beside choices', { choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }], error: { message: 'boom' } }],
    ['a field inside the choice', { choices: [{ index: 0, delta: {}, error: { message: 'boom' } }] }],
    ['an object called error', { object: 'error', message: 'boom', type: 'InternalServerError', code: 500 }],
    ['a bare message', { message: 'boom' }],
    ['a detail', { detail: 'boom' }],
  ])('as %s', (_name, payload) => {
    const { error, text } = chat(says('Half'), payload);
    expect(error?.message).toContain('boom');
    expect(text).toBe('Half');
  });

  it('counts behind the reason to finish as well', () =>
    expect(chat(says('a'), stop, { error: { message: 'boom' } }).error?.message).toContain('boom'));
  it.each([null, '', {}, false])('is none where the field is %j', (error) =>
    expect(chat({ ...says('a'), error }, stop).error).toBeUndefined(),
  );
});

describe('noise', () => {
  it('is passed over with one notice', () => {
    expect(chat('not json', '42', '[1]', says('a'), stop)).toMatchObject({ text: 'a', error: undefined, notices: ['unreadable_event'] });
  });
  it('of empty chunks is passed over', () =>
    expect(chat({}, { choices: [] }, { choices: null }, { id: 'x', prompt_filter_results: [] }, says('a'), stop)).toMatchObject({
      text: 'a',
      notices: [],
    }));
});

describe('thoughts in tags', () => {
  const answer = '<think>\nLet me see. a < b </thin\n</think>\n\nSo: <think> is a tag.';
  it('come out the same however they are split', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(answer.length), { maxLength: 12 }), (cuts) => {
        const offsets = [0, ...cuts.sort((a, b) => a - b), answer.length];
        const pieces = offsets.slice(1).map((end, index) => says(answer.slice(offsets[index], end)));
        expect(chat(...pieces, stop)).toMatchObject({ reasoning: 'Let me see. a < b </thin', text: 'So: <think> is a tag.' });
      }),
    );
  });
  it('that never end are the answer after all', () =>
    expect(chat(says('<think>'), says('what is it?'), stop)).toMatchObject({ text: '<think>what is it?', reasoning: '' }));
  it('that were cut at the longest are thoughts', () =>
    expect(chat(says('<think>hm'), delta({}, 'length'))).toMatchObject({ text: '', reasoning: 'hm' }));
  it('before a call are thoughts', () => {
    const { reasoning, calls } = chat(
      says('<think>hm</think>'),
      call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }),
      called,
    );
    expect({ reasoning, calls: calls.length }).toEqual({ reasoning: 'hm', calls: 1 });
  });
});

describe('a thought whose template had opened it', () => {
  const answer = 'let me <see>\nmore </thin\n</think>\n\nThe answer\n\nto </think>\n\nit.';
  it('is a thought however the pieces fall, and the stream says so', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(answer.length), { maxLength: 12 }), (cuts) => {
        const offsets = [0, ...cuts.sort((a, b) => a - b), answer.length];
        const pieces = offsets.slice(1).map((end, index) => says(answer.slice(offsets[index], end)));
        expect(chat(...pieces, stop)).toMatchObject({
          reasoning: 'let me <see>\nmore </thin',
          text: 'The answer\n\nto </think>\n\nit.',
          notices: ['thought_as_text'],
        });
      }),
    );
  });
  it('stands before the answer in what is kept and sent again', () =>
    expect(chat(says('hm</think>\n\nx'), stop).reply.message.parts.map((part) => part.type)).toEqual(['reasoning', 'text']));
  it('is not told twice by a whole message after its pieces', () => {
    const both = (content: string, message: string) => ({ choices: [{ index: 0, delta: { content }, message: { content: message } }] });
    expect(chat(both('hm\n</think>\n', 'hm\n</think>\n'), both('\nx', 'hm\n</think>\n\nx'), stop)).toMatchObject({
      text: 'x',
      reasoning: 'hm',
    });
  });
  it.each([
    'The tag `</think>`\n\nends a thought.',
    'The tag </think> ends a thought.',
    'Like this:\n```\nhm\n</think>\n\nx\n```',
    'You write <think>\nhm\n</think>\n\nand then the answer.',
    '</think>\n\nx',
    'x\n</think>',
    'x </thi',
  ])('is not made of %j', (text) => expect(chat(says(text), stop)).toMatchObject({ text, reasoning: '', notices: [] }));
});
