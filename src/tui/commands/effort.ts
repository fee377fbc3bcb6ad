/** `/effort`: how much the model thinks before it answers. */
import { usageError } from '../../core/errors.ts';
import { EFFORTS, type Effort } from '../../core/model.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';

const DEFAULT = 'default' as const;

export const effortCommand: SlashCommand = {
  name: 'effort',
  argument: '[level]',
  summary: 'how much it thinks',
  details: [`From the next turn on: ${EFFORTS.join(', ')}, as far as the model takes them.`, '/effort default  leaves it to the model'],
  group: 'Model',
  complete: async (_, actions) => [...levels(actions), DEFAULT],
  async run(argument, actions) {
    const chosen = argument === '' ? await choose(actions) : read(argument);
    if (chosen === undefined) return;
    actions.chat.setEffort(chosen === DEFAULT ? undefined : chosen);
    actions.say(chosen === DEFAULT ? 'How much it thinks is left to the model.' : `Effort ${chosen} from the next turn on.`);
  },
};

/** What the model takes; all of them where that is not known. */
function levels({ chat }: ChatActions): readonly Effort[] {
  const known = chat.state.facts?.parameters?.effort;
  return known ? known : known === false ? [] : EFFORTS;
}

async function choose(actions: ChatActions): Promise<Effort | typeof DEFAULT | undefined> {
  const now = actions.chat.state.effort ?? DEFAULT;
  const known = levels(actions);
  if (known.length === 0) {
    actions.say(`${actions.chat.state.model ?? 'This model'} takes no effort.`);
    return undefined;
  }
  const values: (Effort | typeof DEFAULT)[] = [DEFAULT, ...known];
  const items = values.map((value) => ({ value, label: value, current: value === now }));
  return actions.pick({ title: 'Effort', empty: 'There is no such level.', items });
}

function read(argument: string): Effort | typeof DEFAULT {
  const word = argument.toLowerCase();
  const found = EFFORTS.find((effort) => effort === word);
  if (found) return found;
  if ([DEFAULT, 'auto', 'off'].includes(word)) return DEFAULT;
  throw usageError(`There is no effort "${argument}".`, `Levels: ${EFFORTS.join(', ')}, or default.`);
}
