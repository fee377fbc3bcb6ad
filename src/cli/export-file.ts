/** A file that is written whole or not at all, readable only by its owner: what it holds is private. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { type SottoError, usageError } from '../core/errors.ts';

export type ExportFile = {
  write(text: string): void;
  /** The file is there under its name. */
  finish(): void;
  /** Nothing is left, and what was there before is untouched. */
  discard(): void;
};

export type ExportFileOptions = {
  /** How messages call it. */
  shown: string;
  /** Without it a file that exists is an error. */
  replace: boolean;
  /** What tells the draft of this process from that of another. */
  pid: number;
};

export function openExportFile(path: string, { shown, replace, pid }: ExportFileOptions): ExportFile {
  const exists = existsSync(path);
  if (exists && !replace) throw usageError(`${shown} exists.`, 'Choose another name, or replace it with --force.');
  const draft = exists ? `${path}.${pid}.tmp` : path;
  const guarded = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (thrown) {
      throw cannotWrite(shown, thrown);
    }
  };
  const descriptor = guarded(() => openSync(draft, 'wx', 0o600));
  let open = true;
  const close = () => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    write(text) {
      guarded(() => {
        const bytes = Buffer.from(text, 'utf8');
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      });
    },
    finish() {
      guarded(() => {
        fsyncSync(descriptor);
        close();
        if (draft !== path) renameSync(draft, path);
      });
    },
    discard() {
      close();
      try {
        unlinkSync(draft);
      } catch {
        // It was never there, or somebody took it away: both are what was wanted.
      }
    },
  };
}

function cannotWrite(shown: string, thrown: unknown): SottoError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const reasons: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'its folder is a file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk is full',
    EEXIST: 'it exists',
  };
  return usageError(`${shown} cannot be written: ${reasons[code] ?? (thrown instanceof Error ? thrown.message : String(thrown))}.`);
}
