/** A conversation as it is sent again, to whatever model: without what was refused, each call with one result, each result with a call. */
import { REFUSALS } from '../core/errors.ts';
import { type Message, type ToolCallPart, type ToolResultPart, withoutMedia } from '../core/messages.ts';
import { callsOf, resultsOf } from '../core/tool-results.ts';
import type { StoredMessage } from '../store/store.ts';

export type HistoryEntry = Pick<StoredMessage, 'message' | 'status' | 'error' | 'provider' | 'model'>;

/** Who is asked now. */
export type Recipient = { provider: string; model: string };

type History = {
  messages: Message[];
  /** A sentence on what is not sent again, where the last request was refused. */
  leftOut: string | undefined;
};

/** What never came to a word is left out, and what a provider refused; calls that nobody answered are answered as such. */
export function historyOf(path: readonly HistoryEntry[], to: Recipient): History {
  const { dropped, bare, leftOut } = refusedOf(path, to);
  const sent = path.flatMap(({ message, status }, index) => {
    const isWhole = status === 'complete' || path[index + 1]?.message.role === 'tool';
    const said = isWhole ? message : saidOf(message);
    const kept = dropped.has(index) ? withoutResults(said) : bare.has(index) ? withoutMedia(said) : said;
    return kept && kept.parts.length > 0 ? [kept] : [];
  });
  return { messages: answered(sent), leftOut };
}

type Refused = { dropped: Set<number>; bare: Set<number>; leftOut: string | undefined };

/**
 * A provider refuses what it had not accepted before. What nobody has answered (`dropped`) is sent to nobody again; what another
 * model has answered goes without its media (`bare`) to the one that refused it.
 */
function refusedOf(path: readonly HistoryEntry[], to: Recipient): Refused {
  const dropped = new Set<number>();
  const bare = new Set<number>();
  /** The last answer of anybody; the last answer or refusal of the recipient. */
  let answeredAt = -1;
  let settledAt = -1;
  let leftOut: string | undefined;
  for (const [index, entry] of path.entries()) {
    const isRecipient = entry.provider === to.provider && entry.model === to.model;
    if (isRefusal(entry)) {
      for (let at = answeredAt + 1; at < index; at++) dropped.add(at);
      for (let at = settledAt + 1; isRecipient && at <= answeredAt; at++) bare.add(at);
      leftOut = sentenceOn(
        entry,
        path[index - 1],
        [...bare].some((at) => hasMedia(path[at])),
      );
    } else if (entry.message.role === 'assistant' && (entry.status === 'complete' || entry.message.parts.length > 0)) {
      answeredAt = index;
      leftOut = undefined;
    } else continue;
    if (isRecipient) settledAt = index;
  }
  return { dropped, bare, leftOut };
}

function isRefusal({ message, error }: HistoryEntry): boolean {
  return message.role === 'assistant' && message.parts.length === 0 && error !== null && REFUSALS.includes(error.kind);
}

function hasMedia(entry: HistoryEntry | undefined): boolean {
  return entry?.message.parts.some(({ type }) => type === 'media') === true;
}

function sentenceOn({ provider }: HistoryEntry, before: HistoryEntry | undefined, isBare: boolean): string {
  const what = before?.message.role === 'tool' ? 'the tool results before this message' : 'the message before this one';
  return `${provider ?? 'The provider'} refused ${what}: not sent again${isBare ? ', nor are the attachments of earlier ones' : ''}.`;
}

/** A call keeps a result, so that it is known to have run. */
function withoutResults(message: Message): Message | undefined {
  if (message.role !== 'tool') return undefined;
  return { role: 'tool', parts: message.parts.map((part) => ({ ...part, output: REFUSED, failed: true as const })) };
}

const REFUSED = 'The result of this call is left out: the provider refused the request that held it.';

/** Of a reply that broke off, its text counts: half a call is none, and half a thought has no signature. */
function saidOf(message: Message): Message {
  return message.role === 'assistant' ? { role: 'assistant', parts: message.parts.filter((part) => part.type === 'text') } : message;
}

/** The process may have died between a call and its result, or the user may have cut a branch there. */
function answered(messages: readonly Message[]): Message[] {
  const history: Message[] = [];
  let calls: ToolCallPart[] = [];
  let results: ToolResultPart[] = [];

  function settle(): void {
    if (calls.length > 0) history.push(resultsOf(calls, results));
    calls = [];
    results = [];
  }

  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(...message.parts);
      continue;
    }
    settle();
    history.push(message);
    if (message.role === 'assistant') calls = callsOf(message);
  }
  settle();
  return history;
}
