/** Which tools a message plainly asks for, by patterns: no language model is pretended. And how their results are told. */
import { isObject, type JsonObject, parseJson } from '../core/json.ts';
import type { ToolResultPart } from '../core/messages.ts';
import type { ToolDefinition } from '../core/tool.ts';
import { expressionIn } from './guide-expression.ts';
import { timeZoneOf } from './guide-time-zones.ts';

export type GuideCall = { name: string; arguments: JsonObject };

/** `isLoose`: it may mean something else, and does where the manual has an answer. */
export type Asked = { calls: readonly GuideCall[]; isLoose: boolean };

/** The calls that a message asks for, of tools that are offered; undefined where any part of it asks for something else. */
export function askedCalls(message: string, tools: readonly ToolDefinition[]): Asked | undefined {
  if (tools.length === 0 || message.length > MOST_LETTERS) return undefined;
  const offered = new Set(tools.map(({ name }) => name));
  return callsIn(message, offered) ?? together(clausesOf(message).map((clause) => callsIn(clause, offered)));
}

/** What is said when the results are there: whose words follow, and the words. */
export function resultsText(results: readonly ToolResultPart[]): string {
  return [OPENING, ...results.map(resultText)].join('\n\n').concat('\n');
}

const MOST_LETTERS = 500;
const MOST_CALLS = 8;
const MOST_CLAUSES = 8;

const OPENING = '*This is sotto’s built-in guide, not a language model. I only pass on what the tools said:*';

type Groups = Readonly<Record<string, string | undefined>>;
/** `read` makes the arguments of each call from what the pattern found; undefined: it only looked alike. */
type Row = {
  tool: string;
  pattern: RegExp;
  read: (found: Groups) => JsonObject[] | undefined;
  isLoose?: true;
};

const TIME_ASKED = [
  "(?:(?:do you know|tell me|show me) )?what time (?:is it|it is)|(?:what(?:'s| is) |tell me |show me )?(?:the )?(?:current |local |exact )?(?:time|date(?: and time)?)",
  "(?:what|which) (?:day|date|weekday)(?: of the week)? is (?:it|today)|(?:what(?:'s| is) )?today's date|what(?:'s| is) today",
  'wie spät ist es|wie viel uhr ist es|(?:welcher|welchen) tag (?:ist|haben wir) heute|quelle heure est-il|quel jour (?:sommes-nous|est-on)',
  'qué hora es|qué día es hoy|现在几点了?|今天几号|今日は何日(?:ですか)?|今何時(?:ですか)?',
].join('|');
const NOW = '(?: (?:right now|now|today|jetzt|heute|gerade|maintenant|ahora))?';
const PATH = '(?<path>[^\\s"\'`]+|"[^"]+"|\'[^\']+\'|`[^`]+`)';
const HERE = /^(?:here|there|(?:this|the(?: current| working)?) (?:folder|directory|project|repo|repository))$/i;
/** Of what is asked for without a folder: "list the files". */
const FOLDER = `(?: (?:in|of|from|under|inside|inside of|here in) (?<folder>.+))?`;
const PROGRAMS =
  'git|npm|npx|node|python3?|pip|ls|pwd|cat|echo|date|whoami|uname|make|cargo|go|docker|kubectl|curl|wget|grep|rg|wc|head|tail|df|du|ps|jq|sed|awk|pytest|tsc|yarn|pnpm|deno|bun';

const ROWS: readonly Row[] = [
  {
    tool: 'current_time',
    pattern: new RegExp(`^(?:${TIME_ASKED})${NOW}(?:,? (?:in|at|à|en) (?<places>.+?)${NOW})?$`, 'i'),
    read: timeArguments,
  },
  { tool: 'calculate', pattern: /^(?<text>.+)$/, read: ({ text }) => whole('expression', expressionIn(text ?? '')) },
  {
    tool: 'list_files',
    pattern: new RegExp(
      `^(?:(?:(?:list|show|show me|give me) (?:all |me |the |my )*(?<glob>[\\w./*{},-]*\\*[\\w./*{},-]*)? ?files?(?: there are| here)?|(?:which|what) files (?:are|do you see)(?: there)?(?: here)?)${FOLDER}|(?:ls|dir) ?(?<bare>\\S*)|what(?:'s| is) in (?<inside>(?:this|the(?: current| working)?) (?:folder|directory)))$`,
      'i',
    ),
    read: listArguments,
  },
  {
    tool: 'read_file',
    pattern:
      /^(?:read|show|show me|open|print|cat|display|lies|zeige?)(?: me)?(?: the)?(?: contents? of)?(?: the)?(?: file)? (?<files>.+)$/i,
    read: ({ files }) => each(files, 'path', fileIn),
  },
  {
    tool: 'read_file',
    pattern: /^(?:what(?:'s| is) (?:in|inside|inside of)|what does|what do)(?: the)?(?: file)? (?<files>.+?)(?: (?:say|contain))?$/i,
    read: ({ files }) => each(files, 'path', fileIn),
    isLoose: true,
  },
  {
    tool: 'read_file',
    pattern: new RegExp(`^(?:read|show|show me|print) lines? (?<first>\\d+)(?: ?(?:-|–|to) ?(?<last>\\d+))? (?:of|in|from) ${PATH}$`, 'i'),
    read: lineArguments,
  },
  {
    tool: 'search_files',
    pattern: /^(?:search|grep|look|search the files|find)(?: for)? (?<word>"[^"]+"|'[^']+'|`[^`]+`) in (?<folder>.+)$/i,
    read: searchArguments,
  },
  { tool: 'search_files', pattern: /^(?:search|grep)(?: for)? (?<word>\S+) in (?<folder>.+)$/i, read: searchArguments },
  {
    tool: 'fetch_page',
    pattern: /^(?:fetch|get|open|read|show me|load)(?: the)?(?: page)? (?<url>https?:\/\/\S+)$/i,
    read: ({ url }) => whole('url', url),
  },
  {
    tool: 'run_command',
    pattern:
      /^(?:(?:run|execute)(?: the)?(?: shell)?(?: command)?:? (?:`(?<ticked>[^`]+)`|"(?<quoted>[^"]+)"|'(?<single>[^']+)')|\$ (?<typed>.+))$/is,
    read: ({ ticked, quoted, single, typed }) => whole('command', ticked ?? quoted ?? single ?? typed),
  },
  {
    tool: 'run_command',
    pattern: new RegExp(
      `^(?:(?:run|execute)(?: the)?(?: shell)? command:?|(?:run|execute)(?= (?:${PROGRAMS})(?: |$))) (?<command>.+)$`,
      's',
    ),
    read: ({ command }) => whole('command', command),
  },
];

function callsIn(clause: string, offered: ReadonlySet<string>): Asked | undefined {
  const text = bare(clause);
  const explicit = explicitCall(text, offered);
  if (explicit) return explicit;
  for (const { tool, pattern, read, isLoose = false } of ROWS) {
    const groups = offered.has(tool) ? pattern.exec(text)?.groups : undefined;
    const found = groups && read(groups);
    if (found && found.length > 0 && found.length <= MOST_CALLS)
      return { calls: found.map((args) => ({ name: tool, arguments: args })), isLoose };
  }
  return undefined;
}

/** "call weather {"city": "Lima"}": any tool, by its name. */
function explicitCall(text: string, offered: ReadonlySet<string>): Asked | undefined {
  const [, name = '', json] = /^(?:call|use)(?: the)?(?: tool)? ([\w-]+)(?: (?:with )?(\{.*\}))?$/s.exec(text) ?? [];
  if (!offered.has(name)) return undefined;
  const args = json === undefined ? {} : parseJson(json);
  return isObject(args) ? { calls: [{ name, arguments: args }], isLoose: false } : undefined;
}

/** Every part has to be understood, or none is; what is asked for twice is called once. */
function together(parts: readonly (Asked | undefined)[]): Asked | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < 2 || known.length < parts.length) return undefined;
  const calls = new Map(known.flatMap((part) => part.calls).map((call) => [JSON.stringify(call), call]));
  return calls.size > MOST_CALLS ? undefined : { calls: [...calls.values()], isLoose: known.some(({ isLoose }) => isLoose) };
}

function clausesOf(message: string): string[] {
  const clauses = message.split(/[?;\n？；]+|\.(?=\s|$)|,?\s+(?:and then|and|then|und|et|y)\s+/i).filter((clause) => clause.trim() !== '');
  return clauses.length > MOST_CLAUSES ? [] : clauses;
}

/** Without courtesy, and without the sign at its end. */
function bare(clause: string): string {
  return clause
    .replace(/[’‘]/g, "'")
    .trim()
    .replace(/^(?:hey|hi|hello|ok|okay)[,!]? /i, '')
    .replace(/^(?:please|can you|could you|would you|bitte|kannst du)(?: please)?,? /i, '')
    .replace(/[,]? (?:please|for me|bitte)[.?!]*$/i, '')
    .replace(/\s*[?.。？¿]+$/, '')
    .replace(/^¿/, '');
}

function timeArguments({ places }: Groups): JsonObject[] | undefined {
  return places === undefined ? [{}] : each(places, 'time_zone', timeZoneOf);
}

function listArguments({ glob, folder, bare: typed, inside }: Groups): JsonObject[] | undefined {
  const named = folder ?? inside ?? typed;
  const path = named === undefined || named === '' || HERE.test(named) ? undefined : folderIn(named);
  if (named && path === undefined && !HERE.test(named)) return undefined;
  return [{ ...(path === undefined ? {} : { path }), ...(glob === undefined ? {} : { pattern: glob }) }];
}

function lineArguments({ first, last, path }: Groups): JsonObject[] | undefined {
  const file = fileIn(path ?? '');
  return file === undefined ? undefined : [{ path: file, start_line: Number(first), end_line: Number(last ?? first) }];
}

function searchArguments({ word = '', folder = '' }: Groups): JsonObject[] | undefined {
  const pattern = unquoted(word);
  if (HERE.test(folder) || /^(?:all |the |all the |my )?files$/i.test(folder)) return [{ pattern, literal: true }];
  const path = folderIn(folder) ?? fileIn(folder);
  return path === undefined ? undefined : [{ pattern, literal: true, path }];
}

function whole(name: string, value: string | undefined): JsonObject[] | undefined {
  return value === undefined ? undefined : [{ [name]: value.trim() }];
}

/** One call for each of "a, b and c"; none where one of them is not understood. */
function each(list: string | undefined, name: string, read: (item: string) => string | undefined): JsonObject[] | undefined {
  const items = (list ?? '').split(/\s*,\s*(?:and )?|\s+(?:and|und|et|y)\s+/).map((item) => item.replace(/^(?:in|the file) /, '').trim());
  const values = items.map(read);
  return values.includes(undefined) ? undefined : values.flatMap((value) => (value === undefined ? [] : [{ [name]: value }]));
}

/** What looks like a file: a path, a name with an ending, one of the well-known names, or anything in quotes. */
function fileIn(text: string): string | undefined {
  const inside = unquoted(text);
  if (inside !== text) return inside;
  if (/\s|^https?:|\.(?:com|org|net)$|[?*<>|]/i.test(text)) return undefined;
  return /[^/]\/[^/]|^[~.]?\/|\.[a-z]\w{0,7}$|^\.\w+$|^(?:README|LICENSE|LICENCE|CHANGELOG|NOTICE|Makefile|Dockerfile)$/i.test(text)
    ? text
    : undefined;
}

/** One word, or one in quotes: "src", "the src folder". */
function folderIn(text: string): string | undefined {
  const name = text.replace(/^the (?=\S+ (?:folder|directory)$)|^the (?:folder|directory) /i, '').replace(/ (?:folder|directory)$/i, '');
  const inside = unquoted(name);
  if (inside !== name) return inside;
  return /^[^\s?*<>|]+$/.test(name) && !NO_FOLDER.test(name) ? name : undefined;
}

/** The last ones are sotto's own, and the manual's. */
const NO_FOLDER = /^(?:it|this|that|the|my|here|there|conversations?|history|chats?|prompts?|replies|answers?|titles?|sotto)$/i;

function unquoted(text: string): string {
  return text.replace(/^(["'`])(.+)\1$/s, '$2');
}

function resultText({ name, output, failed }: ToolResultPart): string {
  const text = output.trim();
  const said = `${inline(name)} ${failed ? 'could not do it' : 'says'}`;
  if (text === '') return `${said}${failed ? '' : ' nothing'}.`;
  return text.includes('\n') ? `${said}:\n\n${block(text)}` : `${said}: ${inline(text)}`;
}

/** A fence that nothing in the text can close. */
function block(text: string): string {
  const fence = fenceFor(text, 3);
  return `${fence}\n${text}\n${fence}`;
}

function inline(text: string): string {
  const fence = fenceFor(text, 1);
  const room = /^`|`$/.test(text) ? ' ' : '';
  return `${fence}${room}${text}${room}${fence}`;
}

function fenceFor(text: string, least: number): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  return '`'.repeat(longest < least ? least : longest + 1);
}
