/** The one way to what lies in a folder that nobody may have looked at: regular files alone, never waited for, never more than asked for. */
import type { Dirent, Stats } from 'node:fs';

export type Opened = { descriptor: number; stats: Stats };

/**
 * All of a file, where it is regular and not larger. Links are followed, also out of the folder: what they lead to has to be a
 * regular file. Throws what the system throws; ENXIO where it is none, EFBIG where it has more bytes than `most`.
 */
export function readRegularFile(path: string, most: number): Buffer {
  const { descriptor, stats } = openRegularFile(path);
  try {
    if (stats.size > most) throw withCode('EFBIG');
    const bytes = readBeginning(descriptor, { most: most + 1, likely: stats.size });
    if (bytes.length > most) throw withCode('EFBIG');
    return bytes;
  } finally {
    fs().closeSync(descriptor);
  }
}

/** The first bytes of a regular file; fewer where it is shorter. */
export function readHead(path: string, count: number): Buffer {
  const { descriptor } = openRegularFile(path);
  try {
    return readBeginning(descriptor, { most: count, likely: count });
  } finally {
    fs().closeSync(descriptor);
  }
}

/** Who asks closes the descriptor. */
export function openRegularFile(path: string): Opened {
  const { closeSync, fstatSync, openSync, statSync } = fs();
  // Looking first: to open a device may do something, and wakes who waits at the other end of a pipe.
  mustBeRegular(statSync(path));
  const descriptor = openSync(path, readFlags());
  try {
    const stats = fstatSync(descriptor);
    mustBeRegular(stats);
    return { descriptor, stats };
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** A pipe that was put there meanwhile is not waited for, and a terminal does not become that of this process. */
export function readFlags(): number {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = fs().constants;
  return O_RDONLY | O_NONBLOCK | O_NOCTTY;
}

export function mustBeRegular(stats: Pick<Stats, 'isDirectory' | 'isFile'>): void {
  if (stats.isDirectory()) throw withCode('EISDIR');
  if (!stats.isFile()) throw withCode('ENXIO');
}

/** Why such a file could not be read, in words; undefined for what only the system has a word for. */
export function irregularity(code: string): string | undefined {
  return IRREGULARITIES[code];
}

const IRREGULARITIES: Readonly<Record<string, string>> = {
  ENXIO: 'it is not a regular file',
  EAGAIN: 'it is not a regular file',
  EISDIR: 'it is a folder',
  EFBIG: 'it is too large',
  ELOOP: 'its links lead in a circle',
  EACCES: 'permission denied',
};

/** The entries of a folder in the order of their names, of one with more than `most` any that many. Throws what the system throws. */
export function readFolder(path: string, most: number): { entries: Dirent[]; isCut: boolean } {
  const folder = fs().opendirSync(path, { bufferSize: ENTRIES_AT_ONCE });
  try {
    const entries: Dirent[] = [];
    for (let entry = folder.readSync(); entry; entry = folder.readSync()) {
      if (entries.length === most) return { entries: sorted(entries), isCut: true };
      entries.push(entry);
    }
    return { entries: sorted(entries), isCut: false };
  } finally {
    folder.closeSync();
  }
}

const ENTRIES_AT_ONCE = 512;
const PIECE_BYTES = 65_536;

function sorted(entries: Dirent[]): Dirent[] {
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Files of /proc say that they are empty, and some of them never end: what counts is what is read. */
function readBeginning(descriptor: number, { most, likely }: { most: number; likely: number }): Buffer {
  const { readSync } = fs();
  const pieces: Buffer[] = [];
  let length = 0;
  while (length < most) {
    const piece = Buffer.allocUnsafe(Math.min(most - length, length === 0 ? Math.max(1, likely + 1) : PIECE_BYTES));
    const count = readSync(descriptor, piece, 0, piece.length, length);
    if (count === 0) break;
    pieces.push(piece.subarray(0, count));
    length += count;
  }
  return pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces);
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function fs() {
  return process.getBuiltinModule('node:fs');
}
