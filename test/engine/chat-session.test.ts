/** A conversation being held: what is sent, what is kept of it, and where it goes on. */
import { describe, expect, it } from 'vitest';
import { cancelledError, configurationError, SottoError } from '../../src/core/errors.ts';
import { textOf } from '../../src/core/messages.ts';
import { BEGIN, delta, FINISH, openChatTest, prompt, type Script, START, signal, whole } from './chat-support.ts';

describe('a chat that begins', () => {
  it('opens no store and chooses no model before the first prompt', () => {
    const { chat, opened } = openChatTest();
    expect(opened()).toBe(0);
    expect(chat.state).toMatchObject({
      conversation: undefined,
      title: undefined,
      provider: undefined,
      model: undefined,
      contextTokens: undefined,
    });
    expect(chat.path()).toEqual([]);
  });

  it('chooses the model with the first prompt and says so', async () => {
    const test = openChatTest();
    await test.say('Hi');
    expect(test.chat.state).toMatchObject({ provider: 'lab', model: 'tiny', title: 'Hi' });
  });

  it('can be asked to choose before', async () => {
    const test = openChatTest({ sets: ['providers.lab.contextWindow=8192'] });
    expect(await test.chat.choose(signal())).toEqual({ provider: 'lab', model: 'tiny' });
    expect(test.chat.state).toMatchObject({ provider: 'lab', model: 'tiny', facts: { contextWindow: 8192 } });
    expect(test.opened()).toBe(0);
  });

  it('has the guide where nothing is set up', async () => {
    const test = openChatTest({ unconfigured: true });
    await test.say('How do I start?');
    expect(test.chat.state).toMatchObject({ provider: 'guide', model: 'guide' });
  });

  it('does not fall back to the guide for a model that nobody knows', async () => {
    const test = openChatTest({ sets: ['model=openai/gpt-4o'] });
    await expect(test.say('Hi')).rejects.toMatchObject({ kind: 'configuration' });
    expect(test.chat.path()).toEqual([]);
  });

  it('refuses to send nothing', () => {
    const { chat } = openChatTest();
    expect(() => chat.send(prompt('  \n'), {}, signal())).toThrow('There is nothing to send.');
  });
});

describe('a turn', () => {
  it('passes the events through as they are, and is stored where the next one goes on', async () => {
    const test = openChatTest();
    const { events } = await test.say('One');
    expect(events.map(({ type }) => type)).toEqual([
      'turn.start',
      'message',
      'request.start',
      'part.start',
      'part.end',
      'usage',
      'finish',
      'message',
      'turn.end',
    ]);
    await test.say('Two');
    const store = await test.store();
    const path = store.path(test.chat.state.conversation ?? '');
    expect(path.map(({ message }) => textOf(message))).toEqual(['One', 're: One 1', 'Two', 're: Two 2']);
    expect(test.asked[1]?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'Two']);
  });

  it('has the same path in the chat as in the store', async () => {
    const test = openChatTest();
    await test.say('One');
    await test.say('Two');
    const stored = (await test.store()).path(test.chat.state.conversation ?? '');
    const shown = test.chat.path();
    const known = ({ createdMs: _, ...message }: (typeof stored)[number]) => message;
    expect(shown.map((message) => known({ parent: null, ...message }))).toEqual(stored.map(known));
  });

  it('sends what is attached behind what was typed, and gives it back', async () => {
    const test = openChatTest();
    const picture = { type: 'media', mediaType: 'image/png', data: 'aGk=', name: 'a.png' } as const;
    const attachments = [{ type: 'text', text: 'notes' } as const, picture];
    await test.follow(test.chat.send(prompt('Look', { attachments }), {}, signal()));
    expect(test.asked[0]?.request.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'Look' }, ...attachments]);
    expect(await test.chat.undo()).toEqual({ text: 'Look', attachments });
  });

  it('keeps the half of a reply that was cancelled, and sends it as history', async () => {
    const test = openChatTest({
      script: async function* () {
        yield* [
          START,
          { type: 'part.start', id: 'r', kind: 'reasoning' },
          { type: 'part.delta', id: 'r', text: 'Hm' },
          BEGIN,
          delta('Half an ans'),
        ];
        throw cancelledError();
      },
    });
    await test.say('Hi');
    expect(test.chat.path().at(-1)).toMatchObject({ status: 'cancelled', finishReason: 'cancelled' });
    await test.say('Go on');
    expect(test.asked[1]?.request.messages).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'Half an ans' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Go on' }] },
    ]);
  });

  it('shows a failure without a word in the path, and leaves it out of the history', async () => {
    const test = openChatTest({ sets: ['retries=0'] });
    const works = test.script;
    test.script = async function* () {
      yield START;
      throw new SottoError({ kind: 'overloaded', message: 'Busy.' });
    };
    await test.say('Hi');
    expect(test.chat.path().at(-1)).toMatchObject({ status: 'failed', error: { kind: 'overloaded' }, message: { parts: [] } });
    expect(test.chat.path()).toHaveLength(2);
    test.script = works;
    await test.say('Again');
    expect(test.asked[1]?.request.messages.map(textOf)).toEqual(['Hi', 'Again']);
  });

  it('marks the reply that its reader left in the middle', async () => {
    const test = openChatTest({
      script: async function* () {
        yield* [START, BEGIN, delta('Half '), delta('of it'), FINISH];
      },
    });
    for await (const event of test.chat.send(prompt('Hi'), {}, signal())) if (event.type === 'part.delta') break;
    expect(test.chat.path().at(-1)).toMatchObject({ status: 'cancelled', message: { parts: [{ text: 'Half ' }] } });
    const stored = (await test.store()).path(test.chat.state.conversation ?? '');
    expect(stored.at(-1)).toMatchObject({ id: test.chat.path().at(-1)?.id, status: 'cancelled' });
  });

  it('refuses pictures before anything is written', async () => {
    const test = openChatTest({ sets: ['providers.openai.key=sk-x', 'model=openai/gpt-3.5-turbo'] });
    const picture = { type: 'media', mediaType: 'image/png', data: 'aGk=' } as const;
    await expect(test.follow(test.chat.send(prompt('Look', { attachments: [picture] }), {}, signal()))).rejects.toMatchObject({
      kind: 'unsupported',
    });
    expect((await test.store()).last()).toBeUndefined();
  });
});

describe('a turn that was refused', () => {
  const refusing: Script = async function* (request) {
    yield { type: 'request.start', provider: 'lab', model: 'tiny' };
    if (JSON.stringify(request.messages).includes('broken')) throw new SottoError({ kind: 'invalid_request', message: 'no' });
    yield { type: 'part.start', id: 'p', kind: 'text' };
    yield { type: 'part.end', id: 'p', part: { type: 'text', text: 'Yes.' } };
    yield { type: 'finish', reason: 'stop', raw: 'stop' };
  };

  it.each([[{}], [{ sets: ['private=true'] }]])('stays where it is and is not sent again; that is said once %j', async (more) => {
    const test = openChatTest({ script: refusing, ...more });
    expect((await test.say('Hi')).end.error).toBeNull();
    expect((await test.say('broken')).end.error).toMatchObject({ kind: 'invalid_request' });
    for (const text of ['One?', 'Two?']) expect((await test.say(text)).end.error).toBeNull();
    expect(test.texts()).toEqual(['Hi', 'Yes.', 'broken', '', 'One?', 'Yes.', 'Two?', 'Yes.']);
    expect(test.asked.at(-1)?.request.messages.map(textOf)).toEqual(['Hi', 'Yes.', 'One?', 'Yes.', 'Two?']);
    expect(test.notices).toEqual(['lab refused the message before this one: not sent again.']);
  });

  it('is sent once more by /retry', async () => {
    const test = openChatTest({ script: refusing });
    await test.say('broken');
    expect((await test.follow(test.chat.retry(signal()))).end.error).toMatchObject({ kind: 'invalid_request' });
    expect(test.asked.at(-1)?.request.messages.map(textOf)).toEqual(['broken']);
  });
});

describe('instructions and effort', () => {
  it('go along from the next turn on, and belong to the conversation', async () => {
    const test = openChatTest();
    await test.chat.setSystem('Be brief.');
    test.chat.setEffort('high');
    await test.say('Hi');
    expect(test.asked[0]?.request).toMatchObject({ system: 'Be brief.', effort: 'high' });
    await test.chat.setSystem('Be long.');
    const id = test.chat.state.conversation ?? '';
    expect((await test.store()).conversation(id)?.system).toBe('Be long.');
    test.chat.startNew();
    expect(test.chat.state.system).toBeUndefined();
    await test.chat.resume(id);
    expect(test.chat.state.system).toBe('Be long.');
  });

  it('of the command line win over those of the conversation', async () => {
    const first = openChatTest();
    await first.chat.setSystem('Stored.');
    await first.say('Hi');
    const second = openChatTest({ file: first.file, overrides: { system: 'Typed.' } });
    await second.chat.resume(first.chat.state.conversation ?? '');
    expect(second.chat.state.system).toBe('Typed.');
  });
});

describe('a model that is switched', () => {
  it('answers from the next turn on', async () => {
    const test = openChatTest({ sets: ['aliases.fast=other/quick'] });
    await test.say('Hi');
    expect(await test.chat.setModel({ model: 'fast' }, signal())).toEqual({ provider: 'other', model: 'quick' });
    await test.say('And now');
    expect(test.asked[1]).toMatchObject({ provider: 'other', request: { model: 'quick' } });
  });

  it('is also switched where one was named on the command line', async () => {
    const test = openChatTest({ overrides: { model: 'lab/tiny' } });
    await test.say('Hi');
    await test.chat.setModel({ provider: 'other', model: 'big' }, signal());
    expect(test.chat.state).toMatchObject({ provider: 'other', model: 'big' });
  });

  it('stays the old one when the new one cannot be asked', async () => {
    const test = openChatTest();
    await test.say('Hi');
    await expect(test.chat.setModel({ model: 'openai/gpt-4o' }, signal())).rejects.toMatchObject({
      message: 'There is no key for OpenAI.',
    });
    await expect(test.chat.setModel({ provider: 'nobody' }, signal())).rejects.toMatchObject({ kind: 'usage' });
    await expect(test.chat.setModel({ model: 'no-such-model' }, signal())).rejects.toMatchObject({ kind: 'usage' });
    expect(test.chat.state).toMatchObject({ provider: 'lab', model: 'tiny' });
  });

  it('says its window where the provider knows it', async () => {
    const test = openChatTest({ describe: async (id) => ({ id, contextWindow: 4096 }) });
    await test.say('Hi');
    await test.chat.close();
    expect(test.chat.state.facts).toEqual({ id: 'tiny', contextWindow: 4096 });
  });
});

describe('a conversation that goes on', () => {
  it('has its messages, its title and its model', async () => {
    const first = openChatTest();
    await first.chat.setModel({ provider: 'other', model: 'quick' }, signal());
    await first.say('Name three lakes');
    const second = openChatTest({ file: first.file });
    await second.chat.resume(first.chat.state.conversation ?? '');
    expect(second.chat.state).toMatchObject({ title: 'Name three lakes', provider: 'other', model: 'quick', contextTokens: 15 });
    await second.say('And two more');
    expect(second.asked[0]?.request.messages.map(textOf)).toEqual(['Name three lakes', 're: Name three lakes 1', 'And two more']);
  });

  it('keeps the model of the command line', async () => {
    const first = openChatTest();
    await first.say('Hi');
    const second = openChatTest({ file: first.file, overrides: { model: 'other/big' } });
    await second.chat.resume(first.chat.state.conversation ?? '');
    await second.say('And now');
    expect(second.chat.state).toMatchObject({ provider: 'other', model: 'big' });
  });

  it('is refused when there is none of that name', async () => {
    const test = openChatTest();
    await expect(test.chat.resume('1m7wqqngw7er')).rejects.toMatchObject({ kind: 'usage' });
    expect(test.chat.state.conversation).toBeUndefined();
  });

  it('sends what is there of a reply that was interrupted', async () => {
    const first = openChatTest();
    await first.say('Hi');
    const store = await first.store();
    const conversation = first.chat.state.conversation ?? '';
    const begun = store.beginTurn({
      conversation,
      message: { role: 'user', parts: [{ type: 'text', text: 'More' }] },
      provider: 'lab',
      model: 'tiny',
    });
    for (const event of [START, BEGIN, delta('Half an')]) begun.reply.take(event);
    await first.chat.close();
    const second = openChatTest({ file: first.file });
    await second.chat.resume(conversation);
    expect(second.chat.path().at(-1)).toMatchObject({ status: 'interrupted', message: { parts: [{ text: 'Half an' }] } });
    await second.say('Go on');
    expect(second.asked[0]?.request.messages.map(textOf)).toEqual(['Hi', 're: Hi 1', 'More', 'Half an', 'Go on']);
  });

  it('of 5,000 messages has all of them', async () => {
    const first = openChatTest();
    const store = await first.store();
    const messages = Array.from({ length: 5000 }, (_, index) => ({
      id: index + 1,
      parent: index === 0 ? null : index,
      createdMs: index,
      message: {
        role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
        parts: [{ type: 'text' as const, text: `message ${index}` }],
      },
    }));
    const { id } = store.importConversation({ v: 1, createdMs: 1, messages });
    await first.chat.resume(id);
    expect(first.chat.path()).toHaveLength(5000);
    await first.say('One more');
    expect(first.chat.path()).toHaveLength(5002);
    expect(first.asked[0]?.request.messages).toHaveLength(5001);
  });
});

describe('a title', () => {
  it('can be given before the first prompt', async () => {
    const test = openChatTest();
    await test.chat.rename('Lakes of Peru');
    await test.say('Name three');
    expect(test.chat.state.title).toBe('Lakes of Peru');
    expect((await test.store()).last()).toMatchObject({ title: 'Lakes of Peru', titleSource: 'user' });
  });

  it('is asked for where that is switched on, and costs in the totals', async () => {
    const test = openChatTest({ sets: ['titleModel=tiny'] });
    test.script = async function* ({ system }) {
      yield* [START, BEGIN, whole(system ? 'Lakes' : 'Titicaca'), { type: 'usage', usage: { input: 10, output: 1 } }, FINISH];
    };
    await test.say('Name a lake');
    await test.say('Another');
    await test.chat.close();
    expect(test.chat.state).toMatchObject({ title: 'Lakes', totals: { turns: 2, usage: { input: 30, output: 3 }, unknownCosts: 3 } });
  });
});

describe('what it costs', () => {
  const price = (usd: number) => ({ usd, estimated: false, source: { priceOf: 'tiny' } });

  it('is summed where it is known, and counted where it is not', async () => {
    let known = true;
    const test = openChatTest({ ports: { costOf: async () => (known ? price(0.001) : undefined) } });
    await test.say('One');
    expect(test.chat.state.totals).toEqual({ usage: { input: 10, output: 5 }, cost: price(0.001), unknownCosts: 0, turns: 1 });
    known = false;
    await test.say('Two');
    expect(test.chat.state.totals).toEqual({ usage: { input: 20, output: 10 }, cost: price(0.001), unknownCosts: 1, turns: 2 });
  });

  it('is a lower bound from an answer on whose price is one', async () => {
    let atLeast = true;
    const test = openChatTest({ ports: { costOf: async () => ({ ...price(0.001), ...(atLeast ? { atLeast } : {}) }) } });
    await test.say('One');
    atLeast = false;
    await test.say('Two');
    expect(test.chat.state.totals).toMatchObject({ cost: { usd: 0.002, atLeast: true }, unknownCosts: 1, turns: 2 });
    expect((await test.store()).totals()).toMatchObject({ costUsd: 0.002, unknownCosts: 1 });
  });

  it('stays unknown when nothing is known, and is nothing for a request that was turned away', async () => {
    const test = openChatTest({ sets: ['retries=0'] });
    const works = test.script;
    test.script = async function* () {
      yield START;
      throw new SottoError({ kind: 'authentication', message: 'No.' });
    };
    await test.say('One');
    expect(test.chat.state.totals).toEqual({ usage: {}, cost: undefined, unknownCosts: 0, turns: 1 });
    test.script = works;
    await test.say('Two');
    expect(test.chat.state.totals).toMatchObject({ cost: undefined, unknownCosts: 1, turns: 2 });
  });

  it('is at least the sum where the connection broke in the middle of an answer, in the ledger too', async () => {
    const test = openChatTest({ sets: ['retries=0'], ports: { costOf: async () => price(0.001) } });
    await test.say('One');
    test.script = async function* () {
      yield* [START, BEGIN, delta('Half')];
      throw new SottoError({ kind: 'network', message: 'Cut.' });
    };
    await test.say('Two');
    expect(test.chat.state.totals).toMatchObject({ cost: price(0.001), unknownCosts: 1, turns: 2 });
    expect((await test.store()).totals()).toMatchObject({ costUsd: 0.001, unknownCosts: 1, attempts: 2 });
  });

  it('does not know the context where the provider does not count', async () => {
    const test = openChatTest();
    await test.say('One');
    expect(test.chat.state.contextTokens).toBe(15);
    test.script = async function* () {
      yield* [START, BEGIN, whole('Two'), FINISH];
    };
    await test.say('Two');
    expect(test.chat.state.contextTokens).toBeUndefined();
  });
});

describe('a question on the side', () => {
  it('knows the conversation, leaves no trace in it, and is in the ledger', async () => {
    const test = openChatTest();
    await test.say('One');
    const before = test.chat.path();
    const { events } = await test.follow(test.chat.aside(prompt('What was that?'), signal()));
    expect(events.some((event) => event.type === 'message')).toBe(true);
    expect(test.asked[1]?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'What was that?']);
    expect(test.chat.path()).toEqual(before);
    const store = await test.store();
    expect(store.tree(test.chat.state.conversation ?? '')).toHaveLength(2);
    expect(store.totals({})).toMatchObject({ attempts: 2 });
    expect(test.chat.state.totals).toMatchObject({ turns: 1, usage: { input: 20, output: 10 } });
    await test.say('Two');
    expect(test.asked[2]?.request.messages.map(textOf)).toEqual(['One', 're: One 1', 'Two']);
  });
});

describe('a model that nobody knows', () => {
  it('is mentioned once, when it answers', async () => {
    const test = openChatTest({ sets: ['providers.anthropic.key=sk-ant-api03-0123456789abcdef'] });
    await test.chat.setModel({ provider: 'anthropic', model: 'brand-new' }, new AbortController().signal);
    expect(test.notices).toEqual([]);
    await test.say('One');
    await test.say('Two');
    expect(test.notices).toEqual(['brand-new is not a model of anthropic that sotto knows: it was passed on as it is.']);
  });
});

describe('a store that fails', () => {
  const full = () => {
    throw configurationError('The disk is full.');
  };

  it('when it is opened is told once, and the chat goes on in memory', async () => {
    const test = openChatTest({ ports: { openStore: () => Promise.reject(configurationError('It is damaged.')) } });
    await test.say('One');
    await test.say('Two');
    expect(test.failures.map(({ message }) => message)).toEqual(['It is damaged.']);
    expect(test.texts()).toEqual(['One', 're: One 1', 'Two', 're: Two 2']);
    expect(test.asked[1]?.request.messages).toHaveLength(3);
    expect(test.chat.state).toMatchObject({ conversation: undefined, isNotSaved: true });
  });

  it('in mid-chat is told once, and what was said stays in the path', async () => {
    let isFull = false;
    const test = openChatTest({ wrapStore: (store) => ({ ...store, beginTurn: (turn) => (isFull ? full() : store.beginTurn(turn)) }) });
    await test.say('One');
    expect(test.chat.state.isNotSaved).toBe(false);
    isFull = true;
    await test.say('Two');
    await test.say('Three');
    expect(test.failures).toHaveLength(1);
    expect(test.chat.state.isNotSaved).toBe(true);
    expect(test.texts()).toEqual(['One', 're: One 1', 'Two', 're: Two 2', 'Three', 're: Three 3']);
    expect(test.asked[2]?.request.messages).toHaveLength(5);
    isFull = false;
    await test.say('Four');
    expect(test.chat.state.isNotSaved).toBe(false);
  });

  it('gets what it missed as soon as it works again, with what it cost', async () => {
    let isFull = true;
    const test = openChatTest({ wrapStore: (store) => ({ ...store, beginTurn: (turn) => (isFull ? full() : store.beginTurn(turn)) }) });
    await test.chat.setSystem('Be brief.');
    await test.say('One');
    await test.say('Two');
    const [one] = test.chat.path();
    isFull = false;
    await test.say('Three');
    const store = await test.store();
    const id = test.chat.state.conversation ?? '';
    expect(store.path(id).map(({ message }) => textOf(message))).toEqual(test.texts());
    expect(store.path(id).map(({ parent, status }) => [parent, status])).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => [n === 1 ? null : n - 1, 'complete']),
    );
    expect(store.conversation(id)).toMatchObject({ title: 'One', system: 'Be brief.', folder: '/work', usage: { input: 30, output: 15 } });
    expect(test.chat.path().map(({ id: number }) => number)).toEqual(store.path(id).map(({ id: number }) => number));
    expect(test.chat.branches()).toHaveLength(1);
    await test.say('Instead', { replaces: one?.id ?? 0 });
    expect(store.path(id).map(({ message }) => textOf(message))).toEqual(['Instead', 're: Instead 4']);
  });

  it('gets it when the chat is closed, at the latest', async () => {
    let isFull = false;
    const test = openChatTest({ wrapStore: (store) => ({ ...store, beginTurn: (turn) => (isFull ? full() : store.beginTurn(turn)) }) });
    await test.say('One');
    isFull = true;
    await test.say('Two');
    isFull = false;
    await test.chat.close();
    const later = openChatTest({ file: test.file });
    await later.chat.resume(test.chat.state.conversation ?? '');
    expect(later.texts()).toEqual(['One', 're: One 1', 'Two', 're: Two 2']);
  });

  it('gets nothing of what was private', async () => {
    let isFull = true;
    const test = openChatTest({ wrapStore: (store) => ({ ...store, beginTurn: (turn) => (isFull ? full() : store.beginTurn(turn)) }) });
    await test.say('One');
    test.chat.setPrivate(true);
    await test.say('Secret');
    test.chat.setPrivate(false);
    isFull = false;
    await test.say('Three');
    const stored = (await test.store()).path(test.chat.state.conversation ?? '');
    expect(stored.map(({ message }) => textOf(message))).toEqual(['One', 're: One 1', 'Three', 're: Three 3']);
  });

  it('lets a reply that it cannot close be read all the same', async () => {
    const test = openChatTest({
      wrapStore: (store) => ({
        ...store,
        beginTurn: (turn) => {
          const begun = store.beginTurn(turn);
          return { ...begun, reply: { ...begun.reply, finish: full } };
        },
      }),
    });
    await test.say('One');
    expect(test.texts()).toEqual(['One', 're: One 1']);
    expect(test.failures).toHaveLength(1);
  });
});
