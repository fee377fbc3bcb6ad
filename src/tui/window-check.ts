/** A conversation that is larger than what its model takes is asked about before it is sent and paid for. */
import type { Chat } from '../engine/chat.ts';
import { tooLarge } from '../format/context-words.ts';
import { roughTokens, sizeOf } from '../models/tokens.ts';

/**
 * May it be sent? Yes where it fits, nobody knows, or the user has said yes once in this conversation. `until`: the message that is
 * not sent again, nor what follows it.
 */
export type WindowCheck = (until?: number) => Promise<boolean>;

export function createWindowCheck(chat: Chat, confirm: (question: string) => Promise<boolean>): WindowCheck {
  /** The first message of the conversation that may be too large. */
  let agreed: number | undefined;
  return async (until) => {
    const { facts, model, contextTokens } = chat.state;
    const contextWindow = facts?.contextWindow;
    const path = chat.path();
    const first = path[0]?.id;
    if (contextWindow === undefined || first === undefined || first === agreed) return true;
    const end = path.findIndex(({ id }) => id === until);
    const sent = (end < 0 ? path : path.slice(0, end)).map(({ message }) => message);
    const tokens = (end < 0 ? contextTokens : undefined) ?? roughTokens(sizeOf({ messages: sent }));
    if (tokens <= contextWindow) return true;
    const isAgreed = await confirm(`${tooLarge('This conversation', { tokens, contextWindow, model })}. Send all of it?`);
    if (isAgreed) agreed = first;
    return isAgreed;
  };
}
