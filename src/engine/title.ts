/** Asks a model for the title of a conversation that has just begun: only where the user has switched it on. */
import type { Settings } from '../config/load.ts';
import type { TurnEnd } from '../core/events.ts';
import { type AssistantMessage, textOf, type UserMessage, userText } from '../core/messages.ts';
import type { Provider } from '../core/provider.ts';
import type { Store } from '../store/store.ts';
import { attemptRecords } from './session.ts';
import { runTurn, type TurnPorts } from './turn.ts';

export type Naming = Pick<TitleRequest, 'store' | 'conversation' | 'prompt' | 'reply' | 'onEnd'> & {
  settings: Settings;
  /** Who has answered: names the conversation too, unless the setting names another provider. */
  provider: Provider;
  /** Opens another provider by its name; undefined: there is none. */
  openProvider: (name: string, signal: AbortSignal) => Promise<Provider | undefined>;
  /** The way to a provider, for a helper call. */
  streamOf: (provider: Provider) => TurnPorts['stream'];
};

/** Where `titleModel` is set. A title that fails is no failure of the answer: the question stays the title. */
export async function nameConversation(naming: Naming, ports: Omit<TurnPorts, 'stream'>, signal: AbortSignal): Promise<string | undefined> {
  const { settings, openProvider, streamOf, ...request } = naming;
  const name = settings.get('titleModel');
  if (name === undefined) return undefined;
  const [first = '', ...rest] = name.split('/');
  const other = rest.length > 0 ? await openProvider(first, signal).catch(() => undefined) : undefined;
  const provider = other ?? naming.provider;
  const asked = { provider: provider.name, model: other ? rest.join('/') : name };
  return titleByModel({ ...request, ...asked }, { ...ports, stream: streamOf(provider) }, signal).catch(() => undefined);
}

export type TitleRequest = {
  store: Store;
  conversation: string;
  prompt: UserMessage;
  reply: AssistantMessage;
  /** Who is asked. */
  provider: string;
  model: string;
  /** Told what it has used. */
  onEnd?: (end: TurnEnd) => void;
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
  if (end) request.onEnd?.(end);
  const patiently = store.patience(undefined, signal);
  for (const attempt of end ? attemptRecords(end, 'title') : []) await patiently(() => store.recordAttempt(attempt, { conversation }));
  const title = text
    .trim()
    .split('\n')[0]
    ?.replace(/^["'“„«\s]+|["'”“»\s.]+$/g, '')
    .slice(0, LONGEST_TITLE);
  if (!title || end?.error !== null) return undefined;
  return (await patiently(() => store.rename(conversation, title, 'model'))) ? title : undefined;
}
