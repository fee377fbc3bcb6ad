/** Opens the conversations of this user for a command: the one database in the data folder. */
import type { Store } from '../store/store.ts';
import type { CommandContext } from './context.ts';

/** What the store needs of the world. */
export type StoreContext = Pick<CommandContext, 'paths' | 'date' | 'random' | 'pid' | 'isRunning' | 'wakeAfter'>;

export function databaseFile({ paths }: Pick<CommandContext, 'paths'>): string {
  return process.getBuiltinModule('node:path').join(paths.data, 'sotto.db');
}

/** Makes the database where there is none. Close it when the command is done. */
export async function openConversations(context: StoreContext, file: string = databaseFile(context)): Promise<Store> {
  const { openStore } = await import('../store/open.ts');
  return openStore({
    file,
    now: () => context.date(),
    random: () => context.random(),
    pid: context.pid,
    isRunning: (pid) => context.isRunning(pid),
    wakeAfter: (milliseconds, action) => context.wakeAfter(milliseconds, action),
  });
}

/** The same for a command that only looks: it makes nothing where nothing is. */
export async function openExisting(context: StoreContext): Promise<Store | undefined> {
  return process.getBuiltinModule('node:fs').existsSync(databaseFile(context)) ? openConversations(context) : undefined;
}
