/** Asks a model for the title of a conversation that has just begun: only where the user has switched it on. */
import type { TurnEnd } from '../core/events.ts';
import { type AssistantMessage, textOf, type UserMessage, userText } from '../core/messages.ts';
import type { Store } from '../store/store.ts';
import { attemptRecords } from './session.ts';
import { runTurn, type TurnPorts } from './turn.ts';

export type TitleRequest = {
  store: Store;
  conversation: string;
  prompt: UserMessage;
  reply: AssistantMessage;
  /** Who is asked. */
  provider: string;
  model: string;
};

/** A title needs no more of a conversation than its beginning. */
const MOST_CHARACTERS = 1500;
const LONGEST_TITLE = 72;

const INSTRUCTIONS =
  'Name the subject of this conversation in two to six words, in its own language. Answer with the words alone: no quotation marks, no full stop.';

/** Gives the title that was set; undefined where the model gave none. What it cost is in the ledger either way. */
export async function titleByModel(request: TitleRequest, ports: TurnPorts, signal: AbortSignal): Promise<string | undefined> {
  const { store, conversation, provider, model } = request;
  const beginning = (text: string) => text.slice(0, MOST_CHARACTERS);
  const messages = [userText(`Question:\n${beginning(textOf(request.prompt))}\n\nAnswer:\n${beginning(textOf(request.reply))}`)];
  const turn = { request: { model, system: INSTRUCTIONS, messages, stream: false }, provider, conversation };
  let text = '';
  let end: TurnEnd | undefined;
  for await (const event of runTurn(turn, ports, signal)) {
    if (event.type === 'message' && event.message.role === 'assistant') text = textOf(event.message);
    if (event.type === 'turn.end') end = event;
  }
  for (const attempt of end ? attemptRecords(end, 'title') : []) store.recordAttempt(attempt, { conversation });
  const title = text
    .trim()
    .split('\n')[0]
    ?.replace(/^["'“„«\s]+|["'”“»\s.]+$/g, '')
    .slice(0, LONGEST_TITLE);
  return title && end?.error === null && store.rename(conversation, title, 'model') ? title : undefined;
}
