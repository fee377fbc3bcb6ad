/** `sotto search`: words, phrases and parts of words in everything that was said, with the places they stand in. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import type { Progress } from '../../compose/progress.ts';
import { say, writeJson } from '../../compose/say.ts';
import { cancelledError, usageError } from '../../core/errors.ts';
import { counted, nounOf } from '../../core/words.ts';
import { formatCount } from '../../format/numbers.ts';
import { safeLine, safeText } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import { age, localTime } from '../../format/times.ts';
import {
  NOTHING_FOUND,
  SEARCH_FIELDS,
  type SearchField,
  type SearchHit,
  type SearchPlace,
  type SearchQuery,
  type SearchResult,
  type Snippet,
  type Store,
} from '../../store/store.ts';
import { formatColumns } from '../conversations/columns.ts';
import { addFilterOptions, type FilterOptions, readFilters } from '../conversations/filters.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { type Finish, PARTIAL_EXIT_CODE, reading, unreadJson } from '../partial.ts';
import { stdoutTheme } from '../screen.ts';

const USUAL_LIMIT = 20;

type SearchOptions = FilterOptions & { in?: string; rank?: true; all?: true; before?: string; json?: true };

export function searchCommand(context: CommandContext, finish: Finish): Command {
  const command = new Command('search')
    .description('find words in what was asked, answered, thought and done')
    .argument('<text...>', 'all of these words, or parts of words; "…" inside the argument is a phrase')
    .option('--in <fields>', `where to look: ${Object.values(FIELD_NAMES).join(',')} [everywhere]`)
    .option('--rank', 'the best first, instead of the newest');
  addFilterOptions(command, { what: 'places', limit: USUAL_LIMIT })
    .option('--all', 'as many as there are; with --rank the best of all, not only of the newest 1,000')
    .option('--before <place>', 'go on where an earlier search stopped')
    .option('--json', 'as one JSON object');
  addSettingOptions(command, ['color', 'profile']);
  return command
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: SearchOptions) => search({ words, options, command, context, finish }));
}

const EXAMPLES = `
Case, accents and kinds of quotes and dashes do not matter. Nothing found is no
failure: the exit code is 0. Where there is more than is shown, stderr says how
to see it; in JSON "next" is for --before.

Examples:
  sotto search rebase
  sotto search '"exit code" signal' --since 2w
  sotto search 東京 --in prompts,replies
  sotto search invoice --rank -n 5
  sotto search TODO --json | jq -r '.hits[] | .conversation.id'
`;

/** What people call the fields. */
const FIELD_NAMES = {
  title: 'titles',
  prompt: 'prompts',
  reply: 'replies',
  reasoning: 'reasoning',
  tool: 'tools',
  file: 'files',
} as const satisfies Record<SearchField, string>;

type Searching = { words: string[]; options: SearchOptions; command: Command; context: CommandContext; finish: Finish };

async function search({ words, options, command, context, finish }: Searching): Promise<void> {
  const settings = settingsOf(command, context);
  const text = words.join(' ');
  const fields = options.in === undefined ? SEARCH_FIELDS : readFields(options.in);
  const filters = readFilters(options, settings, context);
  if (text.trim() === '') throw usageError('There is nothing to look for.', 'Such as: sotto search rebase');
  const limit = options.all ? Number.POSITIVE_INFINITY : USUAL_LIMIT;
  const query: SearchQuery = {
    ...{ limit, ...filters, text, fields },
    ...(options.before === undefined ? {} : { before: readPlace(options.before) }),
    ...(options.rank ? { order: 'rank', all: options.all === true } : {}),
  };
  const { result, unread } = await reading(context, finish, (store) => find(query, store, context));
  if (result.unreadable > 0) finish(PARTIAL_EXIT_CODE);
  if (result.terms.length === 0) throw usageError(`There is nothing to look for in "${text}".`, 'Give a word or a part of one.');
  if (options.json) {
    const { hits, more, remaining, next, ranked, unreadable, terms } = result;
    const place = next && placeOfNext(next);
    return writeJson(context.stdout, {
      terms,
      fields: result.fields,
      hits,
      more,
      remaining,
      next: place,
      ranked,
      unreadable,
      ...unreadJson(unread),
    });
  }
  if (result.hits.length > 0) {
    const theme = await stdoutTheme(settings, context);
    context.stdout.write(context.isTerminal.stdout ? forEyes(result.hits, theme, context) : await forPipes(result.hits, theme));
  }
  say(`sotto: ${summaryOf(result, options)}`, context);
}

/** Between two steps Ctrl+C is heard, and a terminal sees how far it is. */
async function find(query: SearchQuery, store: Store | undefined, context: CommandContext): Promise<SearchResult> {
  if (!store) return { ...NOTHING_FOUND, terms: query.text.split(/\s+/), fields: query.fields ?? SEARCH_FIELDS };
  const steps = store.searchSteps(query);
  let progress: Progress | undefined;
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      const { openProgress } = await import('../../compose/progress.ts');
      progress ??= openProgress('searching', context);
      if (step.value.doing === 'indexing') progress.begin('indexing for the search', 'texts');
      else progress.begin('searching', 'messages');
      progress.count(step.value.done, 'total' in step.value ? step.value.total : undefined);
      await new Promise(setImmediate);
      if (context.interrupted.aborted) throw cancelledError();
    }
  } finally {
    progress?.end();
    steps.return?.(undefined as never);
  }
}

/** Under the name of its conversation, each place with the words around it, in the order of the conversation. */
function forEyes(hits: readonly SearchHit[], theme: Theme, { date, stdout }: CommandContext): string {
  const nowMs = date();
  const columns = stdout.columns || 80;
  const groups = Map.groupBy(hits, ({ conversation }) => conversation.id);
  return [...groups.values()]
    .map((group) => {
      const { id, title } = group[0]?.conversation ?? { id: '', title: '' };
      const places = group
        .toSorted((one, other) => (one.message ?? 0) - (other.message ?? 0))
        .map(
          (hit) =>
            `${theme.paint('dim', `  ${placeOf(hit)} · ${age(hit.createdMs, nowMs)}`)}\n  ${highlighted(hit.snippet, theme, columns - 2)}\n`,
        );
      return `${theme.paint('accent', id)}  ${theme.paint('strong', safeLine(title))}\n${places.join('')}`;
    })
    .join('\n');
}

function forPipes(hits: readonly SearchHit[], theme: Theme): Promise<string> {
  return formatColumns({
    columns: ['id', 'message', 'when', 'in', 'title', 'text'].map((head) => ({ head })),
    rows: hits.map(({ conversation, message, createdMs, fields, snippet }) => [
      conversation.id,
      message === null ? '–' : String(message),
      localTime(createdMs),
      fields.map((field) => FIELD_NAMES[field]).join(','),
      conversation.title,
      snippet.text,
    ]),
    width: undefined,
    theme,
  });
}

function placeOf({ message, role, fields, model }: SearchHit): string {
  const names = fields
    .map((field) => (field === 'prompt' || field === 'reply' || field === 'file' ? field : FIELD_NAMES[field]))
    .join(', ');
  const who = role === 'assistant' && model !== null ? ` · ${safeLine(model)}` : '';
  return message === null ? 'title' : `${names}${who} · message ${message}`;
}

/** One row of the terminal or two: what matched is painted, what surrounds it is cut where the room ends. */
function highlighted({ text, matches }: Snippet, theme: Theme, columns: number): string {
  let painted = '';
  let at = 0;
  const most = Math.max(40, columns * 2);
  for (const [start, end] of matches) {
    if (end > most) break;
    painted += inline(text.slice(at, start)) + theme.paint('strong', theme.paint('warning', inline(text.slice(start, end))));
    at = end;
  }
  return painted + inline(text.slice(at, Math.max(at, most)));
}

/** Safe like a line, but with the spaces at its edges: pieces are put together again. */
function inline(text: string): string {
  return safeText(text).replace(/[\n\t]+/g, ' ');
}

function summaryOf(result: SearchResult, options: SearchOptions): string {
  const { terms, fields, unreadable } = result;
  const places = fields.length === SEARCH_FIELDS.length ? 'everywhere' : `in ${fields.map((field) => FIELD_NAMES[field]).join(', ')}`;
  const named = terms.slice(0, MOST_NAMED).map((term) => `"${safeLine(term)}"`);
  const others = terms.length - named.length;
  const looked = `Looked ${places} for ${[...named, ...(others > 0 ? [`${others} more`] : [])].join(' and ')}.`;
  const damaged = unreadable === 0 ? '' : ` ${counted(unreadable, 'message')} could not be read: sotto db check.`;
  return `${countOf(result, options)}. ${looked}${damaged}`;
}

const MOST_NAMED = 16;

function countOf({ hits, more, remaining, next, ranked }: SearchResult, { before, rank }: SearchOptions): string {
  const conversations = new Set(hits.map(({ conversation }) => conversation.id)).size;
  const rest = before === undefined ? '' : ' further back';
  if (hits.length === 0) return `nothing found${rest}`;
  const count = `${counted(hits.length, 'place')} in ${counted(conversations, 'conversation')}`;
  if (!more) return `${count}${rest}`;
  const howMany = `${nounOf(remaining ?? 2, 'is', 'are')} ${remaining === null ? 'many' : formatCount(remaining)} more`;
  const options = [`-n ${hits.length * 5}`];
  if (next !== null && !rank) options.push(`or go on with --before ${placeOfNext(next)}`);
  if (ranked !== null) options.push(`the best of all: --all -n ${hits.length}`);
  const which = rank ? 'best' : 'first';
  const shown = hits.length === 1 ? `the ${which} place` : `the ${which} ${count}`;
  const among = ranked === null ? '' : ` of the newest ${formatCount(ranked)}`;
  return `${shown}${among}${rest}; there ${howMany} (${options.join(', ')})`;
}

function placeOfNext({ createdMs, rowid }: SearchPlace): string {
  return `${createdMs}.${rowid}`;
}

function readPlace(typed: string): SearchPlace {
  const [, createdMs, rowid] = /^(-?\d{1,15})\.(-?\d{1,15})$/.exec(typed.trim()) ?? [];
  if (createdMs === undefined)
    throw usageError(`--before takes a place that a search named, and "${typed}" is none.`, 'For a date: --until');
  return { createdMs: Number(createdMs), rowid: Number(rowid) };
}

function readFields(typed: string): SearchField[] {
  const names = typed
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  const fields = names.map((name) => {
    const found = SEARCH_FIELDS.find((field) => field === name || FIELD_NAMES[field] === name);
    if (found) return found;
    throw usageError(`There is no field "${name}" to search in.`, `Fields: ${Object.values(FIELD_NAMES).join(', ')}`);
  });
  if (fields.length === 0) throw usageError('--in names no field.', `Fields: ${Object.values(FIELD_NAMES).join(', ')}`);
  return [...new Set(fields)];
}
