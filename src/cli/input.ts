/** Gathers what is asked: the arguments, the files, and what is piped in, under the rules of the scripting contract. */

import type { Readable } from 'node:stream';
import { cancelledError, type SottoError, usageError } from '../core/errors.ts';
import type { MediaPart, TextPart, UserMessage } from '../core/messages.ts';
import { counted } from '../core/words.ts';
import { LARGEST_PICTURE, partOf, readFilePart, STDIN, tooLarge } from './files.ts';

type InputRequest = {
  /** Words of the command line; a lone `-` asks for standard input. */
  words: string[];
  files: string[];
  /** False: `--no-stdin`. */
  readStdin: boolean;
  stdin: { stream: Readable; kind: () => 'terminal' | 'data' | 'folder' | 'nothing' };
  /** Seconds that a silent pipe is waited for when there is a question already. */
  stdinTimeoutSeconds: number;
  /** Says something to the user on stderr. */
  notice: (message: string) => void;
  /** What is wrong with the words alone: they are a question only about a text. */
  withoutText?: SottoError | undefined;
};

const NOTICE_AFTER_MS = 2000;
/** Spaces and line ends are bytes up to this one. */
const BLANK = 32;

type InputReading = {
  /** Resolves as soon as there is something to ask, however long the rest takes; rejects where there is surely nothing. */
  begun: Promise<void>;
  message: Promise<UserMessage>;
};

/** One user message: the question first, then what was piped in, then the files, each file under its name. */
export function readInput(request: InputRequest, signal: AbortSignal): InputReading {
  const { promise, resolve: begin } = Promise.withResolvers<void>();
  const message = readMessage(request, begin, signal);
  const begun = Promise.race([promise, message.then(() => {})]);
  // Whoever ends for another reason waits for neither.
  for (const reading of [message, begun]) reading.catch(() => {});
  return { begun, message };
}

async function readMessage(request: InputRequest, begin: () => void, signal: AbortSignal): Promise<UserMessage> {
  const wantsStdin = request.words.includes('-') || request.files.includes('-');
  const question = request.words.filter((word) => word !== '-').join(' ');
  const names = await withoutDoubles(request.files.filter((file) => file !== '-'));
  const hasQuestion = question.trim() !== '' || names.length > 0;
  // Files first: a missing one is told at once, however long the pipe takes.
  const files = await Promise.all(names.map(async (name) => ({ name, part: await readFilePart(name, signal, request) })));
  const attached = files.flatMap(({ name, part }) => (part.type === 'text' ? [{ name, text: withoutEnd(part.text) }] : []));
  if (question.trim() !== '' || files.length > attached.length || attached.some(({ text }) => text !== '')) begin();
  const piped = await readPiped(request, { wanted: wantsStdin, hasQuestion, begin }, signal);
  const pictures = [piped, ...files.map(({ part }) => part)].filter((part): part is MediaPart => part?.type === 'media');
  const spoken = [question, piped?.type === 'text' ? piped.text : ''].map(withoutEnd).filter((text) => text.trim() !== '');
  if (spoken.length === 0 && pictures.length === 0 && attached.every(({ text }) => text === '')) throw emptyPrompt(request, wantsStdin);
  const text = [...spoken, ...attached.map(({ name, text }) => `${name}:\n\n${text || '(empty file)'}`)].join('\n\n');
  return { role: 'user', parts: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...pictures] };
}

async function withoutDoubles(files: string[]): Promise<string[]> {
  if (files.length < 2) return files;
  const { resolve } = await import('node:path');
  return [...new Map(files.toReversed().map((file) => [resolve(file), file])).values()].toReversed();
}

/** Trailing line ends and spaces say nothing. */
function withoutEnd(text: string): string {
  return text.trimEnd();
}

function emptyPrompt(request: InputRequest, wantsStdin: boolean): SottoError {
  if (request.words.length === 0 && request.files.length === 0 && isTerminal(request))
    return usageError('There is no question.', 'Ask one: sotto "why is the sky blue?"   or pipe text in: cat notes.md | sotto "summarise"');
  if (request.files.some((file) => file !== '-'))
    return usageError('There is no question, and what is attached is empty.', 'Nothing was sent.');
  const looked = request.readStdin && (wantsStdin || !isTerminal(request));
  const message = looked ? 'There is no question, and nothing came through standard input.' : 'The question is empty.';
  return usageError(message, 'Nothing was sent. Ask like this: sotto "why is the sky blue?"');
}

type PipeUse = {
  /** "-" names it. */
  wanted: boolean;
  /** A silent pipe is not waited for for ever then. */
  hasQuestion: boolean;
  /** Told when the first of it comes that is not blank. */
  begin?: () => void;
};

/** Undefined: nothing came, or nobody asked. */
export async function readPiped(
  request: InputRequest,
  { wanted, hasQuestion, begin = () => {} }: PipeUse,
  signal: AbortSignal,
): Promise<TextPart | MediaPart | undefined> {
  if (!request.readStdin) {
    if (wanted) throw usageError('"-" asks for standard input and --no-stdin forbids it.', 'Leave one of them out.');
    return undefined;
  }
  if (isTerminal(request) && !wanted) return undefined;
  const patience = hasQuestion && !wanted ? request.stdinTimeoutSeconds * 1000 : undefined;
  const bytes = await readAll(request, { patienceMs: patience, begin }, signal);
  if (bytes.some(isVisible)) return partOf(bytes, STDIN, request.notice);
  if (request.stdin.kind() === 'folder')
    throw usageError(`${STDIN} is a folder.`, 'Name the files in it: -f one -f two   Nothing was sent.');
  if (hasQuestion) withoutPiped(request, wanted);
  return undefined;
}

/** Most often the program before us has failed: nobody pays for an answer about nothing without a word. */
function withoutPiped({ stdin, notice, withoutText }: InputRequest, wanted: boolean): void {
  if (withoutText) throw withoutText;
  if (wanted)
    throw usageError(`"-" asks for standard input, and nothing came through it.`, 'Nothing was sent. To ask without it, leave "-" out.');
  if (stdin.kind() === 'data') notice(`${STDIN} is empty; asking without it. Where nothing is piped in, add --no-stdin.`);
}

function isTerminal({ stdin }: InputRequest): boolean {
  return stdin.kind() === 'terminal';
}

function isVisible(byte: number): boolean {
  return byte > BLANK || byte === 0;
}

/** Reads to the end. With patience, silence ends in an error: a prompt is never sent without the input that was meant to come. */
async function readAll(
  { stdin, notice }: InputRequest,
  { patienceMs, begin }: { patienceMs: number | undefined; begin: () => void },
  signal: AbortSignal,
): Promise<Buffer> {
  const isTyped = stdin.kind() === 'terminal';
  const chunks: Buffer[] = [];
  let size = 0;
  const hint = isTyped
    ? 'Reading from the terminal: finish with Ctrl+D.'
    : 'Waiting for text on standard input (skip it with --no-stdin or < /dev/null).';
  return new Promise((resolve, reject) => {
    const noticeTimer = setTimeout(() => notice(hint), isTyped ? 0 : NOTICE_AFTER_MS);
    const patience = patienceMs === undefined ? undefined : setTimeout(() => finish(silent(patienceMs, size)), patienceMs);
    const aborted = () => finish(cancelledError());
    const finish = (error?: Error) => {
      clearTimeout(noticeTimer);
      clearTimeout(patience);
      signal.removeEventListener('abort', aborted);
      stdin.stream.removeAllListeners();
      stdin.stream.on('error', () => {});
      stdin.stream.pause();
      if (error) {
        stdin.stream.destroy();
        reject(error);
      } else resolve(Buffer.concat(chunks));
    };
    signal.addEventListener('abort', aborted);
    if (signal.aborted) return aborted();
    stdin.stream.on('data', (chunk: Buffer | string) => {
      clearTimeout(noticeTimer);
      patience?.refresh();
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      chunks.push(bytes);
      size += bytes.length;
      if (bytes.some(isVisible)) begin();
      if (size > LARGEST_PICTURE) finish(tooLarge(STDIN, 'over 20 MB'));
    });
    stdin.stream.on('end', () => finish());
    stdin.stream.on('close', () => finish());
    stdin.stream.on('error', (error) => finish(usageError(`${STDIN} cannot be read: ${error.message}`, 'Skip it with --no-stdin.')));
  });
}

function silent(patienceMs: number, size: number): SottoError {
  const already = size > 0 ? `after ${counted(size, 'byte')} ` : '';
  return usageError(
    `${STDIN} stayed silent ${already}for ${patienceMs / 1000} s and did not end; nothing was sent.`,
    'Close it with < /dev/null, skip it with --no-stdin, or wait longer with --stdin-timeout SECONDS.',
  );
}
