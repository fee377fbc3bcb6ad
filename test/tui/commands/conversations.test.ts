/** Choosing a conversation, on a real store. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { conversationPreview } from '../../../src/tui/commands/conversation-preview.ts';
import { listCommand, resumeCommand } from '../../../src/tui/commands/conversations.ts';
import { temporaryStore, turn } from '../../store/support.ts';
import { type Fake, fakeActions, NOW_MS } from './fake-actions.ts';

function chatWith(store: Store, answers: readonly (string | undefined)[] = []): Fake {
  return fakeActions({ actions: { store: async () => store }, answers });
}

describe('/list and /resume', () => {
  it('offer all conversations, newest first, and go on with the chosen one', async () => {
    const store = temporaryStore();
    const { conversation: soup } = turn(store, 'onion soup', 'Peel the onions.');
    turn(store, 'a trip to Lima', 'When?');
    const fake = chatWith(store, ['onion']);
    await listCommand.run('', fake.actions);
    expect(fake.picked[0]?.items.map(({ label }) => label)).toEqual(['a trip to Lima', 'onion soup']);
    expect(fake.done).toEqual([['resume', soup], ['showConversation']]);
  });

  it('take a part of a title, and ask where several have it', async () => {
    const store = temporaryStore();
    const { conversation: first } = turn(store, 'onion soup', 'a');
    turn(store, 'fish soup', 'b');
    const one = chatWith(store);
    await resumeCommand.run('onion', one.actions);
    expect(one.done[0]).toEqual(['resume', first]);
    const many = chatWith(store, ['onion']);
    await resumeCommand.run('soup', many.actions);
    expect([many.picked[0]?.items.length, many.done[0]]).toEqual([2, ['resume', first]]);
    await expect(resumeCommand.run('bread', one.actions)).rejects.toThrow('There is no conversation "bread".');
  });

  it('leave everything as it is when nothing is chosen', async () => {
    const store = temporaryStore();
    turn(store, 'onion soup', 'a');
    const fake = chatWith(store);
    await resumeCommand.run('', fake.actions);
    expect(fake.done).toEqual([]);
  });

  it('say it where nothing is kept', async () => {
    await expect(listCommand.run('', fakeActions().actions)).rejects.toThrow('Nothing is kept in this chat');
  });
});

describe('the list', () => {
  it('deletes what is under the cursor, asked first, and stays', async () => {
    const store = temporaryStore();
    const { conversation: soup } = turn(store, 'onion soup', 'Peel the onions.');
    turn(store, 'a trip to Lima', 'When?');
    const kept = chatWith(store, ['delete: onion', 'n']);
    await listCommand.run('', kept.actions);
    expect(kept.seen).toEqual([`Delete "onion soup" (${soup}), 2 messages? It cannot be brought back.`]);
    expect([kept.done, kept.picked.length]).toEqual([[], 2]);
    const gone = chatWith(store, ['delete: onion', 'y', 'Lima']);
    await listCommand.run('', gone.actions);
    expect(gone.done.map(([name]) => name)).toEqual(['delete', 'resume', 'showConversation']);
    expect([gone.done[0], gone.seen.at(-1)]).toEqual([['delete', soup], 'Deleted "onion soup", 2 messages.']);
  });

  it('deletes the conversation that is held only after a new one has begun', async () => {
    const store = temporaryStore();
    const { conversation } = turn(store, 'onion soup', 'a');
    const fake = fakeActions({ actions: { store: async () => store }, answers: ['delete: onion', 'y'], state: { conversation } });
    await listCommand.run('', fake.actions);
    expect(fake.done.map(([name]) => name)).toEqual(['startNew', 'delete']);
    expect(fake.seen[0]).toContain('Delete the conversation that you are in, "onion soup"');
  });

  it('renames what is under the cursor', async () => {
    const store = temporaryStore();
    const { conversation: soup } = turn(store, 'onion soup', 'a');
    const fake = chatWith(store, ['rename: onion', 'Leek soup']);
    await listCommand.run('', fake.actions);
    expect([fake.done, fake.seen]).toEqual([[['renameConversation', soup, 'Leek soup']], ['Renamed "onion soup" to "Leek soup".']]);
  });

  it('searches inside of all conversations, and Esc goes back to all of them', async () => {
    const store = temporaryStore();
    const { conversation: soup } = turn(store, 'onion soup', 'Peel the shallots first.');
    turn(store, 'a trip to Lima', 'When?');
    const fake = chatWith(store, ['search inside: shallots', 'onion']);
    await listCommand.run('', fake.actions);
    expect(fake.picked[1]).toMatchObject({ title: 'With "shallots" inside', items: [{ label: 'onion soup' }] });
    const [found] = fake.picked[1]?.items ?? [];
    expect(fake.picked[1]?.preview?.(found?.value)[0]).toContain('Peel the shallots first.');
    expect(fake.done).toEqual([['resume', soup], ['showConversation']]);
    const back = chatWith(store, ['search inside: shallots', undefined, 'Lima']);
    await listCommand.run('', back.actions);
    expect(back.picked.map(({ items }) => items.length)).toEqual([2, 1, 2]);
    const none = chatWith(store, ['search inside: parsley', undefined]);
    await listCommand.run('', none.actions);
    expect(none.seen).toEqual(['No conversation has "parsley" inside.']);
  });
});

describe('the preview', () => {
  it('shows what it is, and how it ended', () => {
    const store = temporaryStore({ now: () => NOW_MS - 3_600_000 });
    const { conversation } = turn(store, 'one', 'first answer');
    turn(store, 'two', 'second\nanswer', conversation);
    turn(store, 'three', 'third answer', conversation);
    const [summary] = store.list();
    expect(summary && conversationPreview(summary, store, NOW_MS)).toEqual([
      'openai/gpt-4o-mini, 6 messages, 1 h ago, $0.003',
      '',
      '> two',
      '',
      'second answer',
      '',
      '> three',
      '',
      'third answer',
      '',
    ]);
  });
});
