/** `exit`, `quit`, `:q`, `bye`: words that leave other programs are asked about, not sent to a model. */
import type { ChatActions } from './actions.ts';

/** The whole of what was typed is such a word. */
export function isLeavingWord(text: string): boolean {
  return LEAVING.test(text.trim());
}

const LEAVING = /^(?:(?:[.\\]?(?:exit|quit|q|bye|goodbye|logout)|:(?:exit|quit|q|qa|wq|wqa|x|xa)!?|ZZ|ZQ)(?:\(\))?[.!;]*)$/i;

/** Leaves, sends it after all, or brings it back into the input line. */
export async function askToLeave(text: string, actions: Pick<ChatActions, 'pick' | 'leave' | 'compose' | 'send'>): Promise<void> {
  const answer = await actions.pick<'leave' | 'send'>({
    title: 'Leave the chat?',
    empty: 'Esc goes on with the chat.',
    items: [
      { value: 'leave', label: 'Leave', detail: 'as /quit does' },
      { value: 'send', label: `Send "${text.trim()}" to the model` },
    ],
  });
  if (answer === 'leave') actions.leave();
  else if (answer === 'send') actions.send({ text });
  else actions.compose(text);
}
