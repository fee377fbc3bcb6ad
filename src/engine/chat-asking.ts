/** How a chat asks a model: a prompt made a message, a request made for the model, and the way there and back. */
import { usageError } from '../core/errors.ts';
import type { UserMessage } from '../core/messages.ts';
import type { StoredMessage } from '../store/store.ts';
import type { Prompt } from './chat.ts';
import type { Held } from './chat-state.ts';
import type { Choice } from './choose.ts';
import type { Candidate } from './fitting.ts';
import { historyOf } from './history.ts';
import { prepareTurn } from './prepare.ts';
import type { Turn } from './turn.ts';

export function messageOf({ text, attachments = [] }: Prompt): UserMessage {
  const parts: UserMessage['parts'] = text.trim() === '' ? [...attachments] : [{ type: 'text', text }, ...attachments];
  if (parts.length === 0) throw usageError('There is nothing to send.', 'Type a message.');
  return { role: 'user', parts };
}

/** The prompt that a message was: its first text was typed, the rest attached. */
export function promptOf({ parts }: UserMessage): Prompt {
  const [first, ...rest] = parts;
  const typed = first?.type === 'text';
  const attachments = typed ? rest : parts;
  return { text: typed ? first.text : '', ...(attachments.length > 0 ? { attachments } : {}) };
}

export type Asking = { turn: Turn; candidate: Candidate; choice: Choice };

/** `base` is what the message goes on from. */
export type Saying = { base: readonly StoredMessage[]; message: UserMessage };

export async function prepare(held: Held, { base, message }: Saying, signal: AbortSignal): Promise<Asking> {
  const { ports, model, system, effort } = held;
  const choice = await model.choose(signal);
  const provider = await model.open(choice, signal);
  const candidate = { provider, model: choice.model, contextWindow: model.named().facts?.contextWindow };
  const notice = (words: string) => tell(held, choice, words);
  const history = historyOf(base, choice);
  if (history.leftOut !== undefined) ports.notice(history.leftOut);
  const messages = [...history.messages, message];
  const parameters = { ...ports.defaults.parameters, effort };
  const turn = await prepareTurn({ candidate, messages, system, parameters, hosted: ports.hosted?.(), notice });
  return { turn, candidate, choice };
}

/** What holds for a model is said once. */
export function tell({ told, ports }: Held, { provider, model }: Choice, words: string): void {
  const key = `${provider}/${model}: ${words}`;
  if (!told.has(key)) ports.notice(words);
  told.add(key);
}

/** Stops with the chat, too. */
export function living({ life }: Held, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, life.signal]);
}

/** Says that something goes on, until the answer is called. */
export function track({ running }: Held): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  running.add(promise);
  return () => {
    running.delete(promise);
    resolve();
  };
}

/** Nobody waits for it, and nobody is told when it fails. */
export function background(held: Held, action: (signal: AbortSignal) => Promise<void>): void {
  const done = track(held);
  void action(held.life.signal)
    .catch(() => undefined)
    .finally(done);
}
