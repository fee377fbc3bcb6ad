/** `sotto delete`: conversations, for good, after asking. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say, writeJson } from '../../compose/say.ts';
import { usageError } from '../../core/errors.ts';
import { counted, nounOf } from '../../core/words.ts';
import { asIdPrefix } from '../../store/ids.ts';
import type { Patience } from '../../store/patience.ts';
import type { ConversationSummary, Removal, Store } from '../../store/store.ts';
import { editConversations } from '../conversations/edit.ts';
import { named } from '../conversations.ts';
import { type Finish, PARTIAL_EXIT_CODE } from '../partial.ts';
import { confirm } from '../prompt.ts';

type DeleteOptions = { yes?: true; json?: true };

export function deleteCommand(context: CommandContext, finish: Finish): Command {
  return new Command('delete')
    .description('delete conversations for good')
    .argument('<conversation...>', 'ids, the beginnings of them, or titles')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((references: string[], options: DeleteOptions) =>
      editConversations(references, context, (store, found, patiently) =>
        remove({ references, found, store, patiently, options, context, finish }),
      ),
    );
}

const EXAMPLES = `
The words, their places in the search index and attachments that nothing else uses are overwritten. What was paid stays in
the ledger. Backups that you made before still hold the conversation; those that sotto made by itself are made anew.

Examples:
  sotto delete 1m7wqqngw7er
  sotto delete 1m7wqqngw7er 1m7x2c0d9ktp --yes
`;

type Removing = {
  references: readonly string[];
  found: ConversationSummary[];
  store: Store;
  patiently: Patience;
  options: DeleteOptions;
  context: CommandContext;
  finish: Finish;
};

async function remove({ references, found, store, patiently, options, context, finish }: Removing): Promise<void> {
  const rows = found.map(rowOf);
  if (options.yes) refuseVague(references, found);
  else if (!context.isTerminal.stdin) {
    throw usageError('Nobody is there to confirm; nothing was deleted.', `Run: sotto delete ${found.map(({ id }) => id).join(' ')} --yes`);
  } else if (!(await confirm(questionOf(rows), context))) return say('Nothing was deleted.', context);
  const removal = await patiently(store.removing(found.map(({ id }) => id)));
  if (removal.failed.length > 0) finish(PARTIAL_EXIT_CODE);
  if (removal.removed > 0) (await import('../../compose/auto-backup.ts')).backUpAnew(context);
  report({ found, removal, options, context });
}

function questionOf(rows: readonly string[]): string {
  if (rows.length === 1) return `Delete ${rows[0]}? It cannot be brought back.`;
  return `${rows.map((row) => `  ${row}\n`).join('')}Delete these ${rows.length} conversations? They cannot be brought back.`;
}

/** Without a question nobody sees what a part of a title was taken for. */
function refuseVague(references: readonly string[], found: readonly ConversationSummary[]): void {
  for (const reference of references) {
    const prefix = asIdPrefix(reference);
    const title = reference.trim().toLowerCase();
    const isClear = found.some(({ id, title: full }) => (prefix !== undefined && id.startsWith(prefix)) || full.toLowerCase() === title);
    if (isClear) continue;
    throw usageError(
      `"${reference}" is only a part of a title; nothing was deleted.`,
      'With --yes, name conversations by their id or their whole title.',
    );
  }
}

type Reporting = {
  found: readonly ConversationSummary[];
  removal: Removal;
  options: DeleteOptions;
  context: CommandContext;
};

function report({ found, removal, options, context }: Reporting): void {
  const gone = found.filter(({ id }) => !removal.failed.includes(id));
  if (options.json) {
    writeJson(context.stdout, { deleted: gone.map(({ id }) => id), ...removal });
    return;
  }
  for (const conversation of gone) say(`Deleted ${rowOf(conversation)}.`, context);
  for (const conversation of found.filter(({ id }) => removal.failed.includes(id)))
    say(`sotto: ${named(conversation)} is damaged and was not deleted. First run: sotto db repair`, context);
  const elsewhere = gone.length - removal.removed;
  if (elsewhere > 0) say(`sotto: ${elsewhere} of them ${nounOf(elsewhere, 'was', 'were')} deleted by somebody else just now.`, context);
  if (!removal.erased) say('sotto: another sotto was reading; the last bytes leave the disk when it is done.', context);
}

function rowOf(conversation: ConversationSummary): string {
  return `${named(conversation)}, ${counted(conversation.messageCount, 'message')}`;
}
