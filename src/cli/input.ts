/** Gathers what is asked: the arguments, the files, and what is piped in, under the rules of the scripting contract. */
import type { Readable } from 'node:stream';
import { SottoError, usageError } from '../core/errors.ts';
import type { MediaPart, TextPart, UserMessage } from '../core/messages.ts';

export type InputRequest = {
  /** Words of the command line; a lone `-` asks for standard input. */
  words: string[];
  files: string[];
  /** False: `--no-stdin`. */
  readStdin: boolean;
  stdin: { stream: Readable; isTerminal: boolean };
  /** Seconds that a silent pipe is waited for when there is a question already. */
  stdinTimeoutSeconds: number;
  /** Says something to the user on stderr. */
  notice: (message: string) => void;
};

const NOTICE_AFTER_MS = 2000;
const LARGEST_TEXT = 16 * 1024 * 1024;
const LARGEST_PICTURE = 20 * 1024 * 1024;

/** One user message: the question first, then what was piped in, then the files, each file under its name. */
export async function readInput(request: InputRequest, signal: AbortSignal): Promise<UserMessage> {
  const wantsStdin = request.words.includes('-') || request.files.includes('-');
  const question = request.words.filter((word) => word !== '-').join(' ');
  const piped = await readPiped(request, wantsStdin, question !== '' || request.files.some((file) => file !== '-'), signal);
  const files = await Promise.all([...new Set(request.files)].filter((file) => file !== '-').map((file) => readFilePart(file)));
  const texts = [question, piped?.type === 'text' ? piped.text : '', ...files.flatMap((part) => (part.type === 'text' ? [part.text] : []))];
  const text = texts
    .map((piece) => piece.replace(/\s+$/, ''))
    .filter((piece) => piece !== '')
    .join('\n\n');
  const pictures = [piped, ...files].filter((part): part is MediaPart => part?.type === 'media');
  if (text === '' && pictures.length === 0) throw emptyPrompt(request, wantsStdin);
  const parts: (TextPart | MediaPart)[] = [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...pictures];
  return { role: 'user', parts };
}

function emptyPrompt(request: InputRequest, wantsStdin: boolean): SottoError {
  if (request.words.length === 0 && request.stdin.isTerminal)
    return usageError('There is no question.', 'Ask one: sotto "why is the sky blue?"   or pipe text in: cat notes.md | sotto "summarise"');
  const from = wantsStdin || !request.stdin.isTerminal ? 'The question and what was piped in are both empty.' : 'The question is empty.';
  return usageError(from, 'Nothing was sent.');
}

async function readPiped(
  request: InputRequest,
  wanted: boolean,
  hasQuestion: boolean,
  signal: AbortSignal,
): Promise<TextPart | MediaPart | undefined> {
  if (!request.readStdin) {
    if (wanted) throw usageError('"-" asks for standard input and --no-stdin forbids it.', 'Leave one of them out.');
    return undefined;
  }
  if (request.stdin.isTerminal && !wanted) return undefined;
  const patience = hasQuestion && !wanted ? request.stdinTimeoutSeconds * 1000 : undefined;
  const bytes = await readAll(request, patience, signal);
  if (bytes.length === 0) return undefined;
  return partOf(bytes, 'standard input', undefined);
}

/** Reads to the end. With patience, silence ends in an error: a prompt is never sent without the input that was meant to come. */
async function readAll({ stdin, notice }: InputRequest, patienceMs: number | undefined, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const hint = stdin.isTerminal
    ? 'Reading from the terminal: finish with Ctrl+D.'
    : 'Waiting for text on standard input (skip it with --no-stdin or < /dev/null).';
  return new Promise((resolve, reject) => {
    const noticeTimer = setTimeout(() => notice(hint), stdin.isTerminal ? 0 : NOTICE_AFTER_MS);
    const giveUp = () =>
      finish(
        usageError(
          `Standard input stayed silent for ${(patienceMs ?? 0) / 1000} s; nothing was sent.`,
          'Close it with < /dev/null, skip it with --no-stdin, or wait longer with --stdin-timeout SECONDS.',
        ),
      );
    const patience = patienceMs === undefined ? undefined : setTimeout(giveUp, patienceMs);
    const aborted = () => finish(new SottoError({ kind: 'cancelled', message: 'Cancelled.' }));
    const finish = (error?: Error) => {
      clearTimeout(noticeTimer);
      clearTimeout(patience);
      signal.removeEventListener('abort', aborted);
      stdin.stream.removeAllListeners();
      stdin.stream.pause();
      if (error) {
        stdin.stream.destroy();
        reject(error);
      } else resolve(Buffer.concat(chunks));
    };
    signal.addEventListener('abort', aborted);
    stdin.stream.on('data', (chunk: Buffer | string) => {
      clearTimeout(noticeTimer);
      patience?.refresh();
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      chunks.push(bytes);
      size += bytes.length;
      if (size > LARGEST_PICTURE)
        finish(usageError(`Standard input is larger than ${megabytes(LARGEST_PICTURE)}; nothing was sent.`, 'Send a smaller part of it.'));
    });
    stdin.stream.on('end', () => finish());
    stdin.stream.on('close', () => finish());
    stdin.stream.on('error', (error) => finish(usageError(`Standard input cannot be read: ${error.message}`, 'Skip it with --no-stdin.')));
  });
}

async function readFilePart(file: string): Promise<TextPart | MediaPart> {
  const { readFile, stat } = await import('node:fs/promises');
  const bytes = await stat(file)
    .then((found) => {
      if (found.isDirectory()) throw usageError(`${file} is a folder.`, 'Name the files in it: -f one -f two');
      if (found.size > LARGEST_PICTURE) throw tooLarge(file, found.size);
      return readFile(file);
    })
    .catch((thrown) => {
      throw thrown instanceof SottoError ? thrown : usageError(`${file} cannot be read: ${reasonOf(thrown)}.`, 'Nothing was sent.');
    });
  return partOf(bytes, file, file);
}

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'too many links',
  };
  return reasons[String(code)] ?? (thrown instanceof Error ? thrown.message : String(thrown));
}

/** Text, or a picture by its first bytes; anything else is refused by name. `name` heads the text of a file. */
function partOf(bytes: Buffer, what: string, name: string | undefined): TextPart | MediaPart {
  const mediaType = PICTURES.find(({ matches }) => matches(bytes))?.mediaType;
  if (mediaType) return { type: 'media', mediaType, data: bytes.toString('base64'), ...(name ? { name } : {}) };
  if (bytes.length > LARGEST_TEXT) throw tooLarge(what, bytes.length);
  const text = decodeText(bytes);
  if (text === undefined)
    throw usageError(`${what} is neither text nor a picture (PNG, JPEG, GIF, WebP).`, 'Convert it to text first. Nothing was sent.');
  return { type: 'text', text: name === undefined ? text : `${name}:\n\n${text}` };
}

/** UTF-8, or UTF-16 with its mark; undefined for anything else. */
function decodeText(bytes: Buffer): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  if (encoding === 'utf-8' && bytes.includes(0)) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function tooLarge(what: string, size: number): SottoError {
  return usageError(
    `${what} is too large: ${megabytes(size)} (text at most ${megabytes(LARGEST_TEXT)}, pictures ${megabytes(LARGEST_PICTURE)}).`,
    'Send a smaller part of it. Nothing was sent.',
  );
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
