/** A turn that is kept: on disk before the request, while it streams, and whatever happens to the store. */
import { describe, expect, it } from 'vitest';
import { cancelledError, configurationError, type SottoError } from '../../src/core/errors.ts';
import type { ModelEvent, StreamEvent } from '../../src/core/events.ts';
import { textOf, userText } from '../../src/core/messages.ts';
import { createFit } from '../../src/engine/context.ts';
import { historyOf } from '../../src/engine/history.ts';
import { sendTurn } from '../../src/engine/session.ts';
import type { Turn, TurnPorts } from '../../src/engine/turn.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryStore } from '../store/support.ts';
import { boxOf, callOf, NOBODY, toolOf } from '../support/tools.ts';

const start: ModelEvent = { type: 'request.start', provider: 'p', model: 'm' };
const begin: ModelEvent = { type: 'part.start', id: 'p0', kind: 'text' };
const delta = (text: string): ModelEvent => ({ type: 'part.delta', id: 'p0', text });
const whole = (text: string): ModelEvent => ({ type: 'part.end', id: 'p0', part: { type: 'text', text } });
const finish: ModelEvent = { type: 'finish', reason: 'stop', raw: 'stop' };
const turn: Turn = { request: { model: 'm', messages: [userText('Hi')], stream: true }, provider: 'p', conversation: null };

type Sent = { events: StreamEvent[]; failures: SottoError[] };

async function send(
  store: Store,
  stream: TurnPorts['stream'],
  changes: { turn?: Partial<Turn>; conversation?: string; parent?: number | null; system?: string; most?: number; goesOn?: boolean } = {},
): Promise<Sent> {
  const failures: SottoError[] = [];
  const events: StreamEvent[] = [];
  const ports: TurnPorts = { stream, now: () => 0, costOf: async () => undefined, fit: createFit(undefined) };
  const session = {
    store,
    onFailure: (error: SottoError) => failures.push(error),
    date: () => 1_000,
    ...(changes.conversation ? { conversation: changes.conversation } : {}),
    ...(changes.parent === undefined ? {} : { parent: changes.parent }),
    ...(changes.system === undefined ? {} : { system: changes.system }),
    ...(changes.goesOn === undefined ? {} : { goesOn: changes.goesOn }),
  };
  for await (const event of sendTurn({ ...turn, ...changes.turn }, session, ports, new AbortController().signal)) {
    events.push(event);
    if (events.length === changes.most) break;
  }
  return { events, failures };
}

const conversationOf = ({ events }: Sent): string => {
  const first = events[0];
  return first?.type === 'turn.start' && first.conversation !== null ? first.conversation : '';
};

describe('a turn that is kept', () => {
  it('has its prompt on disk before the request leaves', async () => {
    const store = temporaryStore();
    const seen: string[] = [];
    await send(store, async function* () {
      seen.push(...store.path(store.last()?.id ?? '').map(({ message }) => textOf(message)));
      yield* [start, begin, whole('Hello'), finish];
    });
    expect(seen[0]).toBe('Hi');
  });

  it('ends as prompt and reply, and the next one goes on from there', async () => {
    const store = temporaryStore();
    const reply = async function* (): AsyncGenerator<ModelEvent> {
      yield* [start, begin, delta('Hel'), delta('lo'), whole('Hello'), finish];
    };
    const id = conversationOf(await send(store, reply));
    await send(store, reply, { conversation: id });
    expect(store.path(id).map(({ message, status }) => [message.role, textOf(message), status])).toEqual([
      ['user', 'Hi', 'complete'],
      ['assistant', 'Hello', 'complete'],
      ['user', 'Hi', 'complete'],
      ['assistant', 'Hello', 'complete'],
    ]);
  });

  it('keeps what had arrived of a reply that was cancelled, and says so', async () => {
    const store = temporaryStore();
    const id = conversationOf(
      await send(store, async function* () {
        yield* [start, begin, delta('Half an ans')];
        throw cancelledError();
      }),
    );
    expect(store.path(id).at(-1)).toMatchObject({ status: 'cancelled', message: { parts: [{ type: 'text', text: 'Half an ans' }] } });
  });

  it('keeps what had arrived when its reader leaves in the middle', async () => {
    const store = temporaryStore();
    const id = conversationOf(
      await send(
        store,
        async function* () {
          yield* [start, begin, delta('Half an ans'), delta('wer'), finish];
        },
        { most: 5 },
      ),
    );
    expect(store.path(id).at(-1)).toMatchObject({ status: 'cancelled', message: { parts: [{ type: 'text', text: 'Half an ans' }] } });
  });

  it('keeps a repaired answer as the messages that were really exchanged', async () => {
    const store = temporaryStore();
    let asked = 0;
    const id = conversationOf(
      await send(
        store,
        async function* () {
          yield* [start, begin, whole(asked++ === 0 ? 'no JSON' : '{}'), finish];
        },
        { turn: { check: async (message) => (textOf(message) === '{}' ? undefined : 'it is not JSON.') } },
      ),
    );
    const path = store.path(id);
    expect(path.map(({ message }) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(path.map(({ message }) => textOf(message))).toEqual(['Hi', 'no JSON', expect.stringContaining('it is not JSON'), '{}']);
    expect(store.totals({ conversation: id }).attempts).toBe(2);
  });

  it('still answers when the store fails, and says it once', async () => {
    const broken: Store = {
      ...temporaryStore(),
      beginTurn: () => {
        throw configurationError('The disk is full.');
      },
    };
    const sent = await send(broken, async function* () {
      yield* [start, begin, delta('Hello'), whole('Hello'), finish];
    });
    expect(sent.failures.map((error) => error.message)).toEqual(['The disk is full.']);
    expect(sent.events.at(-1)).toMatchObject({ type: 'turn.end', finishReason: 'stop', error: null });
    expect(sent.events[0]).toMatchObject({ type: 'turn.start', conversation: null });
  });
});

describe('the key of a conversation in the cache of its provider', () => {
  const keysOf = async (changes: Parameters<typeof send>[2], session: { goesOn?: boolean } = {}) => {
    const keys: (string | undefined)[] = [];
    const sent = await send(
      temporaryStore(),
      async function* (request) {
        keys.push(request.cacheKey);
        yield* [start, begin, whole('Hello'), finish];
      },
      { ...changes, ...session },
    );
    return { keys, conversation: conversationOf(sent) };
  };

  it('is its id, where more will follow or something went before', async () => {
    const history = [userText('Hi'), { role: 'assistant' as const, parts: [{ type: 'text' as const, text: 'Hello' }] }, userText('And?')];
    const answers = [
      await keysOf({}, { goesOn: true }),
      await keysOf({ turn: { tools: boxOf([toolOf()]) } }),
      await keysOf({ turn: { request: { ...turn.request, messages: history } } }),
    ];
    for (const { keys, conversation } of answers) expect(keys).toEqual([conversation]);
  });

  it('is not there for a single question, which would pay for a place that nobody comes back to', async () =>
    expect((await keysOf({})).keys).toEqual([undefined]));
});

describe('two turns from the same place', () => {
  it('are two branches: neither has seen the other', async () => {
    const store = temporaryStore();
    const reply = async function* (): AsyncGenerator<ModelEvent> {
      yield* [start, begin, whole('Hello'), finish];
    };
    const id = conversationOf(await send(store, reply));
    const parent = store.path(id).at(-1)?.id ?? null;
    await send(store, reply, { conversation: id, parent });
    await send(store, reply, { conversation: id, parent });
    expect(store.tree(id).filter((message) => message.parent === parent)).toHaveLength(2);
    expect(store.path(id)).toHaveLength(4);
  });
});

describe('instructions', () => {
  it('for one answer only do not become those of the conversation', async () => {
    const store = temporaryStore();
    const id = conversationOf(
      await send(
        store,
        async function* () {
          yield* [start, begin, whole('{}'), finish];
        },
        { turn: { request: { ...turn.request, system: 'Be brief.\n\nAnswer with nothing but JSON.' } }, system: 'Be brief.' },
      ),
    );
    expect(store.conversation(id)?.system).toBe('Be brief.');
  });
});

describe('a turn with tools that is kept', () => {
  const call: ModelEvent[] = [
    { type: 'part.start', id: 'c', kind: 'tool_call', name: 'echo', callId: 'c1' },
    { type: 'part.end', id: 'c', part: callOf('echo', { n: 1 }, 'c1') },
  ];
  const usage = (input: number): ModelEvent => ({ type: 'usage', usage: { input } });
  const steps =
    (...scripts: (ModelEvent | Error)[][]) =>
    (script = -1) =>
      async function* (): AsyncGenerator<ModelEvent> {
        for (const event of scripts[++script] ?? []) {
          if (event instanceof Error) throw event;
          yield event;
        }
      };
  const asksFor = [start, ...call, usage(10), { ...finish, reason: 'tool_calls' } as ModelEvent];
  const answers = [start, begin, whole('Done.'), usage(20), finish];
  const tools = boxOf([toolOf()]);

  it('is the messages that were exchanged, each reply with what it alone took', async () => {
    const store = temporaryStore();
    const id = conversationOf(await send(store, steps(asksFor, answers)(), { turn: { tools } }));
    const path = store.path(id);
    expect(path.map(({ message, status, usage: took, finishReason }) => [message.role, status, took, finishReason])).toEqual([
      ['user', 'complete', null, null],
      ['assistant', 'complete', { input: 10 }, 'tool_calls'],
      ['tool', 'complete', null, null],
      ['assistant', 'complete', { input: 20 }, 'stop'],
    ]);
    expect(path[2]?.message.parts).toEqual([{ type: 'tool_result', callId: 'c1', name: 'echo', output: '{"n":1}' }]);
    expect(store.totals({ conversation: id })).toMatchObject({ attempts: 2, usage: { input: 30 } });
    const record = store.exportConversation(id);
    expect(record?.attempts?.map(({ message, usage: took }) => [message, took?.input])).toEqual([
      [record?.messages[1]?.id, 10],
      [record?.messages[3]?.id, 20],
    ]);
    expect(store.search({ text: 'echo' }).hits.length).toBeGreaterThan(0);
  });

  it('has call and reply on disk before the tool runs, and the result before the model is asked again', async () => {
    const store = temporaryStore();
    const seen: string[][] = [];
    const look = () => seen.push(store.path(store.last()?.id ?? '').map(({ message, status }) => `${message.role} ${status}`));
    const looks = boxOf([
      toolOf({
        run() {
          look();
          return { output: '' };
        },
      }),
    ]);
    let asked = 0;
    await send(
      store,
      async function* () {
        if (asked++ > 0) look();
        yield* asked === 1 ? asksFor : answers;
      },
      { turn: { tools: looks } },
    );
    expect(seen).toEqual([
      ['user complete', 'assistant complete'],
      ['user complete', 'assistant complete', 'tool complete'],
    ]);
  });

  it('that is cancelled while tools run has their results, and no empty reply', async () => {
    const store = temporaryStore();
    const events: StreamEvent[] = [];
    const cancel = new AbortController();
    const hangs = boxOf([toolOf({ run: () => new Promise(() => {}) })]);
    const ports: TurnPorts = { stream: steps(asksFor)(), now: () => 0, costOf: async () => undefined, fit: createFit(undefined) };
    const session = { store, onFailure: (error: SottoError) => expect.fail(error.message), date: () => 1_000 };
    for await (const event of sendTurn({ ...turn, tools: hangs }, session, ports, cancel.signal)) {
      events.push(event);
      if (event.type === 'tool.start') cancel.abort();
    }
    const path = store.path(store.last()?.id ?? '');
    expect(path.map(({ message, status }) => [message.role, status])).toEqual([
      ['user', 'complete'],
      ['assistant', 'complete'],
      ['tool', 'complete'],
    ]);
    expect(path[2]?.message.parts).toMatchObject([{ failed: true, output: expect.stringContaining('cancelled') }]);
    expect(events.at(-1)).toMatchObject({ type: 'turn.end', finishReason: 'cancelled' });
    expect(store.totals().attempts).toBe(1);
  });

  it('whose second request fails says so in a reply of its own', async () => {
    for (const failing of [
      [start, configurationError('refused')],
      [start, begin, delta('Half'), configurationError('refused')],
    ]) {
      const store = temporaryStore();
      const id = conversationOf(await send(store, steps(asksFor, failing)(), { turn: { tools } }));
      expect(store.path(id).map(({ message, status }) => [message.role, status])).toEqual([
        ['user', 'complete'],
        ['assistant', 'complete'],
        ['tool', 'complete'],
        ['assistant', 'failed'],
      ]);
      expect(store.totals({ conversation: id }).attempts).toBe(2);
    }
  });

  it('whose reader leaves while tools run can go on: the call is answered as interrupted', async () => {
    const store = temporaryStore();
    const id = conversationOf(
      await send(store, steps(asksFor)(), { turn: { tools: boxOf([toolOf({ run: () => new Promise(() => {}) })]) }, most: 9 }),
    );
    const path = store.path(id);
    expect(path.map(({ message }) => message.role)).toEqual(['user', 'assistant']);
    expect(historyOf(path, NOBODY).messages.at(-1)).toMatchObject({
      role: 'tool',
      parts: [{ callId: 'c1', failed: true, output: expect.stringContaining('interrupted') }],
    });
  });
});

describe('a history that is sent again', () => {
  it('leaves out replies that never came to a word', async () => {
    const store = temporaryStore();
    const id = conversationOf(
      await send(store, async function* () {
        yield start;
        throw configurationError('refused');
      }),
    );
    expect(historyOf(store.path(id), NOBODY).messages.map((message) => message.role)).toEqual(['user']);
  });
});
