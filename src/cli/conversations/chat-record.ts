/** The active path of a chat as a record that the forms of export take, also where nothing of it is kept. */
import type { Chat } from '../../engine/chat.ts';
import type { ConversationRecord } from '../../store/store.ts';

export function recordOf(chat: Chat, nowMs: number): ConversationRecord {
  const path = chat.path();
  const { conversation, title, provider, model, system } = chat.state;
  return {
    v: 1,
    ...(conversation === undefined ? {} : { id: conversation }),
    ...(title === undefined ? {} : { title }),
    createdMs: path[0]?.createdMs ?? nowMs,
    updatedMs: path.at(-1)?.createdMs ?? nowMs,
    provider: provider ?? null,
    model: model ?? null,
    system: system ?? null,
    activeMessage: path.at(-1)?.id ?? null,
    messages: path.map((message, index) => ({ ...message, parent: path[index - 1]?.id ?? null })),
  };
}
