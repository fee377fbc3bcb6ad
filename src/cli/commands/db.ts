/** `sotto db`: the database of conversations as a file: where it is, whether it is sound, copies of it. */

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { databaseFile, hasDatabase, openExisting } from '../../compose/open-store.ts';
import { openProgress } from '../../compose/progress.ts';
import { say, writeJson, writeRows, writeValue } from '../../compose/say.ts';
import { statIfThere } from '../../config/stat.ts';
import { exitCodeOf, usageError } from '../../core/errors.ts';
import { counted, shellWord } from '../../core/words.ts';
import { formatBytes } from '../../format/numbers.ts';
import { fileStamp } from '../../format/times.ts';
import type { CheckReport } from '../../store/store.ts';
import { runWork } from '../long-work.ts';

export function dbCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('db')
    .description('the database of conversations: check, repair, back up, restore')
    .addHelpText('after', EXAMPLES);
  command
    .command('path')
    .description('where the database is')
    .addHelpText('after', '\nExample:\n  ls -l "$(sotto db path)"\n')
    .action(() => writeValue(databaseFile(context), context));
  command
    .command('check')
    .description('look for damage; changes nothing. Exit code 3 where there is some')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  sotto db check\n  sotto db check --json | jq .problems\n')
    .action((options: { json?: true }) => check(options, context, finish));
  command
    .command('repair')
    .description('save what can be read of a damaged database into a new one; the damaged one is kept')
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', REPAIR_HELP)
    .action(async (options: { json?: true }) => (await import('./db-repair.ts')).repair(options, context, finish));
  command
    .command('backup')
    .description('copy the database, also while sotto is in use, and print the name of the copy')
    .argument('[file]', 'file or folder to copy to [beside the database]')
    .option('--list', 'the backups beside the database, newest first, instead of making one')
    .option('--json', 'the result as one JSON object')
    .addOption(new Option('--auto').hideHelp())
    .addOption(new Option('--anew').hideHelp())
    .addHelpText('after', BACKUP_HELP)
    .action((file: string | undefined, options: BackupOptions) => backup(file, options, context));
  command
    .command('restore')
    .description('put a backup in the place of the database, which is kept beside it')
    .argument('<file>', 'a copy made by sotto; without its path, one beside the database')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'the result as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  sotto db restore ~/sotto-2026-11-20-143000.db\n  sotto db restore sotto-2026-11-20-143000.db --yes\n',
    )
    .action(async (file: string, options: { yes?: true; json?: true }) =>
      (await import('./db-restore.ts')).restore(file, options, context),
    );
  command
    .command('vacuum')
    .description('give the space of what was deleted back to the disk')
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', '\nExample:\n  sotto db vacuum\n')
    .action((options: { json?: true }) => vacuum(options, context));
  return command;
}

type BackupOptions = { json?: true; list?: true; auto?: true; anew?: true };

const BACKUP_HELP = `
sotto also makes backups by itself when something was said, at the end of a chat or a question: about once a day, seldomer for
a large database, checked, in the background. The two newest are kept and one that is up to two weeks old. To switch that off:
sotto config set backups false

Examples:
  sotto db backup
  sotto db backup /mnt/usb/
  sotto db backup --list
`;

const REPAIR_HELP = `
Reads the file page by page, whatever is damaged in it, and fills gaps from the newest sound backup. What was lost is listed;
then the exit code is 7. Until the new database is complete, the old one stays where it is.

Examples:
  sotto db repair
  sotto db repair --json | jq .losses
`;

const EXAMPLES = `
Examples:
  sotto db check
  sotto db repair
  sotto db backup
  sotto db restore sotto-2026-11-20-143000.db
  sotto db vacuum
`;

/** What a check goes through, for people. */
const CHECKED = 'pages, schema and log of the file, its indexes, how messages hang together, attachments, the search index';

const VERDICTS = {
  sound: 'sound',
  newer: 'not damaged, but of a newer sotto: update this one',
  unreadable: 'could not be checked',
} as const;

async function check({ json }: { json?: true }, context: CommandContext, finish: (exitCode: number) => void): Promise<void> {
  const file = databaseFile(context);
  const exists = await hasDatabase(context);
  if (!exists && !json) return nothingYet(context);
  const { ok, state, problems, facts }: CheckReport = exists
    ? await runWork('check', { file, inUse: true }, 'checking the database', context)
    : { ok: true, state: 'sound', problems: [], facts: { conversations: 0, messages: 0, bytes: 0, version: 0 } };
  if (!ok) finish(exitCodeOf('configuration'));
  if (json) writeJson(context.stdout, { file, ok, state, problems, facts });
  else {
    const size = [counted(facts.conversations, 'conversation'), counted(facts.messages, 'message'), formatBytes(facts.bytes)];
    const isRead = state === 'sound' || state === 'damaged';
    const verdict = state === 'damaged' ? `damaged: ${counted(problems.length, 'problem')}` : VERDICTS[state];
    const lines = [
      file,
      ...(isRead ? [`checked: ${CHECKED}`, `${size.join(', ')}, schema ${facts.version}`] : []),
      ...problems.map((problem) => `  ${problem}`),
      verdict,
    ];
    writeRows(lines, context);
  }
  if (state !== 'damaged') return;
  const backups = await allBackups(context);
  say(
    backups.length === 0
      ? 'sotto: save what can still be read with: sotto db repair. There is no backup beside it.'
      : [
          'sotto: save what can still be read with: sotto db repair. Or go back to a backup with: sotto db restore FILE',
          ...backups.map((backup) => `  ${backup}`),
          'Your present file is kept then.',
        ],
    context,
  );
}

async function backup(target: string | undefined, { json, list, auto, anew }: BackupOptions, context: CommandContext): Promise<void> {
  if (list) return listBackups(json, context);
  if (auto) {
    const { makeAutoBackup } = await import('../../store/auto-backup.ts');
    const { date, ...world } = context;
    return writeJson(context.stdout, makeAutoBackup(databaseFile(context), { ...world, now: date }, { anew: anew === true }));
  }
  const store = await openExisting(context);
  if (!store) throw usageError('There is no database yet, so there is nothing to back up.', 'It begins with the first: sotto "…"');
  try {
    const file = targetOf(target, context);
    const progress = openProgress('backing up', context);
    await store.backup(file, progress.count, context.interrupted).finally(progress.end);
    const { size } = statSync(file);
    if (json) return writeJson(context.stdout, { file, bytes: size });
    writeValue(file, context);
    say(`Backed up ${formatBytes(size)}. To go back to it: sotto db restore ${shellWord(file)}`, context);
  } finally {
    store.close();
  }
}

function targetOf(target: string | undefined, context: CommandContext): string {
  const name = `sotto-${fileStamp(context.date())}.db`;
  if (target === undefined) return join(context.paths.data, name);
  const path = resolve(context.folder(), target);
  return statIfThere(path)?.isDirectory() ? join(path, name) : path;
}

async function vacuum({ json }: { json?: true }, context: CommandContext): Promise<void> {
  const file = databaseFile(context);
  if (!(await hasDatabase(context))) return json ? writeJson(context.stdout, { bytesBefore: 0, bytesAfter: 0 }) : nothingYet(context);
  const { bytesBefore, bytesAfter } = await runWork('vacuum', { file }, 'writing the database anew', context);
  if (json) return writeJson(context.stdout, { bytesBefore, bytesAfter });
  say(`${formatBytes(bytesBefore)} before, ${formatBytes(bytesAfter)} now.`, context);
}

function nothingYet(context: CommandContext): void {
  say('sotto: there is no database yet. It begins with the first: sotto "…"', context);
}

async function allBackups(context: CommandContext): Promise<string[]> {
  const { findBackups } = await import('../../store/backup-names.ts');
  return [...findBackups(databaseFile(context)), ...ownBackups(context)];
}

async function listBackups(json: true | undefined, context: CommandContext): Promise<void> {
  const found = (await hasDatabase(context)) ? await allBackups(context) : [];
  const backups = found.map((file) => ({ file, bytes: statSync(file).size, madeMs: Math.round(statSync(file).mtimeMs) }));
  if (json) return writeJson(context.stdout, { backups });
  writeRows(
    backups.map(({ file, bytes }) => `${file}  ${formatBytes(bytes)}`),
    context,
  );
  if (backups.length === 0) say('sotto: there is no backup yet. Make one: sotto db backup', context);
}

/** Those of `db backup`, newest first. */
function ownBackups({ paths }: CommandContext): string[] {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  return readdirSync(paths.data)
    .filter((name) => /^sotto-\d{4}-\d\d-\d\d-\d{6}\.db$/.test(name))
    .sort()
    .reverse()
    .map((name) => join(paths.data, name));
}
