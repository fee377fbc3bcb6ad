/** Writes a private file whole or not at all: readers see the old text or the new one, and a crash loses neither. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs';
import { configurationError } from '../core/errors.ts';

/** Mode 0600, whatever the mode of an earlier file was. A symbolic link is followed, not replaced. */
export function writePrivateFile(file: string, text: string): void {
  const target = targetOf(file);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    throw configurationError(
      `${file} cannot be written (${code}); it was left as it is.`,
      'Check the permissions of its folder and the free space of its disk.',
    );
  }
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
