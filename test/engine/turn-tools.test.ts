/** A turn with tools: how often the model is asked, with what, and how it ends when the model does not stop. */
import { describe, expect, it } from 'vitest';
import { SottoError } from '../../src/core/errors.ts';
import type { FinishReason, ModelEvent, StreamEvent, TurnEnd } from '../../src/core/events.ts';
import { type Message, textOf, userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import type { Tool } from '../../src/core/tool.ts';
import { createFit } from '../../src/engine/context.ts';
import { runTurn, type Turn, type TurnResult } from '../../src/engine/turn.ts';
import { boxOf, callOf, toolOf } from '../support/tools.ts';

const start: ModelEvent = { type: 'request.start', provider: 'p', model: 'm' };
const usage = (input: number, output: number): ModelEvent => ({ type: 'usage', usage: { input, output } });
const finish = (reason: FinishReason): ModelEvent => ({ type: 'finish', reason, raw: reason });
const text = (words: string): ModelEvent[] => [
  { type: 'part.start', id: 't', kind: 'text' },
  { type: 'part.delta', id: 't', text: words },
  { type: 'part.end', id: 't', part: { type: 'text', text: words } },
];
const call = (name: string, args: object | string = {}, id = 'call_1'): ModelEvent[] => [
  { type: 'part.start', id, kind: 'tool_call', name, callId: id },
  { type: 'part.end', id, part: { ...callOf(name, args as never, id) } },
];
const answer = (words: string): ModelEvent[] => [start, ...text(words), usage(20, 2), finish('stop')];
const asksFor = (...calls: ModelEvent[][]): ModelEvent[] => [start, ...calls.flat(), usage(10, 1), finish('tool_calls')];

type Script = (ModelEvent | Error)[][] | ((step: number) => (ModelEvent | Error)[]);
type Ran = { events: StreamEvent[]; end: TurnEnd; result: TurnResult; requests: ModelRequest[] };

async function run(
  script: Script,
  {
    tools = [toolOf()],
    turn = {},
    contextWindow,
    signal = new AbortController().signal,
  }: { tools?: Tool[]; turn?: Partial<Turn>; contextWindow?: number; signal?: AbortSignal } = {},
  onEvent: (event: StreamEvent) => void = () => {},
): Promise<Ran> {
  const requests: ModelRequest[] = [];
  const stream = async function* (request: ModelRequest): AsyncGenerator<ModelEvent> {
    const step = requests.push(request) - 1;
    if (step > 60) throw new Error('The loop does not end.');
    for (const event of typeof script === 'function' ? script(step) : (script[step] ?? answer('?'))) {
      if (event instanceof Error) throw event;
      yield event;
    }
  };
  const whole: Turn = {
    request: { model: 'm', messages: [userText('Hi')], stream: true },
    provider: 'p',
    conversation: null,
    tools: boxOf(tools),
    ...turn,
  };
  const costOf = async (_provider: string, _model: string, { input = 0 }: { input?: number }) => ({
    usd: input / 1000,
    estimated: false,
    source: { priceOf: 'm' },
  });
  const events: StreamEvent[] = [];
  const running = runTurn(whole, { stream, now: () => performance.now(), costOf, fit: createFit(contextWindow) }, signal);
  for (;;) {
    const { value, done } = await running.next();
    if (done) {
      const end = events.at(-1) as TurnEnd;
      expect(events.filter(({ type }) => type === 'turn.end')).toEqual([end]);
      return { events, end, result: value, requests };
    }
    events.push(value);
    onEvent(value);
  }
}

const messages = (events: StreamEvent[]): Message[] => events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
const notices = (events: StreamEvent[]) => events.flatMap((event) => (event.type === 'notice' ? [event.code] : []));
const outcomes = (events: StreamEvent[]) => events.flatMap((event) => (event.type === 'tool.end' ? [event.outcome] : []));
const results = (events: StreamEvent[]) =>
  messages(events).flatMap((message) => (message.role === 'tool' ? message.parts.map(({ output }) => output) : []));

describe('a request larger than its model takes', () => {
  const long = 'The quick brown fox jumps over the lazy dog. '.repeat(40);
  const large = () => [toolOf({ run: async () => ({ output: long }) })];
  const order = (events: StreamEvent[]) => events.flatMap(({ type }) => (/^(context|request\.start)$/.test(type) ? [type] : []));

  it('is told once, before the request that results of tools made too large', async () => {
    const script = [asksFor(call('echo')), asksFor(call('echo')), answer('Done.')];
    const { events } = await run(script, { tools: large(), contextWindow: 300 });
    expect(order(events)).toEqual(['request.start', 'context', 'request.start', 'request.start']);
    const [told] = events.filter((event) => event.type === 'context');
    expect(told).toEqual({ type: 'context', tokens: expect.any(Number), contextWindow: 300, model: 'm' });
    // 9 words and a full stop, 40 times, and the little around them.
    expect(told?.tokens).toBeGreaterThanOrEqual(400);
    expect(told?.tokens).toBeLessThan(550);
  });

  it('fits as long as it does not take more than there is', async () => {
    const { event } = await createFit(300)({ model: 'm', messages: [userText(long)], stream: true });
    const tokens = event?.tokens ?? 0;
    expect((await createFit(tokens)({ model: 'm', messages: [userText(long)], stream: true })).event).toBeUndefined();
    expect((await createFit(tokens - 1)({ model: 'm', messages: [userText(long)], stream: true })).event).toMatchObject({ tokens });
  });

  it.each([undefined, 5000])('is not told where the window is %s', async (contextWindow) => {
    const { events } = await run([asksFor(call('echo')), answer('Done.')], { tools: large(), ...(contextWindow ? { contextWindow } : {}) });
    expect(order(events)).toEqual(['request.start', 'request.start']);
  });
});

describe('one round of tools', () => {
  const script = [asksFor(text('I look.'), call('echo', { n: 1 }, 'a'), call('echo', { n: 2 }, 'b')), answer('Done.')];

  it('takes exactly two requests, and the second has calls and results', async () => {
    const { requests, result } = await run(script);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.messages).toEqual([
      userText('Hi'),
      { role: 'assistant', parts: [{ type: 'text', text: 'I look.' }, callOf('echo', { n: 1 }, 'a'), callOf('echo', { n: 2 }, 'b')] },
      {
        role: 'tool',
        parts: [
          { type: 'tool_result', callId: 'a', name: 'echo', output: '{"n":1}' },
          { type: 'tool_result', callId: 'b', name: 'echo', output: '{"n":2}' },
        ],
      },
    ]);
    expect(textOf(result.message)).toBe('Done.');
  });

  it('is told in order', async () => {
    const { events } = await run([asksFor(call('echo')), answer('Done.')]);
    expect(events.map(({ type }) => type).filter((type) => !type.startsWith('part.') && type !== 'usage' && type !== 'finish')).toEqual([
      'turn.start',
      'message',
      'request.start',
      'message',
      'step.end',
      'tool.start',
      'tool.end',
      'message',
      'request.start',
      'message',
      'turn.end',
    ]);
  });

  it('sends the same list of tools every time', async () => {
    const { requests } = await run(script);
    expect(requests[0]?.tools).toEqual([{ name: 'echo', description: 'Says what it was given.', parameters: { type: 'object' } }]);
    expect(requests[1]?.tools).toBe(requests[0]?.tools);
  });

  it('adds up what both replies took, and tells what each of them did', async () => {
    const { events, end, result } = await run(script);
    expect(end).toMatchObject({ finishReason: 'stop', usage: { input: 30, output: 3 }, cost: { usd: 0.03 }, error: null });
    expect(end.attempts.map(({ usage }) => usage?.input)).toEqual([10, 20]);
    const [step] = events.filter((event) => event.type === 'step.end');
    expect(step).toMatchObject({
      finishReason: 'tool_calls',
      usage: { input: 10, output: 1 },
      cost: { usd: 0.01 },
      attempts: [{ outcome: 'ok' }],
    });
    expect(result.step).toMatchObject({
      finishReason: 'stop',
      usage: { input: 20, output: 2 },
      cost: { usd: 0.02 },
      attempts: [{ outcome: 'ok' }],
    });
  });

  it('is run whatever reason the provider gives for its end', async () => {
    const { requests } = await run([[start, ...call('echo'), finish('stop')], answer('Done.')]);
    expect(requests).toHaveLength(2);
  });
});

describe('calls are told, not run', () => {
  it.each<[string, Partial<Turn>]>([
    ['without tools', { tools: undefined as never }],
    ['with an empty list of them', { tools: boxOf([]) }],
  ])('%s', async (_, turn) => {
    const { events, end, requests } = await run([asksFor(call('echo'))], { turn });
    expect({ requests: requests.length, outcomes: outcomes(events), reason: end.finishReason }).toEqual({
      requests: 1,
      outcomes: [],
      reason: 'tool_calls',
    });
    expect(requests[0]).not.toHaveProperty('tools');
  });

  it('of an answer that a filter stopped', async () => {
    const { events, requests } = await run([[start, ...call('echo'), finish('content_filter')]]);
    expect([requests.length, outcomes(events)]).toEqual([1, []]);
  });

  it('of an answer that failed', async () => {
    const { events, end } = await run([[start, ...call('echo'), new SottoError({ kind: 'network', message: 'gone' })]]);
    expect([outcomes(events), end.error?.kind]).toEqual([[], 'network']);
  });
});

describe('a call that was cut at the token limit', () => {
  it('is not run, the whole ones beside it are', async () => {
    const cut = [start, ...call('echo', { n: 1 }, 'a'), ...call('echo', '{"n":', 'b'), finish('length')];
    const { events, requests } = await run([cut, answer('Done.')]);
    expect(results(events)).toEqual(['{"n":1}', expect.stringContaining('token limit')]);
    expect(requests).toHaveLength(2);
  });
});

describe('the limit of steps', () => {
  const forEver = (step: number) => asksFor(call('echo', { step }));

  it('answers the calls with a refusal and asks once more', async () => {
    const { events, requests, end } = await run((step) => (step < 3 ? forEver(step) : answer('So far.')), { turn: { maxSteps: 2 } });
    expect(requests).toHaveLength(4);
    expect(results(events)).toEqual(['{"step":0}', '{"step":1}', expect.stringMatching(/^Not run: the limit of 2 rounds.*Answer now/)]);
    expect(notices(events)).toEqual(['tool_limit']);
    expect(end).toMatchObject({ finishReason: 'stop', error: null });
    expect(requests[3]?.tools).toBe(requests[0]?.tools);
  });

  it('ends the turn where the model calls again, with a result for every call', async () => {
    const { events, requests, end } = await run(forEver, { turn: { maxSteps: 2 } });
    expect(requests).toHaveLength(4);
    expect(notices(events)).toEqual(['tool_limit', 'tools_stopped']);
    expect(end).toMatchObject({ finishReason: 'tool_calls', error: null });
    expect(messages(events).at(-1)).toMatchObject({ role: 'tool', parts: [{ failed: true }] });
    expect(outcomes(events)).toEqual(['ok', 'ok', 'failed', 'failed']);
  });

  it('of calls counts those of all steps', async () => {
    const two = (step: number) => asksFor(call('echo', { step }, 'a'), call('echo', { step, b: 1 }, 'b'));
    const { events, end } = await run((step) => (step < 2 ? two(step) : answer('So far.')), { turn: { maxCalls: 3 } });
    expect(outcomes(events)).toEqual(['ok', 'ok', 'failed', 'ok']);
    expect(results(events)[3]).toContain('the limit of 3 calls');
    expect(end.finishReason).toBe('stop');
  });
});

describe('the same call again', () => {
  it('is not run a third time, however it is written, and at last the turn ends', async () => {
    const { events, requests, end } = await run((step) => asksFor(call('echo', step % 2 ? '{"b":2,"a":1}' : '{ "a": 1, "b": 2 }')));
    expect(outcomes(events)).toEqual(['ok', 'ok', 'failed', 'failed', 'failed']);
    expect(requests).toHaveLength(5);
    expect(notices(events)).toEqual(['tools_stopped']);
    expect(end.finishReason).toBe('tool_calls');
  });

  it('in turns with another one is found out too', async () => {
    const { requests } = await run((step) => asksFor(call('echo', { step: step % 2 })));
    expect(requests.length).toBeLessThan(9);
  });

  it('is counted also where its arguments are nested without end', async () => {
    const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    const { events, end } = await run((step) => (step === 0 ? asksFor(call('echo', deep)) : answer('Done.')));
    expect(outcomes(events)).toEqual(['invalid']);
    expect(end).toMatchObject({ finishReason: 'stop', error: null });
  });

  it('is run after something new: a test after every edit', async () => {
    const test = toolOf({ name: 'test', run: () => ({ output: 'still red' }) });
    const { events } = await run(
      (step) => (step === 10 ? answer('I give up.') : asksFor(step % 2 ? call('test') : call('echo', { edit: step }))),
      { tools: [toolOf(), test] },
    );
    expect(outcomes(events)).toEqual(Array(10).fill('ok'));
    expect(notices(events)).toEqual([]);
  });
});

describe('a turn that is cancelled while tools run', () => {
  it('has a result for every call and ends as cancelled, without another request', async () => {
    const cancel = new AbortController();
    const hangs = toolOf({ name: 'hangs', run: () => new Promise(() => {}) });
    const { events, end, requests, result } = await run(
      [asksFor(call('hangs', {}, 'a'), call('echo', {}, 'b'))],
      { tools: [hangs, toolOf()], signal: cancel.signal },
      (event) => event.type === 'tool.end' && cancel.abort(),
    );
    expect(requests).toHaveLength(1);
    expect(messages(events).at(-1)).toMatchObject({
      role: 'tool',
      parts: [
        { callId: 'a', failed: true },
        { callId: 'b', output: '{}' },
      ],
    });
    expect(end).toMatchObject({ finishReason: 'cancelled', error: { kind: 'cancelled' }, attempts: [{ outcome: 'ok' }] });
    expect(result.step).toBeUndefined();
  });
});

describe('a bug of ours in the tools', () => {
  it('ends the turn and says that it is one', async () => {
    const tools = {
      definitions: () => [{ name: 'echo', description: '', parameters: {} }],
      // biome-ignore lint/correctness/useYield: it fails before
      run: async function* (): AsyncGenerator<never, never> {
        throw new TypeError('undefined is not a function');
      },
    };
    expect((await run([asksFor(call('echo'))], { turn: { tools } })).end.error).toMatchObject({ kind: 'internal' });
  });
});

describe('a schema and tools', () => {
  const check = async (message: Message) => (textOf(message).startsWith('{') ? undefined : 'it is not JSON.');

  it('go together: only the answer is held against the schema', async () => {
    const { requests, end } = await run([asksFor(text('I look.'), call('echo')), answer('{}')], { turn: { check } });
    expect([requests.length, end.error]).toEqual([2, null]);
  });

  it('may be mended after tools, and call tools to be mended', async () => {
    const { requests, end, events } = await run([asksFor(call('echo')), answer('no'), asksFor(call('echo', { n: 2 })), answer('{}')], {
      turn: { check },
    });
    expect([requests.length, end.error, end.usage?.input]).toEqual([4, null, 60]);
    expect(messages(events).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
  });
});
