/** The prompts of all conversations, for going back to them. */
import { describe, expect, it } from 'vitest';
import { prompt, temporaryStore, turn } from './support.ts';

/** A store whose clock moves on with every look at it. */
function ticking() {
  let nowMs = 1_795_000_000_000;
  return temporaryStore({ now: () => nowMs++ });
}

describe('earlier prompts', () => {
  it('come from all conversations, the newest first', () => {
    const store = ticking();
    const first = turn(store, 'one', 'a');
    turn(store, 'two', 'b');
    turn(store, 'three', 'c', first.conversation);
    expect(store.prompts({ limit: 10 })).toEqual(['three', 'two', 'one']);
  });

  it('are told once, at the place where they were typed last', () => {
    const store = ticking();
    turn(store, 'again', 'a');
    turn(store, 'other', 'b');
    turn(store, ' again\n', 'c');
    expect(store.prompts({ limit: 10 })).toEqual(['again', 'other']);
  });

  it('are as many as asked for, also where an older conversation holds newer ones', () => {
    const store = ticking();
    const first = turn(store, 'old', 'a');
    for (let number = 0; number < 20; number++) turn(store, `middle ${number}`, 'b');
    for (let number = 0; number < 3; number++) turn(store, `new ${number}`, 'c', first.conversation);
    expect(store.prompts({ limit: 5 })).toEqual(['new 2', 'new 1', 'new 0', 'middle 19', 'middle 18']);
    expect(store.prompts({ limit: 0 })).toEqual([]);
  });

  it('are not those of imported conversations where there are newer ones', () => {
    const store = ticking();
    turn(store, 'mine', 'a');
    store.importConversation({ v: 1, createdMs: 5, messages: [{ id: 1, parent: null, createdMs: 5, message: prompt('imported') }] });
    expect(store.prompts({ limit: 1 })).toEqual(['mine']);
    expect(store.prompts({ limit: 2 })).toEqual(['mine', 'imported']);
  });

  it('are what was typed: neither what was attached, nor what is too long for that', () => {
    const store = ticking();
    const picture = { type: 'media', mediaType: 'image/png', data: 'aGk=' } as const;
    const begin = (parts: Parameters<typeof store.beginTurn>[0]['message']['parts']) =>
      store.beginTurn({ message: { role: 'user', parts }, provider: 'p', model: 'm' });
    begin([{ type: 'text', text: 'look' }, { type: 'text', text: 'a file' }, picture]);
    begin([picture]);
    begin([{ type: 'text', text: 'x'.repeat(40_000) }]);
    expect(store.prompts({ limit: 10 })).toEqual(['look']);
  });
});
