/** A file that the user names: written whole or not at all, and what is wrong with it said in words. */
import { openWhole, type WholeFile } from '../config/atomic-file.ts';
import { errorCode, type SottoError, usageError } from '../core/errors.ts';

type ExportFileOptions = {
  /** How messages call it. */
  shown: string;
  /** Without it a file that exists is an error. */
  replaces: boolean;
};

export function openExportFile(path: string, { shown, replaces }: ExportFileOptions): WholeFile {
  const guarded = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (thrown) {
      throw cannotWrite(shown, thrown);
    }
  };
  const file = guarded(() => openWhole(path, { replaces }));
  return {
    write: (text) => guarded(() => file.write(text)),
    finish: () => guarded(() => file.finish()),
    discard: () => file.discard(),
  };
}

function cannotWrite(shown: string, thrown: unknown): SottoError {
  const code = errorCode(thrown) ?? '';
  if (code === 'EEXIST') return usageError(`${shown} exists.`, 'Choose another name, or replace it with --force.');
  const reasons: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'its folder is a file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk is full',
    ENXIO: 'nobody reads from it',
    EPIPE: 'its reader has left',
  };
  return usageError(`${shown} cannot be written: ${reasons[code] ?? (thrown instanceof Error ? thrown.message : String(thrown))}.`);
}
