/** `/provider`: whose models are asked. */
import { usageError } from '../../core/errors.ts';
import type { KnownProvider } from '../../engine/directory.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { connectProvider } from './connect.ts';
import { switchTo } from './model.ts';

export const providerCommand: SlashCommand = {
  name: 'provider',
  aliases: ['p'],
  argument: '[name]',
  summary: 'choose the provider',
  details: ['Its usual model is asked from the next turn on; /model chooses another one.', 'One that has no key yet asks you for it.'],
  group: 'Model',
  complete: async (_, { directory }) => directory.all().map(({ name }) => name),
  async run(argument, actions) {
    const { directory, chat } = actions;
    const known = argument === '' ? await choose(actions) : directory.find(argument.toLowerCase());
    if (known === undefined) {
      if (argument === '') return;
      throw usageError(
        `There is no provider "${argument}".`,
        'Choose one: /provider. A server of your own: sotto config set providers.NAME.url http://HOST/v1',
      );
    }
    if (known.configured)
      return known.name === chat.state.provider ? actions.say(`It is ${known.name} already.`) : switchTo({ provider: known.name }, actions);
    await connectProvider(known, actions);
  },
};

async function choose({ directory, pick, chat }: ChatActions): Promise<KnownProvider | undefined> {
  const all = directory.all();
  const sorted = [...all.filter(({ configured }) => configured), ...all.filter(({ configured }) => !configured)];
  return pick({
    title: 'Provider',
    empty: 'There is no provider of that name.',
    items: sorted.map((known) => ({
      value: known,
      label: known.entry.title === known.name ? known.name : `${known.name}  ${known.entry.title}`,
      detail: stateOf(known),
      current: known.name === chat.state.provider,
    })),
  });
}

function stateOf({ configured, keyOrigin, missing }: KnownProvider): string {
  if (configured) return keyOrigin === undefined ? 'ready' : `ready, key from ${keyOrigin}`;
  return missing ?? 'not set up';
}
