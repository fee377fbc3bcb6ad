/** The reply while it streams: when it is written, and what is left of it when its process dies. */

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../src/core/events.ts';
import { textOf } from '../../src/core/messages.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, StoreOptions } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { end, keep, MODEL, prompt, temporaryFolder } from './support.ts';

const START: ModelEvent[] = [
  { type: 'request.start', ...MODEL },
  { type: 'part.start', id: 'a', kind: 'text' },
];
const delta = (text: string, id = 'a'): ModelEvent => ({ type: 'part.delta', id, text });

/** A clock that stands still until it is told, with the timers that hang on it. */
function testWorld() {
  let nowMs = 1_795_000_000_000;
  let timers: { atMs: number; action: () => void }[] = [];
  const options = {
    now: () => nowMs,
    wakeAfter: (milliseconds, action) => {
      const timer = { atMs: nowMs + milliseconds, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  } satisfies Partial<StoreOptions>;
  const pass = (milliseconds: number): void => {
    nowMs += milliseconds;
    for (const due of timers.filter(({ atMs }) => atMs <= nowMs)) {
      timers = timers.filter((other) => other !== due);
      due.action();
    }
  };
  return { options, pass, timers: () => timers.length };
}

/** Two openings of one database: the second one looks at what the first one has written. */
function pair(first: Partial<StoreOptions> = {}) {
  const file = join(temporaryFolder(), 'sotto.db');
  const store = keep(openStore({ ...realWorld(file), ...first }));
  const open = (more: Partial<StoreOptions> = {}): Store => keep(openStore({ ...realWorld(file), pid: process.ppid, ...more }));
  return { file, store, open };
}

const replyText = (store: Store, conversation: string): string => textOf(store.path(conversation).at(-1)!.message);

describe('a streaming reply', () => {
  it('waits at most 250 ms or 4 KB, with a timer only while something waits', () => {
    const world = testWorld();
    const { store, open } = pair(world.options);
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    const other = open();
    for (const event of START) reply.take(event);
    reply.take(delta('one '));
    expect(replyText(other, conversation)).toBe('');
    world.pass(239);
    expect(replyText(other, conversation)).toBe('');
    // Nothing more comes, and still it is written.
    world.pass(1);
    expect(replyText(other, conversation)).toBe('one ');
    reply.take(delta('é'.repeat(2047)));
    expect(replyText(other, conversation)).toBe('one ');
    reply.take(delta('é'));
    expect(replyText(other, conversation)).toHaveLength(4 + 2048);
    reply.finish(end('one'));
    // The one that is left folds the log when nothing more happens.
    expect(world.timers()).toBe(1);
    expect(replyText(other, conversation)).toBe('one');
  });

  it('keeps a character whole whose halves come in two pieces', () => {
    const { store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    for (const event of [...START, delta('a\ud83d')]) reply.take(event);
    reply.flush();
    const other = open();
    expect(replyText(other, conversation)).toBe('a');
    reply.take(delta('\ude00b'));
    reply.flush();
    expect(replyText(other, conversation)).toBe('a😀b');
  });

  it('keeps it whole and in order where the first half had to wait for a lock', () => {
    const { file, store, open } = pair({ lockTimeoutMs: 10 });
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    for (const event of [...START, delta('a\ud83d')]) reply.take(event);
    reply.flush();
    reply.take(delta('\ude00b'));
    other.exec('ROLLBACK');
    other.close();
    reply.flush();
    expect(replyText(open(), conversation)).toBe('a😀b');
  });

  it('shows parts of every kind, ended ones as they ended', () => {
    const { store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    const original = { wire: 'anthropic', item: { signature: 'sig' } } as const;
    const events: ModelEvent[] = [
      { type: 'request.start', ...MODEL },
      { type: 'part.start', id: 'r', kind: 'reasoning' },
      delta('thin', 'r'),
      { type: 'part.end', id: 'r', part: { type: 'reasoning', text: 'thinking', original } },
      { type: 'part.start', id: 't', kind: 'text' },
      delta('Hello', 't'),
      { type: 'part.start', id: 'c', kind: 'tool_call', name: 'run', callId: 'c1' },
      delta('{"a":', 'c'),
    ];
    for (const event of events) reply.take(event);
    reply.flush();
    expect(open().path(conversation)[1]?.message.parts).toEqual([
      { type: 'reasoning', text: 'thinking', original },
      { type: 'text', text: 'Hello' },
      { type: 'tool_call', id: 'c1', name: 'run', arguments: '{"a":' },
    ]);
  });

  it('forgets a failed attempt, unless the next one brought nothing', () => {
    const { store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    for (const event of [...START, delta('first try')]) reply.take(event);
    reply.take({ type: 'request.start', provider: 'anthropic', model: 'claude' });
    reply.flush();
    const other = open();
    expect(replyText(other, conversation)).toBe('first try');
    reply.take({ type: 'part.start', id: 'a', kind: 'text' });
    reply.take(delta('second'));
    reply.flush();
    expect(replyText(other, conversation)).toBe('second');
  });
});

describe('a reply whose process died', () => {
  it('is closed as interrupted with its text, its attempts and their usage at the next start, and is found', () => {
    const { store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('the question'), ...MODEL });
    for (const event of [...START, delta('half an answer'), { type: 'usage', usage: { input: 9 } } as const]) reply.take(event);
    reply.flush();
    const other = open({ isRunning: () => false });
    expect(other.path(conversation)[1]).toMatchObject({
      status: 'interrupted',
      ...MODEL,
      message: { parts: [{ text: 'half an answer' }] },
    });
    expect(other.totals()).toMatchObject({ attempts: 1, usage: { input: 9 }, costUsd: null, unknownCosts: 1 });
    expect(other.search({ text: 'question' }).hits).toHaveLength(1);
    expect(other.search({ text: 'half an answer' }).hits).toHaveLength(1);
    expect(other.check().problems).toEqual([]);
  });

  it('names who was asked in every attempt, also in one that brought nothing, and keeps counts that are not said again', () => {
    const { store, open } = pair();
    const { reply } = store.beginTurn({ message: prompt('the question'), ...MODEL });
    reply.take({ type: 'request.start', ...MODEL });
    for (const event of START) reply.take(event);
    for (const usage of [{ input: 9 }, { output: 4 }]) reply.take({ type: 'usage', usage });
    reply.flush();
    const other = open({ isRunning: () => false });
    expect(other.totals(MODEL)).toMatchObject({ attempts: 2, usage: { input: 9, output: 4 } });
  });

  it('is read as it is while nothing can be written, and closed by a later start', () => {
    const { file, store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('the question'), ...MODEL });
    for (const event of [...START, delta('half an answer')]) reply.take(event);
    reply.flush();
    const writer = new Database(file);
    writer.exec('BEGIN IMMEDIATE');
    const looking = open({ isRunning: () => false });
    expect(replyText(looking, conversation)).toBe('half an answer');
    expect(looking.path(conversation).at(-1)?.status).toBe('streaming');
    writer.exec('ROLLBACK');
    writer.close();
    expect(
      open({ isRunning: () => false })
        .path(conversation)
        .at(-1)?.status,
    ).toBe('interrupted');
  });

  it('is left alone while its process lives and gives signs of life', () => {
    const world = testWorld();
    const { store, open } = pair(world.options);
    const { conversation } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    // The model is silent for an hour; the process is not.
    for (let minute = 0; minute < 120; minute++) world.pass(30_000);
    const { now } = world.options;
    expect(open({ now, isRunning: () => true }).path(conversation)[1]?.status).toBe('streaming');
    // A process id that was given away again gives no signs.
    expect(open({ now: () => now() + 121_000, isRunning: () => true }).path(conversation)[1]?.status).toBe('interrupted');
  });

  it('that was not dead after all takes its reply back, and its end is the truth', () => {
    const { store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    for (const event of [...START, delta('one ')]) reply.take(event);
    reply.flush();
    const other = open({ isRunning: () => false });
    expect(other.path(conversation)[1]?.status).toBe('interrupted');
    reply.take(delta('two '));
    reply.flush();
    expect(other.path(conversation)[1]?.status).toBe('streaming');
    expect(replyText(other, conversation)).toBe('one two ');
    // Taken for dead once more, then it ends.
    expect(replyText(open({ isRunning: () => false }), conversation)).toBe('one two ');
    reply.take(delta('three'));
    expect(reply.finish(end('one two three'))).toBe(true);
    expect(other.path(conversation)[1]).toMatchObject({ status: 'complete', message: { parts: [{ text: 'one two three' }] } });
    expect(other.totals().attempts).toBe(1);
    expect(other.search({ text: 'three' }).hits).toHaveLength(1);
    expect(other.search({ text: '"one two"' }).hits).toHaveLength(1);
    expect(other.check().problems).toEqual([]);
  });

  it('whose conversation was deleted meanwhile goes on quietly and leaves only the money', () => {
    const { store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    const other = open();
    other.remove([conversation]);
    for (const event of [...START, delta('text')]) reply.take(event);
    reply.flush();
    expect(reply.finish(end('text'))).toBe(false);
    expect(other.totals()).toMatchObject({ conversations: 0, messages: 0, attempts: 1, costUsd: 0.001 });
    expect(other.check().problems).toEqual([]);
  });

  it('is written by an orderly close, and closed by the next start', () => {
    const { file, store, open } = pair();
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    for (const event of [...START, delta('almost')]) reply.take(event);
    store.close();
    const raw = new Database(file, { readonly: true });
    expect(raw.prepare('SELECT status FROM messages ORDER BY id').pluck().all()).toEqual(['complete', 'streaming']);
    raw.close();
    expect(open({ isRunning: () => false }).path(conversation)[1]).toMatchObject({
      status: 'interrupted',
      message: { parts: [{ text: 'almost' }] },
    });
  });
});
