/** Rows out of the image of a page, one by one: a cell that makes no sense is passed over and takes no other with it. */
import { isTreePage, type Pages } from './pages.ts';

export type RawValue = string | number | null | Buffer;

export type RawRow = {
  /** Undefined in an index, and in a table without row ids. */
  rowid: number | undefined;
  values: RawValue[];
  /** The number of the value that is cut off, where the pages behind it are gone; those after it are missing. */
  cut: number | undefined;
};

const TABLE_LEAF = 0x0d;
const INDEX_LEAF = 0x0a;
const INDEX_INTERIOR = 0x02;

/** Nothing for pages of other kinds. `isFirst`: the page begins with the header of the file. */
export function* rowsOf(image: Buffer, pages: Pages, isFirst: boolean): Generator<RawRow> {
  const offset = isFirst ? 100 : 0;
  const kind = image[offset] ?? 0;
  if (kind !== TABLE_LEAF && kind !== INDEX_LEAF && kind !== INDEX_INTERIOR) return;
  const pointers = offset + (kind === INDEX_INTERIOR ? 12 : 8);
  // A count that was hit is taken for what the room allows; a pointer that leads nowhere ends nothing.
  const cells = isTreePage(image, offset, pages.size) ? image.readUInt16BE(offset + 3) : 0;
  for (let cell = 0; cell < cells; cell++) {
    const at = image.readUInt16BE(pointers + cell * 2);
    if (at < pointers + cells * 2 || at >= image.length) continue;
    try {
      const row = rowAt(image, at, kind, pages);
      if (row) yield row;
    } catch (thrown) {
      // A number in it led out of the page.
      if (!(thrown instanceof RangeError)) throw thrown;
    }
  }
}

function rowAt(image: Buffer, start: number, kind: number, pages: Pages): RawRow | undefined {
  let at = kind === INDEX_INTERIOR ? start + 4 : start;
  const [payload, afterPayload] = varint(image, at);
  at = afterPayload;
  let rowid: number | undefined;
  if (kind === TABLE_LEAF) [rowid, at] = varint(image, at);
  if (!(payload >= 2 && payload <= MOST_BYTES)) return undefined;
  const record = payloadAt(image, at, payload, kind, pages);
  return record && recordOf(record, payload, rowid);
}

const MOST_BYTES = 1_000_000_000;

/** As many bytes as can be found of it; undefined where the cell itself does not fit into its page. */
function payloadAt(image: Buffer, at: number, payload: number, kind: number, pages: Pages): Buffer | undefined {
  const usable = pages.size;
  const most = kind === TABLE_LEAF ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (payload <= most) return at + payload <= usable ? image.subarray(at, at + payload) : undefined;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((payload - least) % (usable - 4));
  const local = fitting <= most ? fitting : least;
  if (at + local + 4 > usable) return undefined;
  const pieces = [image.subarray(at, at + local)];
  let missing = payload - local;
  const seen = new Set<number>();
  for (let next = image.readUInt32BE(at + local); missing > 0 && !seen.has(next); ) {
    const overflow = next > 1 ? pages.read(next) : undefined;
    // A page of a tree never stands in such a chain: its first byte would be that of a page number beyond 16 million.
    if (overflow?.[0] !== 0) break;
    seen.add(next);
    next = overflow.readUInt32BE(0);
    const length = Math.min(missing, usable - 4);
    if (missing > length && next < 2) break;
    pieces.push(overflow.subarray(4, 4 + length));
    missing -= length;
  }
  return Buffer.concat(pieces);
}

/** https://sqlite.org/fileformat2.html#record_format */
function recordOf(record: Buffer, payload: number, rowid: number | undefined): RawRow | undefined {
  const [headerBytes, afterSize] = varint(record, 0);
  if (!(headerBytes >= 2 && headerBytes <= record.length)) return undefined;
  const kinds: number[] = [];
  let at = afterSize;
  while (at < headerBytes) {
    const [kind, next] = varint(record, at);
    if (Number.isNaN(kind) || kind === 10 || kind === 11) return undefined;
    kinds.push(kind);
    at = next;
  }
  // The sizes in a header that was hit do not add up to that of the whole.
  if (at !== headerBytes || headerBytes + kinds.reduce((sum, kind) => sum + bytesOf(kind), 0) !== payload) return undefined;
  const values: RawValue[] = [];
  for (const kind of kinds) {
    const length = bytesOf(kind);
    if (at + length > record.length) {
      if (kind >= 12 && at <= record.length) values.push(decoded(record.subarray(at), kind));
      return { rowid, values, cut: kind >= 12 ? values.length - 1 : values.length };
    }
    const value = decoded(record.subarray(at, at + length), kind);
    const zeros = typeof value === 'string' ? value.indexOf(ZEROS) : -1;
    if (typeof value === 'string' && zeros >= 0) return { rowid, values: [...values, value.slice(0, zeros)], cut: values.length };
    values.push(value);
    at += length;
  }
  return { rowid, values, cut: undefined };
}

/** No text of ours holds this: the page it went on in was wiped, and what stands behind it is nothing either. */
const ZEROS = '\0'.repeat(16);

function bytesOf(kind: number): number {
  return kind >= 12 ? Math.floor((kind - 12) / 2) : (FIXED_BYTES[kind] ?? 0);
}

const FIXED_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function decoded(bytes: Buffer, kind: number): RawValue {
  if (kind === 0) return null;
  if (kind === 6) return Number(bytes.readBigInt64BE(0));
  if (kind === 7) return bytes.readDoubleBE(0);
  if (kind === 8 || kind === 9) return kind - 8;
  if (kind < 7) return bytes.readIntBE(0, bytes.length);
  return kind % 2 === 1 ? bytes.toString('utf8') : Buffer.from(bytes);
}

function varint(bytes: Buffer, start: number): [value: number, next: number] {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('a number goes on behind the end');
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  // Nine bytes are a negative number, or one beyond all that is counted here: nothing of ours.
  return [Number.NaN, start + 9];
}
