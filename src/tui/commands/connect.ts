/** `/connect`: from nothing to a model that answers: a key typed unseen, a test, and the switch. */
import { asSottoError, type SottoError } from '../../core/errors.ts';
import type { KnownProvider } from '../../engine/directory.ts';
import { lookAround } from '../../engine/first-run.ts';
import type { ChatActions, PickItem, SlashCommand } from '../actions.ts';
import { PATIENCE_MS } from './facts.ts';
import { switchTo } from './model.ts';

export const connectCommand: SlashCommand = {
  name: 'connect',
  aliases: ['setup'],
  argument: '[provider]',
  summary: 'set up a provider',
  details: [
    'Asks for a key without showing it, tests it, and switches to its usual model.',
    'The key is kept on this machine only: see sotto keys.',
    '/connect openai',
  ],
  group: 'Model',
  complete: async (_, { directory }) => directory.all().flatMap(({ name, entry }) => (entry.keyVariables.length > 0 ? [name] : [])),
  async run(argument, actions) {
    const way = argument === '' ? await chooseWay(actions) : { known: actions.directory.find(argument.toLowerCase()) };
    if (way === undefined) return;
    if ('model' in way) return switchTo({ provider: 'ollama', model: way.model }, actions);
    if ('own' in way || way.known === undefined) return sayOwnServer(actions);
    await connectProvider(way.known, actions);
  },
};

type Way = { known: KnownProvider | undefined } | { model: string } | { own: true };

async function chooseWay(actions: ChatActions): Promise<Way | undefined> {
  const { keyed, ollama } = await lookAround(actions.directory, AbortSignal.timeout(PATIENCE_MS));
  const items: PickItem<Way>[] = [
    ...(ollama ?? []).map((model) => ({ value: { model }, label: `ollama/${model}`, detail: 'on this machine, ready' })),
    ...keyed.map((known) => ({
      value: { known },
      label: known.entry.title,
      detail: known.configured ? `key from ${known.keyOrigin}` : 'needs a key',
    })),
    { value: { own: true }, label: 'A server of your own', detail: 'anything that speaks the OpenAI API' },
  ];
  return actions.pick({ title: 'Which one?', empty: 'Nothing of that name.', items });
}

/** Stores a key where one is needed, and asks the provider whether it takes it. Leaving changes nothing. */
export async function connectProvider(known: KnownProvider, actions: ChatActions): Promise<void> {
  const { name, entry } = known;
  const needsKey = entry.keyVariables.length > 0;
  for (let question = `Key of ${entry.title} (not shown):`; needsKey && !hasKey(name, actions); ) {
    const key = (await actions.secret(question))?.trim();
    if (!key) return actions.say('Nothing was stored.');
    const wrong = await refusalOf(() => actions.storeKey(name, key));
    if (wrong) sayError(wrong, actions);
    question = `Key of ${entry.title}, once more (not shown):`;
  }
  const missing = actions.directory.find(name)?.missing;
  if (missing !== undefined) return actions.say(`${entry.title} is not set up yet: ${missing}`, 'warning');
  await test(known, actions);
}

function hasKey(name: string, { directory }: ChatActions): boolean {
  return directory.find(name)?.keyOrigin !== undefined;
}

/** A key that is refused may be typed again; whatever else is wrong is said. */
async function test({ name, entry }: KnownProvider, actions: ChatActions): Promise<void> {
  for (;;) {
    actions.say(`Asking ${entry.title}...`);
    const refused = await refusalOf(() => check(name, actions));
    if (!refused) {
      actions.say(`${entry.title} answers.`);
      return switchTo({ provider: name }, actions);
    }
    sayError(refused, actions);
    if (entry.keyVariables.length === 0) return;
    if (refused.kind !== 'authentication') return actions.say(`The key is kept. To try it again: /connect ${name}`);
    const key = (await actions.secret(`Another key of ${entry.title} (not shown):`))?.trim();
    if (!key) return actions.say(`The key that was refused is still stored. Take it away: sotto keys delete ${name}`);
    const wrong = await refusalOf(() => actions.storeKey(name, key));
    if (wrong) return sayError(wrong, actions);
  }
}

async function check(name: string, { directory }: ChatActions): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const provider = await directory.open(name, signal);
  await provider.check(signal);
}

async function refusalOf(action: () => Promise<void>): Promise<SottoError | undefined> {
  try {
    await action();
    return undefined;
  } catch (thrown) {
    return asSottoError(thrown);
  }
}

function sayError({ message, hint }: SottoError, actions: ChatActions): void {
  actions.say(message, 'error');
  if (hint) actions.say(hint);
}

function sayOwnServer(actions: ChatActions): void {
  actions.say('Give it a name and its address, then open the chat again: sotto config set providers.lab.url http://HOST:8080/v1');
  actions.say('Then: sotto -p lab -m MODEL. If it wants a key: sotto keys set lab');
}
