/** Starts the backup that sotto makes by itself, in a process that nobody waits for. */
import type { Settings } from '../config/load.ts';
import { automaticBackups, isBackupDue } from '../store/backup-names.ts';
import type { CommandContext } from './context.ts';
import { databaseFile } from './open-store.ts';

/** At the end of a chat or a question, when everything is said and the store is closed. */
export function backUpWhenDue(settings: Settings, context: CommandContext): void {
  if (!settings.get('backups') || !settings.get('save') || settings.get('private')) return;
  try {
    if (isBackupDue(databaseFile(context), context.date())) context.startAlone(['db', 'backup', '--auto']);
  } catch {
    // The next end of a chat tries again.
  }
}

/** What was deleted is still in the backups that sotto has made by itself: one is made anew, and those go. */
export function backUpAnew(context: CommandContext): void {
  if (automaticBackups(databaseFile(context)).length > 0) context.startAlone(['db', 'backup', '--auto', '--anew']);
}
