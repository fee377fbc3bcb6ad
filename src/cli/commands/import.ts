/** `sotto import`: conversations of other programs, and sotto's own exports, into the store. */

import { Command, Option } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { openConversations, openExisting, patienceOf } from '../../compose/open-store.ts';
import { openProgress, type Progress } from '../../compose/progress.ts';
import { say, writeJson, writeRows } from '../../compose/say.ts';
import { asSottoError, errorCode, SottoError } from '../../core/errors.ts';
import { counted, nounOf } from '../../core/words.ts';
import type { Patience } from '../../store/patience.ts';
import type { ConversationRecord, Imported, ImportStep } from '../../store/store.ts';
import { pauses } from '../pauses.ts';

const FORMATS = ['auto', 'sotto', 'llm', 'chatgpt', 'claude', 'aichat'] as const;
type ImportOptions = { format: (typeof FORMATS)[number]; dryRun?: true; json?: true };

const EXAMPLES = `
Reads:
  sotto     what sotto export --format json or jsonl wrote, without loss
  llm       its database: llm logs path says where it is
  chatgpt   the data export: the unpacked folder, or conversations.json alone (then without its pictures)
  claude    the data export: the unpacked folder, or conversations.json
            (of both also one conversation, or one per line as in JSONL)
  aichat    the sessions folder, one session, or messages.md
ZIP archives are not read: unpack them first.

Importing again adds only what is new, message by message: a conversation that has gone on since grows here, what was edited or
answered anew there becomes a branch (sotto show --tree), and what you did here stays. Nothing is deleted here.
Whatever could not be read is listed on stderr with its place. Ctrl+C keeps what is there by then; import again for the rest.

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

type Row = {
  id: string | null;
  title: string;
  source: ConversationRecord['source'];
  /** In the file, and of these new here. */
  messages: number;
  added: number;
  outcome: Imported['outcome'];
};
type Counts = { conversations: number; messages: number };
type Tally = {
  added: Counts;
  /** Conversations that were there and have gone on; `completed`: messages that were there in part. */
  grown: Counts & { completed: number };
  present: Counts;
  rows: Row[];
  problems: { where: string; what: string }[];
};

async function importConversations(paths: readonly string[], options: ImportOptions, context: CommandContext): Promise<number> {
  const { resolve } = await import('node:path');
  const { readImports } = await import('../../engine/import-all.ts');
  const nothing = { conversations: 0, messages: 0 };
  const tally: Tally = { added: { ...nothing }, grown: { ...nothing, completed: 0 }, present: { ...nothing }, rows: [], problems: [] };
  const full = paths.map((path) => resolve(context.folder(), path));
  const target = await openTarget(options, context);
  const patiently = await patienceOf(context);
  const progress = openProgress('importing', context, 'messages');
  try {
    const pause = pauses(context);
    const groups = inGroups({ target, tally, progress, pause, patiently });
    for await (const { conversations, problems } of readImports(full, { format: options.format }, context.interrupted)) {
      for (const problem of problems) tally.problems.push(problem);
      for (const record of conversations) await groups.add(record);
      await pause();
    }
    await groups.flush();
  } catch (thrown) {
    progress.end();
    tell(tally, { options: { ...options, json: undefined }, context, isWhole: false });
    throw thrown;
  } finally {
    progress.end();
    target.close();
  }
  tell(tally, { options, context, isWhole: true });
  return tally.rows.length === 0 && tally.problems.length > 0 ? 2 : 0;
}

type Target = {
  steps(record: ConversationRecord): Generator<ImportStep, Imported>;
  /** Absent: each by itself. */
  together?(records: readonly ConversationRecord[]): Imported[];
  close(): void;
};

/** A dry run looks, and makes no database where there is none. */
async function openTarget({ dryRun }: ImportOptions, context: CommandContext): Promise<Target> {
  if (!dryRun) {
    const store = await openConversations(context);
    return {
      steps: (record) => store.importSteps(record, { dryRun: false }),
      together: (records) => store.importTogether(records),
      close: () => store.close(),
    };
  }
  const store = await openExisting(context);
  const thought = new Set<string>();
  return {
    *steps(record) {
      const keys = keysOf(record);
      const added = record.messages.length;
      if (keys.some((key) => thought.has(key))) return { id: '', outcome: 'present', messages: { added: 0, renewed: 0 } };
      const imported: Imported = store
        ? yield* store.importSteps(record, { dryRun: true })
        : { id: '', outcome: 'added', messages: { added, renewed: 0 } };
      if (imported.outcome === 'added') for (const key of keys) thought.add(key);
      return imported;
    },
    close: () => store?.close(),
  };
}

/** By what a conversation is known again: its own id, and where it came from. */
function keysOf({ id, source }: Pick<ConversationRecord, 'id' | 'source'>): string[] {
  return [...(id === undefined ? [] : [`id ${id}`]), ...(source ? [`source ${source.name} ${source.id}`] : [])];
}

type Taking = { target: Target; tally: Tally; progress: Progress; pause: () => Promise<void>; patiently: Patience };

/** Messages: 30 ms or so. Fifty in a transaction of their own cost a quarter more than among three hundred. */
const TOGETHER = 1000;

type Groups = { add(record: ConversationRecord): Promise<void>; flush(): Promise<void> };

/** Small conversations are stored together; a long one, and where one of them cannot be stored, each by itself. */
function inGroups(taking: Taking): Groups {
  let group: ConversationRecord[] = [];
  let messages = 0;
  async function flush(): Promise<void> {
    const records = group;
    group = [];
    messages = 0;
    const imported = records.length > 1 ? await together(records, taking) : undefined;
    if (!imported) for (const record of records) await take(record, taking);
    else {
      for (const [index, record] of records.entries()) {
        const one = imported[index];
        if (one) count(record, one, taking.tally);
      }
      taking.progress.count(messagesOf(taking.tally));
      await taking.pause();
    }
  }
  return {
    flush,
    async add(record) {
      if (record.messages.length >= TOGETHER) await flush();
      group.push(record);
      messages += record.messages.length;
      if (messages >= TOGETHER) await flush();
    },
  };
}

/** Undefined where one of them cannot be stored. */
async function together(records: readonly ConversationRecord[], { target, patiently }: Taking): Promise<Imported[] | undefined> {
  try {
    return await patiently(() => target.together?.(records));
  } catch (thrown) {
    if (isOfTheRecord(thrown)) return undefined;
    throw thrown;
  }
}

function messagesOf({ added, grown, present }: Tally): number {
  return added.messages + grown.messages + present.messages;
}

async function take(record: ConversationRecord, { target, tally, progress, pause, patiently }: Taking): Promise<void> {
  const before = messagesOf(tally);
  let soFar: Imported | undefined;
  try {
    const steps = target.steps(record);
    for (;;) {
      const step = await patiently(() => unlocked(steps.next()));
      soFar = step.value;
      progress.count(before + (step.done ? record.messages.length : soFar.messages.added));
      if (step.done) break;
      await roomForOthers();
      await pause();
    }
  } catch (thrown) {
    if (!isOfTheRecord(thrown)) {
      if (soFar && soFar.messages.added > 0) count(record, soFar, tally);
      throw thrown;
    }
    const { message, hint } = asSottoError(thrown);
    tally.problems.push({ where: whereOf(record), what: `could not be stored: ${[message, hint].filter(Boolean).join(' ')}` });
    return;
  }
  count(record, soFar, tally);
  await pause();
}

/** A step that another program's lock kept out is tried again. */
function unlocked(step: IteratorResult<ImportStep, Imported>): IteratorResult<ImportStep, Imported> {
  if (!step.done && step.value.locked) throw step.value.locked;
  return step;
}

/** Between two steps of a long conversation: who only asks now and then whether the database is free must find it so. */
function roomForOthers(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, 3));
}

/** A value that cannot be stored does not take the others with it; a database that cannot be written does. */
function isOfTheRecord(thrown: unknown): boolean {
  if (!(thrown instanceof SottoError)) return true;
  const cause = errorCode(thrown.cause);
  return thrown.kind === 'configuration' && (cause === undefined || /^SQLITE_(TOOBIG|MISMATCH|CONSTRAINT)/.test(cause));
}

function whereOf({ source, id, title }: ConversationRecord): string {
  return `conversation ${source ? `${source.id} of ${source.name}` : (id ?? '')}${title ? ` "${title}"` : ''}`;
}

function count(record: ConversationRecord, { id, outcome, messages }: Imported, { added, grown, present, rows }: Tally): void {
  const counts = { added, grown, present }[outcome];
  counts.conversations++;
  counts.messages += outcome === 'present' ? record.messages.length : messages.added;
  if (outcome === 'grown') grown.completed += messages.renewed;
  const { title = '', source = null } = record;
  rows.push({ id: id || null, title, source, messages: record.messages.length, added: messages.added, outcome });
}

type Telling = { options: { json?: true | undefined; dryRun?: true }; context: CommandContext; isWhole: boolean };

function tell({ added, grown, present, rows, problems }: Tally, { options, context, isWhole }: Telling): void {
  if (options.json) {
    writeJson(context.stdout, { dryRun: options.dryRun === true, added, grown, present, conversations: rows, problems });
  }
  for (const { where, what } of problems) say(`sotto: ${where} ${what}${/[.)?]$/.test(what) ? '' : '.'}`, context);
  if (options.json) return;
  const verb = options.dryRun ? 'Would add' : isWhole ? 'Added' : 'Stopped; added so far';
  const more = grown.messages > 0 ? ` and ${counted(grown.messages, 'message')} to ${counted(grown.conversations, 'other')}` : '';
  const completed =
    grown.completed > 0 ? `; ${counted(grown.completed, 'message')} ${nounOf(grown.completed, 'is', 'are')} more complete now` : '';
  const there = present.conversations > 0 ? `; ${present.conversations} ${nounOf(present.conversations, 'was', 'were')} there already` : '';
  const fresh = `${counted(added.conversations, 'conversation')} (${counted(added.messages, 'message')})`;
  const summary = `${verb}${isWhole || options.dryRun ? '' : ':'} ${fresh}${more}${completed}${there}.`;
  if (isWhole) writeRows([summary], context);
  else say(summary, context);
  if (problems.length > 0) say(`sotto: ${counted(problems.length, 'thing')} could not be read, listed above.`, context);
}
