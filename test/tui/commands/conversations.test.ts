/** Choosing a conversation, on a real store. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { conversationPreview } from '../../../src/tui/commands/conversation-preview.ts';
import { listCommand, resumeCommand } from '../../../src/tui/commands/conversations.ts';
import { temporaryStore, turn } from '../../store/support.ts';
import { type Fake, fakeActions, NOW_MS } from './fake-actions.ts';

function chatWith(store: Store, answers: readonly string[] = []): Fake {
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
