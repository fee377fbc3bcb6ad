/** Reads the body of an answer as payloads: server-sent events, lines of JSON, or one whole JSON body, told apart by how it begins. */
import { SottoError } from '../core/errors.ts';
import { parseJson } from '../core/json.ts';

/** What the wire streams in; a whole JSON body is recognised on every wire. */
export type BodyFraming = 'sse' | 'ndjson';

/** `data` is undefined for signs of life without content (comments). */
export type Payload = { data: string | undefined; event?: string };

const LARGEST_WHOLE_BODY = 64 * 1024 * 1024;

/** Yields the payloads of each piece of the network together. Throws what reading throws. */
export async function* readPayloads(response: Response, framing: BodyFraming, signal: AbortSignal): AsyncGenerator<Payload[]> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', leave, { once: true });
  const decoder = new TextDecoder();
  let start = '';
  let split: Splitter | undefined;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      signal.throwIfAborted();
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      if (!split) {
        start += text;
        if (start.trim() === '' && !done) continue;
        split = await splitterFor(start, framing, response);
        yield split.push(start);
      } else if (text !== '') yield split.push(text);
      if (done) {
        yield await split.end();
        return;
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

type Splitter = { push(text: string): Payload[]; end(): Payload[] | Promise<Payload[]> };

async function splitterFor(start: string, framing: BodyFraming, response: Response): Promise<Splitter> {
  const first = start.trimStart()[0];
  if (first === '<') throw pageInsteadOfAnswer(response);
  if (first === '{' || first === '[') return splitLines(framing === 'ndjson');
  return splitEvents();
}

async function splitEvents(): Promise<Splitter> {
  const { createParser } = await import('eventsource-parser');
  let payloads: Payload[] = [];
  const parser = createParser({
    onEvent: ({ data, event }) => payloads.push(event === undefined ? { data } : { data, event }),
    onComment: () => payloads.push({ data: undefined }),
    // llama.cpp and its relatives end a failed stream with a field named "error:".
    onError: (error) => {
      if (error.type === 'unknown-field' && error.field === 'error' && error.value) payloads.push({ data: error.value, event: 'error' });
    },
  });
  const take = () => {
    const taken = payloads;
    payloads = [];
    return taken;
  };
  return {
    push(text) {
      parser.feed(text);
      return take();
    },
    end() {
      // The last event may lack its blank line. One that was cut is no JSON and is dropped by its reader.
      parser.feed('\n\n');
      return take();
    },
  };
}

/** JSON line by line; a body that is one JSON value over several lines is taken whole at its end. */
function splitLines(lineByLine: boolean): Splitter {
  let rest = '';
  let whole = !lineByLine;
  return {
    push(text) {
      rest += text;
      if (rest.length > LARGEST_WHOLE_BODY)
        throw new SottoError({ kind: 'protocol', message: 'The answer is one JSON body of more than 64 MB; it was not read on.' });
      if (whole || !text.includes('\n')) return [];
      const lines = rest.split('\n');
      if (parseJson(lines[0] ?? '') === undefined && (lines[0] ?? '').trim() !== '') {
        whole = true;
        return [];
      }
      rest = lines.pop() ?? '';
      return lines.filter((line) => line.trim() !== '').map((data) => ({ data }));
    },
    async end() {
      const body = rest.trim();
      if (body === '') return [];
      if (parseJson(body) !== undefined) return [{ data: body }];
      const lines = body.split('\n').filter((line) => line.trim() !== '');
      if (lines.length > 1 && parseJson(lines[0] ?? '') !== undefined) return lines.map((data) => ({ data }));
      return salvage(body);
    },
  };
}

/** What can be read of a JSON body that was cut, so that its text is not lost; marked, so that it never counts as complete. */
async function salvage(body: string): Promise<Payload[]> {
  const { parse, Allow } = await import('partial-json');
  try {
    return [{ data: JSON.stringify(parse(body.replace(/\uFFFD+$/, ''), Allow.ALL)), event: CUT }];
  } catch {
    return [];
  }
}

/** Event name of a payload that is only the beginning of a body. */
export const CUT = 'sotto.cut';

function pageInsteadOfAnswer(response: Response): SottoError {
  return new SottoError({
    kind: 'protocol',
    status: response.status,
    message: `${response.url || 'The server'} answered with a web page, not with an API's answer.`,
    hint: 'Check the base URL of the provider: most end in /v1.',
  });
}
