/** `sotto import`: conversations of other programs, and sotto's own exports, into the store. */
import { Command, Option } from 'commander';
import { safeLine } from '../../format/safety.ts';
import { jsonText } from '../../output/json-text.ts';
import type { ConversationRecord, Imported, Store } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { openConversations, openExisting } from '../open-store.ts';

const FORMATS = ['auto', 'sotto', 'llm', 'chatgpt', 'claude', 'aichat'] as const;
type ImportOptions = { format: (typeof FORMATS)[number]; dryRun?: true; json?: true };

const EXAMPLES = `
Reads:
  sotto     what sotto export --format json or jsonl wrote, without loss
  llm       its database: llm logs path says where it is
  chatgpt   the data export: the unpacked folder, or conversations.json alone (then without its pictures)
  claude    the data export: the unpacked folder, or conversations.json
  aichat    the sessions folder, one session, or messages.md
ZIP archives are not read: unpack them first.

Importing again adds only what is new. Whatever could not be read is listed on stderr with its place.

Examples:
  sotto import "$(llm logs path)"
  sotto import ~/Downloads/chatgpt-export/
  sotto import conversations.json --dry-run
  sotto import ~/.config/aichat/sessions
  sotto import everything.jsonl --json

Exit codes: 0 read (what could not be read is on stderr), 2 nothing could be read, 3 the conversations cannot be written.
`;

export function importCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('import')
    .description('bring in conversations from llm, ChatGPT, Claude, aichat, or another sotto')
    .argument('<path...>', 'files and folders')
    .addOption(new Option('--format <format>', 'what the files are [auto: looks into them]').choices(FORMATS).default('auto', 'auto'))
    .option('--dry-run', 'say what would be added, write nothing')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES);
  return command.action(async (paths: string[], options: ImportOptions) => {
    finish(await importConversations(paths, options, context));
  });
}

type Row = { id: string | null; title: string; source: ConversationRecord['source']; messages: number; outcome: Imported['outcome'] };
type Counts = { conversations: number; messages: number };
type Tally = { added: Counts; present: Counts; rows: Row[]; problems: { where: string; what: string }[] };

async function importConversations(paths: readonly string[], options: ImportOptions, context: CommandContext): Promise<number> {
  const { resolve } = await import('node:path');
  const { readImports } = await import('../../engine/import-all.ts');
  const tally: Tally = { added: { conversations: 0, messages: 0 }, present: { conversations: 0, messages: 0 }, rows: [], problems: [] };
  const full = paths.map((path) => resolve(context.folder(), path));
  const target = await openTarget(options, context);
  try {
    for await (const { conversations, problems } of readImports(full, { format: options.format }, context.interrupted)) {
      tally.problems.push(...problems);
      for (const record of conversations) take(record, target, tally);
    }
  } catch (thrown) {
    tell(tally, { options: { ...options, json: undefined }, context, isWhole: false });
    throw thrown;
  } finally {
    target.close();
  }
  tell(tally, { options, context, isWhole: true });
  return tally.rows.length === 0 && tally.problems.length > 0 ? 2 : 0;
}

type Target = { add(record: ConversationRecord): { id: string | null; outcome: Imported['outcome'] }; close(): void };

/** A dry run looks, and makes no database where there is none. */
async function openTarget({ dryRun }: ImportOptions, context: CommandContext): Promise<Target> {
  if (!dryRun) {
    const store = await openConversations(context);
    return { add: (record) => store.importConversation(record), close: () => store.close() };
  }
  const store = await openExisting(context);
  const there = store ? presentIn(store) : new Map<string, string>();
  store?.close();
  return {
    add(record) {
      const keys = keysOf(record);
      const id = keys.map((key) => there.get(key)).find((one) => one !== undefined) ?? null;
      if (id === null) for (const key of keys) there.set(key, '');
      return { id: id || null, outcome: id === null ? 'added' : 'present' };
    },
    close: () => {},
  };
}

/** By what a conversation is known again: its own id, and where it came from. */
function presentIn(store: Store): Map<string, string> {
  const there = new Map<string, string>();
  for (const { id } of store.list({ archived: 'any' })) {
    const source = store.conversation(id)?.source;
    for (const key of keysOf({ id, ...(source ? { source } : {}) })) there.set(key, id);
  }
  return there;
}

function keysOf({ id, source }: Pick<ConversationRecord, 'id' | 'source'>): string[] {
  return [...(id === undefined ? [] : [`id ${id}`]), ...(source ? [`source ${source.name} ${source.id}`] : [])];
}

function take(record: ConversationRecord, target: Target, tally: Tally): void {
  const { id, outcome } = target.add(record);
  const counts = outcome === 'added' ? tally.added : tally.present;
  counts.conversations++;
  counts.messages += record.messages.length;
  tally.rows.push({ id, title: record.title ?? '', source: record.source ?? null, messages: record.messages.length, outcome });
}

type Telling = { options: { json?: true | undefined; dryRun?: true }; context: CommandContext; isWhole: boolean };

function tell({ added, present, rows, problems }: Tally, { options, context, isWhole }: Telling): void {
  if (options.json) {
    const report = { v: 1, dryRun: options.dryRun === true, added, present, conversations: rows, problems };
    context.stdout.write(`${jsonText(report, 2)}\n`);
  }
  for (const { where, what } of problems)
    context.stderr.write(`sotto: ${safeLine(where)} ${safeLine(what)}${/[.)?]$/.test(what) ? '' : '.'}\n`);
  if (options.json) return;
  const verb = options.dryRun ? 'Would add' : isWhole ? 'Added' : 'Stopped; added so far';
  const there = present.conversations > 0 ? `; ${present.conversations} ${present.conversations === 1 ? 'was' : 'were'} there already` : '';
  const summary = `${verb}${isWhole || options.dryRun ? '' : ':'} ${plural(added.conversations, 'conversation')} (${plural(added.messages, 'message')})${there}.\n`;
  (isWhole ? context.stdout : context.stderr).write(summary);
  if (problems.length > 0) context.stderr.write(`sotto: ${plural(problems.length, 'thing')} could not be read, listed above.\n`);
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
