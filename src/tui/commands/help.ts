/** `/help`: every command on one screen, or one of them in full. */
import { safeLine } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import { displayWidth, pad, truncate, wrap } from '../../format/width.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { findServerPrompt, helpOfPrompt, knownPromptNames } from '../server-prompt.ts';
import { LINEAR_KEYS } from './linear-keys.ts';
import { namedCommand, nearestCommands } from './names.ts';

/** `all` is asked when it runs: the list holds this command too. */
export function helpCommand(all: () => readonly SlashCommand[]): SlashCommand {
  return {
    name: 'help',
    aliases: ['?', 'h'],
    argument: '[command]',
    summary: 'commands and keys',
    details: [
      '/help copy           all about one command',
      '/help server:prompt  about a prompt of an MCP server',
      '/keys                every key',
    ],
    group: 'sotto',
    whileWorking: true,
    complete: async (_, { servers }) => [...all().map(({ name }) => name), ...(servers ? await knownPromptNames(servers) : [])],
    run: (argument, actions) => help(argument, all(), actions),
  };
}

async function help(argument: string, commands: readonly SlashCommand[], actions: ChatActions): Promise<void> {
  const { columns, rows } = actions.size();
  const room = { columns: columns - 1, rows, theme: actions.theme };
  const name = argument.replace(/^\//, '');
  const command = namedCommand(name, commands) ?? (await promptNamed(name, actions));
  const near = nearestCommands(name, commands);
  if (name === '') actions.print(actions.isLinear ? linearHelp(commands) : helpLines(commands, room));
  else if (command) actions.print(commandLines(command, room));
  else actions.say(`There is no command /${safeLine(name)}.${near === '' ? '' : ` Did you mean ${near}?`}`, 'warning');
}

/** A prompt of a server, as if it were a command. */
async function promptNamed(name: string, { servers }: ChatActions): Promise<HelpedCommand | undefined> {
  const wanted = servers && (await findServerPrompt(`/${name}`, servers));
  return servers && wanted && helpOfPrompt(wanted, await servers.prompts(wanted.server.name));
}

type Room = { columns: number; rows: number; theme: Theme };

/** What the chat keeps on the screen below: the input, the status line, the rows around them; one less in a low window. */
const rowsBelow = (rows: number) => (rows >= 16 ? 5 : 4);

/** The fullest form that fits one screen. An empty line ends it. */
export function helpLines(commands: readonly SlashCommand[], room: Room): string[] {
  const close = keyLines(room);
  const keys = ['', ...close];
  const [two, one, names] = [inColumns(commands, room, 2), inColumns(commands, room, 1), namesOnly(commands, room)];
  const forms = [[...two, ...keys], [...two, ...close], [...one, ...keys], two, one, [...names, ...keys], names];
  const fits = (lines: string[]) =>
    lines.length <= room.rows - rowsBelow(room.rows) && lines.every((line) => displayWidth(line) <= room.columns);
  return [...(forms.find(fits) ?? names), ''];
}

const GAP = '   ';
const LONGEST_SUMMARY = 22;

/** Group after group; in two columns the groups stay whole. */
function inColumns(commands: readonly SlashCommand[], room: Room, count: 1 | 2): string[] {
  const { columns, theme } = room;
  const widest = Math.max(...commands.map(({ name }) => name.length)) + 3;
  const width = count === 1 ? columns : Math.floor((columns - GAP.length) / 2);
  // Too wide for the window: another form is taken.
  if (width < widest + LONGEST_SUMMARY) return [' '.repeat(columns + 1)];
  const groups = [...Map.groupBy(commands, ({ group }) => group).values()];
  const half = count === 1 ? groups.length : halfOf(groups);
  const [left, right] = [groups.slice(0, half).flat(), groups.slice(half).flat()];
  const cell = (command: SlashCommand | undefined) =>
    command
      ? {
          plain: `${pad(`/${command.name}`, widest)}${command.summary}`,
          styled: `${theme.paint('accent', pad(`/${command.name}`, widest))}${command.summary}`,
        }
      : undefined;
  const lines = left.map((command, row) => {
    const [one, other] = [cell(command), cell(right[row])];
    return `${one?.styled ?? ''}${other ? `${' '.repeat(Math.max(0, width - displayWidth(one?.plain ?? '')))}${GAP}${other.styled}` : ''}`;
  });
  return lines;
}

/** How many groups go to the left, so that the sides are about as long, and the left one is not the shorter. */
function halfOf(groups: readonly (readonly SlashCommand[])[]): number {
  const upTo = (count: number) => groups.slice(0, count).reduce((sum, group) => sum + group.length, 0);
  const half = upTo(groups.length) / 2;
  return groups.findIndex((_, index) => upTo(index + 1) >= half) + 1;
}

function namesOnly(commands: readonly SlashCommand[], { columns, theme }: Room): string[] {
  return wrap(commands.map(({ name }) => `/${name}`).join(' '), columns).map((line) => theme.paint('accent', line));
}

const KEYS = [
  'Enter sends, Ctrl+J makes a new line',
  'Esc or Ctrl+C stops the reply',
  'Esc Esc changes an earlier turn',
  'Up and Ctrl+R find earlier prompts',
  'Tab completes /commands and @files',
  'Ctrl+T shows thoughts',
  'Ctrl+G opens your editor',
  '/help NAME and /keys tell more',
];

function keyLines({ columns, theme }: Room): string[] {
  const lines: string[] = [];
  for (const words of KEYS) {
    const joined = lines.length === 0 ? words : `${lines.at(-1)}; ${words}`;
    if (lines.length > 0 && displayWidth(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(truncate(words, columns, theme.glyphs.dots));
  }
  return lines.map((line) => theme.paint('dim', line));
}

/** To be read out: one command a line, and only keys that there are. */
function linearHelp(commands: readonly SlashCommand[]): string[] {
  return [...commands.map(({ name, summary }) => `/${name}: ${summary}`), ...LINEAR_KEYS, '/help NAME tells more about a command.', ''];
}

type HelpedCommand = Pick<SlashCommand, 'name' | 'argument' | 'aliases' | 'summary' | 'details'>;

function commandLines({ name, argument, aliases = [], summary, details = [] }: HelpedCommand, { columns, theme }: Room): string[] {
  const usage = `/${name}${argument === undefined ? '' : ` ${argument}`}`;
  const also = aliases.length === 0 ? [] : [`Also: ${aliases.map((alias) => `/${alias}`).join(', ')}`];
  const title = wrap(`${usage}  ${summary}`, columns).map((line) => theme.paint('strong', line));
  return [...title, ...[...details, ...also].flatMap((line) => hanging(line, Math.max(10, columns - 2)).map((text) => `  ${text}`)), ''];
}

/** "/copy 2   the code block": what does not fit goes on below its beginning, where that leaves room for words. */
function hanging(line: string, columns: number): string[] {
  const [start = ''] = /^\S.*? {2,}(?=\S)/.exec(line) ?? [];
  const room = columns - displayWidth(start);
  if (room < LONGEST_SUMMARY - GAP.length) return wrap(line, columns);
  return wrap(line.slice(start.length), room).map((text, index) => `${index === 0 ? start : ' '.repeat(displayWidth(start))}${text}`);
}
