/** Turns, the tree they make, and what lists and totals say of them. */
import { describe, expect, it } from 'vitest';
import { SottoError } from '../../src/core/errors.ts';
import { type Message, textOf } from '../../src/core/messages.ts';
import type { StoredMessage } from '../../src/store/store.ts';
import { ATTEMPT, end, MODEL, prompt, temporaryStore, turn } from './support.ts';

const texts = (messages: readonly StoredMessage[]): string[] => messages.map(({ message }) => textOf(message));

describe('a turn', () => {
  it('is on disk before the request leaves, with an open reply', () => {
    const store = temporaryStore();
    const begun = store.beginTurn({ message: prompt('How do I squash\nthree commits?'), ...MODEL, folder: '/work', system: 'Be brief.' });
    expect(begun.isNew).toBe(true);
    expect(store.path(begun.conversation)).toMatchObject([
      { status: 'complete', message: { role: 'user' } },
      { status: 'streaming', message: { role: 'assistant', parts: [] } },
    ]);
    expect(store.conversation(begun.conversation)).toMatchObject({
      title: 'How do I squash',
      titleSource: 'prompt',
      folder: '/work',
      system: 'Be brief.',
      ...MODEL,
    });
  });

  it('ends with the truth, its cost in the ledger and in the sums of the conversation', () => {
    const store = temporaryStore();
    const { conversation, reply } = store.beginTurn({ message: prompt('hello'), ...MODEL });
    const failed = { ...ATTEMPT, outcome: 'overloaded', usage: undefined, cost: undefined };
    const unknown = { ...ATTEMPT, cost: undefined, usage: { input: 7 } };
    const saved = reply.finish(
      end('Hi!', { model: 'gpt-4o', usage: { input: 17, output: 5 }, attempts: [failed, unknown, ATTEMPT], rawFinishReason: 'end_turn' }),
    );
    expect(saved).toBe(true);
    expect(store.path(conversation)[1]).toMatchObject({
      status: 'complete',
      model: 'gpt-4o',
      finishReason: 'stop',
      rawFinishReason: 'end_turn',
      usage: { input: 17, output: 5 },
    });
    const sums = { usage: { input: 17, output: 5 }, costUsd: 0.001, unknownCosts: 1 };
    expect(store.conversation(conversation)).toMatchObject({ ...sums, model: 'gpt-4o', messageCount: 2 });
    expect(store.totals()).toMatchObject({ ...sums, attempts: 3, conversations: 1, messages: 2 });
    expect(store.totals({ provider: 'nobody' })).toMatchObject({ attempts: 0, usage: {}, costUsd: null });
  });

  it('keeps that a cost is a lower bound, estimated or not, and counts it among those that are not known', () => {
    const store = temporaryStore();
    const { conversation, reply } = store.beginTurn({ message: prompt('search'), ...MODEL });
    const costs = [
      { usd: 0.001, estimated: false, atLeast: true, source: 'provider' as const },
      { usd: 0.002, estimated: true, atLeast: true, source: { priceOf: 'gpt-4o-mini' } },
      { usd: 0.004, estimated: true, source: { priceOf: 'gpt-4o-mini' } },
      { usd: 0.008, estimated: false, source: { priceOf: 'gpt-4o-mini' } },
    ];
    reply.finish(end('Found.', { cost: costs[1], attempts: costs.map((cost) => ({ ...ATTEMPT, cost })) }));
    expect(store.exportConversation(conversation)?.attempts?.map(({ cost }) => cost)).toEqual(costs);
    expect(store.path(conversation)[1]?.cost).toEqual(costs[1]);
    expect(store.conversation(conversation)).toMatchObject({ costUsd: 0.015, unknownCosts: 2 });
    expect(store.totals()).toMatchObject({ costUsd: 0.015, unknownCosts: 2 });
  });

  it('keeps what a cancelled or failed reply had, and why it failed', () => {
    const store = temporaryStore();
    const { conversation, reply } = store.beginTurn({ message: prompt('hello'), ...MODEL });
    const error = {
      kind: 'protocol',
      message: 'cut off',
      hint: null,
      status: 200,
      provider: 'openai',
      retryAfterMs: null,
      requestId: null,
    } as const;
    reply.finish(end('Hal', { status: 'failed', finishReason: 'error', error }));
    expect(store.path(conversation)[1]).toMatchObject({
      status: 'failed',
      finishReason: 'error',
      error,
      message: { parts: [{ text: 'Hal' }] },
    });
  });

  it('goes on from the active leaf, with tool results in between', () => {
    const store = temporaryStore();
    const first = turn(store, 'one', 'two');
    const second = store.beginTurn({ conversation: first.conversation, message: prompt('weather?'), ...MODEL });
    expect(second.isNew).toBe(false);
    const call = { type: 'tool_call', id: 'c1', name: 'get_weather', arguments: '{"city":"Paris"}' } as const;
    second.reply.finish(end('', { message: { role: 'assistant', parts: [call] }, finishReason: 'tool_calls' }));
    const result: Message = { role: 'tool', parts: [{ type: 'tool_result', callId: 'c1', name: 'get_weather', output: 'sunny' }] };
    const tool = store.addMessage({ conversation: first.conversation, parent: second.reply.message, message: result });
    const last = store.beginReply({ conversation: first.conversation, parent: tool, ...MODEL });
    last.finish(end('It is sunny.'));
    const path = store.path(first.conversation);
    expect(path.map(({ message }) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant', 'tool', 'assistant']);
    expect(path[3]?.message.parts).toEqual([call]);
    expect(path[4]?.message).toEqual(result);
    expect(store.search({ text: 'sunny', fields: ['tool'] }).hits).toHaveLength(1);
  });

  it('refuses a parent of another conversation and a conversation that does not exist', () => {
    const store = temporaryStore();
    const one = turn(store, 'a', 'b');
    const other = turn(store, 'c', 'd');
    expect(() => store.beginTurn({ conversation: one.conversation, parent: other.reply, message: prompt('x'), ...MODEL })).toThrow(
      SottoError,
    );
    expect(() => store.beginTurn({ conversation: 'nothing', message: prompt('x'), ...MODEL })).toThrow(/no conversation nothing/);
    expect(store.totals().messages).toBe(4);
  });

  it('stores a picture once, whoever sends it, and gives it back byte by byte', () => {
    const store = temporaryStore();
    const data = Buffer.from([0, 255, 1, 254, 137, 80]).toString('base64');
    const odd = `${data.slice(0, 4)}\n${data.slice(4)}`;
    const media = (text: string) => ({ type: 'media', mediaType: 'image/png', data: text, name: 'cat.png' }) as const;
    const message = { role: 'user', parts: [media(data), { type: 'text', text: 'what?' }, media(odd)] } as const;
    const one = store.beginTurn({ message: { role: 'user', parts: [...message.parts] }, ...MODEL });
    const two = store.beginTurn({ message: { role: 'user', parts: [...message.parts] }, ...MODEL });
    expect(store.path(one.conversation)[0]?.message).toEqual(message);
    expect(store.path(two.conversation)[0]?.message).toEqual(message);
    expect(store.path(two.conversation, { media: false })[0]?.message.parts[0]).toEqual(media(''));
    expect(store.check().problems).toEqual([]);
  });
});

describe('the tree', () => {
  it('keeps every answer of a retry; the newest is active', () => {
    const store = temporaryStore();
    const first = turn(store, 'tell me', 'first');
    store.beginReply({ conversation: first.conversation, parent: first.message, ...MODEL }).finish(end('second'));
    expect(texts(store.path(first.conversation))).toEqual(['tell me', 'second']);
    expect(texts(store.tree(first.conversation))).toEqual(['tell me', 'first', 'second']);
    store.activate(first.conversation, first.reply);
    expect(texts(store.path(first.conversation))).toEqual(['tell me', 'first']);
    expect(texts(store.path(first.conversation, { leaf: first.message }))).toEqual(['tell me']);
  });

  it('lets an edited prompt begin another branch, even in place of the first', () => {
    const store = temporaryStore();
    const first = turn(store, 'one', 'two');
    const edited = store.beginTurn({ conversation: first.conversation, parent: null, message: prompt('uno'), ...MODEL });
    edited.reply.finish(end('dos'));
    expect(texts(store.path(first.conversation))).toEqual(['uno', 'dos']);
    // From a message in the middle, the newest branch below it becomes the active one.
    turn(store, 'three', 'four', first.conversation);
    store.activate(first.conversation, first.message);
    expect(texts(store.path(first.conversation))).toEqual(['one', 'two']);
    store.activate(first.conversation, edited.message);
    expect(texts(store.path(first.conversation))).toEqual(['uno', 'dos', 'three', 'four']);
    expect(store.conversation(first.conversation)?.messageCount).toBe(6);
  });

  it('forks a conversation at a message; both live on by themselves', () => {
    const store = temporaryStore();
    const first = turn(store, 'one', 'two');
    turn(store, 'three', 'four', first.conversation);
    store.tag(first.conversation, 'work');
    const fork = store.fork(first.conversation, first.reply);
    turn(store, 'drei', 'vier', fork);
    expect(texts(store.path(fork))).toEqual(['one', 'two', 'drei', 'vier']);
    expect(texts(store.path(first.conversation))).toEqual(['one', 'two', 'three', 'four']);
    expect(store.conversation(fork)).toMatchObject({
      forkedFrom: { conversation: first.conversation, message: first.reply },
      tags: ['work'],
      // The costs of the copied turns were made over there.
      usage: { input: 10, output: 5 },
    });
    store.remove([first.conversation]);
    expect(texts(store.path(fork))).toEqual(['one', 'two', 'drei', 'vier']);
    expect(store.check().problems).toEqual([]);
    expect(() => store.fork(fork, 9999)).toThrow(/no message 9999/);
  });
});

describe('lists', () => {
  it('show the last used first, page by page, and filter', () => {
    let nowMs = 1_795_000_000_000;
    const store = temporaryStore({ now: () => nowMs++ });
    const ids = Array.from({ length: 7 }, (_, index) => turn(store, `question ${index}`, 'answer').conversation);
    turn(store, 'again', 'answer', ids[0]);
    const all = store.list();
    expect(all.map(({ id }) => id)).toEqual([ids[0], ...ids.slice(1).reverse()]);
    const page = store.list({ limit: 3 });
    const last = page[2]!;
    expect(store.list({ before: { updatedMs: last.updatedMs, id: last.id } }).map(({ id }) => id)).toEqual(
      all.slice(3).map(({ id }) => id),
    );
    store.pin(ids[2]!, true);
    store.archive(ids[3]!, true);
    store.tag(ids[4]!, 'b', 'a\nc', ' ');
    const idsOf = (filter: Parameters<typeof store.list>[0]) => store.list(filter).map(({ id }) => id);
    expect(idsOf({ pinned: true })).toEqual([ids[2]]);
    expect(idsOf({ archived: true })).toEqual([ids[3]]);
    expect(idsOf({})).not.toContain(ids[3]);
    expect(idsOf({ archived: 'any' })).toHaveLength(7);
    expect(idsOf({ tag: 'a c' })).toEqual([ids[4]]);
    expect(store.list({ tag: 'b' })[0]?.tags.sort()).toEqual(['a c', 'b']);
    expect(idsOf({ minCostUsd: 0.0015 })).toEqual([ids[0]]);
    expect(idsOf({ model: 'other' })).toEqual([]);
    expect(idsOf({ title: 'TION 5' })).toEqual([ids[5]]);
    expect(idsOf({ sinceMs: all[1]!.updatedMs })).toEqual([ids[0], ids[6]]);
    store.untag(ids[4]!, 'b');
    expect(store.tags()).toEqual([{ tag: 'a c', conversations: 1 }]);
    expect(store.last()?.id).toBe(ids[0]);
  });

  it('find a conversation by id, by the beginning of an id, and by title', () => {
    let nowMs = 1_600_000_000_000;
    const store = temporaryStore({ now: () => nowMs });
    const old = turn(store, 'Café in Paris', 'x').conversation;
    nowMs = 1_795_000_000_000;
    const first = turn(store, 'Rebase without an editor', 'x').conversation;
    nowMs += 1;
    const second = turn(store, 'Rebase again', 'x').conversation;
    const one = (reference: string) => {
      const found = store.find(reference);
      return found.kind === 'one' ? found.conversation.id : found.kind;
    };
    expect(one(old)).toBe(old);
    expect(one(old.toUpperCase())).toBe(old);
    expect(one(old.slice(0, 4))).toBe(old);
    expect(one('rebase again')).toBe(second);
    expect(one('cafe')).toBe(old);
    expect(one('editor')).toBe(first);
    expect(store.find('rebase')).toMatchObject({ kind: 'many', candidates: [{ id: second }, { id: first }] });
    expect(store.find(first.slice(0, 5))).toMatchObject({ kind: 'many' });
    for (const odd of ['', ' ', '%', "' OR 1=1", 'nothing like it', '"', '\u0000']) expect(store.find(odd)).toEqual({ kind: 'none' });
  });

  it('rename: the word of the user stands above that of a model', () => {
    const store = temporaryStore();
    const { conversation } = turn(store, 'hello', 'x');
    expect(store.rename(conversation, 'By a model', 'model')).toBe(true);
    expect(store.rename(conversation, '  By\nme ')).toBe(true);
    expect(store.rename(conversation, 'By a model', 'model')).toBe(false);
    expect(store.conversation(conversation)).toMatchObject({ title: 'By me', titleSource: 'user' });
    expect(store.search({ text: 'by me', fields: ['title'] }).hits).toHaveLength(1);
    expect(store.search({ text: 'model', fields: ['title'] }).hits).toEqual([]);
    expect(() => store.rename('nothing', 'x')).toThrow(/no conversation/);
  });

  it('count helper calls, with a conversation or without', () => {
    const store = temporaryStore();
    const { conversation } = turn(store, 'hello', 'x');
    store.recordAttempt({ ...ATTEMPT, purpose: 'title' }, { conversation });
    store.recordAttempt({ ...ATTEMPT, purpose: 'embedding' });
    expect(store.conversation(conversation)?.costUsd).toBe(0.002);
    expect(store.totals()).toMatchObject({ attempts: 3, costUsd: 0.003 });
    expect(store.totals({ conversation })).toMatchObject({ attempts: 2 });
  });
});

describe('a path that ends earlier', () => {
  it('ends at the message, whatever follows it, and the next turn is a branch there', () => {
    const store = temporaryStore();
    const first = turn(store, 'One', 'a');
    turn(store, 'Two', 'b', first.conversation);
    store.endAt(first.conversation, first.reply);
    expect(store.path(first.conversation).map(({ id }) => id)).toEqual([first.message, first.reply]);
    turn(store, 'Other', 'c', first.conversation);
    expect(store.tree(first.conversation).filter(({ parent }) => parent === first.reply)).toHaveLength(2);
  });

  it('may be empty, and the next turn then begins anew', () => {
    const store = temporaryStore();
    const first = turn(store, 'One', 'a');
    store.endAt(first.conversation, null);
    expect(store.path(first.conversation)).toEqual([]);
    expect(store.check()).toMatchObject({ ok: true });
    expect(turn(store, 'Again', 'b', first.conversation)).toBeDefined();
    expect(store.path(first.conversation)[0]).toMatchObject({ parent: null });
    expect(store.tree(first.conversation)).toHaveLength(4);
  });

  it('ends at no message of another conversation', () => {
    const store = temporaryStore();
    const first = turn(store, 'One', 'a');
    const other = turn(store, 'Two', 'b');
    expect(() => store.endAt(first.conversation, other.reply)).toThrow('has no message');
  });
});
