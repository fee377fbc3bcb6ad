/** Bytes that somebody sends as text: decoded, with what is no text in them replaced and counted; refused only where most of it is none. */
import { usageError } from '../core/errors.ts';
import { kindOf } from '../tools/file-kinds.ts';
import { decodeWide } from '../tools/text-files.ts';

type DecodedText = {
  text: string;
  /** Bytes that were no text: each of their runs became one U+FFFD. */
  replacedBytes: number;
};

/** For bytes that are not plainly text; throws a usage error that says what they are instead. `what` names them. */
export function decodeText(bytes: Buffer, what: string): DecodedText {
  if (PDF.test(bytes.toString('latin1', 0, 1024)))
    throw usageError(
      `${what} is a PDF document, which sotto cannot read yet.`,
      'Take its text out first, for example: pdftotext FILE - | sotto "…"   Nothing was sent.',
    );
  const kind = kindOf(bytes, { isWhole: true });
  if (kind.type === 'binary' && kind.what !== 'a binary file')
    throw usageError(
      `${what} is ${kind.what}, which sotto cannot read.`,
      'Send text, or a picture (PNG, JPEG, GIF, WebP). Nothing was sent.',
    );
  if (kind.type === 'text' && (kind.encoding === 'utf-32le' || kind.encoding === 'utf-32be')) {
    const wide = decodeWide(kind.encoding)(bytes.subarray(kind.markBytes), { isLast: true });
    const { text, replacedBytes } = mended(Buffer.from(wide), undefined, what);
    return { text, replacedBytes: replacedBytes + 4 * count(wide, /\ufffd/g) };
  }
  const wide = kind.type === 'text' ? WIDE[kind.encoding] : undefined;
  return mended(wide === undefined ? withPairs(bytes) : bytes, wide, what);
}

/** CESU-8, as some databases and Java write it: a character outside the basic plane as two halves of three bytes each. */
function withPairs(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (text.search(HALVES) < 0) return bytes;
  const half = (pair: string, at: number) => ((pair.charCodeAt(at) & 0x0f) << 6) | (pair.charCodeAt(at + 1) & 0x3f);
  const joined = text.replace(HALVES, (pair) =>
    Buffer.from(String.fromCodePoint(0x1_00_00 + (half(pair, 1) << 10) + (half(pair, 4) & 0x3ff))).toString('latin1'),
  );
  return Buffer.from(joined, 'latin1');
}

const HALVES = /\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]/g;

/** Some writers put a mark or blank lines before it. */
const PDF = /^(\xef\xbb\xbf)?\s*%PDF-\d/;

type Wide = 'utf-16le' | 'utf-16be';
const WIDE: Record<string, Wide | undefined> = { 'utf-16le': 'utf-16le', 'utf-16be': 'utf-16be' };

/** One byte of Latin-1 in a log, a character that was cut in two, a hole of zeros after a crash: the rest is still worth reading. */
function mended(bytes: Buffer, wide: Wide | undefined, what: string): DecodedText {
  const decoded = new TextDecoder(wide ?? 'utf-8').decode(bytes);
  const lost = lostIn(bytes, decoded, wide);
  const zeros = count(decoded, /\0/g);
  const text = decoded.replace(/\0+/g, '\ufffd');
  const controls = count(text, CONTROLS);
  const gaps = count(decoded, /\0+/g);
  const odd = controls + gaps + lost.characters;
  // In a text of three letters one is a large share and no sign.
  const oddShare = odd > 2 ? odd / text.length : 0;
  // Zeros alone may stand between texts (find -print0); among bytes that are none they are a program's.
  const isProgram = gaps > 8 && (controls + lost.characters) / text.length > FEW;
  if (isProgram || ((controls + zeros) / text.length > FEW && oddShare > SOME))
    throw usageError(`${what} is neither text nor a picture (PNG, JPEG, GIF, WebP).`, 'Nothing was sent.');
  if (oddShare > MANY)
    throw usageError(
      `${what} is not UTF-8 text, and most of it would be lost.`,
      'If it is text in another encoding, convert it: iconv -f ENCODING -t UTF-8 FILE (file -i FILE may know which). Nothing was sent.',
    );
  return { text, replacedBytes: lost.bytes + zeros };
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Controls that terminals and line ends have no use for. */
const CONTROLS = /[\x01-\x06\x0e-\x1a\x1c-\x1f]/g;

/** Shares of the characters: a program has controls everywhere, text in another alphabet hardly a letter that can be read. */
const FEW = 0.02;
const SOME = 0.1;
const MANY = 0.3;

/** What the decoder could not read: all that is not in what it gave, a U+FFFD that was really sent aside. */
function lostIn(bytes: Buffer, decoded: string, wide: Wide | undefined): { bytes: number; characters: number } {
  const kept = decoded.replaceAll('\ufffd', '');
  const marks = decoded.length - kept.length;
  if (wide === undefined) {
    const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const sent = count(bytes.toString('latin1'), /\xef\xbf\xbd/g);
    return { bytes: bytes.length - mark - Buffer.byteLength(kept) - 3 * sent, characters: marks - sent };
  }
  const unit = (at: number) => (wide === 'utf-16le' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  let sent = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) if (unit(at) === 0xfffd) sent++;
  const mark = bytes.length > 1 && unit(0) === 0xfeff ? 2 : 0;
  return { bytes: bytes.length - mark - 2 * kept.length - 2 * sent, characters: marks - sent };
}
