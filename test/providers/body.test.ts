/** Bodies as payloads: every framing, every line ending, every way to be cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BodyFraming, type BodyPiece, CUT, type Payload, readPayloads, STRAY } from '../../src/providers/body.ts';

async function read(
  body: string | Uint8Array,
  { framing = 'sse', cuts = [] }: { framing?: BodyFraming; cuts?: number[] } = {},
): Promise<BodyPiece[]> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const offsets = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [index, end] of offsets.slice(1).entries()) controller.enqueue(bytes.slice(offsets[index], end));
      controller.close();
    },
  });
  const pieces: BodyPiece[] = [];
  for await (const piece of readPayloads(new Response(stream), framing, new AbortController().signal)) pieces.push(piece);
  return pieces;
}

async function payloads(body: string | Uint8Array, options: Parameters<typeof read>[1] = {}): Promise<Payload[]> {
  return (await read(body, options)).flatMap((piece) => piece.payloads);
}

const one = { data: '{"n":1}' };
const two = { data: '{"n":2}' };

describe('server-sent events', () => {
  it.each<[string, string, Payload[]]>([
    ['end in LF', 'data: {"n":1}\n\ndata: {"n":2}\n\n', [one, two]],
    ['end in CRLF', 'data: {"n":1}\r\n\r\ndata: {"n":2}\r\n\r\n', [one, two]],
    ['end in CR alone', 'data: {"n":1}\r\rdata: {"n":2}\r\r', [one, two]],
    ['begin with a byte order mark', '\uFEFFdata: {"n":1}\n\n', [one]],
    ['begin with blank lines', '\n\n  \ndata: {"n":1}\n\n', [one]],
    ['have no blank behind the colon', 'data:{"n":1}\n\n', [one]],
    ['lack the last blank line', 'data: {"n":1}\n\ndata: {"n":2}\n', [one, two]],
    ['lack the last line ending', 'data: {"n":1}\n\ndata: {"n":2}', [one, two]],
    ['lack the blank lines between', 'data: {"n":1}\ndata: {"n":2}\ndata: [DONE]\n\n', [one, two, { data: '[DONE]' }]],
    ['spread one payload over lines', 'data: {"n":\ndata: 1}\n\n', [{ data: '{"n":\n1}' }]],
    ['have names', 'event: message_stop\ndata: {"n":1}\n\n', [{ ...one, event: 'message_stop' }]],
    ['have ids and times', 'id: 7\nretry: 10\ndata: {"n":1}\n\n', [one]],
    ['stand between comments', ': hello\n\ndata: {"n":1}\n\n:\n: OPENROUTER PROCESSING\n\ndata: {"n":2}\n\n', [one, two]],
    ['end in a field named error', 'data: {"n":1}\n\nerror: {"message":"boom"}\n\n', [one, { data: '{"message":"boom"}', event: 'error' }]],
    ['are interrupted by a bare line of JSON', 'data: {"n":1}\n\n{"error":"boom"}\n', [one, { data: '{"error":"boom"}' }]],
    ['are cut in a payload, which is dropped', 'data: {"n":1}\n\ndata: {"n":', [one]],
    ['are cut in a name', 'data: {"n":1}\n\neve', [one]],
    ['end in [DONE] without a line ending', 'data: {"n":1}\n\ndata: [DONE]', [one, { data: '[DONE]' }]],
  ])('may %s', async (_name, body, expected) => {
    expect(await payloads(body)).toEqual(expected);
    const everyByte = Array.from({ length: body.length + 8 }, (_, index) => index);
    expect(await payloads(body, { cuts: everyByte })).toEqual(expected);
  });

  it('come out the same however their bytes fall', async () => {
    const event = fc.oneof(
      fc.record({ v: fc.string({ unit: 'grapheme' }) }).map((value) => `data: ${JSON.stringify(value)}`),
      fc.constantFrom(': comment', 'event: ping\ndata: {}', 'error: {"m":"x"}', 'data: [DONE]'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(300)),
        async (events, ending, cuts) => {
          const body = `data: {}${ending}${ending}${events.map((text) => text.replaceAll('\n', ending) + ending + ending).join('')}`;
          expect(await payloads(body, { cuts })).toEqual(await payloads(body));
        },
      ),
    );
  });
});

describe('lines of JSON', () => {
  it.each<[string, string, Payload[]]>([
    ['end in LF', '{"n":1}\n{"n":2}\n', [one, two]],
    ['end in CRLF', '{"n":1}\r\n{"n":2}\r\n', [{ data: '{"n":1}\r' }, { data: '{"n":2}\r' }]],
    ['have blank lines between', '{"n":1}\n\n\n{"n":2}\n', [one, two]],
    ['lack the last line ending', '{"n":1}\n{"n":2}', [one, two]],
    ['be one value over several lines', '{\n  "n": 1\n}\n', [{ data: '{\n  "n": 1\n}' }]],
    ['be server-sent events after all', 'data: {"n":1}\n\n', [one]],
  ])('may %s', async (_name, body, expected) => expect(await payloads(body, { framing: 'ndjson' })).toEqual(expected));

  it('are salvaged from a cut, marked as cut', async () => {
    expect(await payloads('{"n":1}\n{"t":"Hel', { framing: 'ndjson' })).toEqual([one, { data: '{"t":"Hel"}', event: CUT }]);
  });
});

describe('one whole JSON body', () => {
  it('is one payload where events were expected', async () =>
    expect(await payloads(' {"a":\n{"n":1}}\n')).toEqual([{ data: '{"a":\n{"n":1}}' }]));
  it('that holds lines of JSON is taken line by line', async () => expect(await payloads('{"n":1}\n{"n":2}\n')).toEqual([one, two]));

  it('that is cut keeps what can be read, without half a number, half an escape, half a character', async () => {
    const cut = async (body: string | Uint8Array) => (await payloads(body)).map(({ data, event }) => [JSON.parse(data), event]);
    expect(await cut('{"t":"Hel')).toEqual([[{ t: 'Hel' }, CUT]]);
    expect(await cut('{"t":"x","n":12')).toEqual([[{ t: 'x' }, CUT]]);
    expect(await cut('{"t":"x\\u00')).toEqual([[{ t: 'x' }, CUT]]);
    expect(await cut('{"t":"x\\ud83d')).toEqual([[{ t: 'x' }, CUT]]);
    expect(await cut('{"t":"x\\ud83d\\ude')).toEqual([[{ t: 'x' }, CUT]]);
    expect(await cut(new TextEncoder().encode('{"t":"x👍').slice(0, -2))).toEqual([[{ t: 'x' }, CUT]]);
  });

  it('that is cut anywhere is never whole, and its text never wrong', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.nat(1000), async (text, cut) => {
        const bytes = new TextEncoder().encode(JSON.stringify({ a: [{ t: text, n: 123 }], done: true }));
        const found = await payloads(bytes.slice(0, cut % bytes.length));
        for (const { data, event } of found) {
          expect(event).toBe(CUT);
          expect(text.startsWith(JSON.parse(data).a?.[0]?.t ?? '')).toBe(true);
          expect([undefined, 123]).toContain(JSON.parse(data).a?.[0]?.n);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what holds something of an answer', () => {
  const content = async (body: string, cuts: number[]) => (await read(body, { cuts })).map((piece) => piece.hasContent);

  it('is a payload or a part of one', async () => expect(await content('data: {"n":1}\n\n', [4, 9])).toEqual([true, true, true, false]));
  it('is no comment, whole or in pieces, and no blank line; each is told all the same, as a sign of life', async () => {
    const body = '\n: one\n\ndata: {}\n\n: two\n\n\n\n';
    expect(await content(body, [1, 8, 18, 20, 22])).toEqual([false, false, true, false, false, false, false]);
  });
  it('is no blank inside a body of JSON', async () => expect(await content('{"a": \n \n 1}', [6, 9])).toEqual([true, false, true, false]));
});

describe('what is no answer', () => {
  it('is marked as what it is', async () => {
    const stray = (data: string) => [{ data, event: STRAY }];
    expect(await payloads('  <!doctype html>')).toEqual(stray('  <!doctype html>'));
    expect(await payloads('upstream connect error\n')).toEqual(stray('upstream connect error'));
    expect((await payloads(`<html>${'x'.repeat(100_000)}`))[0]?.data.length).toBeLessThan(20_000);
  });
  it('is nothing where there is nothing', async () => {
    expect(await payloads('')).toEqual([]);
    expect(await payloads(' \n\n')).toEqual([]);
    expect(await payloads(': only a comment\n\n')).toEqual([]);
    expect(await payloads('dat')).toEqual([]);
  });
});

it('stops reading when its reader leaves', async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: {}\n\n')),
    cancel() {
      cancelled = true;
    },
  });
  for await (const _piece of readPayloads(new Response(stream), 'sse', new AbortController().signal)) break;
  expect(cancelled).toBe(true);
});
