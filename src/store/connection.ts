/** One open database: statements prepared once, short write transactions, and every failure as a SottoError. */
import type Database from 'better-sqlite3';
import { cancelledError } from '../core/errors.ts';
import { isBusy, storeFailure } from './failure.ts';
import { openDatabase } from './sqlite.ts';

export type Value = string | number | null | Buffer;

export interface Connection {
  readonly file: string;
  /** How long a statement waits for other writers. */
  readonly lockTimeoutMs: number;
  get<Row>(sql: string, ...values: Value[]): Row | undefined;
  all<Row>(sql: string, ...values: Value[]): Row[];
  /** Rows one by one, for a consumer that may stop early. */
  each<Row>(sql: string, ...values: Value[]): Generator<Row>;
  run(sql: string, ...values: Value[]): { changes: number; id: number };
  /** Several statements without values. */
  script(sql: string): void;
  /** All or nothing, and nobody else writes meanwhile. Inside of another one it simply belongs to it. */
  write<Result>(action: () => Result): Result;
  /** Every read of the action sees the same moment. */
  snapshot<Result>(action: () => Result): Result;
  /** Waits shorter than usual for other writers, during the action. */
  waiting<Result>(mostMs: number, action: () => Result): Result;
  /** Makes a function of ours known to SQL; the second time, nothing happens. */
  define(name: string, action: (text: string) => string): void;
  /** Between two pieces others go on; the signal ends it. */
  backup(file: string, onPages: (done: number, total: number) => void, signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * How long SQLite waits for another writer before it gives up. Transactions of sotto take a millisecond or so; the longest
 * wait is for a deletion from a large search index.
 */
const LOCK_TIMEOUT_MS = 15_000;

/** A few milliseconds of copying. */
const PAGES_AT_ONCE = 500;

type ConnectionOptions = {
  readonly?: boolean;
  lockTimeoutMs?: number;
  /** What SQLite opens in place of the file. */
  source?: string;
};

export function openConnection(file: string, options: ConnectionOptions = {}): Connection {
  const { lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  const database = open(file, { ...options, lockTimeoutMs });
  const prepared = new Map<string, Database.Statement<Value[]>>();
  const defined = new Set<string>();

  function statement(sql: string): Database.Statement<Value[]> {
    let found = prepared.get(sql);
    if (!found) {
      found = database.prepare<Value[]>(sql);
      prepared.set(sql, found);
    }
    return found;
  }

  function guarded<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (thrown) {
      throw storeFailure(thrown, file);
    }
  }

  function transaction<Result>(begin: string, action: () => Result): Result {
    if (database.inTransaction) return action();
    guarded(() => statement(begin).run());
    try {
      const result = action();
      guarded(() => statement('COMMIT').run());
      return result;
    } catch (thrown) {
      // A full disk may have rolled back already.
      if (database.inTransaction) statement('ROLLBACK').run();
      throw thrown;
    }
  }

  return {
    file,
    lockTimeoutMs,
    // The rows are what the statement beside them selects: their type is the caller's word.
    get: <Row>(sql: string, ...values: Value[]) => guarded(() => statement(sql).get(...values) as Row | undefined),
    all: <Row>(sql: string, ...values: Value[]) => guarded(() => statement(sql).all(...values) as Row[]),
    *each<Row>(sql: string, ...values: Value[]) {
      const rows = guarded(() => statement(sql).iterate(...values));
      try {
        for (let next = guarded(() => rows.next()); !next.done; next = guarded(() => rows.next())) yield next.value as Row;
      } finally {
        rows.return?.();
      }
    },
    run: (sql, ...values) =>
      guarded(() => {
        const { changes, lastInsertRowid } = statement(sql).run(...values);
        return { changes, id: Number(lastInsertRowid) };
      }),
    script: (sql) => guarded(() => void database.exec(sql)),
    write: (action) => transaction('BEGIN IMMEDIATE', action),
    snapshot: (action) => transaction('BEGIN', action),
    waiting<Result>(mostMs: number, action: () => Result): Result {
      database.exec(`PRAGMA busy_timeout = ${Math.min(mostMs, lockTimeoutMs)}`);
      try {
        return action();
      } finally {
        database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
      }
    },
    define(name, action) {
      if (defined.has(name)) return;
      database.function(name, { deterministic: true }, (text: unknown) => action(String(text)));
      defined.add(name);
    },
    backup: async (target, onPages, signal) => {
      const progress = ({ totalPages, remainingPages }: Database.BackupMetadata): number => {
        if (signal.aborted) throw cancelledError();
        onPages(totalPages - remainingPages, totalPages);
        return PAGES_AT_ONCE;
      };
      try {
        await database.backup(target, { progress });
      } catch (thrown) {
        throw storeFailure(thrown, target);
      }
    },
    close: () => void database.close(),
  };
}

type Opening = ConnectionOptions & { lockTimeoutMs: number };

function open(file: string, { readonly = false, lockTimeoutMs, source = file }: Opening): Database.Database {
  return retryWhileBusy(() => {
    let database: Database.Database | undefined;
    try {
      database = openDatabase(source, { readonly, fileMustExist: source !== ':memory:', timeout: lockTimeoutMs });
      // With a log, NORMAL loses nothing when a process dies: what is committed is with the operating system. Only a power cut
      // can take the last transactions, and never the consistency. secure_delete overwrites what is deleted.
      database.exec('PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON');
      return database;
    } catch (thrown) {
      database?.close();
      throw storeFailure(thrown, file);
    }
  }, lockTimeoutMs);
}

/**
 * Where the first process is just turning on the log, or the last one just clearing it away, SQLite can answer "busy" without
 * waiting: then it is asked again.
 */
export function retryWhileBusy<Result>(action: () => Result, mostMs: number): Result {
  const startedMs = performance.now();
  for (;;) {
    try {
      return action();
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() - startedMs >= mostMs) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

const RETRY_MS = 10;
