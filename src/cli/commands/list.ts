/** `sotto list`: the saved conversations, newest first. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say, writeJson } from '../../compose/say.ts';
import { usageError } from '../../core/errors.ts';
import { age, localTime } from '../../format/times.ts';
import type { ConversationSummary, ListFilter } from '../../store/store.ts';
import { type Column, formatColumns } from '../conversations/columns.ts';
import { conversationJson, costOf, modelOf } from '../conversations/facts.ts';
import { addFilterOptions, type FilterOptions, readFilters } from '../conversations/filters.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { type Finish, reading, unreadJson } from '../partial.ts';
import { stdoutTheme } from '../screen.ts';

const USUAL_LIMIT = 20;

type ListOptions = FilterOptions & { all?: true; minCost?: string; pinned?: true; archived?: true; json?: true };

export function listCommand(context: CommandContext, finish: Finish): Command {
  const command = new Command('list')
    .description('the saved conversations, newest first')
    .argument('[text...]', 'only titles that hold this');
  addFilterOptions(command, { what: 'conversations', limit: USUAL_LIMIT })
    .option('--all', 'as many as there are')
    .option('--min-cost <usd>', 'only those that cost at least so much')
    .option('--pinned', 'only pinned ones')
    .option('--archived', 'only archived ones; they are left out otherwise')
    .option('--json', 'as one JSON object');
  addSettingOptions(command, ['color', 'profile']);
  return command
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: ListOptions) => list({ words, options, command, context, finish }));
}

const EXAMPLES = `
A cost with ≥ is a lower bound: not every price in it is known. * is a pinned conversation.

Examples:
  sotto list
  sotto list invoice --since 2w
  sotto list -m gpt-6-luna --min-cost 0.10
  sotto list --folder --all
  sotto list --json | jq -r '.conversations[] | .id + " " + .title'
`;

type Listing = { words: string[]; options: ListOptions; command: Command; context: CommandContext; finish: Finish };

async function list({ words, options, command, context, finish }: Listing): Promise<void> {
  const settings = settingsOf(command, context);
  const { limit = options.all ? Number.POSITIVE_INFINITY : USUAL_LIMIT, ...filters } = readFilters(options, settings, context);
  const filter: ListFilter = {
    ...filters,
    ...(options.minCost === undefined ? {} : { minCostUsd: readUsd(options.minCost) }),
    ...(options.pinned ? { pinned: true } : {}),
    ...(options.archived ? { archived: true } : {}),
    ...(words.length === 0 ? {} : { title: words.join(' ') }),
  };
  const most = Number.isFinite(limit) ? { limit: limit + 1 } : {};
  const { result: found, unread } = await reading(context, finish, (store) => store?.list({ ...filter, ...most }) ?? []);
  const shown = found.slice(0, limit);
  const more = found.length > shown.length;
  if (options.json) return writeJson(context.stdout, { conversations: shown.map(conversationJson), more, ...unreadJson(unread) });
  if (shown.length === 0) {
    const isFiltered = Object.keys(filter).length > 0;
    return say(
      `sotto: ${isFiltered ? 'no conversation fits. All of them: sotto list --all' : 'there is no conversation yet. Begin one: sotto "…"'}`,
      context,
    );
  }
  const isTerminal = context.isTerminal.stdout;
  const width = isTerminal ? context.stdout.columns || 80 : undefined;
  const columns = columnsFor(width, context.date());
  context.stdout.write(
    await formatColumns({
      columns,
      rows: shown.map((conversation) => columns.map(({ show }) => show(conversation))),
      width,
      theme: await stdoutTheme(settings, context),
    }),
  );
  if (more && isTerminal) say('sotto: there are more: sotto list --all', context);
}

type ListColumn = Column & {
  /** The narrowest terminal that has room for it; always shown without. */
  from?: number;
  show: (conversation: ConversationSummary) => string;
};

/** A pipe, which has no width, gets every column with its values in full. */
function columnsFor(width: number | undefined, nowMs: number): ListColumn[] {
  const inPipe = width === undefined;
  const all: ListColumn[] = [
    { head: 'id', show: ({ id }) => id },
    { head: 'when', from: 48, show: ({ updatedMs }) => (inPipe ? localTime(updatedMs) : age(updatedMs, nowMs)) },
    { head: 'model', from: 70, least: 11, show: (conversation) => (inPipe ? modelOf(conversation) : conversation.model) ?? '–' },
    { head: 'msgs', from: 70, align: 'right', show: ({ messageCount }) => String(messageCount) },
    { head: 'cost', from: 70, align: 'right', show: costOf },
    { head: 'title', least: 24, show: titleOf },
  ];
  return inPipe ? all : all.filter(({ from = 0 }) => width >= from);
}

function titleOf({ title, pinned, tags }: ConversationSummary): string {
  return [pinned ? '*' : '', title, ...tags.map((tag) => `#${tag}`)].filter((word) => word !== '').join(' ');
}

function readUsd(typed: string): number {
  const usd = Number(typed.replace(/^\$/, ''));
  if (typed.trim() !== '' && Number.isFinite(usd) && usd >= 0) return usd;
  throw usageError(`--min-cost takes an amount in US dollars, and "${typed}" is none.`, 'Such as: --min-cost 0.10');
}
