/** What one and the same answer looks like on each wire, streamed and whole, written down from the vendors' documentation. */
import type { Body } from './provider-server.ts';

export type WireName = 'chat' | 'responses' | 'anthropic' | 'ollama';

export type Said = {
  reasoning?: string[];
  text?: string[];
  calls?: { id: string; name: string; arguments: string[] }[];
  finish?: 'stop' | 'length' | 'filter' | 'refusal';
  /** False: the provider counts nothing. */
  usage?: false;
  /** What a later turn has to send back with the thought (or, on the chat wire, with the call). */
  signature?: string;
};

export type Frames = {
  /** Everything before the reason to finish is known. */
  content: string[];
  /** What says that the answer is complete, and the counts. */
  finish: string[];
  /** What says that the stream is over. */
  end: string[];
};

export type WireAnswers = {
  contentType: string;
  streamed(said: Said): Frames;
  whole(said: Said): Body;
  /** A failure in the middle of a stream that answered 200. */
  errorFrame(message: string): string;
  /** A refusal before any answer. */
  refusal(message: string, type: string, code?: string): Body;
  /** The raw word of each ending; undefined where the wire has none. */
  raw: Record<'stop' | 'length' | 'filter' | 'refusal' | 'calls', string | undefined>;
};

/** Every wire counts the same: 12 in of which 4 were cached, 7 out of which 3 were thought, where it can say so. */
export const MODEL = 'test-model-1';

const event = (data: unknown, name?: string) => `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

const CHAT_USAGE = {
  prompt_tokens: 12,
  completion_tokens: 7,
  total_tokens: 19,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 3 },
};

const chat: WireAnswers = {
  contentType: 'text/event-stream; charset=utf-8',
  raw: { stop: 'stop', length: 'length', filter: 'content_filter', refusal: 'stop', calls: 'tool_calls' },
  streamed(said) {
    const chunk = (delta: object, finish: string | null = null) =>
      event({ id: 'c-1', object: 'chat.completion.chunk', model: MODEL, choices: [{ index: 0, delta, finish_reason: finish }] });
    const calls = (said.calls ?? []).flatMap((call, index) => [
      chunk({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' }, ...signedCall(said) }] }),
      ...call.arguments.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]);
    return {
      content: [
        chunk({ role: 'assistant', content: '' }),
        ...(said.reasoning ?? []).map((piece) => chunk({ reasoning_content: piece })),
        ...(said.text ?? []).map((piece) => chunk(said.finish === 'refusal' ? { refusal: piece } : { content: piece })),
        ...calls,
      ],
      finish: [
        chunk({}, rawOf(chat, said)),
        ...(said.usage === false
          ? []
          : [event({ id: 'c-1', object: 'chat.completion.chunk', model: MODEL, choices: [], usage: CHAT_USAGE })]),
      ],
      end: ['data: [DONE]\n\n'],
    };
  },
  whole: (said) => ({
    id: 'c-1',
    object: 'chat.completion',
    model: MODEL,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: said.finish === 'refusal' ? null : (said.text?.join('') ?? null),
          ...(said.finish === 'refusal' ? { refusal: said.text?.join('') } : {}),
          ...(said.reasoning ? { reasoning_content: said.reasoning.join('') } : {}),
          ...(said.calls
            ? {
                tool_calls: said.calls.map((call) => ({
                  id: call.id,
                  type: 'function',
                  function: { name: call.name, arguments: call.arguments.join('') },
                })),
              }
            : {}),
        },
        finish_reason: rawOf(chat, said),
      },
    ],
    ...(said.usage === false ? {} : { usage: CHAT_USAGE }),
  }),
  errorFrame: (message) => event({ error: { message, type: 'server_error', code: null } }),
  refusal: (message, type, code) => ({ error: { message, type, param: null, code: code ?? null } }),
};

/** Gemini's way to sign a thought on this wire. */
function signedCall({ signature }: Said): object {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
}

const RESPONSES_USAGE = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 19,
};

const responses: WireAnswers = {
  contentType: 'text/event-stream; charset=utf-8',
  raw: { stop: 'completed', length: 'incomplete', filter: 'incomplete', refusal: 'completed', calls: 'completed' },
  streamed(said) {
    const content: string[] = [];
    const add = (type: string, more: object) => content.push(event({ type, sequence_number: content.length, ...more }, type));
    add('response.created', { response: { id: 'r-1', object: 'response', status: 'in_progress', model: MODEL, output: [] } });
    responsesItems(said).forEach((item, output_index) => {
      const at = { output_index, item_id: item.id };
      add('response.output_item.added', { output_index, item: { ...item, content: [], summary: [], arguments: '' } });
      const pieces = item.type === 'reasoning' ? said.reasoning : item.type === 'message' ? said.text : item.pieces;
      for (const delta of pieces ?? []) add(item.deltas, { ...at, content_index: 0, summary_index: 0, delta });
      const { pieces: _pieces, deltas: _deltas, ...done } = item;
      add('response.output_item.done', { output_index, item: done });
    });
    const whole = responses.whole(said);
    const last = `response.${whole.status}`;
    return { content, finish: [event({ type: last, sequence_number: 99, response: whole }, last)], end: [] };
  },
  whole: (said) => ({
    id: 'r-1',
    object: 'response',
    status: rawOf(responses, said),
    model: MODEL,
    incomplete_details: INCOMPLETE[said.finish ?? 'stop'] ?? null,
    error: null,
    output: responsesItems(said).map(({ pieces: _pieces, deltas: _deltas, ...item }) => item),
    usage: said.usage === false ? null : RESPONSES_USAGE,
  }),
  errorFrame: (message) => event({ type: 'error', code: 'server_error', message, param: null, sequence_number: 5 }, 'error'),
  refusal: (message, type, code) => ({ error: { message, type, param: null, code: code ?? null } }),
};

const INCOMPLETE: { [finish: string]: object } = { length: { reason: 'max_output_tokens' }, filter: { reason: 'content_filter' } };

function responsesItems(said: Said): Body[] {
  const text = said.text?.join('');
  const refused = said.finish === 'refusal';
  return [
    ...(said.reasoning
      ? [
          {
            type: 'reasoning',
            id: 'rs_1',
            summary: [{ type: 'summary_text', text: said.reasoning.join('') }],
            ...(said.signature === undefined ? {} : { encrypted_content: said.signature }),
            deltas: 'response.reasoning_summary_text.delta',
          },
        ]
      : []),
    ...(text === undefined
      ? []
      : [
          {
            type: 'message',
            id: 'msg_1',
            role: 'assistant',
            status: 'completed',
            content: [refused ? { type: 'refusal', refusal: text } : { type: 'output_text', text, annotations: [] }],
            deltas: refused ? 'response.refusal.delta' : 'response.output_text.delta',
          },
        ]),
    ...(said.calls ?? []).map((call, index) => ({
      type: 'function_call',
      id: `fc_${index}`,
      call_id: call.id,
      name: call.name,
      arguments: call.arguments.join(''),
      status: 'completed',
      pieces: call.arguments,
      deltas: 'response.function_call_arguments.delta',
    })),
  ];
}

const anthropic: WireAnswers = {
  contentType: 'text/event-stream; charset=utf-8',
  raw: { stop: 'end_turn', length: 'max_tokens', filter: 'refusal', refusal: 'refusal', calls: 'tool_use' },
  streamed(said) {
    const content: string[] = [];
    const add = (type: string, more: object) => content.push(event({ type, ...more }, type));
    const input = { input_tokens: 8, cache_read_input_tokens: 4, cache_creation_input_tokens: 0 };
    const head = { id: 'msg_1', type: 'message', role: 'assistant', model: MODEL, content: [], stop_reason: null };
    add('message_start', { message: { ...head, ...(said.usage === false ? {} : { usage: { ...input, output_tokens: 1 } }) } });
    add('ping', {});
    anthropicBlocks(said).forEach(({ start, deltas }, index) => {
      add('content_block_start', { index, content_block: start });
      for (const delta of deltas) add('content_block_delta', { index, delta });
      add('content_block_stop', { index });
    });
    const usage = said.usage === false ? {} : { usage: { output_tokens: 7 } };
    const stop = { type: 'message_delta', delta: { stop_reason: rawOf(anthropic, said), stop_sequence: null }, ...usage };
    return { content, finish: [event(stop, 'message_delta')], end: [event({ type: 'message_stop' }, 'message_stop')] };
  },
  whole: (said) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: anthropicBlocks(said).map(({ whole }) => whole),
    stop_reason: rawOf(anthropic, said),
    stop_sequence: null,
    ...(said.usage === false
      ? {}
      : { usage: { input_tokens: 8, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 7 } }),
  }),
  errorFrame: (message) => event({ type: 'error', error: { type: 'api_error', message } }, 'error'),
  refusal: (message, type) => ({ type: 'error', error: { type, message }, request_id: 'req_body' }),
};

function anthropicBlocks(said: Said): { start: Body; deltas: Body[]; whole: Body }[] {
  const thought = said.reasoning?.join('') ?? '';
  const signature = said.signature ?? '';
  return [
    ...(said.reasoning
      ? [
          {
            start: { type: 'thinking', thinking: '', signature: '' },
            deltas: [
              ...said.reasoning.map((thinking) => ({ type: 'thinking_delta', thinking })),
              ...(signature === '' ? [] : [{ type: 'signature_delta', signature }]),
            ],
            whole: { type: 'thinking', thinking: thought, signature },
          },
        ]
      : []),
    ...(said.text
      ? [
          {
            start: { type: 'text', text: '' },
            deltas: said.text.map((text) => ({ type: 'text_delta', text })),
            whole: { type: 'text', text: said.text.join('') },
          },
        ]
      : []),
    ...(said.calls ?? []).map((call) => ({
      start: { type: 'tool_use', id: call.id, name: call.name, input: {} },
      deltas: ['', ...call.arguments].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      whole: { type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.arguments.join('') || '{}') },
    })),
  ];
}

const ollama: WireAnswers = {
  contentType: 'application/x-ndjson',
  raw: { stop: 'stop', length: 'length', filter: undefined, refusal: undefined, calls: 'stop' },
  streamed(said) {
    const line = (message: object, more: object = { done: false }) =>
      `${JSON.stringify({ model: MODEL, created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: '', ...message }, ...more })}\n`;
    const counts = said.usage === false ? {} : { prompt_eval_count: 12, eval_count: 7 };
    return {
      content: [
        ...(said.reasoning ?? []).map((thinking) => line({ thinking })),
        ...(said.text ?? []).map((content) => line({ content })),
        ...(said.calls ?? []).map((call) => line({ tool_calls: [ollamaCall(call)] })),
      ],
      finish: [line({}, { done: true, done_reason: rawOf(ollama, said), ...counts })],
      end: [],
    };
  },
  whole: (said) => ({
    model: MODEL,
    message: {
      role: 'assistant',
      content: said.text?.join('') ?? '',
      ...(said.reasoning ? { thinking: said.reasoning.join('') } : {}),
      ...(said.calls ? { tool_calls: said.calls.map(ollamaCall) } : {}),
    },
    done: true,
    done_reason: rawOf(ollama, said),
    ...(said.usage === false ? {} : { prompt_eval_count: 12, eval_count: 7 }),
  }),
  errorFrame: (message) => `${JSON.stringify({ error: message })}\n`,
  refusal: (message) => ({ error: message }),
};

function ollamaCall(call: { id: string; name: string; arguments: string[] }): object {
  return { id: call.id, function: { name: call.name, arguments: JSON.parse(call.arguments.join('') || '{}') } };
}

function rawOf({ raw }: WireAnswers, { finish, calls }: Said): string {
  return (finish === undefined && calls ? raw.calls : raw[finish ?? 'stop']) ?? 'stop';
}

export const WIRES: Record<WireName, WireAnswers> = { chat, responses, anthropic, ollama };
