/** Shapes that any wire may take: framing, encoding, errors, counts, and where a stream may end. */
import { gzipSync } from 'node:zlib';
import { WIRES, type WireName } from '../../support/wire-answers.ts';
import { begun, changed, frame, frames, inTheMiddle, replaced, SAID, type Shape, stream, TEXT } from './shape.ts';

const isSse = (wire: WireName) => wire !== 'ollama';
const sse = (make: (wire: WireName) => string) => (wire: WireName) => (isSse(wire) ? make(wire) : undefined);
const whole = (wire: WireName) => WIRES[wire].whole(SAID);
const KNOWN = { input: 12, output: 7 };

/** The keys under which the wires count. */
const COUNTS = [
  'prompt_tokens',
  'completion_tokens',
  'input_tokens',
  'output_tokens',
  'prompt_eval_count',
  'eval_count',
  'cached_tokens',
  'reasoning_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
];
const counted = (wire: WireName, change: (value: unknown) => unknown) =>
  changed(stream(wire), (object) => COUNTS.reduce<unknown>((value, key) => replaced(value, key, change), object));

export const FRAMING: Shape[] = [
  { name: 'as it should be', sends: (wire) => stream(wire), usage: KNOWN, notices: [] },
  { name: 'CRLF', sends: (wire) => stream(wire).replaceAll('\n', '\r\n') },
  { name: 'CR alone', sends: sse((wire) => stream(wire).replaceAll('\n', '\r')) },
  { name: 'a byte order mark', sends: (wire) => `\ufeff${stream(wire)}` },
  { name: 'blank lines before and behind', sends: (wire) => `\n\n  \n${stream(wire)}\n \n\n` },
  { name: 'blank space at the end of each line', sends: (wire) => stream(wire).replace(/\}\n/g, '}  \n') },
  {
    name: 'comments and blank lines between',
    sends: sse((wire) => stream(wire).replaceAll('\n\n', '\n\n: OPENROUTER PROCESSING\n\n\n:\n\n')),
    notices: [],
  },
  { name: 'ids and times', sends: sse((wire) => stream(wire).replace(/data:/g, 'id: 7\nretry: 3000\ndata:')), notices: [] },
  { name: 'fields nobody knows', sends: sse((wire) => stream(wire).replace(/data:/g, 'x-trace: 7\ndata:')), notices: [] },
  { name: 'no blank behind the colon', sends: sse((wire) => stream(wire).replaceAll('data: ', 'data:').replaceAll('event: ', 'event:')) },
  { name: 'no names of events', sends: sse((wire) => stream(wire).replace(/event: .*\n/g, '')) },
  { name: 'wrong names of events', sends: sse((wire) => stream(wire).replace(/(event: .*\n)?data:/g, 'event: update\ndata:')) },
  { name: 'every event called message', sends: sse((wire) => stream(wire).replace(/(event: .*\n)?data:/g, 'event: message\ndata:')) },
  { name: 'no blank lines between events', sends: (wire) => (wire === 'chat' ? stream(wire).replaceAll('\n\n', '\n') : undefined) },
  {
    name: 'JSON over several lines of data',
    sends: sse((wire) =>
      stream(wire).replace(/data: (\{.*\})/g, (_, json: string) => JSON.stringify(JSON.parse(json), null, 1).replace(/^/gm, 'data: ')),
    ),
  },
  { name: 'the prefix twice', sends: sse((wire) => stream(wire).replaceAll('data: {', 'data: data: {')) },
  {
    name: 'events as texts of JSON',
    sends: sse((wire) => stream(wire).replace(/data: (\{.*\})/g, (_, json: string) => `data: ${JSON.stringify(json)}`)),
  },
  { name: 'each event in a list', sends: (wire) => stream(wire).replace(/(\{.*\})/g, '[$1]') },
  { name: 'NaN and Infinity', sends: (wire) => stream(wire).replace(/^((?:data: )?)\{/gm, '$1{"score": NaN, "low": -Infinity, ') },
  { name: 'a raw tab within a text', sends: (wire) => stream(wire).replaceAll('Hello', 'Hello\t'), text: TEXT.replace('Hello', 'Hello\t') },
  { name: 'characters as escapes, cut between two pieces', sends: (wire) => stream(wire, { text: ['a\ud83d', '\ude00b'] }), text: 'a😀b' },
  {
    name: 'bytes that are no UTF-8',
    sends: (wire) => ({ body: Buffer.from(stream(wire, { text: ['caf\xe9'] }), 'latin1') }),
    text: 'caf\ufffd',
  },
  { name: 'gzip', sends: (wire) => ({ body: gzipSync(stream(wire)), headers: { 'content-encoding': 'gzip' } }) },
  { name: 'gzip that nobody tells of', sends: (wire) => ({ body: gzipSync(stream(wire)) }) },
  { name: 'one huge line', sends: (wire) => stream(wire, { text: ['x'.repeat(2_000_000)] }), text: 'x'.repeat(2_000_000) },
  { name: 'text/plain', sends: (wire) => ({ body: stream(wire), type: 'text/plain' }) },
  { name: 'a type of bytes', sends: (wire) => ({ body: stream(wire), type: 'application/octet-stream' }) },
  { name: 'a type of pages', sends: (wire) => ({ body: stream(wire), type: 'text/html' }) },
  {
    name: 'JSON where a stream was asked for',
    sends: (wire) => ({ body: JSON.stringify(whole(wire)), type: 'application/json' }),
    usage: KNOWN,
  },
  { name: 'JSON over lines', sends: (wire) => ({ body: `${JSON.stringify(whole(wire), null, 2)}\n`, type: 'application/json' }) },
  { name: 'JSON over lines behind blanks', sends: (wire) => `\n\n${JSON.stringify(whole(wire), null, 2)}` },
  { name: 'JSON called a stream', sends: (wire) => JSON.stringify(whole(wire)) },
  { name: 'JSON behind blanks, as keep-alive', sends: (wire) => `${'\n'.repeat(40)}${JSON.stringify(whole(wire))}` },
  { name: 'JSON in one event', sends: sse((wire) => `data: ${JSON.stringify(whole(wire))}\n\n`) },
  { name: 'a stream where JSON was asked for', asksWhole: true, sends: (wire) => stream(wire) },
  {
    name: 'lines where events were asked for',
    sends: sse((wire) =>
      stream(wire)
        .replace(/event: .*\n/g, '')
        .replace(/data: |^\n/gm, ''),
    ),
  },
  {
    name: 'events where lines were asked for',
    sends: (wire) => (isSse(wire) ? undefined : stream(wire).replace(/^(.+)\n/gm, 'data: $1\n\n')),
  },
];

export const FAULTS: Shape[] = [
  {
    name: 'gzip that is none',
    sends: (wire) => ({ body: stream(wire), headers: { 'content-encoding': 'gzip' } }),
    text: '',
    error: 'network',
    says: /could not be decompressed/,
  },
  {
    name: 'gzip that is cut',
    sends: (wire) => ({ body: gzipSync(begun(wire)).subarray(0, -12) }),
    text: '',
    error: ['network', 'protocol'],
  },
  {
    name: 'a broken piece in the middle',
    sends: (wire) => inTheMiddle(wire, frame(wire, '{"choices":[{"delta":{"content":"lo')),
    error: 'protocol',
    says: /a piece of the answer could not be read/,
  },
  {
    name: 'a piece deeper than anybody means',
    sends: (wire) => inTheMiddle(wire, frame(wire, `{"choices":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)),
    error: 'protocol',
    says: /a piece of the answer could not be read/,
  },
  {
    name: 'a piece that lost its beginning',
    sends: (wire) => inTheMiddle(wire, frame(wire, 'ntent":"lost"}}]}')),
    error: 'protocol',
    says: /a piece of the answer could not be read/,
  },
  {
    name: 'two pieces that ran into each other',
    sends: sse((wire) => inTheMiddle(wire, frame(wire, '{"a":1}data: {"b":2}'))),
    error: 'protocol',
  },
  { name: 'a broken piece behind the reason to end', sends: (wire) => stream(wire) + frame(wire, '{"usage":{"pro') },
  {
    name: 'a word of a gateway in the middle',
    sends: (wire) => inTheMiddle(wire, frame(wire, 'still there')),
    notices: ['unreadable_event'],
  },
  {
    name: 'null, a number and an empty list in the middle',
    sends: (wire) => inTheMiddle(wire, ['null', '7', '[]'].map((json) => frame(wire, json)).join('')),
  },
  { name: 'an empty object in the middle', sends: (wire) => inTheMiddle(wire, frame(wire, {})) },
  { name: 'a ping in the middle', sends: (wire) => inTheMiddle(wire, frame(wire, { type: 'ping' }, 'ping')) },
  { name: 'text behind the end', sends: (wire) => stream(wire) + frames(wire).content.join('') },
  { name: '[DONE] twice', sends: sse((wire) => `${stream(wire)}data: [DONE]\n\ndata: [DONE]\n\n`) },
  { name: '[DONE] and text behind it', sends: sse((wire) => `${stream(wire)}data: [DONE]\n\n${frames(wire).content.join('')}`) },
  {
    name: '[DONE] in another form',
    sends: sse((wire) => `${stream(wire).replace('data: [DONE]\n\n', '')}data: "[done]"\n\n${frames(wire).content.join('')}`),
  },
  { name: 'no word that it is over', sends: (wire) => [...frames(wire).content, ...frames(wire).finish].join('') },
  { name: 'a page behind the end', sends: (wire) => `${stream(wire)}\n<!-- served by gate 3 -->\n` },
  { name: 'an error behind the end', sends: (wire) => stream(wire) + WIRES[wire].errorFrame('too late') },
  { name: 'nothing', sends: () => '', text: '', error: 'protocol', says: /nothing at all/ },
  { name: 'nothing but comments', sends: sse(() => ': a\n\n: b\n\n'), text: '', error: 'protocol', says: /nothing at all/ },
  { name: 'HTTP 204', sends: () => ({ body: '', status: 204 }), text: '', error: 'protocol', says: /nothing at all/ },
  {
    name: 'a page',
    sends: () => ({ body: '<!doctype html><title>Sign in</title>', type: 'text/html' }),
    text: '',
    error: 'protocol',
    says: /web page/,
  },
  {
    name: 'an answer of another wire',
    sends: (wire) => JSON.stringify(WIRES[wire === 'chat' ? 'anthropic' : 'chat'].whole(SAID)),
    text: '',
    error: 'protocol',
    says: /answered 200 with \{.* instead of a model's answer/,
  },
  {
    name: 'an answer without an answer',
    sends: (wire) =>
      ({ chat: '{"choices":[],"usage":null}', responses: '{"output":null,"id":"r"}', anthropic: '{"type":"pong"}', ollama: undefined })[
        wire
      ],
    text: '',
    error: 'protocol',
    says: /answered 200 with \{.* instead of a model's answer/,
  },
  {
    name: 'XML',
    sends: () => '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
    text: '',
    error: 'protocol',
    says: /answered 200 with "AccessDenied Access Denied" instead/,
  },
  {
    name: 'bytes',
    sends: () => ({ body: Buffer.from('1b040000f8ff0011', 'hex') }),
    text: '',
    error: 'protocol',
    says: /200 with bytes that are no text/,
  },
  {
    name: 'a packed refusal that nobody tells of',
    sends: () => ({ body: gzipSync('{"error":{"message":"boom"}}'), status: 400 }),
    text: '',
    error: 'invalid_request',
    says: /boom/,
  },
  {
    name: 'an error of authentication that is no status',
    sends: () => '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"result":null}',
    text: '',
    error: 'authentication',
  },
  { name: 'words', sends: () => 'upstream connect error', text: '', error: 'protocol', says: /upstream connect error/ },
  {
    name: 'HTTP 307',
    sends: () => ({ body: '', status: 307, headers: { location: 'http://elsewhere.example/v1' } }),
    text: '',
    error: 'protocol',
    says: /redirects/,
  },
  {
    name: 'an error in place of an answer',
    sends: () => ({ body: '{"error":{"message":"boom","type":"server_error"}}', type: 'application/json' }),
    text: '',
    error: 'overloaded',
    says: /boom/,
  },
  { name: 'an error as a text', sends: () => '{"error":"boom"}', text: '', error: 'overloaded', says: /boom/ },
  {
    name: 'an error in a list',
    sends: () => '[{"error":{"code":429,"message":"boom","status":"RESOURCE_EXHAUSTED"}}]',
    text: '',
    error: ['rate_limit', 'quota'],
    says: /boom/,
  },
  { name: 'an error with only a message', sends: () => '{"message":"boom","code":500}', text: '', error: 'overloaded', says: /boom/ },
  {
    name: 'an error with only a detail',
    sends: () => '{"detail":"boom"}',
    text: '',
    says: /boom/,
    error: ['overloaded', 'invalid_request'],
  },
  ...(
    [
      ['an object', { error: { message: 'boom', type: 'server_error' } }],
      ['a text', { error: 'boom' }],
      ['a list', { errors: [{ message: 'boom' }] }],
      ['a type', { type: 'error', message: 'boom', code: 'server_error' }],
      ['a type of its own', { type: 'overloaded_error', message: 'boom' }],
      ['an object of that name', { object: 'error', message: 'boom', code: 500 }],
    ] as const
  ).map(
    ([name, object]): Shape => ({
      name: `an error in the middle: ${name}`,
      sends: (wire) => begun(wire) + frame(wire, object),
      text: 'Hello',
      error: 'overloaded',
      says: /boom/,
    }),
  ),
  {
    name: 'an error in the middle: by the name of its event',
    sends: sse((wire) => `${begun(wire)}event: error\ndata: boom\n\n`),
    text: 'Hello',
    error: 'overloaded',
    says: /boom/,
  },
  {
    name: 'an error in the middle: as a field',
    sends: sse((wire) => `${begun(wire)}error: {"code":500,"message":"boom"}\n\n`),
    text: 'Hello',
    error: 'overloaded',
    says: /boom/,
  },
  {
    name: 'an error in the middle: as a line',
    sends: sse((wire) => `${begun(wire)}{"error":{"message":"boom"}}\n\n`),
    text: 'Hello',
    error: 'overloaded',
    says: /boom/,
  },
  {
    name: 'fields for errors that are empty',
    sends: (wire) => changed(stream(wire), (object) => ({ error: null, errors: [], ...object })),
  },
  { name: 'an end in the middle', sends: begun, text: 'Hello', error: 'protocol', says: /broke off/ },
  { name: 'an end within an event', sends: (wire) => begun(wire) + frame(wire, '{"cho').trimEnd(), text: 'Hello', error: 'protocol' },
  { name: 'a connection that breaks behind the headers', sends: () => ({ body: '', cut: true }), text: '', error: 'network' },
  { name: 'a connection that breaks in the middle', sends: (wire) => ({ body: begun(wire), cut: true }), text: 'Hello', error: 'network' },
  {
    name: 'a connection that breaks behind the reason to end',
    sends: (wire) => ({ body: [...frames(wire).content, ...frames(wire).finish].join(''), cut: true }),
  },
];

export const COUNTING: Shape[] = [
  { name: 'no counts', sends: (wire) => stream(wire, { ...SAID, usage: false }), usage: null },
  { name: 'null for counts', sends: (wire) => changed(stream(wire), (object) => replaced(object, 'usage', () => null)), usage: undefined },
  { name: 'each count null', sends: (wire) => counted(wire, () => null), usage: null },
  { name: 'counts as texts', sends: (wire) => counted(wire, String), usage: KNOWN },
  { name: 'negative counts', sends: (wire) => counted(wire, () => -1), usage: null },
  { name: 'parts of tokens', sends: (wire) => counted(wire, () => 1.5), usage: null },
  { name: 'counts that are no numbers', sends: (wire) => counted(wire, () => 'many'), usage: null },
  ...[1e300, 2 ** 53, '9007199254740993', 2e9].map(
    (count): Shape => ({ name: `endless counts: ${count}`, sends: (wire) => counted(wire, () => count), usage: null }),
  ),
  {
    name: 'zeros beside an answer',
    sends: (wire) => counted(wire, () => 0),
    usage: { input: undefined, output: undefined },
  },
  {
    name: 'zeros, and no answer',
    sends: (wire) => changed(stream(wire, {}), (object) => COUNTS.reduce<unknown>((value, key) => replaced(value, key, () => 0), object)),
    text: '',
    usage: { input: undefined, output: 0 },
  },
  {
    name: 'parts that are larger than the whole',
    sends: (wire) =>
      changed(stream(wire), (object) =>
        ['cached_tokens', 'reasoning_tokens', 'thinking_tokens'].reduce<unknown>((value, key) => replaced(value, key, () => 99), object),
      ),
    usage: KNOWN,
  },
  {
    name: 'the end twice',
    sends: (wire) => [...frames(wire).content, ...frames(wire).finish, ...frames(wire).finish, ...frames(wire).end].join(''),
    usage: KNOWN,
  },
  {
    name: 'no model and no id',
    sends: (wire) =>
      changed(stream(wire), (object) =>
        ['model', 'id', 'created_at'].reduce<unknown>((value, key) => replaced(value, key, () => null), object),
      ),
  },
];

/** The whole answer, with something else where its text is. */
const saying = (wire: WireName, content: unknown) => {
  const key = wire === 'responses' || wire === 'anthropic' ? 'text' : 'content';
  return JSON.stringify(replaced(whole(wire), key, (value) => (value === TEXT ? content : value)));
};

export const SAYING: Shape[] = [
  ...(
    [
      ['yes', true, 'true'],
      ['no', false, 'false'],
      ['a number', 42, '42'],
      ['JSON', { city: 'Lima' }, '{"city":"Lima"}'],
    ] as const
  ).map(([name, content, text]): Shape => ({ name: `content that is ${name}`, sends: (wire) => saying(wire, content), text, notices: [] })),
  {
    name: 'a part that nobody knows, and nothing else',
    sends: (wire) => JSON.stringify(replaced(whole(wire), 'content', () => [{ type: 'hologram', data: 'x' }])),
    text: '',
    notices: ['unknown_part', 'empty_answer'],
  },
  { name: 'an answer without a word', sends: (wire) => stream(wire, {}), text: '', notices: ['empty_answer'], reason: 'stop' },
  {
    name: 'a thought and no word',
    sends: (wire) => stream(wire, { reasoning: ['hm'] }),
    text: '',
    reasoning: 'hm',
    notices: ['empty_answer'],
  },
  { name: 'an answer of blanks', sends: (wire) => stream(wire, { text: [' ', '\n'] }), text: ' \n', notices: ['empty_answer'] },
  {
    name: 'the role in every piece',
    sends: (wire) =>
      changed(stream(wire), (object) =>
        replaced(object, 'delta', (delta) => (typeof delta === 'object' ? { role: 'assistant', ...delta } : delta)),
      ),
  },
  { name: 'cut at the most tokens', sends: (wire) => stream(wire, { ...SAID, finish: 'length' }), reason: 'length', notices: [] },
];
