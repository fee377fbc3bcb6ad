/** Reads the body of an answer as payloads: server-sent events, lines of JSON, or one whole JSON body, told apart by how it begins. */
import { SottoError } from '../core/errors.ts';
import { parseWireJson, readPayload } from './payload.ts';

/** What the wire streams in; a whole JSON body is recognised on every wire. */
export type BodyFraming = 'sse' | 'ndjson';

export type Payload = { data: string; event?: string };

/** What one piece of the network brought. */
export type BodyPiece = {
  payloads: Payload[];
  /** Some of an answer came, be it a part of a payload; false for blank space and comments, which servers send while they wait. */
  hasContent: boolean;
  /** The body was one JSON value, and this is all of it. */
  isWhole?: boolean;
};

/** A character outside the basic plane is two escapes, or several bytes: one of them alone is none. */
const HALF_A_CHARACTER = /(\uFFFD+|\\u[dD][89abAB][\da-fA-F]{2}(\\(u[\da-fA-F]{0,3})?)?)$/;

/** Event name of a payload that is only the beginning of a body. */
export const CUT = 'sotto.cut';

/** Event name of what can be no answer of a model: a page, words of a server. */
export const STRAY = 'sotto.stray';

const LARGEST_WHOLE_BODY = 64 * 1024 * 1024;

/** Throws what reading throws, and SottoError for a body that can be no answer. */
export async function* readPayloads(response: Response, framing: BodyFraming, signal: AbortSignal): AsyncGenerator<BodyPiece> {
  if (!response.body) return;
  let reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', leave, { once: true });
  const decoder = new TextDecoder();
  let start = '';
  let split: Splitter | undefined;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      signal.throwIfAborted();
      if (!split && start === '' && value?.[0] === GZIP) {
        reader = unpacked(value, reader);
        continue;
      }
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      if (!split) {
        start += text;
        if (start.trim() === '' && done) return;
        if (start.trim() === '') {
          yield { payloads: [], hasContent: false };
          continue;
        }
        split = await splitterFor(start, framing);
        yield split.push(start);
      } else if (text !== '') yield split.push(text);
      if (done) {
        yield { payloads: await split.end(), hasContent: false, isWhole: split.isWhole };
        return;
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

/** No text begins with it: a gateway has passed on a packed body and lost the header that says so. */
const GZIP = 0x1f;
const GZIP_TOO = 0x8b;

function unpacked(first: Uint8Array, rest: ReadableStreamDefaultReader<Uint8Array>): ReadableStreamDefaultReader<Uint8Array> {
  const packed = new ReadableStream<BufferSource>({
    start: (controller) => controller.enqueue(new Uint8Array(first)),
    async pull(controller) {
      const { value, done } = await rest.read();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: () => rest.cancel(),
  });
  return packed.pipeThrough(new DecompressionStream('gzip')).getReader();
}

/** All of a short body, unpacked where it has to be. */
export async function bodyText(response: Response): Promise<string> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== GZIP || bytes[1] !== GZIP_TOO) return new TextDecoder().decode(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

type Splitter = { push(text: string): BodyPiece; end(): Payload[] | Promise<Payload[]>; isWhole: boolean };

async function splitterFor(start: string, framing: BodyFraming): Promise<Splitter> {
  const first = start.trimStart()[0];
  if (first === '<') return splitPage();
  if (first === '{' || first === '[') return splitLines(framing === 'ndjson');
  return splitEvents();
}

/** What a page is about stands in its beginning. */
const BEGINNING_OF_PAGE = 16_384;

function splitPage(): Splitter {
  let page = '';
  return {
    push(text) {
      page = (page + text).slice(0, BEGINNING_OF_PAGE);
      return { payloads: [], hasContent: true };
    },
    end: () => [{ data: page, event: STRAY }],
    isWhole: false,
  };
}

async function splitEvents(): Promise<Splitter> {
  const { createParser } = await import('eventsource-parser');
  let payloads: Payload[] = [];
  let count = 0;
  /** The first line that is nothing of the protocol. */
  let stray = '';
  /** The line that has begun and not ended. */
  let line = '';
  const parser = createParser({
    onEvent: (event) => payloads.push(...payloadsOf(event)),
    // llama.cpp and its relatives end a failed stream with a field named "error:", proxies with a bare line of JSON.
    onError: ({ type, field, value, line: text = '' }) => {
      if (type !== 'unknown-field') return;
      if (field === 'error' && value) payloads.push({ data: value, event: 'error' });
      else if (text.startsWith('{')) payloads.push({ data: text });
      else if (stray === '') stray = text;
    },
  });
  /** Only the line that had begun is put together: copying every piece of a long answer costs a tenth of its CPU. */
  const feedLines = (text: string, end: number) => {
    const ending = line === '' ? null : /\r\n|[\r\n]/.exec(text);
    const first = ending ? ending.index + ending[0].length : 0;
    if (first > 0) parser.feed(line + text.slice(0, first));
    if (first < end) parser.feed(text.slice(first, end));
  };
  const take = () => {
    const taken = payloads;
    payloads = [];
    count += taken.length;
    return taken;
  };
  return {
    push(text) {
      const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
      const begun = line[0] ?? text[0];
      // The parser gets whole lines only: it drops the beginning of a field that it does not know.
      if (end > 0) feedLines(text, end);
      line = end > 0 ? text.slice(end) : line + text;
      const taken = take();
      return { payloads: taken, hasContent: taken.length > 0 || isContent(begun, text) };
    },
    end() {
      // The last event may lack its blank line. One that was cut is dropped: it is no JSON.
      parser.feed(`${line}\n\n`);
      const last = take().filter(({ data, event }) => event === 'error' || isWhole(data));
      if (count === 0 && !FIELDS.some((field) => field.startsWith(stray))) return [{ data: stray, event: STRAY }];
      return last;
    },
    isWhole: false,
  };
}

function isWhole(data: string): boolean {
  const { type } = readPayload(data);
  return type === 'objects' || type === 'end';
}

/** A stream that was cut in the first of these is no stray text. */
const FIELDS = ['data', 'event', 'id', 'retry'];

/** Servers that forget the blank line between two events: each line of data is one then. */
function payloadsOf({ data, event }: { data: string; event?: string | undefined }): Payload[] {
  const name = event === undefined ? {} : { event };
  if (!data.includes('\n') || parseWireJson(data) !== undefined) return [{ data, ...name }];
  const lines = data.split('\n').filter((text) => text.trim() !== '');
  return parseWireJson(lines[0] ?? '') === undefined ? [{ data, ...name }] : lines.map((text) => ({ data: text, ...name }));
}

/** True when a piece holds more than blank lines and comments; `begun` is the first character of the line it continues. */
function isContent(begun: string | undefined, text: string): boolean {
  const [first = '', ...lines] = text.split(/[\r\n]+/);
  return (begun !== ':' && first !== '') || lines.some((line) => line !== '' && !line.startsWith(':'));
}

/** JSON line by line; a body that is one JSON value over several lines is taken whole at its end. */
function splitLines(lineByLine: boolean): Splitter {
  let rest = '';
  let whole = !lineByLine;
  let hasLines = false;

  function push(text: string): Payload[] {
    rest += text;
    if (rest.length > LARGEST_WHOLE_BODY)
      throw new SottoError({ kind: 'protocol', message: 'the answer is one JSON body of more than 64 MB; it was not read on.' });
    if (whole || !text.includes('\n')) return [];
    const lines = rest.split('\n');
    const ended = lines.slice(0, -1).filter((line) => line.trim() !== '');
    // Only the beginning tells: in the middle it is a line that is broken.
    if (!hasLines && ended[0] !== undefined && parseWireJson(ended[0]) === undefined) {
      whole = true;
      return [];
    }
    hasLines ||= ended.length > 0;
    rest = lines.at(-1) ?? '';
    return ended.map((data) => ({ data }));
  }

  return {
    push: (text) => ({ payloads: push(text), hasContent: text.trim() !== '' }),
    async end() {
      const body = rest.trim();
      if (body === '') return [];
      if (parseWireJson(body) !== undefined) return [{ data: body }];
      const lines = body.split('\n').filter((line) => line.trim() !== '');
      if (lines.length > 1 && isByLines(lines)) return lines.map((data) => ({ data }));
      return salvage(body);
    },
    isWhole: !lineByLine,
  };
}

/** One object a line, though one of them may be broken; in one JSON value over several lines only the first begins like this. */
function isByLines(lines: readonly string[]): boolean {
  return parseWireJson(lines[0] ?? '') !== undefined || lines.every((line) => line.startsWith('{'));
}

/** What can be read of a JSON body that was cut, so that its text is not lost; marked, so that it never counts as complete. */
async function salvage(body: string): Promise<Payload[]> {
  const { parse, Allow } = await import('partial-json');
  try {
    // The beginning of a number is another number.
    return [{ data: JSON.stringify(parse(body.replace(HALF_A_CHARACTER, ''), Allow.ALL & ~Allow.NUM)), event: CUT }];
  } catch {
    return [];
  }
}
