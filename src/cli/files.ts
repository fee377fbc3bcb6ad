/** Reads what is attached or piped in: text in its encoding, pictures by their first bytes; everything else is refused by name. */
import type { Readable } from 'node:stream';
import { cancelledError, errorCode, SottoError, usageError } from '../core/errors.ts';
import type { MediaPart, TextPart } from '../core/messages.ts';

/** Most bytes of one file or pipe. */
export const LARGEST_PICTURE = 20 * 1024 * 1024;
const LARGEST_TEXT = 16 * 1024 * 1024;

export type Reading = {
  /** Neither a pipe, which may stay silent, nor a terminal, which somebody types in. */
  onlyRegular?: true;
  /** Told how much of a text was none. */
  notice: Notice;
};

type Notice = (message: string) => void;

export async function readFilePart(file: string, signal: AbortSignal, reading: Reading): Promise<TextPart | MediaPart> {
  return partOf(await readBytes(file, signal, reading), file, reading.notice);
}

/** All of a small file, device or named pipe; throws a usage error that says what is wrong with it. */
export async function readBytes(file: string, signal: AbortSignal, reading: Pick<Reading, 'onlyRegular'> = {}): Promise<Buffer> {
  try {
    return await readToEnd(await openSource(file, reading), file, signal);
  } catch (thrown) {
    throw thrown instanceof SottoError ? thrown : usageError(`${file} cannot be read: ${reasonOf(thrown)}.`, 'Nothing was sent.');
  }
}

/** Text, or a picture by its first bytes. */
export async function partOf(bytes: Buffer, what: string, notice: Notice): Promise<TextPart | MediaPart> {
  const mediaType = PICTURES.find(({ matches }) => matches(bytes))?.mediaType;
  if (mediaType) return { type: 'media', mediaType, data: bytes.toString('base64'), ...(what === STDIN ? {} : { name: what }) };
  if (bytes.length > LARGEST_TEXT) throw tooLarge(what, megabytes(bytes.length));
  const plain = plainText(bytes);
  if (plain !== undefined) return { type: 'text', text: plain };
  const { text, replacedBytes } = (await import('./text-bytes.ts')).decodeText(bytes, what);
  if (replacedBytes > 0)
    notice(`${what}: ${replacedBytes} ${replacedBytes === 1 ? 'byte is not text and was' : 'bytes are not text and were'} sent as \ufffd.`);
  return { type: 'text', text };
}

/** UTF-8 without a flaw, which is nearly always all there is to see. */
function plainText(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /^\s*%PDF-\d/.test(text.slice(0, 1024)) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** How messages call the pipe. */
export const STDIN = 'Standard input';

export function tooLarge(what: string, size: string): SottoError {
  return usageError(
    `${what} is too large: ${size} (text at most ${megabytes(LARGEST_TEXT)}, pictures ${megabytes(LARGEST_PICTURE)}).`,
    'Send a smaller part of it. Nothing was sent.',
  );
}

/** Why a file cannot be read, in words. */
function reasonOf(thrown: unknown): string {
  const code = errorCode(thrown);
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'too many links',
    ENXIO: 'it is a socket, or a device that is not there',
    EAGAIN: 'it has nothing to read',
    ERR_INVALID_ARG_VALUE: 'there is no such file',
  };
  return reasons[String(code)] ?? (thrown instanceof Error ? thrown.message : String(thrown));
}

async function openSource(file: string, { onlyRegular }: Pick<Reading, 'onlyRegular'>): Promise<Readable> {
  const [{ createReadStream, openSync }, { stat }, { readFlags }] = await Promise.all([
    import('node:fs'),
    import('node:fs/promises'),
    import('../config/regular-file.ts'),
  ]);
  const found = await stat(file);
  if (found.isDirectory()) throw usageError(`${file} is a folder.`, 'Name the files in it: -f one -f two');
  if (found.size > LARGEST_PICTURE) throw tooLarge(file, megabytes(found.size));
  if (onlyRegular && !found.isFile()) throw usageError(`${file} is not a regular file.`, 'Nothing was sent.');
  // Opened the usual way, a named pipe that nobody writes to, or a terminal, would hold up even the end of the process.
  const fd = openSync(file, readFlags());
  if (found.isFIFO()) return new (await import('node:net')).Socket({ fd, readable: true, writable: false });
  const { isatty, ReadStream } = await import('node:tty');
  return isatty(fd) ? new ReadStream(fd) : createReadStream('', { fd, end: LARGEST_PICTURE });
}

async function readToEnd(stream: Readable, file: string, signal: AbortSignal): Promise<Buffer> {
  const cancel = () => stream.destroy(cancelledError());
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LARGEST_PICTURE) throw tooLarge(file, `over ${megabytes(LARGEST_PICTURE)}`);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  return Buffer.concat(chunks);
}

function megabytes(size: number): string {
  return `${Math.round((size / 1024 / 1024) * 10) / 10} MB`;
}

const PICTURES: { mediaType: string; matches: (bytes: Buffer) => boolean }[] = [
  { mediaType: 'image/png', matches: (bytes) => bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47])) },
  { mediaType: 'image/jpeg', matches: (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) },
  { mediaType: 'image/gif', matches: (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6)) },
  { mediaType: 'image/webp', matches: (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP' },
];
