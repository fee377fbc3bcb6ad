/** The write-ahead log as bytes: which of its frames SQLite would read, and which it would not although they were committed. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export type Log = {
  pageSize: number;
  /** The newest image of each page, as the place where it begins in the log file. */
  pages: ReadonlyMap<number, number>;
  /** Images that do not fit their checksum: perhaps a byte of them is wrong, perhaps more. */
  doubtful: readonly { page: number; at: number }[];
  /** Pages of the database after the last commit; 0 where there is none. */
  databasePages: number;
  /** Committed frames that SQLite passes over, because something before them is garbled. */
  hidden: number;
  /** The lowest and the highest change counter in the images of the first page, where it holds any. */
  counters: readonly [number, number] | undefined;
};

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;
/** Where the change counter stands in the header of a database. */
const COUNTER_AT = 24;

/** Undefined where there is no log, or none that says anything. `pageSize` is the database's, for a log whose header is garbled. */
export function readLog(file: string, pageSize: number): Log | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(descriptor);
    return size < HEADER_BYTES + FRAME_HEADER_BYTES ? undefined : framesOf(descriptor, size, pageSize);
  } finally {
    closeSync(descriptor);
  }
}

type Frame = { page: number; commit: number; at: number; fits: boolean; counter: number };

function framesOf(descriptor: number, size: number, databasePageSize: number): Log | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(descriptor, header, 0, HEADER_BYTES, 0);
  const isLittle = [true, false].find((little) => isSound(header, little));
  const pageSize = isLittle === undefined ? databasePageSize : header.readUInt32BE(8);
  const little = isLittle ?? true;
  const frames: Frame[] = [];
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + pageSize);
  let salts = isLittle === undefined ? undefined : header.toString('latin1', 16, 24);
  // Each sum goes on from that of the frame before, as it stands there: so one garbled frame does not hide the next.
  let before: [number, number] = [header.readUInt32BE(24), header.readUInt32BE(28)];
  for (let at = HEADER_BYTES; at + frame.length <= size; at += frame.length) {
    readSync(descriptor, frame, 0, frame.length, at);
    const stored: [number, number] = [frame.readUInt32BE(16), frame.readUInt32BE(20)];
    const [first, second] = checksum(frame, FRAME_HEADER_BYTES, frame.length, little, checksum(frame, 0, 8, little, before));
    salts ??= frame.toString('latin1', 8, 16);
    // What lies behind the newest frames is from before the log was begun again, and has other salts.
    const fits = first === stored[0] && second === stored[1] && frame.toString('latin1', 8, 16) === salts;
    frames.push({
      page: frame.readUInt32BE(0),
      commit: frame.readUInt32BE(4),
      at: at + FRAME_HEADER_BYTES,
      fits,
      counter: frame.readUInt32BE(FRAME_HEADER_BYTES + COUNTER_AT),
    });
    before = stored;
  }
  return logOf(frames, pageSize, isLittle !== undefined);
}

function logOf(frames: readonly Frame[], pageSize: number, hasHeader: boolean): Log | undefined {
  const last = frames.findLastIndex(({ fits, commit }) => fits && commit > 0);
  if (last < 0) return undefined;
  const committed = frames.slice(0, last + 1);
  const broken = hasHeader ? committed.findIndex(({ fits }) => !fits) : 0;
  const seen = broken < 0 ? committed.length : committed.slice(0, broken).findLastIndex(({ commit }) => commit > 0) + 1;
  const sound = committed.filter(({ fits }) => fits);
  const databasePages = committed[last]?.commit ?? 0;
  return {
    pageSize,
    pages: new Map(sound.map(({ page, at }) => [page, at])),
    doubtful: committed.filter(({ fits, page }) => !fits && page > 0 && page <= databasePages).reverse(),
    databasePages,
    hidden: committed.length - seen,
    counters: rangeOf(sound.flatMap(({ page, counter }) => (page === 1 ? [counter] : []))),
  };
}

function rangeOf(counters: readonly number[]): Log['counters'] {
  return counters.length > 0 ? [Math.min(...counters), Math.max(...counters)] : undefined;
}

/**
 * A log goes on from the file as it was folded last: the first change in it counts as the file did then, or one more, and folding
 * brings the file up to the last. A file with another count was put there from elsewhere, or the log was. (Two states that one
 * process has made have the same count, and are not told apart.)
 */
export function belongsTo({ counters }: Log, header: Buffer): boolean {
  const counter = header.readUInt32BE(COUNTER_AT);
  return counters === undefined || (counter >= counters[0] - 1 && counter <= counters[1]);
}

function isSound(header: Buffer, little: boolean): boolean {
  if ((header.readUInt32BE(0) & ~1) >>> 0 !== MAGIC || (header.readUInt32BE(0) & 1) === (little ? 1 : 0)) return false;
  const [first, second] = checksum(header, 0, 24, little, [0, 0]);
  return first === header.readUInt32BE(24) && second === header.readUInt32BE(28);
}

/** SQLite's own: https://sqlite.org/fileformat2.html#checksum_algorithm */
function checksum(bytes: Buffer, from: number, to: number, little: boolean, [first, second]: readonly [number, number]): [number, number] {
  let one = first;
  let two = second;
  for (let at = from; at < to; at += 8) {
    one = (one + (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) + two) >>> 0;
    two = (two + (little ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)) + one) >>> 0;
  }
  return [one, two];
}
