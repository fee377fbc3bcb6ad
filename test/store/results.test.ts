import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AssistantMessage, ToolMessage, ToolResultPart } from '../../src/core/messages.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, StoreOptions } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { end, keep, MODEL, prompt, temporaryFolder } from './support.ts';

const asks = (...ids: string[]): AssistantMessage => ({
  role: 'assistant',
  parts: ids.map((id) => ({ type: 'tool_call', id, name: `tool_${id}`, arguments: '{}' })),
});
const result = (id: string, output: string): ToolResultPart => ({ type: 'tool_result', callId: id, name: `tool_${id}`, output });
const interrupted = (id: string) => ({ ...result(id, expect.stringContaining('interrupted')), failed: true });

/** A store whose reply has called a, b and c, and any number of other processes on the same file. */
function asked() {
  const file = join(temporaryFolder(), 'sotto.db');
  const open = (more: Partial<StoreOptions> = {}): Store => keep(openStore({ ...realWorld(file), ...more }));
  const store = open();
  const { conversation, reply } = store.beginTurn({ message: prompt('do it'), ...MODEL });
  reply.finish(end('', { message: asks('a', 'b', 'c'), finishReason: 'tool_calls' }));
  return { store, open, conversation, results: store.beginResults({ conversation, parent: reply.message }) };
}

const last = (store: Store, conversation: string) => store.path(conversation).at(-1);

describe('results of calls', () => {
  it('are read by everybody one by one, and replaced by the whole message', () => {
    const { store, open, conversation, results } = asked();
    results.add(result('b', 'two'));
    results.add(result('a', 'one'));
    const living = open({ pid: 1 });
    expect(last(living, conversation)).toMatchObject({ status: 'streaming', message: { parts: [result('b', 'two'), result('a', 'one')] } });
    const whole: ToolMessage = { role: 'tool', parts: [result('a', 'one'), result('b', 'two'), result('c', 'three')] };
    results.finish(whole);
    expect(last(store, conversation)).toMatchObject({ id: results.message, status: 'complete', provider: null, message: whole });
    expect(store.search({ text: 'three', fields: ['tool'] }).hits).toHaveLength(1);
    expect(store.check().problems).toEqual([]);
  });

  it('that had come stay when the process dies, and the others are said to be interrupted', () => {
    const { store, open, conversation, results } = asked();
    results.add(result('c', 'three'));
    results.add(result('a', 'one'));
    const next = open({ isRunning: () => false });
    expect(last(next, conversation)).toMatchObject({
      status: 'interrupted',
      message: { role: 'tool', parts: [result('a', 'one'), interrupted('b'), result('c', 'three')] },
    });
    expect(next.search({ text: 'three', fields: ['tool'] }).hits).toHaveLength(1);
    // Nobody was asked for them: they cost nothing.
    expect(next.totals().attempts).toBe(store.totals().attempts);
    expect(next.check().problems).toEqual([]);
    next.beginReply({ conversation, parent: results.message, ...MODEL }).finish(end('done'));
    expect(next.path(conversation).map(({ message }) => message.role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
  });

  it('of a process that was not dead after all are the truth in the end', () => {
    const { store, open, conversation, results } = asked();
    results.add(result('a', 'one'));
    expect(last(open({ isRunning: () => false }), conversation)?.message.parts[1]).toEqual(interrupted('b'));
    results.add(result('b', 'two'));
    expect(last(open({ isRunning: () => false }), conversation)?.message.parts).toEqual([
      result('a', 'one'),
      result('b', 'two'),
      interrupted('c'),
    ]);
    const whole: ToolMessage = { role: 'tool', parts: [result('a', 'one'), result('b', 'two'), result('c', 'three')] };
    results.finish(whole);
    expect(last(store, conversation)).toMatchObject({ status: 'complete', message: whole });
    expect(store.search({ text: 'interrupted', fields: ['tool'] }).hits).toEqual([]);
    expect(store.check().problems).toEqual([]);
  });

  it('that take long are not taken for dead', () => {
    let nowMs = 1_795_000_000_000;
    const wakes: (() => void)[] = [];
    const wakeAfter = (_: number, action: () => void) => {
      wakes.push(action);
      return () => {};
    };
    const file = join(temporaryFolder(), 'sotto.db');
    const world = { ...realWorld(file), now: () => nowMs, isRunning: () => true };
    const store = keep(openStore({ ...world, wakeAfter }));
    const { conversation, reply } = store.beginTurn({ message: prompt('do it'), ...MODEL });
    reply.finish(end('', { message: asks('a', 'b'), finishReason: 'tool_calls' }));
    const results = store.beginResults({ conversation, parent: reply.message });
    results.add(result('a', 'one'));
    for (let round = 0; round < 20; round++) {
      nowMs += 30_000;
      wakes.pop()?.();
    }
    expect(last(keep(openStore({ ...world, pid: 1 })), conversation)?.status).toBe('streaming');
    nowMs += 121_000;
    expect(last(keep(openStore({ ...world, pid: 1 })), conversation)?.status).toBe('interrupted');
  });

  it('of a conversation that was deleted meanwhile are dropped', () => {
    const { open, conversation, results } = asked();
    open().remove([conversation]);
    results.add(result('a', 'one'));
    results.finish({ role: 'tool', parts: [result('a', 'one')] });
    const after = open();
    expect(after.totals().messages).toBe(0);
    expect(after.check().problems).toEqual([]);
  });
});
