/** A conversation that is larger than what its model takes is asked about before it is sent and paid for. */
import { cancelledError } from '../core/errors.ts';
import type { Chat } from '../engine/chat.ts';
import { formatTokens } from '../format/numbers.ts';
import { safeLine } from '../format/safety.ts';
import { roughTokens, sizeOf } from '../models/tokens.ts';

/** Resolves where it fits, nobody knows, or the user has said yes once in this conversation; a no is a cancellation. */
export function createWindowCheck(chat: Chat, confirm: (question: string) => Promise<boolean>): () => Promise<void> {
  /** The first message of the conversation that may be too large. */
  let agreed: number | undefined;
  return async () => {
    const { facts, model, contextTokens } = chat.state;
    const window = facts?.contextWindow;
    const first = chat.path()[0]?.id;
    if (window === undefined || first === undefined || first === agreed) return;
    const tokens = contextTokens ?? roughTokens(sizeOf({ messages: chat.path().map(({ message }) => message) }));
    if (tokens <= window) return;
    const name = safeLine(model ?? 'the model');
    const question = `This conversation has about ${formatTokens(tokens)} tokens, and ${name} takes ${formatTokens(window)}. Send all of it?`;
    if (!(await confirm(question))) throw cancelledError();
    agreed = first;
  };
}
