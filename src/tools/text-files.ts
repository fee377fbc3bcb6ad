/** Opens files for reading so that nothing else is read than what was checked, and decodes their text in pieces or whole. */

import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { mustBeRegular, readFlags } from '../config/regular-file.ts';
import { counted } from '../core/words.ts';
import { type Encoding, type FileKind, kindOf } from './file-kinds.ts';
import type { Place } from './paths.ts';

export type OpenFile = { kind: FileKind; size: number; mode: number; handle: FileHandle };

const HEAD_BYTES = 65_536;
const PIECE_BYTES = 1_048_576;
const LONGEST_WHOLE = 32_000_000;

/** Throws what the system throws; ELOOP also where a link was put in the way after the path was checked. */
export async function openText(place: Place): Promise<OpenFile> {
  mustBeRegular(await stat(place.path));
  const handle = await open(place.path, readFlags() | (constants.O_NOFOLLOW ?? 0));
  try {
    const stats = await handle.stat();
    mustBeRegular(stats);
    if ((await realpath(place.path)) !== place.path) throw withCode('ELOOP');
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    return { kind: kindOf(head.subarray(0, bytesRead), { isWhole: bytesRead < HEAD_BYTES }), size: stats.size, mode: stats.mode, handle };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** The text from the beginning on, without the mark; stops early when the signal fires. */
export async function* textPieces({ handle, kind }: OpenFile, signal: AbortSignal): AsyncGenerator<string> {
  if (kind.type !== 'text') return;
  const decode = decoderOf(kind.encoding);
  const bytes = Buffer.allocUnsafe(PIECE_BYTES);
  for (let position = kind.markBytes; !signal.aborted; ) {
    const { bytesRead } = await handle.read(bytes, 0, PIECE_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    yield decode(bytes.subarray(0, bytesRead), { isLast: false });
  }
  yield decode(Buffer.alloc(0), { isLast: true });
}

/** All of a text file; throws EFBIG where that is more than anybody should ask for, whatever size the system says it has. */
export async function wholeText(file: OpenFile, signal: AbortSignal): Promise<string> {
  let text = '';
  for await (const piece of textPieces(file, signal)) {
    text += piece;
    if (text.length > LONGEST_WHOLE) throw withCode('EFBIG');
  }
  return text;
}

/** The bytes of a text, with its mark; undefined for an encoding that is only read. */
export function encodeText(text: string, kind: { encoding: Encoding; markBytes: number }): Buffer | undefined {
  const marked = kind.markBytes > 0 ? `\ufeff${text}` : text;
  if (kind.encoding === 'utf-8') return Buffer.from(marked, 'utf8');
  if (kind.encoding === 'utf-16le') return Buffer.from(marked, 'utf16le');
  if (kind.encoding === 'utf-16be') return Buffer.from(marked, 'utf16le').swap16();
  return undefined;
}

/** "3 bytes", "12 KB", "1.4 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte');
  if (bytes < 1_048_576) return `${Math.round(bytes / 1024)} KB`;
  return `${Math.round(bytes / 104_857.6) / 10} MB`;
}

type Decode = (bytes: Buffer, state: { isLast: boolean }) => string;

function decoderOf(encoding: Encoding): Decode {
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeWide(encoding);
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes, { isLast }) => decoder.decode(bytes, { stream: !isLast });
}

/** The platform has no decoder for four bytes a character. */
export function decodeWide(encoding: 'utf-32le' | 'utf-32be'): Decode {
  let rest = Buffer.alloc(0);
  return (bytes, { isLast }) => {
    const all = Buffer.concat([rest, bytes]);
    const end = all.length & ~3;
    rest = all.subarray(end);
    let text = '';
    for (let at = 0; at < end; at += 4) {
      const code = encoding === 'utf-32le' ? all.readUInt32LE(at) : all.readUInt32BE(at);
      text += code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code);
    }
    return isLast && rest.length > 0 ? `${text}\ufffd` : text;
  };
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
