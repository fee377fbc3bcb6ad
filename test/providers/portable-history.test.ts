/** Histories from every wire to every other: what is sent follows the rules that the receiving vendor has written down. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, wellFormed } from '../../src/core/json.ts';
import type { Message, ReplyPart, Wire, WireItem } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { openRow, ROWS, type Row } from './contract-providers.ts';

// biome-ignore lint/suspicious/noExplicitAny: the bodies are read the way a vendor reads them
type Body = any;

const text = fc.oneof(fc.constantFrom('', ' ', 'Hi.', 'half \ud83d', 'Zeile\nzwei'), fc.string({ maxLength: 12 }));
const id = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    'call_1',
    'call_2',
    'functions.get:0',
    'abcdefghi',
    `chatcmpl-tool-${'f'.repeat(60)}`,
    'toolu_01Ab',
    'é\u{1F600}',
  ),
  fc.string({ maxLength: 12 }),
);
const name = fc.constantFrom('get_weather', 'github/list.issues', '2fa', `mcp__${'x'.repeat(80)}`, 'run');
const args = fc.constantFrom('', '{}', '{"city":"Paris"}', '{"ci', '[1]', '"x"', ' ', 'null', '{"city":"half \\ud83d"}', '{"ci\ud83d');

const ITEMS: Record<Exclude<Wire, 'guide'>, JsonObject[]> = {
  chat: [
    { extra_content: { google: { thought_signature: 'SEALED' } } },
    { reasoning_details: [{ type: 'reasoning.encrypted', data: 'SEALED' }] },
  ],
  responses: [{ type: 'reasoning', summary: [], encrypted_content: 'SEALED' }],
  anthropic: [{ type: 'thinking', thinking: 'hm', signature: 'SEALED' }],
  ollama: [{}],
};
const HOSTED: WireItem[] = [
  { wire: 'anthropic', item: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } } },
  { wire: 'anthropic', item: { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] } },
  { wire: 'anthropic', item: { type: 'mcp_tool_result', tool_use_id: 'gone', content: [{ type: 'text', text: 'found' }] } },
  { wire: 'responses', item: { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } } },
  { wire: 'responses', item: { type: 'code_interpreter_call', id: 'ci_1', status: 'incomplete', code: '1+1', outputs: null } },
];

const MAKERS = [
  { provider: 'openai', model: 'gpt-5.2' },
  { provider: 'anthropic', model: 'claude-opus-4-6' },
  { provider: 'house', model: 'test-model-1' },
  { provider: 'openai', model: 'test-model-0' },
  { provider: 'anthropic', model: 'test-model-0' },
];
const maker = fc.constantFrom(...MAKERS);
const thought = fc.record({ words: text, wire: fc.constantFrom(...(Object.keys(ITEMS) as (keyof typeof ITEMS)[])), maker }).map(
  ({ words, wire, maker: made }): ReplyPart => ({
    type: 'reasoning',
    text: words,
    original: { wire, item: ITEMS[wire].at(-1) ?? {}, ...made },
  }),
);
const hosted = fc
  .record({ made: fc.constantFrom(...HOSTED), maker })
  .map(({ made, maker: by }): ReplyPart => ({ type: 'hosted', name: 'h', original: { ...made, ...by } }));
const call = fc
  .record({ id, name, args, sealed: fc.constantFrom(undefined, 'chat', 'responses'), maker })
  .map(({ id: callId, name: tool, args: raw, sealed, maker: by }): ReplyPart => {
    const item: JsonObject =
      sealed === 'chat' ? (ITEMS.chat[0] ?? {}) : { type: 'function_call', call_id: callId, name: tool, arguments: raw };
    return {
      type: 'tool_call',
      id: callId,
      name: tool,
      arguments: raw,
      ...(sealed === undefined ? {} : { original: { wire: sealed === 'chat' ? 'chat' : 'responses', item, ...by } }),
    };
  });
const reply = fc
  .array(
    fc.oneof(
      thought,
      hosted,
      call,
      text.map((words): ReplyPart => ({ type: 'text', text: words })),
    ),
    { maxLength: 5 },
  )
  .map((parts): Message => ({ role: 'assistant', parts }));
const user = text.map((words): Message => ({ role: 'user', parts: [{ type: 'text', text: words }] }));
const results = fc.array(fc.record({ callId: id, name, output: text, failed: fc.boolean() }), { minLength: 1, maxLength: 3 }).map(
  (list): Message => ({
    role: 'tool',
    parts: list.map(({ failed, ...one }) => ({ type: 'tool_result', ...one, ...(failed ? { failed: true as const } : {}) })),
  }),
);
/** A reply, and mostly the results of its calls behind it, in any order and not always all. */
const round = fc.tuple(reply, fc.nat({ max: 3 }), fc.boolean()).map(([said, missing, reversed]): Message[] => {
  const answers = (said.role === 'assistant' ? said.parts : []).flatMap((part) =>
    part.type === 'tool_call' ? [{ type: 'tool_result' as const, callId: part.id, name: part.name, output: 'done' }] : [],
  );
  const given = (reversed ? answers.toReversed() : answers).slice(missing === 3 ? 1 : 0);
  return given.length === 0 ? [said] : [said, { role: 'tool', parts: given }];
});
const history = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: round },
        user.map((one) => [one]),
        results.map((one) => [one]),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([messages]): Message[] => [...messages.flat(), { role: 'user', parts: [{ type: 'text', text: 'And now?' }] }]);

const tools = [{ name: 'get_weather', description: 'Weather.', parameters: { type: 'object', properties: {} } }];

async function bodyOf(row: Row, messages: Message[], more: object = {}): Promise<Body> {
  const provider = await openRow(row, 'http://127.0.0.1:9', row.kind === 'openai-compatible' ? more : {});
  return (
    await provider.preview(wellFormed<ModelRequest>({ model: 'test-model-1', messages, tools, stream: true }), new AbortController().signal)
  ).body;
}

/** As text, and where a server reads the arguments of calls once more. */
function isWellFormed(body: Body): void {
  const calls = (body.messages ?? []).flatMap((message: Body) => message.tool_calls ?? []).map((call: Body) => call.function.arguments);
  const items = (body.input ?? []).map((item: Body) => item.arguments);
  const texts = [...calls, ...items].filter((text) => typeof text === 'string').map((text) => JSON.parse(text));
  expect(JSON.stringify([body, ...texts])).not.toMatch(/\\ud[89a-f]/);
}

type ChatRules = { id: RegExp; strict?: boolean };
function checkChat(body: Body, rules: ChatRules): void {
  const seen = new Set<string>();
  let open: string[] = [];
  let last = '';
  for (const message of body.messages) {
    if (message.role === 'tool') {
      expect(open, 'a result answers a call right before it').toContain(message.tool_call_id);
      open = open.filter((one) => one !== message.tool_call_id);
      expect(message.content).not.toBe('');
    } else {
      expect(open, 'every call is answered before anything else is said').toEqual([]);
      if (rules.strict) {
        if (last === '') expect(message.role).toBe('user');
        else expect([last, message.role]).not.toEqual([message.role, message.role]);
        expect([last, message.role]).not.toEqual(['tool', 'user']);
      }
    }
    for (const one of message.tool_calls ?? []) {
      expect(one.id).toMatch(rules.id);
      expect(seen.has(one.id), 'ids are unique').toBe(false);
      seen.add(one.id);
      open.push(one.id);
      expect(one.function.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      const parsed = JSON.parse(one.function.arguments);
      expect(typeof parsed === 'object' && !Array.isArray(parsed)).toBe(true);
    }
    if (message.role === 'assistant') expect(message.tool_calls || message.content !== '').toBeTruthy();
    last = message.role;
  }
  expect(open).toEqual([]);
}

function checkResponses(body: Body): void {
  const open = new Set<string>();
  const seen = new Set<string>();
  body.input.forEach((item: Body, index: number) => {
    if (item.type === 'function_call') {
      expect(item.call_id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(item.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(typeof JSON.parse(item.arguments)).toBe('object');
      expect(seen.has(item.call_id)).toBe(false);
      seen.add(item.call_id);
      open.add(item.call_id);
    } else if (item.type === 'function_call_output') expect(open.delete(item.call_id)).toBe(true);
    else if (item.role === 'user') expect([...open]).toEqual([]);
    if (item.type === 'reasoning') expect(body.input[index + 1]?.role).not.toBe('user');
    if (item.type?.endsWith('_call') && item.type !== 'function_call')
      expect(item).toMatchObject({ id: expect.any(String), status: 'completed' });
  });
  expect([...open]).toEqual([]);
}

function checkAnthropic(body: Body): void {
  const seen = new Set<string>();
  let open: string[] = [];
  body.messages.forEach((message: Body, index: number) => {
    expect(message.role).toBe(index % 2 === 0 ? 'user' : 'assistant');
    expect(message.content.length).toBeGreaterThan(0);
    const resultsHere = message.content.filter((block: Body) => block.type === 'tool_result').map((block: Body) => block.tool_use_id);
    if (message.role === 'user') {
      expect(resultsHere.toSorted()).toEqual(open.toSorted());
      expect(message.content.slice(0, resultsHere.length).every((block: Body) => block.type === 'tool_result')).toBe(true);
    } else expect(resultsHere).toEqual([]);
    open = [];
    const uses = new Set<string>();
    for (const block of message.content) {
      if (block.type === 'text') expect(block.text.trim()).not.toBe('');
      if (block.type === 'thinking') expect(block.signature).toBe('SEALED');
      if (block.type === 'server_tool_use') uses.add(block.id);
      if (block.type === 'web_search_tool_result' || block.type === 'mcp_tool_result') expect(uses.delete(block.tool_use_id)).toBe(true);
      if (block.type !== 'tool_use') continue;
      expect(block.id).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(seen.has(block.id)).toBe(false);
      seen.add(block.id);
      open.push(block.id);
      expect(block.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(typeof block.input === 'object' && !Array.isArray(block.input)).toBe(true);
    }
    expect([...uses], 'hosted tools come with their results').toEqual([]);
  });
  expect(open).toEqual([]);
  const marks = JSON.stringify(body).match(/"cache_control"/g) ?? [];
  expect(marks.length).toBeLessThanOrEqual(4);
}

function checkOllama(body: Body): void {
  let open = 0;
  for (const message of body.messages) {
    if (message.role === 'tool') open--;
    else expect(open).toBe(0);
    for (const one of message.tool_calls ?? []) {
      open++;
      expect(Array.isArray(one.function.arguments)).toBe(false);
    }
  }
  expect(open).toBe(0);
}

const row = (wanted: string): Row => ROWS.find((one) => one.name === wanted) as Row;
const preset = (preset: string): object => ({ name: preset });
const TARGETS: [string, Row, (body: Body) => void, object?][] = [
  ['OpenAI’s Chat Completions', row('openai chat'), (body) => checkChat(body, { id: /^[a-zA-Z0-9_-]{1,40}$/ })],
  ['OpenAI’s Responses', row('openai responses'), checkResponses],
  ['Anthropic', row('anthropic'), checkAnthropic],
  ['Ollama', row('ollama'), checkOllama],
  ['Mistral', row('compatible chat'), (body) => checkChat(body, { id: /^[a-zA-Z0-9]{9}$/, strict: true }), preset('mistral')],
  ['Perplexity', row('compatible chat'), (body) => checkChat(body, { id: /./s, strict: true }), preset('perplexity')],
  ['a server of the user’s', row('compatible chat'), (body) => checkChat(body, { id: /./s, strict: true }), preset('house')],
  ['Gemini', row('compatible chat'), (body) => checkChat(body, { id: /./s }), preset('gemini')],
];

describe.each(TARGETS)('to %s', (_title, target, check, more) => {
  it('any history is valid', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (messages) => {
        const body = await bodyOf(target, structuredClone(messages), more);
        isWellFormed(body);
        check(body);
      }),
      { numRuns: 150 },
    );
  });

  it('what another provider sealed is never sent', async () => {
    const name = (more as { name?: string } | undefined)?.name ?? (target.kind === 'openai-compatible' ? 'house' : target.kind);
    const foreign = MAKERS.filter(({ provider }) => provider !== name);
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom(...foreign), async (messages, by) => {
        const made = messages.map((message) =>
          message.role === 'assistant'
            ? {
                ...message,
                parts: message.parts.map((part) =>
                  'original' in part && part.original ? { ...part, original: { ...part.original, ...by } } : part,
                ),
              }
            : message,
        ) as Message[];
        expect(JSON.stringify(await bodyOf(target, made, more))).not.toContain('SEALED');
      }),
      { numRuns: 60 },
    );
  });

  it('the same history is the same bytes, and a longer one begins with them', async () => {
    await fc.assert(
      fc.asyncProperty(history, history, async (before, after) => {
        const shorter = cacheable(await bodyOf(target, before, more));
        const longer = cacheable(
          await bodyOf(target, [...before, { role: 'assistant', parts: [{ type: 'text', text: 'So.' }] }, ...after], more),
        );
        expect(longer.startsWith(shorter)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the arguments of a call', () => {
  const sent = async (written: string, ran?: string): Promise<[unknown, unknown, unknown]> => {
    const messages: Message[] = [
      { role: 'user', parts: [{ type: 'text', text: 'Go.' }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'run', arguments: written }] },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'c', name: 'run', output: 'ok', ...(ran ? { arguments: ran } : {}) }] },
    ];
    const [chat, responses, anthropic] = await Promise.all(
      ['openai chat', 'openai responses', 'anthropic'].map((name) => bodyOf(row(name), messages)),
    );
    return [
      JSON.parse(chat.messages[1].tool_calls[0].function.arguments),
      JSON.parse(responses.input.find((item: Body) => item.type === 'function_call').arguments),
      anthropic.messages[1].content.find((block: Body) => block.type === 'tool_use').input,
    ];
  };
  const thrice = (value: unknown) => [value, value, value];

  it('that were repaired are sent as they were run', async () => {
    expect(await sent('{"zone": "Europe/Paris",}', '{"zone":"Europe/Paris"}')).toEqual(thrice({ zone: 'Europe/Paris' }));
  });

  it('that nobody could run are shown to the model as it wrote them', async () => {
    expect(await sent('{"command": "ls')).toEqual(thrice({ INVALID_JSON: '{"command": "ls' }));
    expect(await sent('["ls"]')).toEqual(thrice({ INVALID_JSON: '["ls"]' }));
  });

  it('that are none are an empty object', async () => {
    expect(await sent('')).toEqual(thrice({}));
    expect(await sent('null')).toEqual(thrice({}));
  });
});

/** What a provider caches, in its order, without the marks that say where. */
function cacheable(body: Body): string {
  const bare = (value: Body) => JSON.stringify(value ?? [], (key, inner) => (key === 'cache_control' ? undefined : inner));
  const blocks = (body.messages ?? body.input).flatMap((message: Body) =>
    Array.isArray(message.content) ? message.content.map((block: Body) => ({ role: message.role, block })) : [message],
  );
  return bare(body.tools) + bare(body.system ?? body.instructions ?? '') + bare(blocks).slice(0, -1);
}
