/** Writes a file whole or not at all: readers see the old text or the new one, and a crash loses neither. */

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { configurationError, errorCode } from '../core/errors.ts';
import { statIfThere } from './stat.ts';

export type WholeFile = {
  write(text: string): void;
  /** The file is there under its name. */
  finish(): void;
  /** Nothing is left, and what was there before is untouched. */
  discard(): void;
};

type WholeFileOptions = {
  /** Mode 0600 whatever the mode of an earlier file was. Otherwise that one is kept, and a new file is private. */
  isPrivate?: boolean;
  /** Without it a file that exists is an error, EEXIST, also one that comes meanwhile. */
  replaces: boolean;
  /** False for what costs little to make anew: then a power cut may leave an empty file. */
  isDurable?: boolean;
};

/**
 * Throws what the system throws. A link stays, and what it leads to is replaced; what is no regular file (a pipe, a device) is
 * written in place.
 */
export function openWhole(path: string, { isPrivate = false, replaces, isDurable = true }: WholeFileOptions): WholeFile {
  const before = statIfThere(path);
  const inPlace = before?.isDirectory() === false && (!before.isFile() || isOfProcess(path));
  const target = inPlace ? path : targetOf(path);
  if (before && !inPlace && !replaces) throw Object.assign(new Error('it exists'), { code: 'EEXIST' });
  if (before?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  if (before && !inPlace && !isPrivate) closeSync(openSync(target, constants.O_WRONLY));
  const draft = inPlace ? target : draftFor(target);
  const descriptor = inPlace ? openStream(path, before) : openSync(draft, 'wx', 0o600);
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return {
    write(text) {
      const bytes = Buffer.from(text, 'utf8');
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    },
    finish() {
      if (!inPlace) {
        if (before && !isPrivate) likeBefore(descriptor, before);
        if (isDurable) fsyncSync(descriptor);
      }
      close();
      if (!inPlace) putInPlace(draft, target, { replaces });
    },
    discard() {
      close();
      if (!inPlace) rmSync(draft, { force: true });
    },
  };
}

/** Mode 0600, whatever the mode of an earlier file was. A symbolic link is followed, not replaced. */
export function writePrivateFile(file: string, text: string, { isDurable = true }: { isDurable?: boolean } = {}): void {
  let whole: WholeFile | undefined;
  try {
    whole = openWhole(file, { isPrivate: true, replaces: true, isDurable });
    whole.write(text);
    whole.finish();
  } catch (thrown) {
    whole?.discard();
    const code = errorCode(thrown) ?? String(thrown);
    throw configurationError(
      `${file} cannot be written (${code}); it was left as it is.`,
      'Check the permissions of its folder and the free space of its disk.',
    );
  }
}

/** A name beside the file for what is not whole yet. What processes have left there that were killed is taken away. */
export function draftFor(target: string): string {
  const folder = dirname(target);
  const start = `.${basename(target).slice(0, 100)}.`;
  for (const name of namesIn(folder)) {
    const pid = name.startsWith(start) ? /^(\d+)-[0-9a-f]{12}\.tmp(?:-\w+)?$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
  return join(folder, `${start}${process.pid}-${process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')}.tmp`);
}

/** Gives the draft its name. Where it replaces nothing, a file of that name that came meanwhile stays: EEXIST. */
export function putInPlace(draft: string, target: string, { replaces }: { replaces: boolean }): void {
  if (replaces || !nameTwice(draft, target)) renameSync(draft, target);
  else rmSync(draft, { force: true });
}

/** False on a file system without second names, such as that of a memory stick. */
function nameTwice(draft: string, target: string): boolean {
  try {
    linkSync(draft, target);
    return true;
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') throw thrown;
    return false;
  }
}

/** What a link leads to, also where nothing is there yet. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return leadsTo(file) ?? file;
  }
}

function leadsTo(file: string): string | undefined {
  try {
    return resolve(dirname(file), readlinkSync(file));
  } catch {
    return undefined;
  }
}

/** An open file of this process, such as /dev/stdout or what a shell gives for >(...). */
function isOfProcess(path: string): boolean {
  return /^\/(dev\/(fd\/|std(out|err)$)|proc\/)/.test(path);
}

/** Nobody waits for a reader that never comes: then it is ENXIO. */
function openStream(path: string, before: Stats): number {
  if (before.isFIFO()) closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  return openSync(path, before.isFile() ? 'a' : constants.O_WRONLY);
}

function likeBefore(descriptor: number, { mode, uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only root may give a file away; for others it is theirs already, or stays so.
  }
  fchmodSync(descriptor, mode & 0o7777);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Signal 0 is never delivered; "not permitted" means that somebody else's process has this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errorCode(thrown) === 'EPERM';
  }
}
