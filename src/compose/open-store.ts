/** Opens the conversations of this user for a command: the one database in the data folder. */

import { probeFolder } from '../config/paths.ts';
import { statIfThere } from '../config/stat.ts';
import type { Patience } from '../store/patience.ts';
import type { Store } from '../store/store.ts';
import type { CommandContext } from './context.ts';
import { say } from './say.ts';
import type { UpdateContext } from './update-database.ts';

/** What the store needs of the world, and what is said when another program keeps it for long. */
type StoreContext = Pick<
  CommandContext,
  'paths' | 'date' | 'random' | 'pid' | 'isRunning' | 'wakeAfter' | 'interrupted' | 'stderr' | 'loadSettings'
> &
  UpdateContext;

type OpenOptions = {
  /** Another database than the user's. */
  file?: string;
  notice?: (message: string) => void;
  patiently?: Patience;
  /** Ends what takes long; a signal to the process, unless told. */
  signal?: AbortSignal;
};

export function databaseFile({ paths }: Pick<CommandContext, 'paths'>): string {
  return process.getBuiltinModule('node:path').join(paths.data, 'sotto.db');
}

/**
 * Makes the database where there is none, and waits where another program has locked it: with the command's own patience unless
 * told. Close it when the command is done.
 */
export async function openConversations(context: StoreContext, options: OpenOptions = {}): Promise<Store> {
  const [{ openStore }, { STEP_MS }] = await Promise.all([import('../store/open.ts'), import('../store/patience.ts')]);
  const { notice = noticeOn(context), patiently = await patienceOf(context) } = options;
  const file = options.file ?? databaseFile(context);
  const told = new Set<string>();
  const open = () =>
    patiently(() =>
      openStore({
        file,
        // Each try may see the same.
        notice(message) {
          if (!told.has(message)) notice(message);
          told.add(message);
        },
        now: () => context.date(),
        random: () => context.random(),
        pid: context.pid,
        isRunning: (pid) => context.isRunning(pid),
        wakeAfter: (milliseconds, action) => context.wakeAfter(milliseconds, action),
        lockTimeoutMs: STEP_MS,
        migrates: false,
      }),
    );
  try {
    return await open();
  } catch (thrown) {
    if (!(await import('../store/failure.ts')).isOutdated(thrown)) throw thrown;
    await (await import('./update-database.ts')).updateDatabase({ ...options, file }, context);
    return open();
  }
}

function noticeOn(context: Pick<CommandContext, 'stderr'>) {
  return (message: string): void => say(`sotto: ${message}`, context);
}

/** The same for a command that only looks: it makes nothing where nothing is. */
export async function openExisting(context: StoreContext): Promise<Store | undefined> {
  return (await hasDatabase(context)) ? openConversations(context) : undefined;
}

/** Nothing there yet is one thing, a home that cannot be used another. */
export async function hasDatabase(context: Pick<CommandContext, 'paths'>): Promise<boolean> {
  const file = databaseFile(context);
  try {
    if (statIfThere(file)) return true;
    probeFolder(context.paths.data);
    // What was saved last is there all the same.
    return (await import('../store/file.ts')).hasLeftLog(file);
  } catch (thrown) {
    throw (await import('../store/failure.ts')).storeFailure(thrown, file);
  }
}

/** Of a command: opening and every change that follows together wait no longer than one of them. */
export async function patienceOf(context: StoreContext): Promise<Patience> {
  const { createPatience } = await import('../store/patience.ts');
  const known = patiences.get(context);
  if (known) return known;
  const patiently = createPatience({ file: databaseFile(context), onWait: (words) => tellWait(words, context) }, context.interrupted);
  patiences.set(context, patiently);
  return patiently;
}

const patiences = new WeakMap<StoreContext, Patience>();

function tellWait(words: string, context: StoreContext): void {
  if (!context.loadSettings().get('quiet')) say(`sotto: ${words}`, context);
}
