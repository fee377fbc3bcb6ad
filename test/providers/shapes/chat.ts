/** Shapes of Chat Completions: what a choice, a piece, a call and a count may look like. */
import type { WireName } from '../../support/wire-answers.ts';
import type { Right, Shape } from './shape.ts';

const chunk = (fields: object) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...fields })}\n\n`;
const choice = (fields: object) => chunk({ choices: [{ index: 0, finish_reason: null, ...fields }] });
const says = (delta: unknown) => choice({ delta });
const ends = (reason: unknown = 'stop') => choice({ delta: {}, finish_reason: reason });
const DONE = 'data: [DONE]\n\n';

const row = (name: string, pieces: string[], right: Right): Shape => ({
  name,
  sends: (wire: WireName) => (wire === 'chat' ? pieces.join('') : undefined),
  ...right,
});
const text = (name: string, pieces: string[], expected = 'ab', right: Right = {}) =>
  row(name, [...pieces, ends(), DONE], { text: expected, ...right });
const call = (...tool_calls: unknown[]) => says({ tool_calls });
const weather = [{ name: 'weather', arguments: { city: 'Oslo' } }];
const calls = (name: string, pieces: string[], expected: Right['calls'] = weather) =>
  row(name, [...pieces, ends('tool_calls'), DONE], { text: '', calls: expected, reason: 'tool_calls' });

export const CHAT: Shape[] = [
  text('numbers for content', [says({ content: 4 }), says({ content: 2.5 })], '42.5'),
  text('content in parts', [
    says({
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    }),
  ]),
  text('content as one part', [says({ content: { type: 'text', text: 'ab' } })]),
  text('content as a list of texts and numbers', [says({ content: ['a', 'b', 1] })], 'ab1'),
  text('null for content, and no content', [says({ content: null }), says({}), says({ content: 'ab' })]),
  text('null for the delta', [says(null), says({ content: 'ab' })]),
  text('a text for the delta', [says('a'), says('b')]),
  text('the index as a text', [chunk({ choices: [{ index: '0', delta: { content: 'ab' } }] })]),
  text('no index', [chunk({ choices: [{ delta: { content: 'ab' } }] })]),
  text('one choice in place of a list', [chunk({ choices: { index: 0, delta: { content: 'ab' } } })]),
  text('no choices, null for choices, an empty list', [
    chunk({}),
    chunk({ choices: null }),
    chunk({ choices: [] }),
    says({ content: 'ab' }),
  ]),
  text('null for a choice', [chunk({ choices: [null] }), says({ content: 'ab' })]),
  text('another choice beside it', [
    chunk({
      choices: [
        { index: 1, delta: { content: 'no' } },
        { index: 0, delta: { content: 'ab' } },
      ],
    }),
  ]),
  row(
    'no choice at the first position',
    [1, 1, 1]
      .map((index, at) =>
        chunk({ choices: [{ index, delta: at === 2 ? {} : { content: 'ab'[at] }, finish_reason: at === 2 ? 'stop' : null }] }),
      )
      .concat(DONE),
    { text: 'ab', reason: 'stop' },
  ),
  row(
    'no choice at the first position, and no [DONE]',
    [chunk({ choices: [{ index: 1, message: { content: 'ab' }, finish_reason: 'stop' }] })],
    { text: 'ab', reason: 'stop' },
  ),
  text('a message in a chunk', [choice({ message: { role: 'assistant', content: 'ab' } })]),
  text('a message that grows', [choice({ message: { content: 'a' } }), choice({ message: { content: 'ab' } })]),
  text('a text for the message', [choice({ message: 'ab' })]),
  text('the text of old completions', [choice({ text: 'a' }), choice({ text: 'b' })]),
  text('the bare message', [chunk({ message: { role: 'assistant', content: 'ab' } })]),
  text('filters before the first word', [chunk({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }), says({ content: 'ab' })]),
  text('thoughts in reasoning_content', [says({ reasoning_content: 'hm' }), says({ content: 'ab' })], 'ab', { reasoning: 'hm' }),
  text('thoughts in reasoning', [says({ reasoning: 'hm' }), says({ content: 'ab' })], 'ab', { reasoning: 'hm' }),
  text('thoughts in thinking', [says({ thinking: 'hm' }), says({ content: 'ab' })], 'ab', { reasoning: 'hm' }),
  text('thoughts as an object', [says({ reasoning: { content: 'hm' } }), says({ content: 'ab' })], 'ab', { reasoning: 'hm' }),
  text('thoughts as a list', [says({ reasoning_content: [{ text: 'h' }, { text: 'm' }] }), says({ content: 'ab' })], 'ab', {
    reasoning: 'hm',
  }),
  text('thoughts under two names', [says({ reasoning: 'hm', reasoning_content: 'hm' }), says({ content: 'ab' })], 'ab', {
    reasoning: 'hm',
  }),
  text('thoughts in tags', [says({ content: '<think>h' }), says({ content: 'm</think>ab' })], 'ab', { reasoning: 'hm' }),
  text('a part nobody knows', [says({ content: [{ type: 'hologram' }, { type: 'text', text: 'ab' }] })], 'ab', {
    notices: ['unknown_part'],
  }),
  text(
    'a picture that is elsewhere',
    [says({ content: 'a' }), says({ images: [{ image_url: { url: 'https://a.test/1.png' } }] })],
    'a\n\nhttps://a.test/1.png',
  ),
  text('a spoken answer', [says({ audio: { id: 'x', transcript: 'a' } }), says({ audio: { transcript: 'b', data: 'QUJD' } })], 'ab', {
    notices: ['unknown_part'],
  }),
  text('a list of what is no part', [says({ content: [{ name: 'x' }] }), says({ content: 'ab' })], 'ab', { notices: ['unknown_part'] }),
  row('a refusal', [says({ refusal: 'No.' }), ends(), DONE], { text: 'No.', reason: 'content_filter' }),
  row('a filter', [says({ content: 'ab' }), ends('content_filter'), DONE], { text: 'ab', reason: 'content_filter' }),
  row('a filter before the first word', [ends('content_filter'), DONE], { text: '', reason: 'content_filter', notices: [] }),
  row('a model that failed', [says({ content: 'ab' }), ends('error'), DONE], { text: 'ab', error: 'overloaded' }),
  row('an error in the choice', [says({ content: 'ab' }), choice({ delta: {}, error: { code: 502, message: 'boom' } })], {
    text: 'ab',
    error: 'overloaded',
    says: /boom/,
  }),
  row('a reason nobody knows', [says({ content: 'ab' }), ends('eos_token'), DONE], { text: 'ab', reason: 'stop' }),
  row('no reason, and [DONE]', [says({ content: 'ab' }), DONE], { text: 'ab', reason: 'stop' }),
  row('no reason and no [DONE]', [says({ content: 'ab' })], { text: 'ab', error: 'protocol', says: /broke off/ }),
  row(
    'the word null for a reason',
    [choice({ delta: { content: 'a' }, finish_reason: 'null' }), choice({ delta: { content: 'b' }, finish_reason: 'null' })],
    { text: 'ab', error: 'protocol' },
  ),
  row('an empty reason', [choice({ delta: { content: 'a' }, finish_reason: '' }), says({ content: 'b' }), ends(), DONE], { text: 'ab' }),
  row('the reason with the last word', [says({ content: 'a' }), choice({ delta: { content: 'b' }, finish_reason: 'stop' }), DONE], {
    text: 'ab',
  }),
  row('[DONE] and nothing else', [DONE], { text: '', error: 'protocol', says: /without content/ }),
  row('text behind [DONE]', [says({ content: 'ab' }), ends(), DONE, says({ content: 'c' })], { text: 'ab' }),
  row(
    'counts in every chunk',
    [1, 2]
      .map((n) => chunk({ choices: [{ index: 0, delta: { content: 'ab'[n - 1] } }], usage: { prompt_tokens: 3, completion_tokens: n } }))
      .concat(ends(), DONE),
    { text: 'ab', usage: { input: 3, output: 2 } },
  ),
  row(
    'counts with the reason',
    [
      says({ content: 'ab' }),
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 2 } }),
      DONE,
    ],
    { text: 'ab', usage: { input: 3, output: 2 } },
  ),
  row('counts in the choice', [choice({ delta: { content: 'ab' }, usage: { prompt_tokens: 3, completion_tokens: 2 } }), ends(), DONE], {
    text: 'ab',
    usage: { input: 3, output: 2 },
  }),
  row(
    'counts, and zeros behind them',
    [
      says({ content: 'ab' }),
      ends(),
      chunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } }),
      chunk({ choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } }),
      DONE,
    ],
    { text: 'ab', usage: { input: 3, output: 2 } },
  ),
  row(
    'one count that is right and one that is not',
    [says({ content: 'ab' }), ends(), chunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: -2 } }), DONE],
    { text: 'ab', usage: { input: 3 } },
  ),
  row(
    'a count that grew, and one that cannot be',
    [
      chunk({ choices: [{ index: 0, delta: { content: 'ab' } }], usage: { prompt_tokens: 3, completion_tokens: 2 } }),
      ends(),
      chunk({ choices: [], usage: { prompt_tokens: -1, completion_tokens: -1 } }),
      DONE,
    ],
    { text: 'ab', usage: { input: 3, output: undefined } },
  ),
  ...[
    ['more cached than asked', { prompt_tokens_details: { cached_tokens: 4 } }, { cacheRead: undefined }],
    [
      'more read and written than asked',
      { prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 2 } },
      { cacheRead: undefined, cacheWrite: undefined },
    ],
    ['more thought than said', { completion_tokens_details: { reasoning_tokens: 3 } }, { reasoning: undefined }],
    [
      'all cached, all thought',
      { prompt_tokens_details: { cached_tokens: 3 }, completion_tokens_details: { reasoning_tokens: 2 } },
      { cacheRead: 3, reasoning: 2 },
    ],
    [
      "xAI's, which stand beside each other",
      { num_sources_used: 0, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 3 } },
      { cacheRead: 4, reasoning: 3 },
    ],
  ].map(([name, details, usage]) =>
    row(
      `counts: ${name}`,
      [
        says({ content: 'ab' }),
        ends(),
        chunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, ...(details as object) } }),
        DONE,
      ],
      { text: 'ab', usage: { input: 3, output: 2, ...(usage as object) } },
    ),
  ),

  calls(
    'a call in pieces',
    [
      call({ index: 0, id: 'c1', type: 'function', function: { name: 'weather', arguments: '' } }),
      call({ index: 0, function: { arguments: '{"city":' } }),
      call({ index: 0, function: { arguments: '"Oslo"}' } }),
    ],
    [{ ...weather[0]!, id: 'c1' }],
  ),
  calls('a call without an index', [
    call({ id: 'c1', function: { name: 'weather', arguments: '{"city":' } }),
    call({ function: { arguments: '"Oslo"}' } }),
  ]),
  calls('the index of a call as a text', [
    call({ index: '0', id: 'c1', function: { name: 'weather', arguments: '{"city":' } }),
    call({ index: '0', function: { arguments: '"Oslo"}' } }),
  ]),
  calls('arguments as an object', [call({ index: 0, id: 'c1', function: { name: 'weather', arguments: { city: 'Oslo' } } })]),
  calls('arguments once more at the end', [
    call({ index: 0, id: 'c1', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }),
    call({ index: 0, id: 'c1', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }),
  ]),
  calls('a name in pieces', [
    call({ index: 0, id: 'c1', function: { name: 'wea', arguments: '' } }),
    call({ index: 0, function: { name: 'ther', arguments: '{"city":"Oslo"}' } }),
  ]),
  calls('a name in every piece', [
    call({ index: 0, id: 'c1', function: { name: 'weather', arguments: '{"city":' } }),
    call({ index: 0, id: 'c1', function: { name: 'weather', arguments: '"Oslo"}' } }),
  ]),
  calls(
    'a number for an id',
    [call({ index: 0, id: 7, function: { name: 'weather', arguments: '{"city":"Oslo"}' } })],
    [{ ...weather[0]!, id: '7' }],
  ),
  calls('no id', [call({ index: 0, function: { name: 'weather', arguments: '{"city":"Oslo"}' } })]),
  calls('null for everything that is not new', [
    call({ index: 0, id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":' } }),
    call({ index: 0, id: null, type: null, function: { name: null, arguments: '"Oslo"}' } }),
  ]),
  calls('one call in place of a list', [
    says({ tool_calls: { index: 0, id: 'c1', function: { name: 'weather', arguments: '{"city":"Oslo"}' } } }),
  ]),
  calls('the call of old', [
    says({ function_call: { name: 'weather', arguments: '{"city":' } }),
    says({ function_call: { arguments: '"Oslo"}' } }),
  ]),
  calls(
    'calls out of order',
    [
      call({ index: 1, id: 'b', function: { name: 'time', arguments: '{' } }),
      call({ index: 0, id: 'a', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }),
      call({ index: 1, function: { arguments: '}' } }),
    ],
    [
      { name: 'time', arguments: {}, id: 'b' },
      { ...weather[0]!, id: 'a' },
    ],
  ),
  calls(
    'two calls under one id',
    [
      call({ index: 0, id: 'x', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }),
      call({ index: 1, id: 'x', function: { name: 'time', arguments: '{}' } }),
    ],
    [
      { ...weather[0]!, id: 'x' },
      { name: 'time', arguments: {}, id: 'x_2' },
    ],
  ),
  calls(
    'two calls at one index',
    [
      call({ index: 0, id: 'x', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }),
      call({ index: 0, id: 'y', function: { name: 'time', arguments: '{}' } }),
    ],
    [weather[0]!, { name: 'time', arguments: {} }],
  ),
  calls('no arguments', [call({ index: 0, id: 'x', function: { name: 'time' } })], [{ name: 'time', arguments: {} }]),
  row('a call and the word stop', [call({ index: 0, id: 'x', function: { name: 'time', arguments: '{}' } }), ends('stop'), DONE], {
    text: '',
    calls: [{ name: 'time', arguments: {} }],
    reason: 'tool_calls',
  }),
];
