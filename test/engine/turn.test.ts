/** One turn: what it tells, what it counts, and how it ends. */
import { describe, expect, it } from 'vitest';
import { cancelledError, SottoError } from '../../src/core/errors.ts';
import type { MiddlewareEvent, ModelEvent, StreamEvent, TurnEnd } from '../../src/core/events.ts';
import { type AssistantMessage, textOf, userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import type { Cost, Usage } from '../../src/core/usage.ts';
import { createFit } from '../../src/engine/context.ts';
import { exitCodeOfTurn, runTurn, type Turn, type TurnPorts, type TurnResult } from '../../src/engine/turn.ts';
import { withRetry } from '../../src/middleware/retry.ts';

const start: ModelEvent = { type: 'request.start', provider: 'p', model: 'm' };
const say = (text: string): ModelEvent[] => [
  { type: 'part.start', id: 'p0', kind: 'text' },
  { type: 'part.delta', id: 'p0', text },
  { type: 'part.end', id: 'p0', part: { type: 'text', text } },
];
const usage = (input: number, output: number, costUsd?: number): ModelEvent => ({
  type: 'usage',
  usage: { input, output },
  ...(costUsd === undefined ? {} : { costUsd }),
});
const finish = (reason: Extract<ModelEvent, { type: 'finish' }>['reason'] = 'stop'): ModelEvent => ({
  type: 'finish',
  reason,
  raw: reason,
  requestId: 'req_1',
});

type Step = ModelEvent | Error;
type Ran = { events: StreamEvent[]; end: TurnEnd; result: TurnResult; requests: ModelRequest[] };

/** Each list is one attempt; an error in it is thrown. */
async function run(
  attempts: Step[][],
  {
    turn = {},
    ports = {},
    retries = 0,
    signal = new AbortController().signal,
  }: { turn?: Partial<Turn>; ports?: Partial<TurnPorts>; retries?: number; signal?: AbortSignal } = {},
): Promise<Ran> {
  const requests: ModelRequest[] = [];
  let clock = 0;
  const once = async function* (request: ModelRequest): AsyncGenerator<ModelEvent> {
    const steps = attempts[requests.length] ?? [start, finish()];
    requests.push(request);
    for (const step of steps) {
      clock += 10;
      if (step instanceof Error) throw step;
      yield step;
    }
  };
  const stream = withRetry({ retries, restart: true, sleep: async () => {}, random: () => 0 }, once);
  const whole: Turn = { request: { model: 'm', messages: [userText('Hi')], stream: true }, provider: 'p', conversation: null, ...turn };
  const price = async (_provider: string, _model: string, { input = 0, output = 0 }: Usage): Promise<Cost> => ({
    usd: (input + 2 * output) / 1e6,
    estimated: false,
    source: { priceOf: 'm' },
  });
  const events: StreamEvent[] = [];
  const running = runTurn(whole, { stream, now: () => clock, costOf: price, fit: createFit(undefined), ...ports }, signal);
  for (;;) {
    const { value, done } = await running.next();
    if (done) {
      const ends = events.filter((event) => event.type === 'turn.end');
      expect(ends).toHaveLength(1);
      expect(events.at(-1)).toBe(ends[0]);
      return { events, end: ends[0] as TurnEnd, result: value, requests };
    }
    events.push(value);
  }
}

const busy = new SottoError({ kind: 'overloaded', message: 'busy', requestId: 'req_busy' });
const answers = (events: StreamEvent[]) =>
  events.flatMap((event) => (event.type === 'message' && event.message.role === 'assistant' ? [textOf(event.message)] : []));

describe('a turn', () => {
  it('tells everything in order and ends once', async () => {
    const { events, end, result } = await run([[start, ...say('Hello.'), usage(10, 5), finish()]]);
    expect(events.map((event) => event.type)).toEqual([
      'turn.start',
      'message',
      'request.start',
      'part.start',
      'part.delta',
      'part.end',
      'usage',
      'finish',
      'message',
      'turn.end',
    ]);
    expect(end).toEqual({
      type: 'turn.end',
      finishReason: 'stop',
      rawFinishReason: 'stop',
      usage: { input: 10, output: 5 },
      cost: { usd: 0.00002, estimated: false, source: { priceOf: 'm' } },
      timing: { firstTokenMs: 30, durationMs: 60 },
      attempts: [
        expect.objectContaining({ provider: 'p', model: 'm', outcome: 'ok', requestId: 'req_1', usage: { input: 10, output: 5 } }),
      ],
      error: null,
    });
    expect(textOf(result.message)).toBe('Hello.');
  });

  it('that fails has its error in its end, and the text that had come', async () => {
    const { end, events, result } = await run([[start, ...say('Half').slice(0, 2), busy]]);
    expect(end).toMatchObject({
      finishReason: 'error',
      error: { kind: 'overloaded', message: 'busy' },
      cost: null,
      usage: null,
      attempts: [{ outcome: 'overloaded', requestId: 'req_busy' }],
    });
    expect(answers(events)).toEqual(['Half']);
    expect(result.error).toBe(busy);
  });

  it('that is cancelled keeps its text and says so', async () => {
    const { end, events } = await run([[start, ...say('Half').slice(0, 2), cancelledError()]]);
    expect(end).toMatchObject({ finishReason: 'cancelled', attempts: [{ outcome: 'cancelled' }], error: { kind: 'cancelled' } });
    expect(answers(events)).toEqual(['Half']);
  });

  it('that fails before its request begins is one attempt all the same', async () => {
    const { end, events } = await run([[new SottoError({ kind: 'unsupported', message: 'no pictures' })]]);
    expect(end).toMatchObject({
      error: { kind: 'unsupported' },
      attempts: [{ provider: 'p', model: 'm', outcome: 'unsupported', usage: null }],
    });
    expect(answers(events)).toEqual([]);
  });

  it('that meets a bug of ours says that it is one', async () => {
    expect((await run([[start, new TypeError('undefined is not a function')]])).end.error).toMatchObject({
      kind: 'internal',
      hint: expect.stringContaining('bug'),
    });
  });

  it('that a filter stopped is a failure only where nothing was said', async () => {
    const { end } = await run([[start, ...say('No.'), finish('content_filter')]]);
    expect([exitCodeOfTurn(end, true), exitCodeOfTurn(end, false)]).toEqual([0, 5]);
    expect(exitCodeOfTurn((await run([[start, busy]])).end, true)).toBe(4);
  });
});

describe('several attempts', () => {
  it('are summed up, in tokens and in money, without dust', async () => {
    const { end } = await run(
      [
        [start, usage(100_000, 1), busy],
        [start, ...say('Hello.'), usage(200_000, 2), finish()],
      ],
      { retries: 1 },
    );
    expect(end.usage).toEqual({ input: 300_000, output: 3 });
    expect(end.cost?.usd).toBe(0.300006);
    expect(end.attempts.map((attempt) => [attempt.outcome, attempt.usage, attempt.requestId])).toEqual([
      ['overloaded', { input: 100_000, output: 1 }, 'req_busy'],
      ['ok', { input: 200_000, output: 2 }, 'req_1'],
    ]);
  });

  it('are each closed by the beginning of the next, whether or not anybody says why', async () => {
    const silent = await run([[start, ...say('Half'), usage(100, 10), start, ...say('Whole.'), usage(10, 5), finish()]]);
    expect(silent.end.attempts.map(({ outcome, usage: used, cost }) => [outcome, used, cost?.usd])).toEqual([
      ['protocol', { input: 100, output: 10 }, 0.00012],
      ['ok', { input: 10, output: 5 }, 0.00002],
    ]);
    expect(silent.end).toMatchObject({ usage: { input: 110, output: 15 }, cost: { usd: 0.00014 } });
    expect(silent.result.message).toEqual({ role: 'assistant', parts: [{ type: 'text', text: 'Whole.' }] });
    const uncounted = await run([[start, ...say('Half'), start, ...say('Whole.'), usage(10, 5), finish()]]);
    expect(uncounted.end.cost).toBeNull();
    const refused = await run([[start, start, ...say('Whole.'), usage(10, 5), finish()]]);
    expect(refused.end).toMatchObject({ cost: { usd: 0.00002 }, attempts: [{ outcome: 'invalid_request' }, { outcome: 'ok' }] });
  });

  it('that failed before a word cost nothing', async () => {
    const { end } = await run(
      [
        [start, busy],
        [start, ...say('Hello.'), usage(10, 5), finish()],
      ],
      { retries: 1 },
    );
    expect(end.cost).toEqual({ usd: 0.00002, estimated: false, source: { priceOf: 'm' } });
  });

  it('that broke off in mid-answer uncounted make the sum unknown', async () => {
    const { end } = await run(
      [
        [start, ...say('Half').slice(0, 2), busy],
        [start, ...say('Hello.'), usage(10, 5), finish()],
      ],
      { retries: 1 },
    );
    expect(end.cost).toBeNull();
    expect(end.usage).toEqual({ input: 10, output: 5 });
  });

  it('keep the text of an earlier one where the last brought none', async () => {
    const { events, end } = await run(
      [
        [start, ...say('Half of it').slice(0, 2), busy],
        [start, busy],
      ],
      { retries: 1 },
    );
    expect(answers(events)).toEqual(['Half of it']);
    expect(end.error?.kind).toBe('overloaded');
  });

  it('forget the text of an earlier one where the last has its own', async () => {
    const { events } = await run(
      [
        [start, ...say('Half of it').slice(0, 2), busy],
        [start, ...say('Whole.'), finish()],
      ],
      { retries: 1 },
    );
    expect(answers(events)).toEqual(['Whole.']);
    const again = await run(
      [
        [start, ...say('Half of it').slice(0, 2), busy],
        [start, ...say('Other').slice(0, 2), busy],
      ],
      { retries: 1 },
    );
    expect(answers(again.events)).toEqual(['Other']);
  });
});

describe('the cost', () => {
  it('is asked for with what the provider ran itself, and is a lower bound as soon as a part of it is', async () => {
    const asked: Usage[] = [];
    const costOf: TurnPorts['costOf'] = async (_provider, _model, counted) => {
      asked.push(counted);
      const cost = { usd: 0.25, estimated: false, source: { priceOf: 'm' } };
      return counted.hostedCalls ? { ...cost, atLeast: true } : cost;
    };
    const searched: ModelEvent = { type: 'usage', usage: { hostedCalls: { webSearches: 2 } } };
    const broken = new SottoError({ kind: 'network', message: 'Cut.' });
    const { end } = await run(
      [
        [start, usage(10, 5), searched, ...say('x'), broken],
        [start, ...say('x'), usage(10, 5), finish()],
      ],
      {
        ports: { costOf },
        retries: 1,
      },
    );
    expect(asked).toEqual([
      { input: 10, output: 5, hostedCalls: { webSearches: 2 } },
      { input: 10, output: 5 },
    ]);
    expect(end.cost).toEqual({ usd: 0.5, estimated: true, atLeast: true, source: { priceOf: 'm' } });
    expect(end.usage).toEqual({ input: 20, output: 10, hostedCalls: { webSearches: 2 } });
  });

  it('is what the provider bills, where it says so', async () => {
    const { end } = await run([[start, ...say('x'), usage(10, 5, 0.5), finish()]], { ports: { costOf: async () => undefined } });
    expect(end.cost).toEqual({ usd: 0.5, estimated: false, source: 'provider' });
  });
  it.each<[string, TurnPorts['costOf']]>([
    ['no price is known', async () => undefined],
    ['the price list fails', async () => Promise.reject(new Error('no list'))],
    [
      'the price list throws',
      () => {
        throw new Error('no list');
      },
    ],
  ])('is unknown, not zero, when %s', async (_name, costOf) => {
    const { end } = await run([[start, ...say('x'), usage(10, 5), finish()]], { ports: { costOf } });
    expect(end).toMatchObject({ cost: null, usage: { input: 10, output: 5 }, error: null });
  });
  it('is unknown when nothing was counted', async () => expect((await run([[start, ...say('x'), finish()]])).end.cost).toBeNull());
  it('of an attempt that had begun and was never counted leaves the sum unknown, of one that had not it is nothing', async () => {
    const whole = [start, ...say('Whole.'), usage(10, 5), finish()];
    const begun = await run([[start, ...say('Half').slice(0, 2), busy], whole], { retries: 1 });
    expect(begun.end).toMatchObject({ cost: null, attempts: [{ firstTokenMs: 20 }, { firstTokenMs: 20 }] });
    const refused = await run([[start, busy], whole], { retries: 1 });
    expect(refused.end).toMatchObject({ cost: { usd: 0.00002 }, attempts: [{ firstTokenMs: null }, { firstTokenMs: 20 }] });
  });
  it('of an answer that broke off is an estimate', async () =>
    expect((await run([[start, usage(10, 1), ...say('x'), busy]])).end.cost).toMatchObject({ estimated: true }));
});

describe('a schema', () => {
  const wantsJson = async (message: AssistantMessage) => (textOf(message).startsWith('{') ? undefined : 'it is not JSON.');
  const turn = { check: wantsJson };

  it('that the answer follows changes nothing', async () =>
    expect((await run([[start, ...say('{}'), finish()]], { turn })).requests).toHaveLength(1));

  it('that it does not follow is asked for once more, with the complaint', async () => {
    const { requests, events, end } = await run(
      [
        [start, ...say('Sure!'), usage(1, 1), finish()],
        [start, ...say('{}'), usage(2, 2), finish()],
      ],
      { turn },
    );
    expect(requests[1]?.messages.map((message) => textOf(message))).toEqual(['Hi', 'Sure!', expect.stringContaining('it is not JSON.')]);
    expect(answers(events)).toEqual(['Sure!', '{}']);
    expect(events.filter((event) => event.type === 'notice')).toMatchObject([{ code: 'schema_repair' }]);
    expect(end).toMatchObject({ error: null, usage: { input: 3, output: 3 }, attempts: [{ outcome: 'ok' }, { outcome: 'ok' }] });
  });

  it('is asked for twice and no more', async () => {
    const { requests, end } = await run(
      [
        [start, ...say('no'), finish()],
        [start, ...say('nope'), finish()],
        [start, ...say('{}'), finish()],
      ],
      { turn },
    );
    expect(requests).toHaveLength(2);
    expect(end.error).toMatchObject({ kind: 'protocol', message: expect.stringContaining('it is not JSON.') });
  });

  it('is not asked for again of an answer that was cut at its longest', async () => {
    const { requests, end } = await run([[start, ...say('['), finish('length')]], { turn });
    expect(requests).toHaveLength(1);
    expect(end.error?.hint).toContain('--max-tokens');
  });

  it.each(['tool_calls', 'content_filter'] as const)('does not bind an answer that ended with %s', async (reason) => {
    const { requests, end } = await run([[start, ...say('No.'), finish(reason)]], { turn });
    expect({ requests: requests.length, error: end.error }).toEqual({ requests: 1, error: null });
  });

  it('whose check breaks ends the turn all the same', async () => {
    const check = () => Promise.reject(new Error('the check broke'));
    expect((await run([[start, ...say('x'), finish()]], { turn: { check } })).end.error).toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('the check broke'),
    });
  });

  it('whose second request fails does not tell the first answer twice', async () => {
    for (const second of [[start, busy], [busy]]) {
      const { events, end } = await run([[start, ...say('Sure!'), finish()], second], { turn });
      expect(answers(events)).toEqual(['Sure!']);
      expect(end.error?.kind).toBe('overloaded');
    }
  });
});

it('closes the stream when its reader leaves', async () => {
  let closed = false;
  const stream = async function* (): AsyncGenerator<ModelEvent | MiddlewareEvent> {
    try {
      yield start;
      yield* say('x');
    } finally {
      closed = true;
    }
  };
  const turn: Turn = { request: { model: 'm', messages: [], stream: true }, provider: 'p', conversation: null };
  for await (const event of runTurn(
    turn,
    { stream, now: () => 0, costOf: async () => undefined, fit: createFit(undefined) },
    new AbortController().signal,
  ))
    if (event.type === 'part.delta') break;
  expect(closed).toBe(true);
});
