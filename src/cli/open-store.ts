/** Opens the conversations of this user for a command: the one database in the data folder. */
import { probeFolder } from '../config/paths.ts';
import type { Store } from '../store/store.ts';
import type { CommandContext } from './context.ts';

/** What the store needs of the world. */
export type StoreContext = Pick<CommandContext, 'paths' | 'date' | 'random' | 'pid' | 'isRunning' | 'wakeAfter' | 'stderr'>;

export function databaseFile({ paths }: Pick<CommandContext, 'paths'>): string {
  return process.getBuiltinModule('node:path').join(paths.data, 'sotto.db');
}

/** Makes the database where there is none. Close it when the command is done. */
export async function openConversations(context: StoreContext, notice = noticeOn(context)): Promise<Store> {
  const { openStore } = await import('../store/open.ts');
  return openStore({
    file: databaseFile(context),
    notice,
    now: () => context.date(),
    random: () => context.random(),
    pid: context.pid,
    isRunning: (pid) => context.isRunning(pid),
    wakeAfter: (milliseconds, action) => context.wakeAfter(milliseconds, action),
  });
}

function noticeOn({ stderr }: Pick<CommandContext, 'stderr'>) {
  return (message: string): void => void stderr.write(`sotto: ${message}\n`);
}

/** The same for a command that only looks: it makes nothing where nothing is. */
export async function openExisting(context: StoreContext): Promise<Store | undefined> {
  return (await hasDatabase(context)) ? openConversations(context) : undefined;
}

/** Nothing there yet is one thing, a home that cannot be used another. */
export async function hasDatabase(context: Pick<CommandContext, 'paths'>): Promise<boolean> {
  const file = databaseFile(context);
  try {
    if (process.getBuiltinModule('node:fs').statSync(file, { throwIfNoEntry: false })) return true;
    probeFolder(context.paths.data);
    return false;
  } catch (thrown) {
    throw (await import('../store/failure.ts')).storeFailure(thrown, file);
  }
}
