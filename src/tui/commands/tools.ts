/** `/tools`: what the model may call. */
import { usageError } from '../../core/errors.ts';
import { exactLine } from '../../format/exact.ts';
import type { ChatActions, PickColumn, SlashCommand, ToolChoice, ToolRow } from '../actions.ts';

export const toolsCommand: SlashCommand = {
  name: 'tools',
  argument: '[on|off name]',
  summary: 'what it may call',
  details: [
    '/tools                switch them on and off in a list',
    '/tools on read_file   also several names, or all',
    '/tools off            none of them',
    'What writes, runs or reaches the network still asks you each time.',
  ],
  group: 'Context',
  async complete(argument, { tools }) {
    const [before = '', verb] = /^(on|off) (?:.* )?/.exec(argument) ?? [];
    if (!tools || verb === undefined) return ['on', 'off'];
    const others = (await tools.all()).filter(({ isOn }) => isOn !== (verb === 'on'));
    return [...others.map(({ name }) => `${before}${name}`), `${before}all`];
  },
  async run(argument, actions) {
    const { tools } = actions;
    const rows = await tools?.all();
    for (const words of downServers(actions)) actions.say(words);
    if (!tools || rows === undefined || rows.length === 0) return actions.say('There are no tools here.');
    if (argument === '') return switchInList(tools, actions);
    const [verb = '', ...names] = argument.split(/[\s,]+/);
    const isOn = { on: true, off: false }[verb.toLowerCase()];
    if (isOn === undefined) throw usageError(`/tools takes on or off, and "${verb}" is neither.`, 'Such as: /tools on read_file');
    await turn(await named(names, tools), { isOn, tools });
    await sayWhich(tools, actions);
  },
};

/** A server whose tools cannot be called now, or are not known yet. */
function downServers({ servers }: ChatActions): string[] {
  return (servers?.states() ?? []).flatMap(({ name, state, tools, problem }) => {
    if (problem !== undefined) return [problem];
    if (state === 'down') return [`The MCP server ${name} is down; a call starts it again.`];
    return tools === undefined ? [`The MCP server ${name} is starting; its tools come when it is ready.`] : [];
  });
}

async function switchInList(tools: ToolChoice, actions: ChatActions): Promise<void> {
  for (let last: string | undefined; ; ) {
    const chosen = await actions.pick({
      title: 'Tools',
      empty: 'There is no such tool.',
      enter: 'switches it on or off',
      columns: COLUMNS,
      items: (await tools.all()).map((row) => ({
        value: row,
        label: row.name,
        cells: [row.isOn ? 'on' : 'off', row.access],
        detail: detailOf(row),
        current: row.name === last,
      })),
    });
    if (!chosen) break;
    last = chosen.name;
    await turn([chosen], { isOn: !chosen.isOn, tools });
  }
  await sayWhich(tools, actions);
}

const COLUMNS: readonly PickColumn[] = [
  { head: 'state', from: 24 },
  { head: 'access', from: 36 },
];

function detailOf({ description, source, unavailable }: ToolRow): string {
  const first = exactLine(description.split('\n', 1)[0] ?? '');
  if (unavailable !== undefined) return `not now: ${unavailable}`;
  return `${source === 'built-in' ? '' : `${source}: `}${first}`;
}

async function named(names: readonly string[], tools: ToolChoice): Promise<readonly ToolRow[]> {
  const all = await tools.all();
  if (names.length === 0 || names.includes('all')) return all;
  return names.map((name) => {
    const found = all.find((row) => row.name === name);
    if (found) return found;
    throw usageError(`There is no tool "${name}".`, `There are: ${all.map((row) => row.name).join(', ')}.`);
  });
}

async function turn(rows: readonly ToolRow[], { isOn, tools }: { isOn: boolean; tools: ToolChoice }): Promise<void> {
  const names = new Set(rows.map(({ name }) => name));
  tools.use((await tools.all()).flatMap((row) => ((names.has(row.name) ? isOn : row.isOn) ? [row.name] : [])));
}

async function sayWhich(tools: ToolChoice, actions: ChatActions): Promise<void> {
  const on = await tools.on();
  actions.say(on.length === 0 ? 'The model may call no tool.' : `The model may call: ${on.map(({ name }) => name).join(', ')}.`);
}
