/** `sotto export`: conversations as files, to read, to keep, to import elsewhere, to train with. */

import { Command, Option } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { openProgress } from '../../compose/progress.ts';
import { say } from '../../compose/say.ts';
import type { Settings } from '../../config/load.ts';
import { usageError } from '../../core/errors.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { counted, nounOf } from '../../core/words.ts';
import { createSafeStream, safeLine } from '../../format/safety.ts';
import type { SkipReason } from '../../output/export-training.ts';
import { openWriter } from '../../output/writer.ts';
import type { ConversationRecord, Store } from '../../store/store.ts';
import { type FilterOptions, readFilters } from '../conversations/filters.ts';
import { findConversation, lastConversation, noneYet } from '../conversations.ts';
import { openExportFile } from '../export-file.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { type Finish, reading, type Unread } from '../partial.ts';
import { pauses } from '../pauses.ts';

const EXPORT_FORMATS = ['markdown', 'json', 'jsonl', 'html', 'training'] as const;
type ExportFormat = (typeof EXPORT_FORMATS)[number];

type ExportOptions = FilterOptions & {
  all?: true;
  format?: ExportFormat;
  out?: string;
  force?: true;
  attachments?: true;
  branches?: true;
};

const EXAMPLES = `
Without anything it prints the last conversation as Markdown. json and jsonl hold everything, all branches included, and can
be imported again; the other formats show the active branch. training writes chat examples for fine-tuning,
with the tools that are called; turns that failed, were cancelled or have no answer are left out and counted on stderr.

Examples:
  sotto export > talk.md
  sotto export 1m7wqqngw7er -o talk.html
  sotto export --all -o everything.jsonl
  sotto export --tag work --since 2w --format training > examples.jsonl
`;

export function exportCommand(context: CommandContext, finish: Finish): Command {
  const command = new Command('export')
    .description('write conversations as Markdown, HTML, JSON or training examples')
    .argument('[conversation...]', 'ids, beginnings of ids, or titles [the last one]')
    .option('--all', 'every conversation, archived ones too')
    .addOption(new Option('--format <format>', 'what to write [markdown, or by the ending of -o]').choices(EXPORT_FORMATS))
    .option('-o, --out <file>', 'write into a file; "-" is standard output')
    .option('--force', 'replace a file that exists')
    .option('--attachments', 'in Markdown: attachments with their content, not only their names')
    .option('--branches', 'in training examples: one for each branch')
    .option('-m, --model <name>', 'only conversations with this model')
    .option('-p, --provider <name>', 'only with this provider')
    .option('--tag <tag>', 'only with this tag')
    .option('--folder [path]', 'only those begun in this folder [the current one]')
    .option('--since <time>', 'only since then: 2h, 3d, yesterday, 2026-11-01')
    .option('--until <time>', 'only until then');
  addSettingOptions(command, ['profile']);
  return command
    .addHelpText('after', EXAMPLES)
    .action((references: string[], options: ExportOptions) => exportConversations({ references, options, command, context, finish }));
}

type Exporting = { references: string[]; options: ExportOptions; command: Command; context: CommandContext; finish: Finish };

async function exportConversations({ references, options, command, context, finish }: Exporting): Promise<void> {
  const format = options.format ?? formatOf(options.out) ?? 'markdown';
  const filters = readFilters(options, settingsOf(command, context), context);
  const filtered = options.all || Object.keys(filters).length > 0;
  if (references.length > 0 && filtered)
    throw usageError('Name conversations or choose them by options, not both.', 'See: sotto help export');
  await reading(context, finish, async (store, unread) => {
    if (!store) throw noneYet();
    const ids = filtered ? store.list({ ...filters, archived: 'any' }).map(({ id }) => id) : chosen(store, references);
    if (ids.length === 0) throw Object.keys(filters).length > 0 ? usageError('No conversation fits.', 'See: sotto list --all') : noneYet();
    // Asked before the first byte is out: in the middle it would be too late to read them another way.
    const pause = pauses(context);
    for (const id of ids) {
      await pause();
      if (!store.isReadable([id])) throw (await import('../../store/failure.ts')).damagedError(store.file, 'a page of it cannot be read');
    }
    const skipped: Record<SkipReason, number> = { unfinished: 0, unanswered: 0, garbled: 0 };
    const toStdout = options.out === undefined || STDOUT.has(options.out);
    const progress = toStdout && context.isTerminal.stdout ? undefined : openProgress('exporting', context, 'conversations');
    const onRecord = (done: number) => progress?.count(done, ids.length);
    const pieces = await piecesOf(format, recordsOf(store, ids, { unread, onRecord }), {
      options,
      onSkipped: (reason) => skipped[reason]++,
      tools: async () => toolsKnown(settingsOf(command, context), context),
    });
    try {
      await (toStdout ? print(pieces, context) : save(pieces, options.out ?? '', { options, context }));
    } finally {
      progress?.end();
    }
    tellSkipped(skipped, context);
  });
}

function chosen(store: Store, references: readonly string[]): string[] {
  const found = references.length === 0 ? [lastConversation(store)] : references.map((reference) => findConversation(store, reference));
  return [...new Set(found.map(({ id }) => id))];
}

/** One at a time: many conversations, or large pictures, are never in memory together. */
function* recordsOf(
  store: Store,
  ids: readonly string[],
  { unread, onRecord }: { unread: Unread; onRecord: (done: number) => void },
): Generator<ConversationRecord> {
  for (const [index, id] of ids.entries()) {
    onRecord(index);
    const record = store.exportConversation(id);
    // Somebody may have deleted it in the meantime.
    if (!record) continue;
    unread.note({ id, title: record.title ?? '' }, record.messages);
    yield record;
  }
}

/** It may be a socket, which nobody can open by its name. */
const STDOUT: ReadonlySet<string> = new Set(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

type PieceOptions = {
  options: ExportOptions;
  onSkipped: (reason: SkipReason) => void;
  tools: () => Promise<readonly ToolDefinition[]>;
};

/** Loads only the form that is asked for. */
async function piecesOf(
  format: ExportFormat,
  records: Iterable<ConversationRecord>,
  { options, onSkipped, tools }: PieceOptions,
): Promise<Iterable<string>> {
  switch (format) {
    case 'markdown':
      return (await import('../../output/export-markdown.ts')).exportMarkdown(records, { attachments: options.attachments === true });
    case 'html':
      return (await import('../../output/export-html.ts')).exportHtml(records);
    case 'json':
      return (await import('../../output/export-json.ts')).exportJson(records);
    case 'jsonl':
      return (await import('../../output/export-json.ts')).exportJsonLines(records);
    case 'training': {
      const { exportTraining } = await import('../../output/export-training.ts');
      return exportTraining(records, { branches: options.branches === true, tools: await tools(), onSkipped });
    }
  }
}

/** Those that sotto brings; what other tools are is not kept with a conversation. */
async function toolsKnown(settings: Settings, context: CommandContext): Promise<readonly ToolDefinition[]> {
  const [{ builtInTools }, { builtInPorts }] = await Promise.all([
    import('../../tools/built-in.ts'),
    import('../../compose/tool-ports.ts'),
  ]);
  return builtInTools(builtInPorts(settings, context));
}

/** A pipe gets every byte as it is; a terminal nothing that could move its cursor. */
async function print(pieces: Iterable<string>, context: CommandContext): Promise<void> {
  let gone = false;
  const writer = openWriter(context.stdout, {
    onClosed: () => {
      gone = true;
    },
    interrupted: context.interrupted,
  });
  const safe = context.isTerminal.stdout ? createSafeStream() : undefined;
  const pause = pauses(context);
  for (const piece of pieces) {
    await pause();
    if (!writer.write(safe ? safe.push(piece) : piece)) await writer.ready();
    if (gone) return;
  }
  if (safe) writer.write(safe.end());
}

async function save(
  pieces: Iterable<string>,
  path: string,
  { options, context }: { options: ExportOptions; context: CommandContext },
): Promise<void> {
  const { resolve } = await import('node:path');
  const file = openExportFile(resolve(context.folder(), path), { shown: path, replaces: options.force === true });
  try {
    const pause = pauses(context);
    for (const piece of pieces) {
      await pause();
      file.write(piece);
    }
    file.finish();
  } catch (thrown) {
    file.discard();
    throw thrown;
  }
}

function tellSkipped({ unfinished, unanswered, garbled }: Record<SkipReason, number>, context: CommandContext): void {
  const told = [
    unfinished > 0 ? `${counted(unfinished, 'turn')} that failed, ${nounOf(unfinished, 'was', 'were')} cancelled or broke off` : '',
    unanswered > 0 ? `${unanswered} without a whole answer` : '',
    garbled > 0 ? `${garbled} with a call whose arguments are not JSON` : '',
  ].filter(Boolean);
  if (told.length > 0) say(`sotto: left out ${told.join(' and ')}.`, context);
}

const ENDINGS: Record<string, ExportFormat | undefined> = {
  md: 'markdown',
  markdown: 'markdown',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  html: 'html',
  htm: 'html',
};

/** By the ending of the file; undefined without a file or an ending. */
function formatOf(path: string | undefined): ExportFormat | undefined {
  const ending = /[^\\/]\.([^.\\/]+)$/.exec(path ?? '')?.[1];
  if (path === undefined || ending === undefined) return undefined;
  const known = ending.toLowerCase();
  if (Object.hasOwn(ENDINGS, known)) return ENDINGS[known];
  throw usageError(
    `The ending of ${safeLine(path)} says no format.`,
    `Known are ${Object.keys(ENDINGS)
      .map((each) => `.${each}`)
      .join(', ')}; for any other name add --format, such as: --format markdown`,
  );
}
