/** The pages of a database file and its log as bytes, however damaged either is: what SQLite itself would not look at any more. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { devNull } from 'node:os';
import { belongsTo, type Log, readLog } from './log.ts';

export type Pages = {
  size: number;
  count: number;
  /** The newest sound image; undefined behind the end of the file. */
  read(page: number): Buffer | undefined;
  /** Further images, in which some rows may be whole: garbled ones of the log. */
  doubtful(): Generator<Buffer>;
  log: Log | undefined;
  close(): void;
};

export const USUAL_PAGE_BYTES = 4096;

/** Also those that the file counts as free: sotto overwrites what is deleted, so no deleted row comes back. */
export function openPages(file: string): Pages {
  // Where the file is gone its log may be there.
  const descriptor = openSync(existsSync(file) ? file : devNull, 'r');
  const { size: bytes } = fstatSync(descriptor);
  const header = Buffer.alloc(100);
  readSync(descriptor, header, 0, header.length, 0);
  const size = pageSizeOf(descriptor, header, bytes);
  const found = readLog(`${file}-wal`, size);
  const log = found?.pageSize === size ? found : undefined;
  const logDescriptor = log && openSync(`${file}-wal`, 'r');
  // Pages of another state of the database would hide those of this one: then they only fill gaps.
  const isOwn = log === undefined || header.toString('latin1', 0, 15) !== 'SQLite format 3' || belongsTo(log, header);
  const count = Math.max(Math.ceil(bytes / size), log?.databasePages ?? 0);

  function imageAt(from: number, at: number): Buffer {
    // A cut-off page ends in zeros, which hold no row.
    const image = Buffer.alloc(size);
    readSync(from, image, 0, size, at);
    return image;
  }

  function read(page: number): Buffer | undefined {
    if (page < 1 || page > count) return undefined;
    const inLog = isOwn ? log?.pages.get(page) : undefined;
    if (logDescriptor !== undefined && inLog !== undefined) return imageAt(logDescriptor, inLog);
    return (page - 1) * size < bytes ? imageAt(descriptor, (page - 1) * size) : undefined;
  }

  return {
    size,
    count,
    read,
    *doubtful() {
      if (!log || logDescriptor === undefined) return;
      if (!isOwn) for (const at of log.pages.values()) yield imageAt(logDescriptor, at);
      for (const { at } of log.doubtful) yield imageAt(logDescriptor, at);
    },
    log,
    close() {
      closeSync(descriptor);
      if (logDescriptor !== undefined) closeSync(logDescriptor);
    },
  };
}

/** What the header says, unless the pages look like others of the usual size. */
function pageSizeOf(descriptor: number, header: Buffer, bytes: number): number {
  const said = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  if (said === USUAL_PAGE_BYTES || said < 512 || (said & (said - 1)) !== 0) return USUAL_PAGE_BYTES;
  const fitting = (size: number): number => {
    const first = Buffer.alloc(8);
    let count = 0;
    for (let at = size; at < Math.min(bytes, size * 400); at += size) {
      readSync(descriptor, first, 0, first.length, at);
      if (isTreePage(first, 0, size)) count++;
    }
    return count / Math.max(1, Math.min(bytes / size, 400));
  };
  return fitting(said) > fitting(USUAL_PAGE_BYTES) ? said : USUAL_PAGE_BYTES;
}

const TREE_PAGES: readonly number[] = [0x02, 0x05, 0x0a, 0x0d];

/** https://sqlite.org/fileformat2.html#b_tree_pages */
export function isTreePage(image: Buffer, offset: number, size: number): boolean {
  const cells = image.readUInt16BE(offset + 3);
  const content = image.readUInt16BE(offset + 5) || 65_536;
  return TREE_PAGES.includes(image[offset] ?? 0) && cells * 2 + offset + 8 <= content && content <= size;
}
