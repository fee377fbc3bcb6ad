/** Turns in several steps: calls, results and the answer are on the path as they are in the store. */
import { describe, expect, it } from 'vitest';
import { configurationError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import { textOf } from '../../src/core/messages.ts';
import type { Toolbox } from '../../src/core/toolbox.ts';
import { BEGIN, type ChatTestOptions, delta, FINISH, openChatTest, prompt, START, signal, whole } from './chat-support.ts';

const CALL: ModelEvent[] = [
  START,
  { type: 'part.start', id: 'c', kind: 'tool_call', name: 'clock', callId: 'call_1' },
  { type: 'part.end', id: 'c', part: { type: 'tool_call', id: 'call_1', name: 'clock', arguments: '{}' } },
  { type: 'usage', usage: { input: 10, output: 5 } },
  { type: 'finish', reason: 'tool_calls', raw: 'tool_calls' },
];
const ANSWER: ModelEvent[] = [START, BEGIN, whole('Noon.'), { type: 'usage', usage: { input: 20, output: 2 } }, FINISH];

const clock: Toolbox = {
  definitions: () => [{ name: 'clock', description: 'Tells the time.', parameters: { type: 'object' } }],
  async *run(calls) {
    for (const { id, name } of calls) {
      yield { type: 'tool.start', callId: id, name, arguments: {}, summary: null, details: null };
      yield { type: 'tool.end', callId: id, name, outcome: 'ok', output: '12:00', durationMs: 1 };
    }
    return calls.map(({ id, name }) => ({ type: 'tool_result', callId: id, name, output: '12:00' }));
  },
};

/** Calls the clock, then answers with it. */
const withClock = (options: ChatTestOptions = {}) =>
  openChatTest({
    script: async function* ({ messages }) {
      yield* messages.at(-1)?.role === 'tool' ? ANSWER : CALL;
    },
    ...options,
    ports: { toolbox: async () => clock, ...options.ports },
  });

describe('a turn with tools', () => {
  it('is told whom the tools are for, before and after there is a conversation', async () => {
    const facts: unknown[] = [];
    const test = withClock({
      ports: {
        toolbox: async (told) => {
          facts.push(told);
          return clock;
        },
      },
    });
    await test.say('What time is it?');
    await test.say('And now?');
    expect(facts).toEqual([
      { provider: 'lab', model: 'tiny', facts: undefined, conversation: undefined, isBeginning: true },
      { provider: 'lab', model: 'tiny', facts: undefined, conversation: test.chat.state.conversation, isBeginning: false },
    ]);
  });

  it.each([
    ['kept', {}],
    ['private', { overrides: { private: true } }],
  ])('that is %s leaves call, result and answer on the path', async (mode, options) => {
    const test = withClock(options);
    await test.say('What time is it?');
    const path = test.chat.path();
    expect(path.map(({ message, status, finishReason, usage }) => [message.role, status, finishReason, usage])).toEqual([
      ['user', 'complete', null, null],
      ['assistant', 'complete', 'tool_calls', { input: 10, output: 5 }],
      ['tool', 'complete', null, null],
      ['assistant', 'complete', 'stop', { input: 20, output: 2 }],
    ]);
    expect(test.chat.state).toMatchObject({ contextTokens: 22, totals: { usage: { input: 30, output: 7 }, turns: 1, unknownCosts: 1 } });
    if (mode === 'kept') {
      const stored = (await test.store()).path(test.chat.state.conversation ?? '');
      expect(path.map(({ id, message, status, usage }) => ({ id, message, status, usage }))).toEqual(
        stored.map(({ id, message, status, usage }) => ({ id, message, status, usage })),
      );
    }
    await test.say('And now?');
    expect(test.asked[2]?.request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
  });

  it('is taken back and answered again as a whole', async () => {
    const test = withClock();
    await test.say('What time is it?');
    await test.follow(test.chat.retry(signal()));
    expect(test.texts()).toEqual(['What time is it?', '', '', 'Noon.']);
    expect(test.asked[2]?.request.messages.map(textOf)).toEqual(['What time is it?']);
    expect(test.chat.branches()).toHaveLength(2);
    expect(await test.chat.undo()).toEqual({ text: 'What time is it?' });
    expect(test.chat.path()).toEqual([]);
  });

  it.each([
    ['kept', {}],
    ['private', { overrides: { private: true } }],
  ])('that is %s and left in its answer keeps the half of it', async (_, options) => {
    const test = withClock(options);
    test.script = async function* ({ messages }) {
      yield* messages.at(-1)?.role === 'tool' ? [START, BEGIN, delta('No'), delta('on'), FINISH] : CALL;
    };
    for await (const event of test.chat.send(prompt('What time is it?'), {}, signal())) if (event.type === 'part.delta') break;
    expect(test.chat.path()).toHaveLength(4);
    expect(test.chat.path().at(-1)).toMatchObject({ status: 'cancelled', message: { parts: [{ text: 'No' }] } });
  });

  it('that is left while a tool runs keeps the call as it is', async () => {
    const test = withClock();
    for await (const event of test.chat.send(prompt('What time is it?'), {}, signal())) if (event.type === 'tool.start') break;
    const stored = (await test.store()).path(test.chat.state.conversation ?? '');
    expect(test.chat.path().map(({ id, status }) => [id, status])).toEqual(stored.map(({ id, status }) => [id, status]));
  });

  it('that could not be kept is kept later, step by step', async () => {
    let isFull = true;
    const full = () => {
      throw configurationError('The disk is full.');
    };
    const test = withClock({ wrapStore: (store) => ({ ...store, beginTurn: (turn) => (isFull ? full() : store.beginTurn(turn)) }) });
    await test.say('What time is it?');
    isFull = false;
    await test.say('And now?');
    const store = await test.store();
    const stored = store.path(test.chat.state.conversation ?? '');
    expect(test.chat.path().map(({ id, message }) => ({ id, message }))).toEqual(stored.map(({ id, message }) => ({ id, message })));
    expect(stored).toHaveLength(8);
    expect(store.totals({})).toMatchObject({ attempts: 4, usage: { input: 60, output: 14 } });
  });

  it('of the provider go along with every request', async () => {
    const hosted = [{ name: 'web_search', values: [], named: {} }];
    const test = openChatTest({ ports: { hosted: () => hosted } });
    await test.say('What is new?');
    expect(test.asked[0]?.request.hosted).toEqual(hosted);
  });

  it('are not offered to a question on the side', async () => {
    const test = withClock();
    await test.follow(test.chat.aside(prompt('What time is it?'), signal()));
    expect(test.asked[0]?.request.tools).toBeUndefined();
  });
});
