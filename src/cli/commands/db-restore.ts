/** `sotto db restore`: says what would replace what, asks, and puts the backup in place. */

import { existsSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { CommandContext } from '../../compose/context.ts';
import { databaseFile } from '../../compose/open-store.ts';
import { say, writeJson } from '../../compose/say.ts';
import { usageError } from '../../core/errors.ts';
import { counted, shellWord } from '../../core/words.ts';
import { restoreStore } from '../../store/backup.ts';
import type { CheckReport } from '../../store/store.ts';
import { runWork } from '../long-work.ts';
import { confirm } from '../prompt.ts';

export async function restore(typed: string, options: { yes?: true; json?: true }, context: CommandContext): Promise<void> {
  const file = databaseFile(context);
  const from = sourceOf(typed, context);
  if (existsSync(file) && realpathSync(from) === realpathSync(file))
    throw usageError(`${from} is the database itself.`, 'Name a backup of it.');
  const backup = await runWork('check', { file: from }, 'checking the backup', context);
  if (!backup.ok || backup.facts.version === 0) {
    const reason = backup.problems[0] ?? 'It is not a database of sotto.';
    throw usageError(`${from} is not a sound backup; nothing was changed.`, reason);
  }
  const current = existsSync(file) ? await runWork('check', { file }, 'checking the present database', context) : undefined;
  if (!options.yes) {
    if (!context.isTerminal.stdin) {
      throw usageError('Nobody is there to confirm; nothing was changed.', `Run: sotto db restore ${shellWord(from)} --yes`);
    }
    const question = `Put ${basename(from)} (${sizeOf(backup)}) in the place of ${current ? `the database (${sizeOf(current)}), which is kept` : 'the database, of which there is none'}?`;
    if (!(await confirm(question, context))) return say('Nothing was changed.', context);
  }
  const { kept } = restoreStore({ file, from, nowMs: context.date() });
  if (options.json) return writeJson(context.stdout, { file, from, kept: kept ?? null, facts: backup.facts });
  say(`Restored ${sizeOf(backup)} from ${from}.`, context);
  if (kept !== undefined) say(`The database that was there is kept: ${kept}`, context);
}

/** As a path from here, or by its bare name beside the database, where backups are. */
function sourceOf(typed: string, context: CommandContext): string {
  const here = resolve(context.folder(), typed);
  if (existsSync(here)) return here;
  const beside = join(context.paths.data, typed);
  if (basename(typed) === typed && existsSync(beside)) return beside;
  throw usageError(`There is no file ${typed}.`, `Backups are usually in ${context.paths.data}`);
}

function sizeOf({ ok, facts }: CheckReport): string {
  const size = `${counted(facts.conversations, 'conversation')}, ${counted(facts.messages, 'message')}`;
  return ok ? size : `damaged; ${size} can be read`;
}
