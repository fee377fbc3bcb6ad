/** Shapes of Responses, of Anthropic's Messages and of Ollama. */
import type { WireName } from '../../support/wire-answers.ts';
import type { Right, Shape } from './shape.ts';

const event = (type: string, fields: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const on = (wire: WireName, name: string, pieces: string[], right: Right): Shape => ({
  name,
  sends: (asked) => (asked === wire ? pieces.join('') : undefined),
  text: 'ab',
  ...right,
});
const weather = [{ name: 'weather', arguments: { city: 'Oslo' } }];

const responses = (name: string, pieces: string[], right: Right = {}) => on('responses', name, pieces, right);
const delta = (text: unknown, fields: object = { output_index: 0, content_index: 0, item_id: 'm' }) =>
  event('response.output_text.delta', { ...fields, delta: text });
const completed = (fields: object = {}) => event('response.completed', { response: { status: 'completed', output: [], ...fields } });
const added = (item: object, output_index: unknown = 0) => event('response.output_item.added', { output_index, item });
const done = (item: object, output_index: unknown = 0) => event('response.output_item.done', { output_index, item });
const callItem = { type: 'function_call', id: 'f', call_id: 'c1', name: 'weather' };

export const RESPONSES: Shape[] = [
  responses('pieces, and an end without a list', [delta('a'), delta('b'), completed()]),
  responses('positions as texts', [
    added({ type: 'message', id: 'm' }, '0'),
    delta('a', { output_index: '0' }),
    delta('b', { output_index: '0' }),
    completed(),
  ]),
  responses('no positions', [delta('a', {}), delta('b', {}), completed()]),
  responses('numbers for pieces', [delta(4), delta(2), completed()], { text: '42' }),
  responses('pieces as objects', [delta({ text: 'a' }), delta({ text: 'b' }), completed()]),
  responses('null for a piece', [delta(null), delta('ab'), completed()]),
  responses('only the whole text', [event('response.output_text.done', { output_index: 0, text: 'ab' }), completed()]),
  responses('only the finished item', [done({ type: 'message', content: [{ type: 'output_text', text: 'ab' }] }), completed()]),
  responses('content as a text', [done({ type: 'message', content: 'ab' }), completed()]),
  responses('content as one part', [done({ type: 'message', content: { type: 'output_text', text: 'ab' } }), completed()]),
  responses('only the final list', [completed({ output: [{ type: 'message', content: [{ type: 'output_text', text: 'ab' }] }] })]),
  responses('one item in place of the list', [completed({ output: { type: 'message', content: [{ type: 'output_text', text: 'ab' }] } })]),
  responses('null for the list', [delta('ab'), completed({ output: null, usage: null })]),
  responses('other ids at the end', [
    added({ type: 'message', id: 'one' }),
    delta('ab', { output_index: 0 }),
    done({ type: 'message', id: 'two', content: [{ type: 'output_text', text: 'ab' }] }),
    completed({ output: [{ type: 'message', id: 'three', content: [{ type: 'output_text', text: 'ab' }] }] }),
  ]),
  responses('the end without an envelope', [delta('ab'), event('response.completed', { status: 'completed' })]),
  responses('done in place of completed', [delta('ab'), event('response.done', {})]),
  responses('[DONE] in place of the end', [delta('ab'), 'data: [DONE]\n\n']),
  responses('events nobody knows', [event('response.weather', {}), delta('ab'), completed()]),
  responses(
    'incomplete',
    [
      delta('ab'),
      event('response.incomplete', { response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } } }),
    ],
    { reason: 'length' },
  ),
  responses(
    'failed',
    [delta('ab'), event('response.failed', { response: { status: 'failed', error: { code: 'server_error', message: 'boom' } } })],
    { error: 'overloaded', says: /boom/ },
  ),
  responses('cancelled over there', [delta('ab'), event('response.cancelled', { response: { status: 'cancelled' } })], {
    error: ['overloaded', 'invalid_request'],
  }),
  responses('a refusal', [event('response.refusal.delta', { output_index: 0, delta: 'ab' }), completed()], { reason: 'content_filter' }),
  responses(
    'a thought of two paragraphs',
    [
      event('response.reasoning_summary_text.delta', { output_index: 0, summary_index: 0, delta: 'x' }),
      event('response.reasoning_summary_text.delta', { output_index: 0, summary_index: '1', delta: 'y' }),
      delta('ab', { output_index: 1 }),
      completed(),
    ],
    { reasoning: 'x\n\ny' },
  ),
  responses(
    'an open thought',
    [event('response.reasoning_text.delta', { output_index: 0, delta: 'x' }), delta('ab', { output_index: 1 }), completed()],
    { reasoning: 'x' },
  ),
  responses(
    'a call in pieces',
    [
      added({ ...callItem, arguments: '' }),
      event('response.function_call_arguments.delta', { output_index: 0, delta: '{"city":' }),
      event('response.function_call_arguments.delta', { output_index: 0, delta: '"Oslo"}' }),
      completed(),
    ],
    { text: '', calls: [{ ...weather[0]!, id: 'c1' }], reason: 'tool_calls' },
  ),
  responses('a call with arguments as an object', [done({ ...callItem, arguments: { city: 'Oslo' } }), completed()], {
    text: '',
    calls: weather,
  }),
  responses('a call only in the final list', [completed({ output: [{ ...callItem, arguments: '{"city":"Oslo"}' }] })], {
    text: '',
    calls: weather,
  }),
  responses('a call without ids', [done({ type: 'function_call', name: 'weather', arguments: '{"city":"Oslo"}' }), completed()], {
    text: '',
    calls: weather,
  }),
  responses('a number for the id of a call', [done({ ...callItem, call_id: 7, arguments: '{"city":"Oslo"}' }), completed()], {
    text: '',
    calls: [{ ...weather[0]!, id: '7' }],
  }),
  responses('an answer that is not ready', ['{"object":"response","status":"queued","output":[]}'], { text: '', error: 'unsupported' }),
];

const anthropic = (name: string, pieces: string[], right: Right = {}) => on('anthropic', name, pieces, right);
const START = event('message_start', { message: { role: 'assistant', content: [], usage: { input_tokens: 3, output_tokens: 1 } } });
const opens = (content_block: object, index: unknown = 0) => event('content_block_start', { index, content_block });
const block = (piece: object, index: unknown = 0) => event('content_block_delta', { index, delta: piece });
const words = (text: unknown, index: unknown = 0) => block({ type: 'text_delta', text }, index);
const stop = (reason: unknown = 'end_turn', more: object = {}) =>
  event('message_delta', { delta: { stop_reason: reason }, ...more }) + event('message_stop', {});
const tool = { type: 'tool_use', id: 't1', name: 'weather', input: {} };
const json = (partial_json: unknown, index: unknown = 0) => block({ type: 'input_json_delta', partial_json }, index);

export const ANTHROPIC: Shape[] = [
  anthropic('no beginning of the message', [opens({ type: 'text', text: '' }), words('ab'), stop()]),
  anthropic('no beginning of the block', [START, words('a'), words('b'), stop()]),
  anthropic('positions as texts', [START, opens({ type: 'text', text: '' }, '0'), words('a', '0'), words('b', '0'), stop()]),
  anthropic('no positions', [START, opens({ type: 'text', text: '' }, undefined), words('ab', undefined), stop()]),
  anthropic('every block at 0', [
    START,
    opens({ type: 'text', text: '' }),
    words('a'),
    opens({ type: 'text', text: '' }),
    words('b'),
    stop(),
  ]),
  anthropic('numbers for texts', [START, words(4), words(2), stop()], { text: '42' }),
  anthropic('null for a text', [START, words(null), words('ab'), stop()]),
  anthropic('text in the beginning of the block', [START, opens({ type: 'text', text: 'a' }), words('b'), stop()]),
  anthropic('pieces without a type', [START, block({ text: 'a' }), block({ text: 'b' }), stop()]),
  anthropic('a text for the piece', [START, event('content_block_delta', { index: 0, delta: 'ab' }), stop()]),
  anthropic(
    'a thought in a block of text',
    [START, opens({ type: 'text', text: '' }), block({ type: 'thinking_delta', thinking: 'hm' }), words('ab', 1), stop()],
    { reasoning: 'hm' },
  ),
  anthropic('a block nobody knows', [START, opens({ type: 'hologram' }), words('ab', 1), stop()], { notices: ['unknown_part'] }),
  anthropic('an event and a piece nobody knows', [START, event('weather', {}), block({ type: 'smell_delta' }), words('ab'), stop()], {
    notices: ['unknown_event', 'unknown_event'],
  }),
  anthropic('a whole message with a text for content', ['{"type":"message","role":"assistant","content":"ab","stop_reason":"end_turn"}']),
  anthropic('a whole message with one block for content', [
    '{"type":"message","content":{"type":"text","text":"ab"},"stop_reason":"end_turn"}',
  ]),
  anthropic('no reason, and the end', [START, words('ab'), event('message_stop', {})], { reason: 'stop' }),
  anthropic('null for the reason, and no end', [START, words('ab'), event('message_delta', { delta: { stop_reason: null } })], {
    error: 'protocol',
    says: /broke off/,
  }),
  anthropic('the end and nothing else', [event('message_stop', {})], { text: '', error: 'protocol', says: /without content/ }),
  anthropic('[DONE] behind the reason', [
    START,
    words('ab'),
    event('message_delta', { delta: { stop_reason: 'end_turn' } }),
    'data: [DONE]\n\n',
    words('c'),
  ]),
  anthropic('a reason nobody knows', [START, words('ab'), stop('eos')], { reason: 'stop' }),
  anthropic('a refusal', [START, words('ab'), stop('refusal')], { reason: 'content_filter' }),
  anthropic('counts in both halves', [START, words('ab'), stop('end_turn', { usage: { output_tokens: 5 } })], {
    usage: { input: 3, output: 5 },
  }),
  anthropic('zeros in the second half', [START, words('ab'), stop('end_turn', { usage: { input_tokens: 0, output_tokens: 5 } })], {
    usage: { input: 3, output: 5 },
  }),
  anthropic('a negative half', [START, words('ab'), stop('end_turn', { usage: { input_tokens: -3, output_tokens: -5 } })], {
    usage: { input: 3, output: undefined },
  }),
  ...[-2, 1.5, 1e300, 'many'].map((output_tokens) =>
    anthropic(`the second half of what came out: ${output_tokens}`, [START, words('ab'), stop('end_turn', { usage: { output_tokens } })], {
      usage: { input: 3, output: undefined },
    }),
  ),
  anthropic(
    'a negative count of what went to the cache',
    [START, words('ab'), stop('end_turn', { usage: { cache_creation_input_tokens: -5, output_tokens: 5 } })],
    { usage: { input: undefined, output: 5, cacheWrite: undefined } },
  ),
  anthropic('a call in pieces', [START, opens(tool), json('{"city":'), json('"Oslo"}'), stop('tool_use')], {
    text: '',
    calls: [{ ...weather[0]!, id: 't1' }],
    reason: 'tool_calls',
  }),
  anthropic('a call with its input at once', [START, opens({ ...tool, input: { city: 'Oslo' } }), stop('tool_use')], {
    text: '',
    calls: weather,
  }),
  anthropic('a call with its input as a text', [START, opens({ ...tool, input: '{"city":"Oslo"}' }), stop('tool_use')], {
    text: '',
    calls: weather,
  }),
  anthropic('a call whose piece is an object', [START, opens(tool), json({ city: 'Oslo' }), stop('tool_use')], {
    text: '',
    calls: weather,
  }),
  anthropic('a number for the id of a call', [START, opens({ ...tool, id: 7, input: { city: 'Oslo' } }), stop('tool_use')], {
    text: '',
    calls: [{ ...weather[0]!, id: '7' }],
  }),
  anthropic('a call and the word end_turn', [START, opens({ ...tool, input: { city: 'Oslo' } }), stop('end_turn')], {
    text: '',
    calls: weather,
    reason: 'tool_calls',
  }),
];

const ollama = (name: string, pieces: (object | string)[], right: Right = {}) =>
  on(
    'ollama',
    name,
    pieces.map((piece) => `${typeof piece === 'string' ? piece : JSON.stringify(piece)}\n`),
    right,
  );
const line = (content: unknown, more: object = { done: false }) => ({ model: 'm', message: { role: 'assistant', content }, ...more });
const OVER = { message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' };
const called = (call: unknown) => ({ message: { role: 'assistant', content: '', tool_calls: call }, done: false });

export const OLLAMA: Shape[] = [
  ollama(
    'the reason without "done"',
    [line('ab'), { message: { content: '' }, done_reason: 'stop', prompt_eval_count: 3, eval_count: 1 }],
    { usage: { input: 3, output: 1 }, reason: 'stop' },
  ),
  ollama('the reason without "done", cut at the most tokens', [line('ab'), { done_reason: 'length' }], { reason: 'length' }),
  ollama('a reason in every line', [
    line('a', { done: false, done_reason: 'stop' }),
    line('b', { done: false, done_reason: 'stop' }),
    OVER,
  ]),
  ollama('a reason and "not done" at the end', [line('ab', { done: false, done_reason: 'stop' })]),
  ollama('an empty reason, and the word null', [
    line('a', { done: false, done_reason: '' }),
    line('b', { done: false, done_reason: 'null' }),
    OVER,
  ]),
  ollama('"done" as a text', [line('ab'), { ...OVER, done: 'true', done_reason: undefined }]),
  ollama('"done" without a reason', [line('ab'), { done: true }], { reason: 'stop' }),
  ollama('neither "done" nor a reason', [line('ab')], { error: 'protocol', says: /broke off/ }),
  ollama('text behind "done"', [line('ab'), OVER, line('c')]),
  ollama('numbers for content', [line(4), line(2), OVER], { text: '42' }),
  ollama('content in parts', [line([{ type: 'text', text: 'a' }, 'b']), OVER]),
  ollama('null for content and for the message', [line(null), { message: null, done: false }, line('ab'), OVER]),
  ollama('the older API', [
    { response: 'a', done: false },
    { response: 'b', done: true, done_reason: 'stop' },
  ]),
  ollama('thoughts', [{ message: { thinking: 'hm', content: '' }, done: false }, line('ab'), OVER], { reasoning: 'hm' }),
  ollama('thoughts in tags', [line('<think>h'), line('m</think>ab'), OVER], { reasoning: 'hm' }),
  ollama('a line that is broken', [line('a'), '{"message":{"content":"x', line('b'), OVER], {
    error: 'protocol',
    says: /could not be read/,
  }),
  ollama('a first line that is broken', ['{"message":{"content":"x', line('ab'), OVER], { error: 'protocol', says: /could not be read/ }),
  ollama('negative counts', [line('ab'), { ...OVER, prompt_eval_count: -1, eval_count: 7 }], { usage: { output: 7 } }),
  ollama('an error in the middle', [line('ab'), { error: 'llama runner process has terminated' }], {
    error: 'overloaded',
    says: /terminated/,
  }),
  ollama('an empty error', [line('ab', { done: false, error: '' }), OVER]),
  ollama('a call', [called([{ function: { name: 'weather', arguments: { city: 'Oslo' } } }]), OVER], {
    text: '',
    calls: weather,
    reason: 'tool_calls',
  }),
  ollama('a call with arguments as a text', [called([{ function: { name: 'weather', arguments: '{"city":"Oslo"}' } }]), OVER], {
    text: '',
    calls: weather,
  }),
  ollama('one call in place of a list', [called({ function: { name: 'weather', arguments: { city: 'Oslo' } } }), OVER], {
    text: '',
    calls: weather,
  }),
  ollama('a call without an envelope', [called([{ name: 'weather', arguments: { city: 'Oslo' } }]), OVER], { text: '', calls: weather }),
  ollama('a number for the id of a call', [called([{ id: 7, function: { name: 'weather', arguments: { city: 'Oslo' } } }]), OVER], {
    text: '',
    calls: [{ ...weather[0]!, id: '7' }],
  }),
  ollama(
    'calls under one id',
    [
      called([
        { id: 'x', function: { name: 'weather', arguments: { city: 'Oslo' } } },
        { id: 'x', function: { name: 'time' } },
      ]),
      OVER,
    ],
    {
      text: '',
      calls: [
        { ...weather[0]!, id: 'x' },
        { name: 'time', arguments: {}, id: 'x_2' },
      ],
    },
  ),
];
