/** What there is to see of a conversation before it is chosen: its facts, and how it ended. */

import { textOf } from '../../core/messages.ts';
import { counted } from '../../core/words.ts';
import { formatCost } from '../../format/numbers.ts';
import { age } from '../../format/times.ts';
import type { ConversationSummary, Store } from '../../store/store.ts';
import { modelName } from './facts.ts';

/** Raw text: the picker makes it safe. */
export function conversationPreview(conversation: ConversationSummary, store: Pick<Store, 'path'>, nowMs: number): string[] {
  const { messageCount, updatedMs, costUsd, unknownCosts, folder } = conversation;
  const cost = costUsd === null ? [] : [formatCost({ usd: costUsd, atLeast: unknownCosts > 0 })];
  const facts = [modelName(conversation) ?? '', counted(messageCount, 'message'), age(updatedMs, nowMs), ...cost].filter(
    (fact) => fact !== '',
  );
  return [facts.join(', '), ...(folder === null ? [] : [folder]), '', ...lastWords(conversation.id, store)];
}

/** Who said what, the last two turns; each text as far as anybody reads it here. */
function lastWords(id: string, store: Pick<Store, 'path'>): string[] {
  const spoken = store.path(id, { media: false }).filter(({ message }) => message.role !== 'tool' && textOf(message).trim() !== '');
  return spoken.slice(-4).flatMap(({ message }) => {
    const text = textOf(message)
      .trim()
      .slice(0, 400)
      .replaceAll(/\s*\n\s*/g, ' ');
    return [message.role === 'user' ? `> ${text}` : text, ''];
  });
}
