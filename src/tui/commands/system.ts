/** `/system`: the instructions that go with every turn of the conversation. */
import { safeText } from '../../format/safety.ts';
import { wrap } from '../../format/width.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { roomOf } from './facts.ts';

export const systemCommand: SlashCommand = {
  name: 'system',
  argument: '[text]',
  summary: 'the system prompt',
  details: [
    '/system                      shows it',
    '/system You are a librarian  sets it from the next turn on',
    '/system edit                 opens it in your editor',
    '/system clear                takes it away',
  ],
  group: 'Context',
  complete: async () => ['edit', 'clear'],
  async run(argument, actions) {
    const { chat } = actions;
    switch (argument) {
      case '':
        return show(actions);
      case 'clear':
      case 'none':
        await chat.setSystem(undefined);
        return actions.say('There is no system prompt any more.');
      case 'edit':
        return edit(actions);
      default:
        await chat.setSystem(argument);
        return actions.say('That is the system prompt from the next turn on.');
    }
  },
};

function show(actions: ChatActions): void {
  const { system } = actions.chat.state;
  const { columns, theme } = roomOf(actions);
  if (system === undefined) actions.say('There is no system prompt. Set one: /system TEXT');
  else actions.print([...wrap(safeText(system), columns).map((line) => theme.paint('dim', line)), '']);
}

async function edit(actions: ChatActions): Promise<void> {
  const { chat } = actions;
  const before = chat.state.system ?? '';
  const text = (await actions.edit(before))?.trim();
  if (text === undefined || text === before) return actions.say('The system prompt stays as it was.');
  await chat.setSystem(text === '' ? undefined : text);
  actions.say(text === '' ? 'There is no system prompt any more.' : 'That is the system prompt from the next turn on.');
}
