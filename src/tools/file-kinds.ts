/** Tells from its first bytes what a file is: text and in which encoding, a picture and how large, or what else. */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be' | 'windows-1252';

/** `markBytes` is the length of the byte order mark. */
export type FileKind =
  | { type: 'text'; encoding: Encoding; markBytes: number }
  | { type: 'picture'; what: string }
  | { type: 'binary'; what: string };

/** `head` is the beginning of the file, `isWhole` when that is all of it. */
export function kindOf(head: Buffer, { isWhole }: { isWhole: boolean }): FileKind {
  const mark = MARKS.find(({ bytes }) => startsWith(head, bytes));
  if (mark) return { type: 'text', encoding: mark.encoding, markBytes: mark.bytes.length };
  const picture = pictureOf(head);
  if (picture !== undefined) return { type: 'picture', what: picture };
  const known = MAGIC.find(({ bytes, at = 0 }) => startsWith(head.subarray(at), bytes));
  if (known) return { type: 'binary', what: known.what };
  const encoding = head.includes(0) ? wideEncoding(head) : narrowEncoding(head, isWhole);
  return encoding === undefined ? { type: 'binary', what: 'a binary file' } : { type: 'text', encoding, markBytes: 0 };
}

// The longer marks first: the mark of UTF-32 begins with that of UTF-16.
const MARKS: readonly { encoding: Encoding; bytes: readonly number[] }[] = [
  { encoding: 'utf-32le', bytes: [0xff, 0xfe, 0, 0] },
  { encoding: 'utf-32be', bytes: [0, 0, 0xfe, 0xff] },
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];

const MAGIC: readonly { what: string; bytes: readonly number[]; at?: number }[] = [
  { what: 'a PDF document', bytes: ascii('%PDF-') },
  { what: 'a ZIP archive or office document', bytes: [0x50, 0x4b, 3, 4] },
  { what: 'a gzip archive', bytes: [0x1f, 0x8b] },
  { what: 'an xz archive', bytes: [0xfd, ...ascii('7zXZ')] },
  { what: 'a zstd archive', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: 'a 7z archive', bytes: [...ascii('7z'), 0xbc, 0xaf] },
  { what: 'a program', bytes: [0x7f, ...ascii('ELF')] },
  { what: 'a program', bytes: [0xcf, 0xfa, 0xed, 0xfe] },
  { what: 'an SQLite database', bytes: ascii('SQLite format 3') },
  { what: 'a WebAssembly program', bytes: [0, ...ascii('asm')] },
  { what: 'sound', bytes: ascii('OggS') },
  { what: 'sound', bytes: ascii('ID3') },
  { what: 'sound', bytes: ascii('fLaC') },
  { what: 'a video', bytes: ascii('ftyp'), at: 4 },
  { what: 'a font', bytes: ascii('wOF') },
];

function ascii(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}

function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return head.length >= bytes.length && bytes.every((byte, index) => head[index] === byte);
}

/** UTF-16 and UTF-32 without a mark: Latin text has zeros in every second byte, or in three of four, and letters in the others. */
function wideEncoding(head: Buffer): Encoding | undefined {
  const reads = (width: 2 | 4, codeAt: (at: number) => number) => {
    const end = Math.min(head.length, 4096) & ~(width - 1);
    let letters = 0;
    for (let at = 0; at < end; at += width) {
      const code = codeAt(at);
      if ((code < 32 && !(code >= 9 && code <= 13) && code !== 27) || code > 0x10ffff) return false;
      if (code < 256) letters += 1;
    }
    return letters > (end / width) * 0.4;
  };
  if (reads(4, (at) => head.readUInt32LE(at))) return 'utf-32le';
  if (reads(4, (at) => head.readUInt32BE(at))) return 'utf-32be';
  if (reads(2, (at) => head.readUInt16LE(at))) return 'utf-16le';
  return reads(2, (at) => head.readUInt16BE(at)) ? 'utf-16be' : undefined;
}

function narrowEncoding(head: Buffer, isWhole: boolean): Encoding | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !isWhole });
    return 'utf-8';
  } catch {
    let controls = 0;
    for (const byte of head) if (byte < 32 && (byte < 8 || byte > 13) && byte !== 27) controls += 1;
    if (controls > head.length / 100) return undefined;
    return isDamaged(head) ? 'utf-8' : 'windows-1252';
  }
}

/** UTF-8 with an odd byte in it, as in a log that was cut: read as another encoding every letter of it would come out wrong. */
function isDamaged(head: Buffer): boolean {
  const decoded = new TextDecoder().decode(head);
  const lost = decoded.match(/\ufffd/g)?.length ?? 0;
  // Two bytes that happen to be a character of UTF-8 are rare in another encoding.
  const read = decoded.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  return read > lost;
}

function pictureOf(head: Buffer): string | undefined {
  const sized = (name: string, width: number, height: number) => `a ${name} picture of ${width} x ${height} pixels`;
  if (startsWith(head, [0x89, ...ascii('PNG')]))
    return head.length < 24 ? 'a PNG picture' : sized('PNG', head.readUInt32BE(16), head.readUInt32BE(20));
  if (/^GIF8[79]a/.test(head.toString('latin1', 0, 6)))
    return head.length < 10 ? 'a GIF picture' : sized('GIF', head.readUInt16LE(6), head.readUInt16LE(8));
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return 'a WebP picture';
  if (startsWith(head, [0xff, 0xd8, 0xff])) {
    const size = jpegSize(head);
    return size ? sized('JPEG', size.width, size.height) : 'a JPEG picture';
  }
  return undefined;
}

/** Walks over the segments to the one that begins the frame. */
function jpegSize(head: Buffer): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 <= head.length && head[at] === 0xff; at += 2 + head.readUInt16BE(at + 2)) {
    const marker = head[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
  }
  return undefined;
}
