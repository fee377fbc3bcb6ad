/** `sotto search`: words, phrases and parts of words in everything that was said, with the places they stand in. */
import { Command } from 'commander';
import { usageError } from '../../core/errors.ts';
import { safeLine, safeText } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import { age, localTime } from '../../format/times.ts';
import { SEARCH_FIELDS, type SearchField, type SearchHit, type SearchResult, type Snippet } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { formatColumns } from '../conversations/columns.ts';
import { counted, writeJson } from '../conversations/facts.ts';
import { addFilterOptions, type FilterOptions, readFilters } from '../conversations/filters.ts';
import { openExisting } from '../open-store.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { stdoutTheme } from '../screen.ts';

const USUAL_LIMIT = 20;

type SearchOptions = FilterOptions & { in?: string; rank?: true; json?: true };

export function searchCommand(context: CommandContext): Command {
  const command = new Command('search')
    .description('find words in what was asked, answered, thought and done')
    .argument('<text...>', 'all of these words, or parts of words; "…" inside the argument is a phrase')
    .option('--in <fields>', `where to look: ${Object.values(FIELD_NAMES).join(',')} [everywhere]`)
    .option('--rank', 'the best first, instead of the newest');
  addFilterOptions(command, { what: 'messages', limit: USUAL_LIMIT }).option('--json', 'as one JSON object');
  addSettingOptions(command, ['color', 'profile']);
  return command
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: SearchOptions) => search({ words, options, command, context }));
}

const EXAMPLES = `
Case and accents do not matter. Nothing found is no failure: the exit code is 0.

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

type Searching = { words: string[]; options: SearchOptions; command: Command; context: CommandContext };

async function search({ words, options, command, context }: Searching): Promise<void> {
  const settings = settingsOf(command, context);
  const text = words.join(' ');
  const fields = options.in === undefined ? SEARCH_FIELDS : readFields(options.in);
  const filters = readFilters(options, settings, context);
  if (text.trim() === '') throw usageError('There is nothing to look for.', 'Such as: sotto search rebase');
  const store = await openExisting(context);
  let result: SearchResult;
  try {
    result = store?.search({ limit: USUAL_LIMIT, ...filters, text, fields, ...(options.rank ? { order: 'rank' } : {}) }) ?? {
      ...{ hits: [], more: false, terms: words, fields },
    };
  } finally {
    store?.close();
  }
  if (result.terms.length === 0) throw usageError(`There is nothing to look for in "${text}".`, 'Give a word or a part of one.');
  if (options.json) {
    const { terms, hits, more } = result;
    return writeJson(context.stdout, { terms, fields: result.fields, hits, more });
  }
  if (result.hits.length > 0) {
    const theme = await stdoutTheme(settings, context);
    context.stdout.write(context.isTerminal.stdout ? forEyes(result.hits, theme, context) : await forPipes(result.hits, theme));
  }
  context.stderr.write(`sotto: ${summaryOf(result)}\n`);
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

function summaryOf({ hits, more, terms, fields }: SearchResult): string {
  const conversations = new Set(hits.map(({ conversation }) => conversation.id)).size;
  const places = fields.length === SEARCH_FIELDS.length ? 'everywhere' : `in ${fields.map((field) => FIELD_NAMES[field]).join(', ')}`;
  const looked = `Looked ${places} for ${terms.map((term) => `"${safeLine(term)}"`).join(' and ')}.`;
  if (hits.length === 0) return `nothing found. ${looked}`;
  const count = `${counted(hits.length, 'place')} in ${counted(conversations, 'conversation')}`;
  return more
    ? `the ${hits.length === 1 ? 'first place' : `first ${count}`}; there are more (-n ${hits.length * 5}). ${looked}`
    : `${count}. ${looked}`;
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
