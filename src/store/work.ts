/** Long work on a database that SQLite does in one piece: run in a process of its own, which can be killed at any moment. */
import { checkFile } from './check.ts';
import { openConnection } from './connection.ts';
import { keepLog } from './fold.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { openStore } from './open.ts';
import { namingHolder } from './patience.ts';
import { repairStore, salvageInto } from './salvage/repair.ts';
import type { StoreOptions } from './store.ts';

/** How far it has come, for whoever waits; `words` where another part of it begins. */
export type WorkStep = { words?: string; done?: number; total?: number };

export type WorkWorld = Omit<StoreOptions, 'file'> & { tell: (step: WorkStep) => void };

/**
 * One function for each kind. Input and result are plain JSON. It may be killed anywhere: what it leaves must be sound, and a
 * file that it makes gets its final name from whoever waits, or in its last step.
 */
export const WORK = {
  check: ({ file, inUse = false }: { file: string; inUse?: boolean }) => namingHolder(file, () => checkFile(file, { inUse })),
  migrate: ({ file }: { file: string }, world: WorkWorld) => namingHolder(file, () => migrateFile(file, world)),
  repair: ({ file }: { file: string }, world: WorkWorld) => namingHolder(file, () => repairStore(file, world.now(), world)),
  salvage: ({ file, into }: { file: string; into: string }, world: WorkWorld) => salvageInto(file, into, world),
  vacuum({ file }: { file: string }, { tell: _, ...world }: WorkWorld) {
    return namingHolder(file, () => {
      const store = openStore({ file, ...world });
      try {
        return store.vacuum();
      } finally {
        store.close();
      }
    });
  },
} satisfies Record<string, (input: never, world: WorkWorld) => unknown>;

function migrateFile(file: string, { now }: WorkWorld): { backup: string | null } {
  const connection = openConnection(file);
  try {
    return { backup: migrate(connection, MIGRATIONS, now()) ?? null };
  } finally {
    connection.close();
    keepLog(file);
  }
}

export type WorkName = keyof typeof WORK;
export type WorkInput<Name extends WorkName> = Parameters<(typeof WORK)[Name]>[0];
type WorkResults = { [Name in WorkName]: Awaited<ReturnType<(typeof WORK)[Name]>> };
export type WorkResult<Name extends WorkName> = WorkResults[Name];
