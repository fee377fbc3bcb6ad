/** Asks a model for the title of a conversation that has just begun: only where the user has switched it on. */
import type { TurnEnd } from '../core/events.ts';
import { type AssistantMessage, textOf, type UserMessage, userText } from '../core/messages.ts';
import type { Provider } from '../core/provider.ts';
import type { Store } from '../store/store.ts';
import { type ConductorPorts, conduct, type Keep } from './conductor.ts';

export type Naming = {
  /** `MODEL` of the provider that has answered, or `PROVIDER/MODEL`; undefined: no model is asked for titles. */
  titleModel: string | undefined;
  store: Store;
  conversation: string;
  prompt: UserMessage;
  reply: AssistantMessage;
  /** Who has answered: names the conversation too, unless the setting names another provider. */
  provider: Provider;
  /** Opens another provider by its name; undefined: there is none. */
  openProvider: (name: string, signal: AbortSignal) => Promise<Provider | undefined>;
  /** Told what it has used. */
  onEnd?: (end: TurnEnd) => void;
};

/** A title needs no more of a conversation than its beginning. */
const MOST_CHARACTERS = 1500;
const LONGEST_TITLE = 72;

const INSTRUCTIONS =
  'Name the subject of this conversation in two to six words, in its own language. Answer with the words alone: no quotation marks, no full stop.';

/**
 * Gives the title that was set; undefined where the model gave none. A title that fails is no failure of the answer: the question
 * stays the title. What it cost is in the ledger either way.
 */
export async function nameConversation(naming: Naming, ports: ConductorPorts, signal: AbortSignal): Promise<string | undefined> {
  const { titleModel, openProvider } = naming;
  if (titleModel === undefined) return undefined;
  const [first = '', ...rest] = titleModel.split('/');
  const other = rest.length > 0 ? await openProvider(first, signal).catch(() => undefined) : undefined;
  const asked = { provider: other ?? naming.provider, model: other ? rest.join('/') : titleModel };
  return titleBy(asked, naming, { ports, signal }).catch(() => undefined);
}

async function titleBy(
  { provider, model }: { provider: Provider; model: string },
  { store, conversation, prompt, reply, onEnd }: Naming,
  { ports, signal }: { ports: ConductorPorts; signal: AbortSignal },
): Promise<string | undefined> {
  const beginning = (text: string) => text.slice(0, MOST_CHARACTERS);
  const messages = [userText(`Question:\n${beginning(textOf(prompt))}\n\nAnswer:\n${beginning(textOf(reply))}`)];
  const turn = { request: { model, system: INSTRUCTIONS, messages, stream: false }, provider: provider.name, conversation };
  const patiently = store.patience(undefined, signal);
  const keep = {
    what: 'figures',
    purpose: 'title',
    async record(attempts) {
      for (const attempt of attempts) await patiently(() => store.recordAttempt(attempt, { conversation }));
    },
  } as const satisfies Keep;
  let text = '';
  let end: TurnEnd | undefined;
  for await (const event of await conduct(
    { turn, candidates: [{ provider, model }], keep, isPrivate: () => false, mayRestart: true },
    ports,
    signal,
  )) {
    if (event.type === 'message' && event.message.role === 'assistant') text = textOf(event.message);
    if (event.type === 'turn.end') end = event;
  }
  if (end) onEnd?.(end);
  const title = titleIn(text);
  if (!title || end?.error !== null) return undefined;
  return (await patiently(() => store.rename(conversation, title, 'model'))) ? title : undefined;
}

function titleIn(text: string): string | undefined {
  return text
    .trim()
    .split('\n')[0]
    ?.replace(/^["'“„«\s]+|["'”“»\s.]+$/g, '')
    .slice(0, LONGEST_TITLE);
}
