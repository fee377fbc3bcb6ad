/** Reading from a medium that may not be written: SQLite wants files beside a database with a log, even to read it. */
import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, openConnection } from './connection.ts';
import { isReadOnlyPlace } from './failure.ts';

/** For whoever only looks. Nothing is written beside the file where that is not possible. */
export function openForReading(file: string): Connection {
  let connection: Connection | undefined;
  try {
    connection = openConnection(file, { readonly: true });
    // Only the first read tells whether the log can be used.
    connection.get('PRAGMA user_version');
    return connection;
  } catch (thrown) {
    connection?.close();
    if (!isReadOnlyPlace(thrown)) throw thrown;
    return openReadOnly(file);
  }
}

/** Nobody can write there, so nothing changes meanwhile: a copy, with its log, is as good. (This SQLite takes no `immutable=1`.) `prepare` may still write to it. */
export function openReadOnly(file: string, prepare: (copy: string) => void = () => {}): Connection {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-read-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const source = join(folder, 'sotto.db');
    for (const companion of ['', '-wal'].filter((one) => existsSync(file + one))) {
      copyFileSync(file + companion, source + companion, constants.COPYFILE_FICLONE);
      chmodSync(source + companion, 0o600);
    }
    prepare(source);
    const connection = openConnection(file, { readonly: true, source });
    return {
      ...connection,
      close() {
        connection.close();
        remove();
      },
    };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}
