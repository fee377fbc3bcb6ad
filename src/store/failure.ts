/** What goes wrong with a database file, said so that the user knows what to do. */
import { asSottoError, configurationError, errorCode, SottoError } from '../core/errors.ts';

/** Anything that SQLite or the file system threw, as the one error class. */
export function storeFailure(thrown: unknown, file: string): SottoError {
  if (thrown instanceof SottoError) return thrown;
  const code = errorCode(thrown) ?? '';
  // Neither SQLite nor the file system: a bug of ours.
  if (code === '') return asSottoError(thrown);
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  const [message, hint] = sentence(code, file, cause);
  return new SottoError({ kind: 'configuration', message, hint, cause: thrown });
}

export function damagedError(file: string, detail: string): SottoError {
  return new SottoError({
    kind: 'configuration',
    message: `The conversation database ${file} is damaged (${detail}).`,
    hint: 'Save what can be read with `sotto db repair`, or go back to a backup with `sotto db restore`. Nothing was changed.',
    cause: Object.assign(new Error(detail), { code: 'SQLITE_CORRUPT' }),
  });
}

export function newerError(file: string, version: number, known: number): SottoError {
  const error = configurationError(
    `The conversation database ${file} was written by a newer sotto (schema ${version}; this one knows ${known}).`,
    'Update sotto, or set SOTTO_HOME to another folder. The file was not touched.',
  );
  return Object.assign(error, { [NEWER]: true });
}

/** Not for the user: whoever can wait brings the database to today's schema, and opens it again. */
export function outdatedError(file: string): SottoError {
  const error = configurationError(`The conversation database ${file} was written by an older sotto.`, 'Run: sotto list');
  return Object.assign(error, { [OUTDATED]: true });
}

export function isOutdated(thrown: unknown): boolean {
  return thrown instanceof SottoError && OUTDATED in thrown;
}

export function isNewer(thrown: unknown): boolean {
  return thrown instanceof SottoError && NEWER in thrown;
}

const NEWER = Symbol('newer');
const OUTDATED = Symbol('outdated');

/** True where SQLite said "somebody else is writing, try again". */
export function isBusy(thrown: unknown): thrown is SottoError {
  return thrown instanceof SottoError && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(errorCode(thrown.cause) ?? '');
}

/** True where the database is sound and only nothing can be written to it now. */
export function isUnwritable(thrown: unknown): boolean {
  return thrown instanceof SottoError && /^SQLITE_(BUSY|LOCKED|PROTOCOL|FULL|READONLY)/.test(errorCode(thrown.cause) ?? '');
}

/** True where the file itself is not as it should be, so that other ways to read it may help. */
export function isDamage(thrown: unknown): boolean {
  return thrown instanceof SottoError && DAMAGE.test(errorCode(thrown.cause) ?? '');
}

/** Also what cannot be told from damage: an error of SQL, because a table or an index is missing. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|ERROR)/;

/** True where SQLite could not make or use its files beside the database. */
export function isReadOnlyPlace(thrown: unknown): boolean {
  return thrown instanceof SottoError && /^SQLITE_(CANTOPEN|READONLY)/.test(errorCode(thrown.cause) ?? '');
}

function sentence(code: string, file: string, cause: string): [message: string, hint: string] {
  for (const [pattern, message, hint] of SENTENCES) {
    if (pattern.test(code)) return [`${message.replace('FILE', file)} (${cause}).`, hint];
  }
  return [`The conversation database ${file} could not be used (${code}: ${cause}).`, 'Run `sotto db check`.'];
}

const SENTENCES: readonly [pattern: RegExp, message: string, hint: string][] = [
  [
    /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/,
    'The disk is full: FILE was not written',
    'Free some space and try again. What was saved before is safe.',
  ],
  [
    /^(SQLITE_READONLY|EROFS)/,
    'FILE cannot be written: it or its folder is read-only',
    'What is there can be read. To write, check the permissions of the file and its folder, or set SOTTO_HOME.',
  ],
  [/^(EACCES|EPERM|SQLITE_PERM|SQLITE_AUTH)/, 'FILE may not be opened', 'Check the permissions of the file and its folder.'],
  [
    /^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EISDIR|EEXIST)/,
    'FILE cannot be opened',
    'Check that its folder exists and may be written, or set SOTTO_HOME.',
  ],
  [
    /^SQLITE_(BUSY|LOCKED|PROTOCOL)/,
    'FILE stayed locked by another program',
    'Another sotto or a backup program is holding it. Try again, or end that program.',
  ],
  [
    DAMAGE,
    'FILE is damaged',
    'Save what can be read with `sotto db repair`, or go back to a backup with `sotto db restore`. See also: sotto db check',
  ],
  [/^SQLITE_IOERR/, 'FILE could not be read or written', 'Check the disk and try again. What was saved before is safe.'],
];
