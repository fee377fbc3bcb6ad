/** A conversation that its model cannot take is asked about once, before it is sent. */
import { describe, expect, it } from 'vitest';
import { userText } from '../../src/core/messages.ts';
import type { Chat, ChatMessage } from '../../src/engine/chat.ts';
import { createWindowCheck } from '../../src/tui/window-check.ts';

function check({
  characters = 4000,
  contextTokens,
  window = 500,
  answer = true,
}: Partial<Record<'characters' | 'contextTokens' | 'window', number>> & { answer?: boolean }) {
  const questions: string[] = [];
  const message = { id: 7, message: userText('x'.repeat(characters)) } as ChatMessage;
  const chat = {
    path: () => [message],
    state: { facts: { id: 'm', contextWindow: window }, model: 'm', contextTokens },
  } as unknown as Chat;
  const fits = createWindowCheck(chat, async (question) => {
    questions.push(question);
    return answer;
  });
  return { fits, questions };
}

describe('a conversation larger than the window', () => {
  it('is asked about, with both sizes, and only once', async () => {
    const { fits, questions } = check({});
    expect([await fits(), await fits()]).toEqual([true, true]);
    expect(questions).toEqual(['This conversation has about 1k tokens, and m takes 500. Send all of it?']);
  });

  it('is not sent after a no, and asked about again', async () => {
    const { fits, questions } = check({ answer: false });
    expect([await fits(), await fits()]).toEqual([false, false]);
    expect(questions).toHaveLength(2);
  });

  it('is not larger by what is written anew, nor by what follows', async () => {
    const { fits, questions } = check({ contextTokens: 1000 });
    expect(await fits(7)).toBe(true);
    expect(questions).toEqual([]);
  });

  it('goes by what the provider has counted, where it has', async () => {
    const { fits, questions } = check({ contextTokens: 400 });
    await fits();
    expect(questions).toEqual([]);
  });
});
