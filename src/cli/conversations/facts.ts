/** Conversations and messages as JSON for scripts, and their facts in the words that every command uses. */
import { type Message, reasoningOf, textOf } from '../../core/messages.ts';
import type { Usage } from '../../core/usage.ts';
import { formatCost, UNKNOWN } from '../../format/numbers.ts';
import { endingOf } from '../../format/turn-words.ts';
import type { Conversation, ConversationSummary, MessageStatus, StoredMessage } from '../../store/store.ts';

/** Stable: only ever grows. Times are milliseconds since 1970; what is not known is null. */
export function conversationJson(conversation: ConversationSummary) {
  const { id, title, titleSource, createdMs, updatedMs, provider, model, messageCount } = conversation;
  const { pinned, archived, folder, tags, forkedFrom, usage, costUsd, unknownCosts } = conversation;
  const facts = { id, title, titleSource, createdMs, updatedMs, provider, model, messageCount, pinned, archived, folder, tags, forkedFrom };
  return { ...facts, usage: usageJson(usage), costUsd, unknownCosts };
}

export function wholeConversationJson(conversation: Conversation) {
  const { system, activeMessage, source } = conversation;
  return { ...conversationJson(conversation), system, activeMessage, source };
}

/** Without the bytes of pictures: those are for `export`. */
export function messageJson(stored: StoredMessage) {
  const { id, parent, status, createdMs, provider, model, finishReason, rawFinishReason, usage, cost, timing, error, message } = stored;
  return {
    // Only there where it is so.
    ...(stored.damage === undefined ? {} : { damage: stored.damage }),
    ...{ id, parent, role: message.role, status, createdMs, provider, model },
    text: textOf(message),
    reasoning: message.role === 'assistant' ? reasoningOf(message) : '',
    parts: message.parts.map((part) =>
      part.type === 'media' ? { type: part.type, mediaType: part.mediaType, name: part.name ?? null } : part,
    ),
    ...{ finishReason, rawFinishReason, usage: usage && usageJson(usage), cost, timing, error },
  };
}

function usageJson({ input, output, cacheRead, cacheWrite, reasoning, hostedCalls }: Usage) {
  return {
    input: input ?? null,
    output: output ?? null,
    cacheRead: cacheRead ?? null,
    cacheWrite: cacheWrite ?? null,
    reasoning: reasoning ?? null,
    ...(hostedCalls ? { hostedCalls } : {}),
  };
}

/** $0.0021; ≥ $0.0021 where some of it is not known; – where nothing is. */
export function costOf({ costUsd, unknownCosts }: Pick<ConversationSummary, 'costUsd' | 'unknownCosts'>): string {
  if (costUsd === null) return UNKNOWN;
  return formatCost({ usd: costUsd, atLeast: unknownCosts > 0 });
}

export function modelOf({ provider, model }: Pick<StoredMessage, 'provider' | 'model'>): string | undefined {
  return [provider, model].filter((name) => name !== null && name !== '').join('/') || undefined;
}

/** Who speaks: "you", the model, "tools". */
export function speakerOf(stored: StoredMessage): string {
  const speakers = { user: 'you', assistant: modelOf(stored) ?? 'model', tool: 'tools' } as const satisfies Record<Message['role'], string>;
  return speakers[stored.message.role];
}

type Marked = Pick<StoredMessage, 'status' | 'finishReason' | 'error' | 'damage'>;

/** What did not go as usual with a message; undefined where everything did. */
export function markOf({ status, finishReason, error, damage }: Marked): string | undefined {
  if (damage !== undefined) return `not whole: ${damage}`;
  if (status === 'failed') return error ? `failed: ${error.message}` : 'failed';
  if (status !== 'complete') return MARKS[status];
  return endingOf(finishReason);
}

const MARKS = {
  streaming: 'still being written',
  interrupted: 'interrupted: sotto ended before the reply did',
  cancelled: 'cancelled',
} as const satisfies Record<Exclude<MessageStatus, 'complete' | 'failed'>, string>;
