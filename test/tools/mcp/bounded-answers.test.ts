import { describe, expect, it } from 'vitest';
import { boundedFetch } from '../../../src/tools/mcp/bounded-answers.ts';

/** What is read of an answer that comes in these pieces, where no message may have more than ten bytes. */
async function read(type: string, pieces: readonly string[]): Promise<string> {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const ask = async () => new Response(body, { headers: { 'content-type': type } });
  return (await boundedFetch(ask, { what: 'It', mostBytes: 10 })('http://x')).text();
}

const STREAM = 'text/event-stream; charset=utf-8';

describe('an answer', () => {
  it('has an end', async () => {
    expect(await read('application/json', ['12345', '67890'])).toBe('1234567890');
    await expect(read('application/json', ['12345', '678901'])).rejects.toThrow('It sent an answer of more than');
  });

  it.each([
    ['\n', ['data: 12\n\n', 'data: 34\n\n', 'data: 56\n\n']],
    ['\r\n', ['data: 1\r\n\r', '\ndata: 2\r\n', '\r\n', 'data: 3\r\n\r\n']],
    ['\r', ['data: 12\r\r', 'data: 34\r', '\rdata: 5\r\r']],
    ['\n, in single bytes', [...'data: 12\n\ndata: 34\n\n']],
  ])('that is a stream may go on as long as its events end: with %j', async (_, pieces) => {
    expect(await read(STREAM, pieces)).toBe(pieces.join(''));
  });

  it.each([
    ['of one line', ['data: ', '123456']],
    ['of many lines', ['data: 1\n', 'data: 2\n', 'data: 3\n']],
    ['of many lines, each with two characters at its end', [...'data:1\r\ndata:2\r\n']],
    ['after one that was short', ['data: 1\n\nda', 'ta: 1234567']],
  ])('that is a stream has no endless event: %s', async (_, pieces) => {
    await expect(read(STREAM, pieces)).rejects.toThrow('It sent an answer of more than');
  });

  it('keeps its status, its address and what has no body', async () => {
    const ask = async () => new Response(null, { status: 204 });
    expect((await boundedFetch(ask, { what: 'It', mostBytes: 1 })('http://x')).status).toBe(204);
    const refused = async () => new Response('no', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
    const answer = await boundedFetch(refused, { what: 'It', mostBytes: 9 })('http://x');
    expect([answer.status, answer.headers.get('www-authenticate'), await answer.text()]).toEqual([401, 'Bearer', 'no']);
  });
});
