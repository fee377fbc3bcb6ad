/** `sotto db repair`: saves what can be read of a damaged database into a new one, and says what was lost. */

import type { CommandContext } from '../../compose/context.ts';
import { databaseFile, hasDatabase } from '../../compose/open-store.ts';
import { writeJson, writeRows } from '../../compose/say.ts';
import { configurationError } from '../../core/errors.ts';
import { counted } from '../../core/words.ts';
import type { RepairReport } from '../../store/salvage/repair.ts';
import { runWork } from '../long-work.ts';
import { lossLines, PARTIAL_EXIT_CODE } from '../partial.ts';

export async function repair(options: { json?: true }, context: CommandContext, finish: (exitCode: number) => void): Promise<void> {
  const file = databaseFile(context);
  const say = (line: string) => writeRows([line], context);
  if (!(await hasDatabase(context))) {
    if (options.json) return writeJson(context.stdout, { file, repaired: false });
    return say('There is no database yet, so there is nothing to repair.');
  }
  const { ok, state, problems } = await runWork('check', { file }, 'checking the database', context);
  if (state === 'newer' || state === 'unreadable') throw configurationError(problems[0] ?? '', 'Nothing was changed.');
  if (ok) {
    if (options.json) return writeJson(context.stdout, { file, repaired: false });
    return say(`${file} is sound: there is nothing to repair.`);
  }
  const report = await runWork('repair', { file }, 'repairing the database', context);
  if (lossLines(report).length > 0) finish(PARTIAL_EXIT_CODE);
  if (options.json) return writeJson(context.stdout, { file, repaired: true, ...report });
  writeRows(linesOf(file, report), context);
}

function linesOf(file: string, report: RepairReport): string[] {
  const { found, reattached, fromBackup, kept } = report;
  const lines = [`${file} is repaired: ${counted(found.conversations, 'conversation')}, ${counted(found.messages, 'message')}.`];
  if (fromBackup) {
    const filled = [counted(fromBackup.conversations, 'conversation'), counted(fromBackup.messages, 'message')];
    lines.push(`From the backup ${fromBackup.file}: ${filled.join(', ')} of these.`);
  }
  const lost = lossLines(report);
  lines.push(...(lost.length > 0 ? lost : ['Nothing was lost.']));
  if (reattached > 0) lines.push(`Put where the message before them was: ${counted(reattached, 'message')}`);
  lines.push(`The damaged database is kept: ${kept}`);
  return lines;
}
